"""The page of what one takes along: code and links, each with the copy button of its box, and pictures."""

from __future__ import annotations

import re

import streamlit as st

from conv_viz.code import write_call
from conv_viz.frame import Frame
from conv_viz.same import Sides
from conv_viz.take import KINDS, code, embed, link, sides_of
from conv_viz.ui.controls import control_values, query
from conv_viz.ui.weights import weights_of
from conv_viz.ui.words import literal

LOOKS = ("sample", "filter", "channel")  # what the reader looks at, beside the controls
INDEX, CELL = re.compile("[0-9]{1,8}"), re.compile("[0-9]{1,5},[0-9]{1,5}")
PADDINGS = ("as the layer", "'same'", "each side")


def take_along(frame: Frame) -> None:
    """Draw the page for the frame's layer: one function a section."""
    _code(frame)
    _links(frame)
    _pictures(frame)


def _code(frame: Frame) -> None:
    kind = st.segmented_control("code", KINDS, default=KINDS[0], required=True, key="code", bind="query-params")
    kind = kind or KINDS[0]  # an empty value in a link
    found = code(kind, frame, _sides(frame) if kind == "F.pad" else None)
    if found.code:
        # Plain and wrapped: Streamlit's colours of code have too little contrast, and a box that scrolls takes no keys.
        st.code(found.code, language=None, wrap_lines=True)
        st.markdown(literal(found.note))
    else:
        st.info(literal(found.note))


def _sides(frame: Frame) -> Sides | str | None:
    """Which padding ``F.pad`` is to do; None for the layer's own."""
    what = st.segmented_control("padding", PADDINGS, default=PADDINGS[0], required=True, key="pad_as")
    if what != PADDINGS[2]:
        return "same" if what == PADDINGS[1] else None
    sides = sides_of(frame)
    with st.container(horizontal=True):
        top, bottom, left, right = (
            st.number_input(name, 0, 64, pad, key=f"pad_{name}", width=110)
            for name, pad in zip(("top", "bottom", "left", "right"), (*sides[0], *sides[1]), strict=True)
        )
    return (top, bottom), (left, right)


def _links(frame: Frame) -> None:
    arguments = dict(frame.arguments)
    address = link(
        _app(), {**query({**control_values(arguments, frame.input_shape, frame.fill), "seed": frame.seed}), **_looks()}
    )
    st.markdown("link to this layer, with everything that is set")
    st.code(address, language=None, wrap_lines=True)
    st.markdown("the same inside a page of yours")
    st.code(embed(address, write_call(arguments)), language=None, wrap_lines=True)


def _pictures(frame: Frame) -> None:
    from conv_viz.ui.pictures import pictures  # imports torch: the rest of the page does not wait for it

    pictures(frame, weights_of(frame))


def _app() -> str:
    """Where the app is, as the browser sees it."""
    return (st.context.url or "").split("?")[0].removesuffix("/").removesuffix("/take")


def _looks() -> dict[str, str]:
    """Sample, filter, page of channels and pinned cell, of this session or of the link that it came by."""
    view, linked = st.session_state.get("view"), st.query_params
    chosen = {name: str(getattr(view, name)) if view else linked.get(name, "") for name in LOOKS}
    chosen = {name: text for name, text in chosen.items() if INDEX.fullmatch(text) and int(text)}
    cell = st.session_state.get("cell", linked.get("cell", ""))
    return {**chosen, "cell": cell} if CELL.fullmatch(cell) else chosen
