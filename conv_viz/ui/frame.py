"""The shared frame: the script that app.py runs for every visitor. Controls in the sidebar, pages as lenses."""

from __future__ import annotations

from base64 import b64encode
from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st

from conv_viz.samples import ASSETS
from conv_viz.ui.controls import frame_controls, said
from conv_viz.ui.paste import paste_field
from conv_viz.ui.weights import notice, noticed

PAGES = Path(__file__).parents[2] / "pages"
LAYER = PAGES / "layer.py"
# As a PNG in the page: the browser takes up the icon at every change of the address, and an SVG takes it 2 ms.
ICON = "data:image/png;base64," + b64encode((ASSETS / "icon.png").read_bytes()).decode()

# Pages that draw another layer without running again, and the module of each with a function `refresh`.
# In a comment: Streamlit writes a string that stands alone in this script on the page.
REFRESH = {"Layer": "conv_viz.ui.stage", "Filter an image": "conv_viz.ui.filter_page"}


def moved(module: str, name: str) -> None:
    """A control was moved on a page that can draw another layer alone, and nothing else runs."""
    if noticed(said()):
        import_module(module).refresh(said(), name)  # imports torch, after the controls are on the screen
    else:
        st.rerun()  # what stands above the picture about edited weights changes, too


st.set_page_config(page_title="conv_viz", page_icon=ICON, layout="wide")
page = st.navigation(
    [
        st.Page(LAYER, title="Layer", url_path="start", default=True),
        st.Page(LAYER, title="Layer", url_path="layer", visibility="hidden"),  # the default page answers only to "/"
        st.Page(PAGES / "weights.py", title="Weights", url_path="weights"),
        st.Page(PAGES / "image.py", title="Filter an image", url_path="image"),
        st.Page(PAGES / "solve.py", title="Find a setting", url_path="solve"),
        st.Page(PAGES / "take.py", title="Take it with you", url_path="take"),
    ],
    position="top",
)
alone = partial(moved, REFRESH[page.title]) if page.title in REFRESH else None
with st.sidebar:
    paste_field(alone)
    st.session_state["frame"] = frame_controls(alone)
st.html(Path(__file__).with_suffix(".css"))
notice(st.session_state["frame"], brief=page.title == "Weights")
page.run()
