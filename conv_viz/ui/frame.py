"""The shared frame: the script that app.py runs for every visitor. Controls in the sidebar, pages as lenses."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from conv_viz.ui.controls import frame_controls

PAGES = Path(__file__).parents[2] / "pages"

st.set_page_config(page_title="conv_viz", page_icon=":material/grid_on:", layout="wide")
page = st.navigation([st.Page(PAGES / "layer.py", title="Layer", url_path="layer", default=True)], position="top")
with st.sidebar:
    st.session_state["frame"] = frame_controls()
page.run()
