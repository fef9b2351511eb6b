"""The field that takes pasted text and sets every control by it. Idle, it is one element of the sidebar."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import streamlit as st

from conv_viz.adopt import adopt
from conv_viz.calls import MAX_NUMBER
from conv_viz.frame import Frame
from conv_viz.paste import Layer, Pasted, PasteError, read
from conv_viz.ui.controls import COUNTS, INPUT, PAIRS, set_controls, set_frame
from conv_viz.ui.words import literal

LIMITS = {name: whole.limit for name, whole in {**COUNTS, **PAIRS, **INPUT}.items()}
USUAL = {"stride": 1, "dilation": 1, "groups": 1, "padding": 0}  # what a variable of that name mostly is
NOTHING = Pasted()
AHEAD = 0.05  # seconds in which the picture is on its way before a new run of the script drops what was not sent
PLACEHOLDER = "paste code or an error"


@dataclass(frozen=True)
class Paste:
    """What was pasted and what came of it; `values` were given for its names, "undo" goes back to `before`."""

    text: str = ""
    values: Mapping[str, int] = field(default_factory=dict)
    pasted: Pasted = NOTHING
    before: Frame | None = None
    notes: tuple[str, ...] = ()
    refused: str = ""


def paste_field(show: Callable[[str], None] | None = None) -> None:
    """Draw the field and, after a paste, what it says. Before the controls: it sets them.

    With `show`, as for `frame_controls`, the field runs alone first and hands its picture to the stage;
    then the whole script brings the controls after it.
    """
    if show is None:
        _field()
    else:
        st.fragment(partial(_field_alone, show), key="alone_paste")()
    paste = st.session_state.get("pasted")
    if paste:
        _outcome(paste)


def _field() -> bool | None:
    """The field; whether the text that was just pasted set the controls, None when nothing was pasted."""
    st.chat_input(PLACEHOLDER, key="paste", on_submit=_submit)
    return st.session_state.pop("_paste_set", None)


def _field_alone(show: Callable[[str], None]) -> None:
    controls_set = _field()
    if controls_set:
        show("paste")
        time.sleep(AHEAD)
    if controls_set is not None:
        st.rerun()


def _outcome(paste: Paste) -> None:
    pasted = paste.pasted
    if paste.refused:
        st.warning(literal(paste.refused))
    if sentences := _sentences(paste):
        st.markdown("\n\n".join(sentences))
    if len(pasted.layers) > 1:
        st.selectbox(
            f"{len(pasted.layers)} layers",
            range(len(pasted.layers)),
            format_func=lambda i: _title(pasted.layers[i]),
            key="paste_layer",
            on_change=_choose,
        )
    if pasted.asked:
        _ask(pasted.asked)
    with st.container(horizontal=True):
        if paste.before:
            st.button("undo", key="paste_undo", on_click=_undo, help="Back to the layer before the paste.")
        st.button("close", key="paste_close", on_click=_close, help="Keep the layer, put these lines away.")


def _title(layer: Layer) -> str:
    """A layer as the menu shows it: ``conv1 (3, 64, kernel_size=7)``."""
    return f"{layer.name} {layer.spec.code().removeprefix('nn.Conv2d')}"


def _sentences(paste: Paste) -> list[str]:
    pasted = paste.pasted
    said = [f"**{literal(pasted.cause)}**", literal(pasted.fix)] if pasted.cause else []
    return said + [literal(note) for note in (*pasted.notes, *paste.notes)]


def _ask(names: tuple[str, ...]) -> None:
    """A field for each variable whose value the text does not give."""
    with st.form("paste_values", border=False):
        for i, name in enumerate(names):
            if i % 2 == 0:  # two in a row; a row at a time, so that the tab key goes along it
                row = st.columns(2)
            row[i % 2].number_input(literal(name), 0, MAX_NUMBER, _usual(name), 1, key=f"asked_{i}")
        st.form_submit_button("set", on_click=_give)


def _usual(name: str) -> int | None:
    if name == "in_channels":
        return st.session_state["frame"].input_shape[1]
    return USUAL.get(name)


# -- callbacks: they run before the controls are drawn ------------------------------------


def _submit() -> None:
    before = st.session_state.get("_pending")
    _read(Paste(st.session_state["paste"] or ""))
    st.session_state["_paste_set"] = st.session_state.get("_pending") is not before


def _give() -> None:
    paste: Paste = st.session_state["pasted"]
    given = {name: st.session_state[f"asked_{i}"] for i, name in enumerate(paste.pasted.asked)}
    known = {name: value for name, value in given.items() if value is not None}
    _read(replace(paste, values={**paste.values, **known}))


def _read(paste: Paste) -> None:
    """Read a text and show its first layer; when it says nothing, all stays as it was."""
    frame: Frame = st.session_state["frame"]
    try:
        pasted = read(paste.text, paste.values, size=(frame.input_shape[-2], frame.input_shape[-1]))
    except PasteError as error:
        last: Paste = st.session_state.get("pasted") or paste
        st.session_state["pasted"] = Paste(before=last.before, refused=str(error))
        return
    st.session_state["pasted"] = replace(paste, pasted=pasted)
    st.session_state["paste_layer"] = 0
    _show(0)


def _choose() -> None:
    _show(st.session_state["paste_layer"])


def _show(index: int) -> None:
    """Set the controls to a layer of the text, or to what a message tells without one."""
    paste: Paste = st.session_state["pasted"]
    frame: Frame = st.session_state["frame"]
    try:
        adopted = adopt(paste.pasted, frame.input_shape, LIMITS, index)
    except PasteError as error:
        st.session_state["pasted"] = replace(paste, notes=(), refused=str(error))
        return
    if adopted.arguments or adopted.input_shape:
        paste = replace(paste, before=paste.before or frame)
        set_controls(adopted.arguments, adopted.input_shape)
    st.session_state["pasted"] = replace(paste, notes=adopted.notes, refused="")


def _undo() -> None:
    paste: Paste = st.session_state.pop("pasted")
    if paste.before:
        set_frame(paste.before)


def _close() -> None:
    st.session_state.pop("pasted", None)
