"""Choosing the picture: a sample, a file, or the camera. What cannot be read is said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from conv_viz.images import LAYOUTS, MAX_BYTES, MAX_PIXELS, PictureError
from conv_viz.samples import samples
from conv_viz.ui.own_picture import Loaded, brought_picture, current_picture, load, sample, take_picture

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

SAMPLES = {
    "astronaut": "astronaut.jpg",
    "photographer": "camera.png",
    "cat, 4 bands": "cat_4_bands.tif",
    "coffee": "photo.png",
}
FILE, CAMERA = "your file", "camera"
READABLE = (
    f"PNG, JPEG, WebP, GIF, BMP, TIFF or .npy; at most {MAX_BYTES // 10**6} MB and {MAX_PIXELS // 10**6} megapixels."
)
ALPHAS = {"white": "on white", "channel": "as a channel"}


def choose_picture() -> None:
    """Draw the choice, and take what is chosen as the picture of this session."""
    there = {path.name for _, path in samples()}
    options = [*(name for name, file in SAMPLES.items() if file in there), FILE, CAMERA]
    chosen = st.segmented_control(
        "picture", options, default=options[0], required=True, key="picture", persist_state="session"
    )
    if chosen in SAMPLES:
        take_picture(sample(SAMPLES[chosen]))
        return
    with st.container():  # a fixed place: what comes and goes here must not move the gallery
        file = st.file_uploader(READABLE, key="file") if chosen == FILE else st.camera_input("a picture", key="camera")
        refused = _opened(file) if file is not None else ""
        brought = brought_picture()
        if brought is not None:
            refused = _read_as_wanted(brought) or refused
        if refused:
            st.error(refused)
    if current_picture() is None:
        take_picture(sample(next(iter(SAMPLES.values()))))


def _opened(file: UploadedFile) -> str:
    """Read an upload once; the sentence why it is no picture, or nothing."""
    seen, refused = st.session_state.get("_file", ("", ""))
    if seen != file.file_id:
        refused = ""
        try:
            take_picture(load(file.getvalue(), file.name))
        except PictureError as error:
            refused = str(error)
        st.session_state["_file"] = file.file_id, refused
    return refused


def _read_as_wanted(brought: Loaded) -> str:
    """The switches for what can be read in more than one way; the sentence why that failed, or nothing."""
    digest = brought.key.split()[0]
    layout, alpha = brought.layout, brought.alpha
    if brought.is_array:
        layout = _switch("axes of the array", list(LAYOUTS), f"layout_{digest}", layout)
    if brought.has_alpha:
        alpha = _switch("transparency", list(ALPHAS), f"alpha_{digest}", alpha)
    try:
        same = (layout, alpha) == (brought.layout, brought.alpha)
        take_picture(brought if same else load(brought.data, brought.title, layout, alpha))
    except PictureError as error:
        return str(error)
    return ""


def _switch(label: str, options: list[str], key: str, chosen: str) -> str:
    return st.segmented_control(
        label, options, default=chosen, required=True, key=key, format_func=lambda option: ALPHAS.get(option, option)
    )
