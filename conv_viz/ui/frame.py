"""The shared frame: the script that app.py runs for every visitor. Controls in the sidebar, pages as lenses."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from conv_viz.ui.components import fetch_early
from conv_viz.ui.controls import frame_controls, said

PAGES = Path(__file__).parents[2] / "pages"
LAYER = PAGES / "layer.py"
# Streamlit would fetch an icon that is given by name from another server.
ICON = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path fill="#8a93a0"
 d="M1 1h4v4H1zM6 1h4v4H6zM11 1h4v4h-4zM1 6h4v4H1zM11 6h4v4h-4zM1 11h4v4H1zM6 11h4v4H6zM11 11h4v4h-4z"/>
<path fill="#e07b1f" d="M6 6h4v4H6z"/></svg>"""


def moved_on_layer(name: str) -> None:
    """A control was moved on the Layer page, and nothing else runs."""
    from conv_viz.ui.stage import refresh  # imports torch, after the controls are on the screen

    refresh(said(), name)


def moved_on_image(name: str) -> None:
    """A control was moved on the page "Filter an image", and nothing else runs."""
    from conv_viz.ui.filter_page import refresh

    refresh(said(), name)


MOVED = {"Layer": moved_on_layer, "Filter an image": moved_on_image}


st.set_page_config(page_title="conv_viz", page_icon=ICON, layout="wide")
page = st.navigation(
    [
        st.Page(LAYER, title="Layer", url_path="start", default=True),
        st.Page(LAYER, title="Layer", url_path="layer", visibility="hidden"),  # the default page answers only to "/"
        st.Page(PAGES / "image.py", title="Filter an image", url_path="image"),
    ],
    position="top",
)
with st.sidebar:
    place = st.container()
    fetch_early()
with place:
    st.session_state["frame"] = frame_controls(MOVED.get(page.title))
page.run()
