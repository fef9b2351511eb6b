"""The weights: all of them at a glance, any of them to change, and what they respond to."""

import streamlit as st

from conv_viz.ui.starting import starting

with starting():
    from conv_viz.ui.weights.page import weights_page

weights_page(st.session_state["frame"])
