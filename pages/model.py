"""My model: the convolutions of a file of one's own, each one click from its filters, its window and its maps."""

import streamlit as st

from conv_viz.ui.model.page import model_page

model_page(st.session_state["frame"])
