"""Take it with you: the layer as code, a link to it, a page to embed."""

import streamlit as st

from conv_viz.ui.take.page import take_along

take_along(st.session_state["frame"])
