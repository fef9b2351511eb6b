"""VGG-16's table and receptive fields, without torch; the maps of a small network against torch's plain forward pass.

    python benchmarks/network.py

Reach: the table at most 5 ms, the maps at most 1.3x of the forward pass.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from browsing import verdict
from machine import print_machine

from conv_viz.networks.field import fields
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.walk import walk

ROUNDS = 30
TABLE = 0.005
"""Seconds of VGG-16's table."""
MAPS = 1.3
"""Of torch's forward pass."""


def median(*tasks: Callable[[], object], rounds: int = ROUNDS) -> list[float]:
    """Median seconds of each task, taken in turn."""
    times: list[list[float]] = [[] for _ in tasks]
    for _ in range(rounds):
        for task, seen in zip(tasks, times, strict=True):
            begin = time.perf_counter()
            task()
            seen.append(time.perf_counter() - begin)
    return [statistics.median(seen) for seen in times]


def table() -> None:
    """Shapes, costs and receptive fields of every layer."""
    preset = PRESETS["vgg16"]
    fields(walk(preset.network, preset.input_shape))


def main() -> int:
    """Both figures, and whether they are reached."""
    (seconds,) = median(table)
    quick = verdict("VGG-16, table and receptive fields", 1e3 * seconds, 1e3 * TABLE, " ms")

    import torch

    from conv_viz.compute.network import TorchNetwork
    from conv_viz.layers.conv import ConvSpec
    from conv_viz.lenses.network import strips
    from conv_viz.networks.graph import Network

    small = Network.chain([ConvSpec(3 if i == 0 else 16, 16, 3, padding=1) for i in range(5)])
    picture = np.random.default_rng(0).random((3, 512, 512), dtype=np.float32)
    module, shown = TorchNetwork(small), walk(small, (1, 3, 512, 512))

    def plain() -> None:
        with torch.inference_mode():
            module(torch.from_numpy(picture)[None])

    ours, theirs = median(lambda: strips(shown, picture), plain, rounds=9)
    print(f"maps of 5 layers on 512x512: {1e3 * ours:.0f} ms, torch's forward pass {1e3 * theirs:.0f} ms")
    return 0 if verdict("maps", ours / theirs, MAPS) and quick else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main())
