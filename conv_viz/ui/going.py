"""A click on one page that leads to another one: a callback asks for it, and the page goes there when it is drawn."""

from __future__ import annotations

import streamlit as st

from conv_viz.places import PAGES
from conv_viz.ui.session import session


def go_to(page: str) -> None:
    """Ask for a page, by its file's name."""
    session().going = page


def asked() -> bool:
    """Whether a page is asked for."""
    return bool(session().going)


def go() -> None:
    """Show the page that was asked for, if one was."""
    page, session().going = session().going, ""
    if page:
        st.switch_page(PAGES / page, query_params={})  # the address comes back with the controls, which hold it all
