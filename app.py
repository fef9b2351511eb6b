"""conv_viz: what a convolution layer does. Start with ``streamlit run app.py``.

The frame is a script of its own because a folder ``pages/`` beside the entry script
would make Streamlit serve the first deep link to a fresh server without the frame.
"""

import logging
from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from conv_viz import heap
from conv_viz.ahead import load_library
from conv_viz.ui.kept import Kept
from conv_viz.ui.linked import Linked

logger = logging.getLogger("conv_viz")
heap.settle()
load_library()


def sorry(error: Exception) -> bool:
    """A fault of ours: one sentence for the reader, the details for the log."""
    logger.error("The page failed", exc_info=error)
    st.error("Something went wrong here, and it is our fault. What you had set is still in the address bar: reload.")
    return True


app = st.App(
    Path(__file__).parent / "conv_viz" / "ui" / "frame.py",
    on_script_error=sorry,
    middleware=[Middleware(Kept), Middleware(Linked)],
)
