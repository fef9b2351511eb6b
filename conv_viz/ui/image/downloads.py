"""What one can take along; made only when it is asked for."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import streamlit as st

from conv_viz.compute.filtering import filtered
from conv_viz.images.contact_sheet import encode
from conv_viz.images.maps import Filtered
from conv_viz.scenes.gallery import chosen_map, map_picture, sheet_of, span_of
from conv_viz.ui.image.shown import Now


def downloads(now: Now) -> None:
    """The row below the gallery."""

    def again() -> Filtered:
        return filtered(now.shown.loaded.preview, now.shown.filters, now.shown.look.chosen)

    def one() -> bytes:
        done, look = again(), now.shown.look
        index = chosen_map(done, look)
        return encode(map_picture(done.maps[index - done.shown.start], span_of(done, look, index), look), "PNG")

    def all_of_them() -> bytes:
        return encode(sheet_of(again(), now.shown.look).image, "PNG")

    with st.container(horizontal=True, vertical_alignment="bottom"):
        download("This map, PNG", one, "feature_map.png")
        download("All maps on a sheet, PNG", all_of_them, "feature_maps.png")
        download("Numbers of all maps, .npy", lambda: npy(again().maps), "feature_maps.npy")


def download(label: str, made: Callable[[], bytes], name: str) -> None:
    """A button whose file is made when it is pressed."""
    kind = "image/png" if name.endswith(".png") else "application/octet-stream"
    st.download_button(label, made, name, kind, key=name, on_click="ignore")


def npy(array: np.ndarray) -> bytes:
    """The bytes of a ``.npy``.

    >>> np.load(io.BytesIO(npy(np.arange(3)))).tolist()
    [0, 1, 2]
    """
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()
