"""Opening a 100 MB .safetensors with 200 convolutions: time and memory beyond reading its header."""

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
from safetensors.numpy import save

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from conv_viz.models.read import read_model

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


def main() -> None:
    data = save({f"layers.{i}.weight": np.ones(SHAPE, np.float32) for i in range(LAYERS)})
    whole, alone = fastest(lambda: read_model(data)), fastest(lambda: header(data))
    gc.collect()
    tracemalloc.start()
    model = read_model(data)
    _, peak = tracemalloc.get_traced_memory()
    print(f"{len(data) / 1e6:.0f} MB, {len(model.layers)} convolutions: {1e3 * whole:.1f} ms to the list, "
          f"{1e3 * alone:.1f} ms for the header alone, {peak / 1e6:.2f} MB beside the file")  # fmt: skip


if __name__ == "__main__":
    main()
