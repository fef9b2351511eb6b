"""A full collection of garbage walks through everything that torch has imported, in the middle of somebody's run."""

from __future__ import annotations

import ctypes
import gc
import sys
from collections.abc import Callable

M_ARENA_MAX = -8  # of glibc's malloc.h
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


def few_heaps() -> None:
    """Let threads share two heaps of glibc's. Streamlit runs each script in a new thread; with a heap for each of them,
    the holes in all those heaps grow with every picture.
    """
    if limit := _of_libc("mallopt"):
        limit(M_ARENA_MAX, 2)


def give_back_memory() -> None:
    """Return free memory to the system where the C library can: glibc keeps a good part of a large picture."""
    gc.collect()
    if trim := _of_libc("malloc_trim"):
        trim(0)


def _of_libc(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
