"""What a page shows while torch is imported: the first visitor of a server waits a second for it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st


@contextmanager
def starting(component: Callable[..., Any] | None = None) -> Iterator[None]:
    """Say that torch is starting until the block, which imports it, has ended; nothing when it was imported before.

    With a component the browser meanwhile fetches what it is made of: without data it draws nothing.
    """
    place = st.empty()  # drawn every time, so that what comes after it keeps its place on the page
    if "torch" in sys.modules:
        yield
        return
    with place.container():
        st.caption("Starting torch, which takes a second …")
        if component:
            component(key="starting")
    yield
    place.empty()
