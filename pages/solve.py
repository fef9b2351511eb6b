"""From this size to that size: which settings do it."""

import streamlit as st

from conv_viz.ui.solve import find_a_setting

find_a_setting(st.session_state["frame"])
