"""Full resolution on request: a button, a progress bar with a cancel, and what came out of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from conv_viz.filtering import Filters
from conv_viz.full_resolution import FullMaps, FullRun, wanted_maps
from conv_viz.gallery import colour_range, encode
from conv_viz.gallery_scene import BEYOND, Look, map_picture
from conv_viz.images import PictureError
from conv_viz.ui.downloads import download, npy
from conv_viz.ui.own_picture import Loaded

POLL = 0.25  # seconds between two looks at a run
RUN = "_full_run"


@dataclass(frozen=True, eq=False)
class Asked:
    """A run, and what it was asked for: another layer or picture makes it worthless."""

    key: Hashable
    run: FullRun


def full_resolution(loaded: Loaded, filters: Filters, look: Look, key: Hashable) -> None:
    """The panel for this picture and these filters, which `key` tells apart from every other."""
    try:
        shown = wanted_maps(filters, loaded.preview.full_size, look.chosen)
    except PictureError as error:
        st.caption(str(error))
        return
    asked = _current((loaded.key, key, shown))
    if asked is None:
        _start(loaded, filters, shown, (loaded.key, key, shown))
    elif asked.run.running:
        _watch()
    else:
        _result(asked, look, shown)


def _current(key: Hashable) -> Asked | None:
    """The run of this session, if it is still of use; else it is stopped and forgotten."""
    asked = st.session_state.get(RUN)
    if asked is None or asked.key == key:
        return asked
    _forget()
    return None


def _forget() -> None:
    asked = st.session_state.pop(RUN, None)
    if asked is not None:
        asked.run.cancel()


def _start(loaded: Loaded, filters: Filters, shown: range, key: Hashable) -> None:
    height, width = loaded.preview.full_size
    what = "all maps" if len(shown) == filters.count else "this map"

    def start() -> None:
        st.session_state[RUN] = Asked(key, FullRun(loaded.whole, filters, shown))

    st.button(
        f"Run {what} in full resolution, {height} × {width}", on_click=start, key="full",
        help="The whole picture, strip by strip, in the background.",
    )  # fmt: skip


@st.fragment(run_every=POLL)
def _watch() -> None:
    asked = st.session_state.get(RUN)
    if asked is None or not asked.run.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        st.progress(min(1.0, asked.run.done), f"full resolution: {asked.run.done:.0%}")
        if st.button("Cancel", key="cancel"):
            _forget()
            st.rerun()


def _result(asked: Asked, look: Look, shown: range) -> None:
    if asked.run.result is None:
        st.error(asked.run.error or "The run was stopped.")
        st.button("Try again", on_click=_forget, key="again")
        return
    made: FullMaps = asked.run.result
    count, height, width = made.maps.shape
    low, high = made.values
    which = f"map {shown.start}" if count == 1 else f"{count} maps"
    st.caption(
        f"Full resolution, {which} of {height} × {width} in {made.seconds:.1f} s: values from {low:.4g} to {high:.4g}."
    )
    chosen = made.maps[look.chosen - shown.start if look.chosen in shown else 0]

    def picture() -> bytes:
        span = colour_range(chosen, relu=look.relu, beyond=BEYOND)
        return encode(map_picture(chosen, span, look), "PNG")

    with st.container(horizontal=True):
        download("Map in full, PNG", picture, "full_map.png")
        download("Numbers in full, .npy", lambda: npy(made.maps), "full_maps.npy")
        st.button("Done with it", on_click=_forget, key="forget", help="Gives the memory back.")
