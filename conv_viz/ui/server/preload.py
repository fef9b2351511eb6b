"""Before torch is imported: on how many threads it computes; and its largest library, a sixth of the import."""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path
from threading import Thread


def one_thread() -> None:
    """Let every layer of this process run on the thread that asked for it. Does something only before torch is loaded.

    Each of the server's script threads would start helpers of its own, and then wait until a busy machine lets them
    run, some 10 ms for a layer that takes 0.2 ms alone. ``torch.set_num_threads`` is no way to say so: oneDNN asks
    OpenMP, where that number holds for the thread alone that has set it. The last bit of an output may depend on the
    number of threads, in torch as here.
    """
    os.environ.setdefault("OMP_NUM_THREADS", "1")


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
