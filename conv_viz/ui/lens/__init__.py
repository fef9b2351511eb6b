"""The pages of the lenses: one for all of them. Without torch: the navigation is on the screen before it is there."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from conv_viz.lenses.shelf import SHELF
from conv_viz.ui.session import session
from conv_viz.ui.starting import starting


def lens_pages() -> list[Any]:
    """A page for each lens on the shelf; its address is the lens's name."""
    return [st.Page(_page(name), title=title, url_path=name) for name, title in SHELF.items()]


def _page(name: str) -> Callable[[], None]:
    def page() -> None:
        with starting("lens"):
            from conv_viz.ui.lens.page import lens_page
        lens_page(name, session().frame)

    return page
