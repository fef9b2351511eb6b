"""What a server asks of the C library's heap. glibc on Linux; elsewhere nothing happens."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable

MIB = 2**20
# Numbers of glibc's malloc.h.
M_TRIM_THRESHOLD, M_MMAP_THRESHOLD, M_ARENA_MAX = -1, -3, -8
SETTINGS = {
    # Streamlit runs each script in a new thread; with a heap for each of them the holes in all heaps add up.
    M_ARENA_MAX: 2,
    # A strip's output is 12 MiB. Left alone glibc may return it to the system after each strip and fetch fresh
    # pages for the next, which takes four times as long as the layer.
    M_MMAP_THRESHOLD: 32 * MIB,
    M_TRIM_THRESHOLD: 128 * MIB,
}


def settle() -> None:
    """Few heaps, and memory that is about to be used again stays. For a whole process, before its threads begin."""
    if change := _of_libc("mallopt"):
        for setting, value in SETTINGS.items():
            change(setting, value)


def give_back() -> None:
    """Return free memory to the system: glibc keeps a good part of a large picture."""
    if trim := _of_libc("malloc_trim"):
        trim(0)


def _of_libc(name: str) -> Callable[..., int] | None:
    """A function of the C library; None where it has none of that name."""
    return getattr(ctypes.CDLL(None), name, None) if sys.platform == "linux" else None
