"""Choosing the picture: a sample, a file, or the camera. What cannot be read is said in one sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from conv_viz.images.read import LAYOUTS, MAX_BYTES, MAX_PIXELS, PictureError
from conv_viz.images.samples import samples
from conv_viz.ui.image.own import (
    Loaded,
    brought_picture,
    current_picture,
    load,
    sample,
    take_picture,
)
from conv_viz.ui.reading import file_was_read
from conv_viz.ui.server.uploads import NoRoomError, content
from conv_viz.ui.session import session

if TYPE_CHECKING:
    from streamlit.runtime.uploaded_file_manager import UploadedFile

SAMPLES = {
    "astronaut": "astronaut.jpg",
    "photographer": "camera.png",
    "cat, 4 bands": "cat_4_bands.tif",
    "satellite, 4 bands": "landscape_4_bands.tif",
    "coffee": "photo.png",
}
FILE, CAMERA = "your file", "camera"
READABLE = (
    f"PNG, JPEG, WebP, GIF, BMP, TIFF or .npy; at most {MAX_BYTES // 10**6} MB and {MAX_PIXELS // 10**6} megapixels."
)
ALPHAS = {"white": "on white", "channel": "as a channel"}
SCALINGS = {"range": "0 to 1", "stretch": "stretched", "raw": "as they are"}
NUMBERS = (
    "What the layer reads. 0 to 1: the range of the file's type, or of its numbers where the type has none. "
    "Stretched: the smallest value becomes 0, the largest 1. As they are: whole numbers stay whole."
)


def choose_picture() -> None:
    """Draw the choice, and take what is chosen as the picture of this session."""
    there = {path.name for _, path in samples()}
    options = [*(name for name, file in SAMPLES.items() if file in there), FILE, CAMERA]
    chosen = st.segmented_control(
        "picture", options, default=options[0], required=True, key="picture", persist_state="session",
        bind="query-params",
    )  # fmt: skip
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
    seen, refused = session().pictures.file
    if seen != file.file_id:
        refused = ""
        try:
            take_picture(load(content(file), file.name))
        except (PictureError, NoRoomError) as error:
            refused = str(error)
            file_was_read()
        session().pictures.file = file.file_id, refused
    return refused


def _read_as_wanted(brought: Loaded) -> str:
    """The switches for what can be read in more than one way; the sentence why that failed, or nothing."""
    digest = brought.key.split()[0]
    layout, alpha, scaling = brought.layout, brought.alpha, brought.scaling
    offered, now = brought.preview.scalings, brought.preview.scaling
    with st.container(horizontal=True):
        if brought.is_array:
            layout = _switch("axes of the array", {name: name for name in LAYOUTS}, f"layout_{digest}", layout)
        if brought.has_alpha:
            alpha = _switch("transparency", ALPHAS, f"alpha_{digest}", alpha)
        if offered:
            names = {name: SCALINGS[name] for name in offered}
            chosen = _switch("numbers", names, f"scaling_{digest}", now, NUMBERS)
            scaling = scaling if chosen == now else chosen
    if (layout, alpha, scaling) == (brought.layout, brought.alpha, brought.scaling):
        take_picture(brought)
        return ""
    try:
        take_picture(load(brought.data, brought.title, layout, alpha, scaling))
    except PictureError as error:
        file_was_read()
        return str(error)
    return ""


def _switch(label: str, names: dict[str, str], key: str, chosen: str, help: str | None = None) -> str:
    return st.segmented_control(
        label, list(names), default=chosen, required=True, key=key, format_func=names.__getitem__, help=help
    )
