"""What one can take along, made only when it is asked for; and full resolution, with progress and cancel."""

from __future__ import annotations

import io

import numpy as np
import streamlit as st

from conv_viz.filter_view import filters_of
from conv_viz.filtering import Filtered, TooLarge, filtered
from conv_viz.frame import Frame
from conv_viz.full_resolution import FullMaps, FullRun, wanted_maps
from conv_viz.gallery import encode, value_range
from conv_viz.gallery_scene import Look, chosen_map, map_picture, sheet_of, span_of
from conv_viz.headline import shown_bytes
from conv_viz.images import PictureError
from conv_viz.picture import Weights
from conv_viz.spec import ConvSpecError
from conv_viz.ui.own_picture import Loaded

POLL = 0.25  # seconds between two looks at a run
RUN = "_full_run"


def downloads(frame: Frame, loaded: Loaded, named: bool, look: Look, weights: Weights | None) -> None:
    """The row below the gallery."""

    def again() -> Filtered:
        return filtered(loaded.preview, filters_of(frame, named, weights), look.chosen)

    def one() -> bytes:
        done = again()
        index = chosen_map(done, look)
        return encode(map_picture(done.maps[index - done.shown.start], span_of(done, look, index), look), "PNG")

    with st.container(horizontal=True, vertical_alignment="bottom"):
        ignore = dict(on_click="ignore", width="content")
        st.download_button("This map, PNG", one, "feature_map.png", "image/png", key="map_png", **ignore)
        st.download_button(
            "All maps on a sheet, PNG", lambda: encode(sheet_of(again(), look).image, "PNG"), "feature_maps.png",
            "image/png", key="sheet_png", **ignore,
        )  # fmt: skip
        st.download_button(
            "Numbers of all maps, .npy", lambda: npy(again().maps), "feature_maps.npy", "application/octet-stream",
            key="maps_npy", **ignore,
        )  # fmt: skip


def npy(array: np.ndarray) -> bytes:
    """The bytes of a ``.npy``.

    >>> np.load(io.BytesIO(npy(np.arange(3)))).tolist()
    [0, 1, 2]
    """
    file = io.BytesIO()
    np.save(file, array, allow_pickle=False)
    return file.getvalue()
