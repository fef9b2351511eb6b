"""The stage as a Streamlit component: one payload in, choices out."""

from __future__ import annotations

import streamlit as st

from conv_viz.compute.layer import one_thread
from conv_viz.layers.budget import fits
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import smaller
from conv_viz.lenses.layer import picture
from conv_viz.ui.components import feed_component, view_component
from conv_viz.ui.controls import next_example, said
from conv_viz.ui.drawing import draw_on
from conv_viz.ui.fix import apply_fix
from conv_viz.ui.image.own import own_input
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.session import session
from conv_viz.ui.view import PRESENT, current_view, look
from conv_viz.ui.weights.edited import weights_of

one_thread()


def stage(setup: Setup) -> None:
    """Show the frame's layer."""
    view_component(
        data=session().fed(picture(setup, current_view(), weights_of(setup), own_input(setup.fill))),
        key="stage",
        on_look_change=_look,
        on_pin_change=_pin,
        on_present_change=_present,
        on_example_change=lambda: next_example(said(), st.session_state["stage"].get("example")),
        on_draw_change=lambda: draw_on(said(), st.session_state["stage"].get("draw")),
        on_fix_change=lambda: apply_fix(said(), smaller(said(), fits)),
    )
    leave_imports_alone()


def refresh(setup: Setup, source: str) -> None:
    """Give the stage that is on the page another layer, from the control `source` that runs alone.

    The stage is not a part of that control's fragment; a component without a look carries the payload over.
    """
    st.session_state["frame"] = setup
    session().feeds += 1
    feed_component(data=picture(setup, current_view(), weights_of(setup), own_input(setup.fill)), key=f"feed_{source}")


def _pin() -> None:
    """A cell of the output was pinned, or let go; frontend/hosts/streamlit.js begins with the one in the address."""
    pin = st.session_state["stage"].get("pin") or {}
    place = [pin.get("y"), pin.get("x")] if pin.get("kind") == "output" else []
    st.session_state["cell"] = ",".join(map(str, place)) if place and all(isinstance(n, int) for n in place) else ""


def _present() -> None:
    """The stage fills the window, or no longer; frontend/hosts/stage.js begins with what the address says."""
    st.session_state[PRESENT] = "1" if st.session_state["stage"].get("present") else ""


def _look() -> None:
    """Another sample, filter or page of channels was chosen on the stage."""
    look(st.session_state["stage"].get("look") or {})
