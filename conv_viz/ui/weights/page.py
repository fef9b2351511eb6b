"""The page Weights, from the frame to its parts."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

import streamlit as st

from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.layers.kinds import KINDS, WeightedLayer
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice, smaller
from conv_viz.layers.summary import FLOAT32, shown_bytes
from conv_viz.layers.values import ConvSpecError
from conv_viz.limits import WEIGHT_BYTES
from conv_viz.scenes.weights import clamped, column_name
from conv_viz.ui.controls import set_controls
from conv_viz.ui.fix import apply_fix
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.view import current_view, look
from conv_viz.ui.weights.desk import Desk
from conv_viz.ui.weights.edit import editor
from conv_viz.ui.weights.edited import current_weights
from conv_viz.ui.weights.view import initialisation, responses, tensor
from conv_viz.weights.edits import filters

BESIDE, BELOW = 16, (28, 32)
"""Weights in a row of the picture up to which the controls stand beside it; and the rows and columns for
which the whole width leaves room for numbers that half of it does not."""


def weights_page(setup: Setup) -> None:
    """Everything about the weights of the frame's layer, or in one sentence why there is nothing."""
    if KINDS[setup.name].weight_shape is None:
        st.info(f"nn.{setup.name} has no weights: every cell of a window counts as it is.")
        return
    try:
        spec = _layer(setup)
    except ConvSpecError as error:
        _impossible(setup, error)
        return
    if _too_many(spec):
        _too_large(setup, spec)
        return
    _page(spec, setup.seed)
    leave_imports_alone()


def _page(spec: WeightedLayer, seed: int) -> None:
    filter, slice = _chosen(spec)
    weights = current_weights(spec) or drawn_weights(spec, seed)
    kernel = filters(spec, weights).weight[filter, slice]
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
        responses(spec, kernel, f"filter {filter}, {column_name(spec, slice)},")
    with right:
        editor(Desk(spec, seed, filter, slice), choose)
    initialisation(spec, weights)


def _too_many(spec: WeightedLayer) -> bool:
    return FLOAT32 * math.prod(spec.weight_shape) > WEIGHT_BYTES


def _too_large(setup: Setup, spec: WeightedLayer) -> None:
    needed, most = (shown_bytes(n) for n in (FLOAT32 * math.prod(spec.weight_shape), WEIGHT_BYTES))
    st.info(f"The weights of this layer take {needed}, and up to {most} are drawn. Choose fewer channels.")
    nearest = smaller(setup, lambda tried: not _too_many(_layer(tried)), ("in_channels", "out_channels", "kernel_size"))
    if nearest is not None:
        st.button(
            advice(setup, nearest).rstrip("."), key="weights_smaller", on_click=apply_fix,
            args=(replace(setup, input_shape=nearest.input_shape), nearest),
        )  # fmt: skip


def _layer(setup: Setup) -> WeightedLayer:
    made: Any = setup.layer()
    return made


def _wide(spec: WeightedLayer) -> bool:
    count, width, kh, kw = spec.filter_shape
    return count * kh <= BELOW[0] and BESIDE < width * kw <= BELOW[1]


def _chosen(spec: WeightedLayer) -> tuple[int, int]:
    """The filter that the session looks at, and the slice of the channel that it looks at."""
    view = current_view()
    filter, _ = clamped(spec, view.filter, 0)
    return clamped(spec, filter, view.channel - spec.channels_of(filter).start)


def _impossible(setup: Setup, error: ConvSpecError) -> None:
    st.warning(error.rule)
    changes = setup.mended()
    if changes:
        advice = ConvSpecError("", "", changes).advice.rstrip(".")
        st.button(advice, key="weights_mend", on_click=set_controls, args=(changes,))
