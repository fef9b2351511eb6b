"""Streamlit collects garbage after every run of the script, and sends the last updates only then."""

from __future__ import annotations

import gc
import sys

_modules = 0  # how many there were when imports were last set aside


def leave_imports_alone() -> None:
    """Keep what the imports made out of every later collection. Does something only after new imports.

    With torch imported a full collection takes about 120 ms, which is most of what a person waits for
    after moving a slider. Some libraries import more when they are first used: call this after they were.
    """
    global _modules
    if len(sys.modules) != _modules:
        gc.collect()
        gc.freeze()
        _modules = len(sys.modules)
