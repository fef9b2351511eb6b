"""Opening a 100 MB .safetensors with 200 convolutions: time and memory beyond reading its header.

    python benchmarks/model_file.py

Reach: at most 0.3 s more than reading the header alone, and at most 20 MB beside the file.
"""

from __future__ import annotations

import gc
import json
import struct
import sys
import time
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
from browsing import verdict
from machine import print_machine
from safetensors.numpy import save

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conv_viz.models.read import read_model

MORE, BESIDE = 0.3, 20.0  # seconds, MB
LAYERS, SHAPE = 200, (128, 108, 3, 3)  # 99.5 MB


def header(data: bytes) -> object:
    (length,) = struct.unpack_from("<Q", data)
    return json.loads(data[8 : 8 + length])


def fastest(act: Callable[[], object], times: int = 20) -> float:
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        act()
        taken.append(time.perf_counter() - start)
    return min(taken)


def main() -> int:
    data = save({f"layers.{i}.weight": np.ones(SHAPE, np.float32) for i in range(LAYERS)})
    whole, alone = fastest(lambda: read_model(data)), fastest(lambda: header(data))
    gc.collect()
    tracemalloc.start()
    model = read_model(data)
    _, peak = tracemalloc.get_traced_memory()
    print(f"{len(data) / 1e6:.0f} MB, {len(model.layers)} convolutions: {1e3 * whole:.1f} ms to the list, "
          f"{1e3 * alone:.1f} ms for the header alone, {peak / 1e6:.2f} MB beside the file")  # fmt: skip
    quick = verdict("more than the header alone", 1e3 * (whole - alone), 1e3 * MORE, " ms")
    return 0 if verdict("memory beside the file", peak / 1e6, BESIDE, " MB") and quick else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main())
