"""conv_viz: what a convolution layer does. Start with ``streamlit run app.py``.

The frame is a script of its own because a folder ``pages/`` beside the entry script
would make Streamlit serve the first deep link to a fresh server without the frame.
"""

import logging

import streamlit as st
from starlette.middleware import Middleware

from conv_viz.places import FRAME
from conv_viz.ui import fragments
from conv_viz.ui.server import memory as heap
from conv_viz.ui.server import ready
from conv_viz.ui.server.early import Early
from conv_viz.ui.server.ended import sessions_end
from conv_viz.ui.server.headers import SafeHeaders
from conv_viz.ui.server.linked import Linked
from conv_viz.ui.server.metrics import PrivateMetrics
from conv_viz.ui.server.origins import OwnOrigin
from conv_viz.ui.server.preload import load_library, one_thread
from conv_viz.ui.server.static_files import Kept
from conv_viz.ui.server.uploads import BoundedUploads

logger = logging.getLogger("conv_viz")
heap.settle()
fragments.install()
one_thread()
load_library()


def sorry(error: Exception) -> bool:
    """A fault of ours: one sentence for the reader, the details for the log."""
    logger.error("The page failed", exc_info=error)
    st.error("Something went wrong here, and it is our fault. What you had set is still in the address bar: reload.")
    return True


app = st.App(
    FRAME,
    on_script_error=sorry,
    lifespan=sessions_end,
    routes=[ready.route],
    middleware=[
        Middleware(each) for each in (SafeHeaders, OwnOrigin, PrivateMetrics, Kept, Linked, Early, BoundedUploads)
    ],
)
