"""Bringing a model: a file, or the small network that comes with the app; and what print(model) tells of it."""

from __future__ import annotations

import streamlit as st

from conv_viz.limits import MODEL_BYTES
from conv_viz.models.model import Model
from conv_viz.models.printed import tell
from conv_viz.models.read import read_model
from conv_viz.places import ASSETS
from conv_viz.ui.model.held import current_model, refuse_model, take_model, tell_model
from conv_viz.ui.server.uploads import let_go
from conv_viz.ui.words import literal
from conv_viz.weights.header import WeightsFileError

FILES, REFUSED, TOLD = "_model_files", "_model_unread", "_model_told"
READABLE = f".safetensors, .pt or .pth with a state_dict, or .onnx; at most {MODEL_BYTES // 10**6} MB."
EXAMPLE = "digits.safetensors"
PRINTED = "model_printed"


def choose_file() -> None:
    """Draw the choice, and read a file once. What cannot be read is said in one sentence, and changes nothing."""
    count = st.session_state.get(FILES, 0)  # after each file an empty field for the next one
    file = st.file_uploader(READABLE, key=f"model_file_{count}", max_upload_size=MODEL_BYTES // 10**6)
    if file is not None:
        with st.spinner(f"Reading {literal(file.name)} …"):
            st.session_state[REFUSED] = _read(file.getvalue(), file.name)
        let_go(file)
        st.session_state[FILES] = count + 1
        st.rerun()
    if sentence := st.session_state.get(REFUSED):
        st.error(literal(sentence))
    if current_model() is None:
        st.button("the small network of the page Draw a digit", key="model_example", type="tertiary", on_click=_example)


def printed_text(model: Model) -> None:
    """A field for what print(model) writes; what a file does not tell comes from it."""
    if all(layer.source or layer.problem for layer in model.layers) and TOLD not in st.session_state:
        return
    with st.expander("paste what print(model) writes: stride, padding, dilation and groups of every layer"):
        st.text_area("print(model)", key=PRINTED, height=150, label_visibility="collapsed", on_change=_tell)
    if sentence := st.session_state.get(TOLD):
        st.info(literal(sentence))


def _read(data: bytes, name: str) -> str:
    """Read a file; the sentence why it is no model, or nothing."""
    try:
        _take(read_model(data, name))
    except WeightsFileError as error:
        refuse_model()
        return str(error)
    return ""


def _example() -> None:
    st.session_state[REFUSED] = _read((ASSETS / EXAMPLE).read_bytes(), EXAMPLE)


def _take(model: Model) -> None:
    for key in (TOLD, PRINTED):
        st.session_state.pop(key, None)
    take_model(model)


def _tell() -> None:
    model, text = current_model(), st.session_state.get(PRINTED) or ""
    if model is None or not text.strip():
        return
    try:
        told, st.session_state[TOLD] = tell(model, text)
        tell_model(told, text)
    except ValueError as error:
        st.session_state[TOLD] = str(error)
