"""A full collection of garbage walks through everything that torch has imported, in the middle of somebody's run."""

from __future__ import annotations

import gc
import sys

from conv_viz.ui.server import memory as heap

_modules = 0  # how many there were when imports were last set aside


def leave_imports_alone() -> None:
    """Keep what the imports made out of every later collection. Does something only after new imports.

    With torch imported a full collection takes about 120 ms. Streamlit's own one, after every run of the
    script, is off in ``.streamlit/config.toml``; Python's comes when it comes. Some libraries import more
    when they are first used: call this after they were.
    """
    global _modules
    if len(sys.modules) != _modules:
        gc.freeze()  # without a collection before, which would hold back the first picture
        _modules = len(sys.modules)


def give_back_memory() -> None:
    """Collect garbage and return what was free to the system."""
    gc.collect()
    heap.give_back()
