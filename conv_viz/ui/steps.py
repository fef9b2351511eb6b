"""Undo, redo and "start again" for the controls. A step is an entry of the history that the browser keeps."""

from __future__ import annotations

import streamlit as st

from conv_viz.layers.view import View
from conv_viz.ui.arguments import USUAL
from conv_viz.ui.session import Change, Looking, session
from conv_viz.ui.view import MARKED


def steps() -> None:
    """Draw the buttons, before the controls: they set them."""
    from conv_viz.ui.components import steps_component  # Streamlit finds its files only in a running server

    steps_component(key="steps", on_again_change=start_again)


def start_again() -> None:
    """Every control, and what is looked at, as on the first visit. Only from a callback."""
    st.session_state.update(USUAL)
    now = session()
    now.looking = Looking(View(), dict.fromkeys(MARKED, ""))
    now.change = Change(USUAL)
    now.ceilings = {}
