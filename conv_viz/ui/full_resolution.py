"""Full resolution on request: a button, a progress bar with a cancel, and what came out of it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from conv_viz.filtering import in_full
from conv_viz.full_resolution import FullMaps, FullRun, wanted_maps
from conv_viz.gallery import colour_range, encode
from conv_viz.gallery_scene import BEYOND, map_picture
from conv_viz.images import PictureError
from conv_viz.ui.downloads import download, npy
from conv_viz.ui.shown import Now, Shown

POLL = 0.25  # seconds between two looks at a run
RUN = "_full_run"


@dataclass(frozen=True, eq=False)
class Asked:
    """A run, and what it was asked for: another layer or picture makes it worthless."""

    key: Hashable
    run: FullRun


def offered(shown: Shown) -> range | str | None:
    """What can be run: these maps, or a sentence why not; None where everything is shown in full already."""
    if in_full(shown.filters, shown.loaded.preview, shown.look.chosen):
        return None
    try:
        return wanted_maps(shown.filters, shown.loaded.preview.full_size, shown.look.chosen)
    except PictureError as error:
        return str(error)


def busy() -> bool:
    """Whether there is a run, at work or done, that belongs to what was shown before."""
    return RUN in st.session_state


def full_resolution(now: Now) -> None:
    """The panel below the gallery."""
    offer = offered(now.shown)
    asked = _current(_key(now.shown, offer))
    if isinstance(offer, str):
        st.caption(offer)
    elif offer is not None:
        if asked is None:
            _start(now, offer)
        elif asked.run.running:
            _watch()
        else:
            _result(asked, now, offer)


def _key(shown: Shown, offer: range | str | None) -> Hashable:
    return shown.loaded.key, shown.key, offer


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


def _start(now: Now, offer: range) -> None:
    height, width = now.shown.loaded.preview.full_size
    what = "all maps" if len(offer) == now.shown.filters.count else "this map"

    def start() -> None:
        shown = now.shown
        run = FullRun(shown.loaded.whole, shown.filters, offer)
        st.session_state[RUN] = Asked(_key(shown, offer), run)

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


def _result(asked: Asked, now: Now, shown: range) -> None:
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

    def picture() -> bytes:
        look = now.shown.look
        chosen = made.maps[look.chosen - shown.start if look.chosen in shown else 0]
        span = colour_range(chosen, relu=look.relu, beyond=BEYOND)
        return encode(map_picture(chosen, span, look), "PNG")

    with st.container(horizontal=True):
        download("Map in full, PNG", picture, "full_map.png")
        download("Numbers in full, .npy", lambda: npy(made.maps), "full_maps.npy")
        st.button("Done with it", on_click=_forget, key="forget", help="Gives the memory back.")
