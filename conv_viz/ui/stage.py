"""The stage as a Streamlit component: one payload in, choices out."""

from __future__ import annotations

import streamlit as st

from conv_viz.compute.layer import one_thread
from conv_viz.layers.budget import fits
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import smaller
from conv_viz.lenses.layer import picture, refusal
from conv_viz.ui import address
from conv_viz.ui.components import feed_component, view_component
from conv_viz.ui.controls import next_example, said, set_preset
from conv_viz.ui.drawing import draw_on
from conv_viz.ui.fix import apply_fix
from conv_viz.ui.handles import on_stage, pull, shown_setup
from conv_viz.ui.image.own import own_input
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.session import session
from conv_viz.ui.view import PRESENT, current_view, look
from conv_viz.ui.weights.edited import weights_of

one_thread()


def stage(setup: Setup) -> None:
    """Show the frame's layer."""
    session().pull = None
    session().drawing = True
    _part(setup)
    session().drawing = False
    leave_imports_alone()


@st.fragment
def _part(setup: Setup) -> None:
    """Runs alone when the reader has done something on the stage."""
    now = session()
    if now.change:
        st.rerun()  # a handle was let go, or the layer was mended: the controls come after
    setup = setup if now.drawing else shown_setup()
    now.feeds += bool(now.pull)  # the browser waits for the answer to each pull, also to one that changes nothing
    view_component(
        data=now.fed(_picture(setup)),
        key="stage",
        on_look_change=_look,
        on_pin_change=_pin,
        on_present_change=_present,
        on_next_change=lambda: next_example(said(), st.session_state["stage"].get("next")),
        on_example_change=_example,
        on_pull_change=_pull,
        on_draw_change=lambda: draw_on(said(), st.session_state["stage"].get("draw")),
        on_fix_change=lambda: apply_fix(said(), smaller(said(), fits)),
    )
    if not now.drawing and not now.pull:
        address.settle()


def _picture(setup: Setup) -> bytes:
    return picture(setup, current_view(), weights_of(setup), own_input(setup.fill), on_stage())


def refresh(setup: Setup, source: str) -> None:
    """Give the stage that is on the page another layer, from the control `source` that runs alone.

    The stage is not a part of that control's fragment; a component without a look carries the payload over.
    """
    st.session_state["frame"] = setup
    session().feeds += 1
    session().pull = None
    feed_component(data=_picture(setup), key=f"feed_{source}")


def _pull() -> None:
    """A handle was pulled, or let go."""
    pull(st.session_state["stage"].get("pull") or {}, lambda setup: refusal(setup, current_view()))


def _pin() -> None:
    """A cell of the output was pinned, or let go; frontend/hosts/streamlit.js begins with the one in the address."""
    pin = st.session_state["stage"].get("pin") or {}
    place = [pin.get("y"), pin.get("x")] if pin.get("kind") == "output" else []
    st.session_state["cell"] = ",".join(map(str, place)) if place and all(isinstance(n, int) for n in place) else ""


def _present() -> None:
    """The stage fills the window, or no longer; frontend/hosts/stage.js begins with what the address says."""
    st.session_state[PRESENT] = "1" if st.session_state["stage"].get("present") else ""


def _example() -> None:
    """An example was chosen among the pictures."""
    set_preset(str(st.session_state["stage"].get("example") or ""))


def _look() -> None:
    """Another sample, filter or page of channels was chosen on the stage."""
    look(st.session_state["stage"].get("look") or {})
