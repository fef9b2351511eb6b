"""The page Weights, from the frame to its parts."""

from __future__ import annotations

import streamlit as st

from conv_viz.frame import Frame
from conv_viz.headline import shown_bytes
from conv_viz.picture import BUDGET, drawn_weights
from conv_viz.spec import ConvSpec, ConvSpecError
from conv_viz.tensor import clamped, column_name
from conv_viz.ui.controls import set_controls
from conv_viz.ui.garbage import leave_imports_alone
from conv_viz.ui.stage import current_view, keep_in_address, look
from conv_viz.ui.weights import current_weights
from conv_viz.ui.weights_desk import Desk
from conv_viz.ui.weights_edit import editor
from conv_viz.ui.weights_view import initialisation, responses, tensor

BESIDE, BELOW = 16, (28, 32)
"""Weights in a row of the picture up to which the controls stand beside it; and the rows and columns for
which the whole width leaves room for numbers that half of it does not."""


def weights_page(frame: Frame) -> None:
    """Everything about the weights of the frame's layer, or in one sentence why there is nothing."""
    try:
        spec = ConvSpec(**dict(frame.arguments))
    except ConvSpecError as error:
        return _impossible(frame, error)
    if 4 * spec.parameters > BUDGET:
        needed, most = shown_bytes(4 * spec.parameters), shown_bytes(BUDGET)
        st.info(f"The weights of this layer take {needed}, and up to {most} are drawn. Choose fewer channels.")
        return None
    _page(spec, frame.seed)
    leave_imports_alone()
    return None


def _page(spec: ConvSpec, seed: int) -> None:
    filter, slice = _chosen(spec)
    keep_in_address()
    weights = current_weights(spec) or drawn_weights(spec, seed)
    wide = _wide(spec)

    def choose(filter: int, slice: int) -> None:
        filter, slice = clamped(spec, filter, slice)
        look({"filter": filter, "channel": spec.channels_of(filter).start + slice})

    if wide:
        tensor(spec, weights, seed, filter, slice, choose)
    left, right = st.columns([7, 5], gap="large")
    with left:
        if not wide:
            tensor(spec, weights, seed, filter, slice, choose)
        responses(spec, weights.weight[filter, slice], f"filter {filter}, {column_name(spec, slice)},")
    with right:
        editor(Desk(spec, seed, filter, slice), choose)
    initialisation(spec, weights)


def _wide(spec: ConvSpec) -> bool:
    filters, width, kh, kw = spec.weight_shape
    return filters * kh <= BELOW[0] and BESIDE < width * kw <= BELOW[1]


def _chosen(spec: ConvSpec) -> tuple[int, int]:
    """The filter that the session looks at, and the slice of the channel that it looks at."""
    view = current_view()
    filter, _ = clamped(spec, view.filter, 0)
    return clamped(spec, filter, view.channel - spec.channels_of(filter).start)


def _impossible(frame: Frame, error: ConvSpecError) -> None:
    st.warning(error.rule)
    changes = frame.mended()
    if changes:
        advice = ConvSpecError("", "", changes).advice.rstrip(".")
        st.button(advice, key="weights_mend", on_click=set_controls, args=(changes,))
