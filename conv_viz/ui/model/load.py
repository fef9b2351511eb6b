"""Bringing a model: a file, or the small network that comes with the app; and what print(model) tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from conv_viz.limits import MODEL_BYTES
from conv_viz.models.model import Model
from conv_viz.models.printed import tell
from conv_viz.models.read import read_model
from conv_viz.places import ASSETS
from conv_viz.ui.model.held import current_model, take_model, tell_model
from conv_viz.ui.reading import file_was_read
from conv_viz.ui.server.uploads import NoRoomError, content, let_go
from conv_viz.ui.session import session
from conv_viz.ui.words import literal
from conv_viz.weights.header import WeightsFileError

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

READABLE = f".safetensors, .pt or .pth with a state_dict, or .onnx; at most {MODEL_BYTES // 10**6} MB."
EXAMPLE = "digits.safetensors"
NO_FILE = "This page lists the convolutions of a file, and shows filters, window and maps of each. No file at hand?"
PRINTED = "model_printed"


def choose_file() -> None:
    """Draw the choice, and read a file once. What cannot be read is said in one sentence, and changes nothing."""
    held = session().model
    # after each file an empty field for the next one
    file = st.file_uploader(READABLE, key=f"model_file_{held.files}", max_upload_size=MODEL_BYTES // 10**6)
    if file is not None:
        with st.spinner(f"Reading {literal(file.name)} …"):
            held.refused = _read(file)
        let_go(file)
        held.files += 1
        st.rerun()
    if held.refused:
        st.error(literal(held.refused))
    if current_model() is None:
        with st.container(horizontal=True, vertical_alignment="center"):
            st.markdown(NO_FILE, width="content")
            st.button("the small network of Draw a digit", key="model_example", on_click=_example)


def printed_text(model: Model) -> None:
    """A field for what print(model) writes; what a file does not tell comes from it."""
    told = session().model.told
    if all(layer.source or layer.problem for layer in model.layers) and told is None:
        return
    with st.expander("paste what print(model) writes: stride, padding, dilation and groups of every layer"):
        st.text_area("print(model)", key=PRINTED, height=150, label_visibility="collapsed", on_change=_tell)
    if told:
        st.info(literal(told))


def _read(file: UploadedFile) -> str:
    """Read a file; the sentence why it is no model, or nothing."""
    try:
        _take(read_model(content(file), file.name))
    except (WeightsFileError, NoRoomError) as error:
        file_was_read()
        return str(error)
    return ""


def _example() -> None:
    session().model.refused = ""
    _take(read_model((ASSETS / EXAMPLE).read_bytes(), EXAMPLE))


def _take(model: Model) -> None:
    session().model.told = None
    st.session_state.pop(PRINTED, None)
    take_model(model)


def _tell() -> None:
    model, text = current_model(), st.session_state.get(PRINTED) or ""
    if model is None or not text.strip():
        return
    try:
        model, session().model.told = tell(model, text)
        tell_model(model, text)
    except ValueError as error:
        session().model.told = str(error)
