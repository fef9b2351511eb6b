"""The stage as a Streamlit component: one payload in, choices out."""

from __future__ import annotations

import streamlit as st

from conv_viz.layers.budget import fits
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import smaller
from conv_viz.lenses.layer import picture, refusal
from conv_viz.places import PAGES
from conv_viz.ui import address
from conv_viz.ui.components import feed_component, told_by, view_component
from conv_viz.ui.controls import next_example, said, set_preset
from conv_viz.ui.drawing import draw_on, input_of
from conv_viz.ui.fix import apply_fix
from conv_viz.ui.handles import on_stage, pull, shown_setup
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.session import session
from conv_viz.ui.view import PRESENT, SYMBOLS, current_view, keep_speed, look
from conv_viz.ui.weights.edited import weights_of


def stage(setup: Setup) -> None:
    """Show the frame's layer."""
    _let_go()
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
    if now.stage.pull:
        now.answer()
    asked = view_component(
        data=now.fed(_picture(setup)),
        key="stage",
        on_look_change=_look,
        on_pin_change=_pin,
        on_present_change=lambda: _switched(PRESENT),
        on_symbols_change=lambda: _switched(SYMBOLS),
        on_speed_change=lambda: keep_speed("stage"),
        on_next_change=lambda: next_example(said(), told_by("stage", "next")),
        on_example_change=_example,
        on_pull_change=_pull,
        on_draw_change=lambda: draw_on(said(), told_by("stage", "draw")),
        on_fix_change=lambda: apply_fix(said(), smaller(said(), fits)),
        on_weights_change=lambda: None,
    )
    if asked.get("weights"):
        st.switch_page(PAGES / "weights.py", query_params={})  # the address comes back with the controls
    if not now.drawing and not held():
        address.settle()


def held() -> bool:
    """Whether a handle is pulled or the pen is down: the picture alone follows."""
    done = session().stage
    return done.pull is not None or done.stroke is not None


def _let_go() -> None:
    done = session().stage
    done.pull = done.stroke = None


def _picture(setup: Setup) -> bytes:
    setup, own = input_of(setup)
    return picture(setup, current_view(), weights_of(setup), own, on_stage())


def refresh(setup: Setup, source: str) -> None:
    """Give the stage that is on the page another layer, from the control `source` that runs alone.

    The stage is not a part of that control's fragment; a component without a look carries the payload over.
    """
    session().frame = setup
    _let_go()
    feed_component(data=session().fed(_picture(setup)), key=f"feed_{source}")


def _pull() -> None:
    """A handle was pulled, or let go."""
    pull(told_by("stage", "pull") or {}, lambda setup: refusal(setup, current_view()))


def _pin() -> None:
    """A cell of the output was pinned, or let go; frontend/hosts/streamlit.js begins with the one in the address."""
    pin = told_by("stage", "pin") or {}
    place = [pin.get("y"), pin.get("x")] if pin.get("kind") == "output" else []
    known = place and all(isinstance(n, int) for n in place)
    session().looking.marks["cell"] = ",".join(map(str, place)) if known else ""


def _switched(name: str) -> None:
    """The stage was switched to fill the window, or to symbols; frontend/hosts/stage.js begins as the address says."""
    session().looking.marks[name] = "1" if told_by("stage", name) else ""


def _example() -> None:
    """An example was chosen among the pictures."""
    set_preset(str(told_by("stage", "example") or ""))


def _look() -> None:
    """Another sample, filter or page of channels was chosen on the stage."""
    look(told_by("stage", "look") or {})
