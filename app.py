"""conv_viz: what a convolution layer does. Start with ``streamlit run app.py``.

The frame is a script of its own because a folder ``pages/`` beside the entry script
would make Streamlit serve the first deep link to a fresh server without the frame.
"""

from pathlib import Path

import streamlit as st

app = st.App(Path(__file__).parent / "conv_viz" / "ui" / "frame.py")
