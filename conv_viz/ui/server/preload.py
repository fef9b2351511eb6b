"""Loads the largest library of torch while the server starts: a sixth of the import, and what can run beside Python."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread


def load_library() -> Thread | None:
    """Load the library in a thread, and return that; on Linux, elsewhere None. Does not import torch.

    ``dlopen`` is called like any function of C, during which ctypes lets other threads run; when ctypes
    loads a library itself it does not.
    """
    found = find_spec("torch") if sys.platform == "linux" else None
    if found is None or found.origin is None:
        return None
    library = Path(found.origin).parent / "lib" / "libtorch_cpu.so"  # no such file: dlopen returns NULL
    thread = Thread(target=ctypes.CDLL(None).dlopen, args=(os.fsencode(library), os.RTLD_NOW), daemon=True)
    thread.start()
    return thread
