"""Streamlit collects garbage after every run of the script, and sends the last updates only then."""

from __future__ import annotations

import gc
from functools import cache


@cache
def leave_imports_alone() -> None:
    """Once per process, after the heavy imports: keep what they made out of every later collection.

    With torch imported a full collection takes about 120 ms, which is most of what a person waits for
    after moving a slider.
    """
    gc.collect()
    gc.freeze()
