"""What the app is compared with: Streamlit with one slider and its value."""

import streamlit as st

st.write(f"value {st.slider('height', 1, 64, 7)}")
