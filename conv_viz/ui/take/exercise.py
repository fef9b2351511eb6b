"""The panel that makes a link which is an exercise, or one for presenting."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import streamlit as st

from conv_viz.text.exercise import ASKED, PARTS, Exercise, argument_of
from conv_viz.ui.arguments import used
from conv_viz.ui.controls import in_use
from conv_viz.ui.view import PRESENT


def exercise_panel(link: Callable[[Mapping[str, str]], str]) -> None:
    """Draw the choices and the link; `link` makes it with these parameters beside those of the layer."""
    with st.expander("a link that is an exercise, or for presenting"):
        arguments = list(dict.fromkeys(argument_of(name) for name in in_use() if name in used(in_use())))
        only = st.multiselect("only these move", arguments, key="exercise_only", placeholder="all controls move")
        ask = st.multiselect(
            "hidden until asked", ASKED, key="exercise_ask", placeholder="nothing: predict, then reveal"
        )
        hide = st.multiselect("hidden", [*PARTS, *arguments], key="exercise_hide", placeholder="nothing")
        present = st.toggle("present", key="exercise_present", help="The stage alone fills the window; Escape leaves.")
        more = Exercise(tuple(hide), tuple(only), tuple(ask)).query() | ({PRESENT: "1"} if present else {})
        if more:
            st.code(link(more), language=None, wrap_lines=True)
