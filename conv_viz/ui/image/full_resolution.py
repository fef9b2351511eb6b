"""Full resolution on request: a button, a progress bar with a cancel, and what came out of it."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import numpy as np
import streamlit as st
from streamlit.runtime import exists, get_instance
from streamlit.runtime.scriptrunner import get_script_run_ctx

from conv_viz.compute.full_resolution import FullMaps, FullRun, offer
from conv_viz.compute.turns import place_words
from conv_viz.images.contact_sheet import colour_range, encode
from conv_viz.scenes.gallery import BEYOND, Look, map_picture
from conv_viz.ui.image.downloads import download, npy
from conv_viz.ui.image.shown import Now, Shown
from conv_viz.ui.session import session

CUT = 700  # pixels a side that are looked at together
POLL = 0.25  # seconds between two looks at a run


@dataclass(frozen=True, eq=False)
class Asked:
    """A run, and what it was asked for: another layer or picture makes it worthless."""

    key: Hashable
    run: FullRun


def offered(shown: Shown) -> range | str | None:
    """What can be run: these maps, or a sentence why not; None where everything is shown in full already."""
    return offer(shown.filters, shown.loaded.preview, shown.look.chosen)


def busy() -> bool:
    """Whether there is a run, at work or done, that belongs to what was shown before."""
    return session().gallery.asked is not None


def full_resolution(now: Now) -> None:
    """The panel below the gallery."""
    wanted = offered(now.shown)
    asked = _current(_key(now.shown, wanted))
    if isinstance(wanted, str):
        st.caption(wanted)
    elif wanted is not None:
        if asked is None:
            _start(now, wanted)
        elif asked.run.running:
            _watch()
        else:
            _result(asked, now, wanted)


def _key(shown: Shown, wanted: range | str | None) -> Hashable:
    return shown.loaded.key, shown.key, wanted


def _current(key: Hashable) -> Asked | None:
    """The run of this session, if it is still of use; else it is stopped and forgotten."""
    asked = session().gallery.asked
    if asked is None or asked.key == key:
        return asked
    _forget()
    return None


def _forget() -> None:
    asked, session().gallery.asked = session().gallery.asked, None
    if asked is not None:
        asked.run.cancel()


def _start(now: Now, wanted: range) -> None:
    height, width = now.shown.loaded.preview.full_size
    what = "all maps" if len(wanted) == now.shown.filters.count else "this map"

    def start() -> None:
        shown = now.shown
        _forget()  # a second click asks for the same again
        run = FullRun(shown.loaded.whole, shown.filters, wanted, _connected())
        session().gallery.asked = Asked(_key(shown, wanted), run)

    st.button(
        f"Run {what} in full resolution, {height} × {width}", on_click=start, key="full",
        help="The whole picture, strip by strip, in the background.",
    )  # fmt: skip


def _connected() -> Callable[[], bool]:
    """Whether the browser of this session is still there, as any thread may ask."""
    context = get_script_run_ctx()
    visitor = "" if context is None else context.session_id
    return lambda: exists() and get_instance().is_active_session(visitor)


@st.fragment(run_every=POLL)
def _watch() -> None:
    asked = session().gallery.asked
    if asked is None or not asked.run.running:
        st.rerun()
    with st.container(horizontal=True, vertical_alignment="center"):
        ahead = asked.run.ahead
        waits = f"full resolution: {place_words(ahead)}, as one run is worked at a time"
        st.progress(min(1.0, asked.run.done), waits if ahead else f"full resolution: {asked.run.done:.0%}")
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

    look = now.shown.look
    chosen = made.maps[look.chosen - shown.start if look.chosen in shown else 0]

    def picture() -> bytes:
        return encode(map_picture(chosen, colour_range(chosen, relu=look.relu, beyond=BEYOND), look), "PNG")

    with st.container(horizontal=True):
        download("Map in full, PNG", picture, "full_map.png")
        download("Numbers in full, .npy", lambda: npy(made.maps), "full_maps.npy")
        st.button("Done with it", on_click=_forget, key="forget", help="Gives the memory back.")
    _pixel_by_pixel(chosen, look)


@st.fragment
def _pixel_by_pixel(chosen: np.ndarray, look: Look) -> None:
    """A part of the map, one pixel of it on one of the page, and where it begins."""
    if not st.toggle("look at it", key="full_look", help=f"Pixel by pixel, {CUT} × {CUT} of them at a time."):
        return
    with st.container(horizontal=True):
        begin = [
            st.slider(f"from {name}", 0, size - CUT, (size - CUT) // 2, key=f"full_{name}", width=260)
            if size > CUT
            else 0
            for name, size in zip(("row", "column"), chosen.shape, strict=True)
        ]
    part = chosen[begin[0] : begin[0] + CUT, begin[1] : begin[1] + CUT]
    span = colour_range(chosen, relu=look.relu, beyond=BEYOND)
    st.image(encode(map_picture(part, span, look), "PNG"), width=part.shape[1])
