"""The stage as a Streamlit component: one payload in, choices out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import streamlit as st

from conv_viz.frame import Frame
from conv_viz.layer import one_thread
from conv_viz.picture import picture
from conv_viz.scene import View
from conv_viz.ui.components import feed_component, stage_component
from conv_viz.ui.controls import said, set_controls
from conv_viz.ui.garbage import leave_imports_alone
from conv_viz.ui.own_picture import own_input
from conv_viz.ui.weights import weights_of

KEYS = ("sample", "filter", "channel")
one_thread()


def stage(frame: Frame) -> None:
    """Show the frame's layer."""
    keep_in_address()
    # The count makes the bytes other ones than those that the stage had before it was fed. Nobody reads it.
    count = st.session_state.get("_feeds", 0)
    stage_component(
        data=picture(frame, current_view(), weights_of(frame), own_input(frame.fill)) + count.to_bytes(4, "little"),
        key="stage",
        on_look_change=_look,
        on_pin_change=_pin,
        on_fix_change=lambda: set_controls(said().mended()),
    )
    leave_imports_alone()


def refresh(frame: Frame, source: str) -> None:
    """Give the stage that is on the page another layer, from the control `source` that runs alone.

    The stage is not a part of that control's fragment; a component without a look carries the payload over.
    """
    st.session_state["frame"] = frame
    st.session_state["_feeds"] = st.session_state.get("_feeds", 0) + 1
    feed_component(data=picture(frame, current_view(), weights_of(frame), own_input(frame.fill)), key=f"feed_{source}")


def current_view() -> View:
    """What the reader looks at: of this session, else of the link."""
    if "view" not in st.session_state:
        st.session_state["view"] = View(**{key: _from_link(key) for key in KEYS})
    return st.session_state["view"]


def _from_link(key: str) -> int:
    text = st.query_params.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _pin() -> None:
    """A cell of the output was pinned, or let go; frontend/streamlit.js begins with the one in the address."""
    pin = st.session_state["stage"].get("pin") or {}
    place = [pin.get("y"), pin.get("x")] if pin.get("kind") == "output" else []
    st.session_state["cell"] = ",".join(map(str, place)) if place and all(isinstance(n, int) for n in place) else ""


def _look() -> None:
    """Another sample, filter or page of channels was chosen on the stage."""
    look(st.session_state["stage"].get("look") or {})


def look(change: Mapping[str, int]) -> None:
    """Look at another sample, filter or channel; the link says so too."""
    wanted = {key: change[key] for key in KEYS if isinstance(change.get(key), int) and change[key] >= 0}
    st.session_state["view"] = replace(current_view(), **wanted)


def keep_in_address() -> None:
    """What is looked at stands in the address too; a change of page drops it there."""
    view = current_view()
    cell = st.session_state.setdefault("cell", st.query_params.get("cell", ""))
    for key, text in {**{key: str(getattr(view, key) or "") for key in KEYS}, "cell": cell}.items():
        if text and st.query_params.get(key) != text:
            st.query_params[key] = text
        elif not text and key in st.query_params:
            del st.query_params[key]
