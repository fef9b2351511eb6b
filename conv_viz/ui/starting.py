"""What a page shows while torch is imported: the first visitor of a server waits a second for it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st


@contextmanager
def starting(kind: str = "") -> Iterator[None]:
    """Say that torch is starting until the block, which imports it, has ended; nothing when it was imported before.

    With a kind of scene the browser meanwhile fetches what shows it, and draws nothing.
    """
    place = st.empty()  # drawn every time, so that what comes after it keeps its place on the page
    if "torch" in sys.modules:
        yield
        return
    with place.container():
        st.caption("Starting torch, which takes a second …")
        if kind:
            from conv_viz.ui.components import view_component  # Streamlit finds its files only in a running server

            view_component(data={"kind": kind, "ahead": True}, key="starting")
    yield
    place.empty()
