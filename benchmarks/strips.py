"""Full resolution in strips against one plain nn.Conv2d call, on 12 megapixels and 64 filters 3x3.

    python benchmarks/strips.py [rounds]

Reach: time at most 1.1x of the plain call, with the whole output kept in both; peak memory
above the input and the kept output at most 300 MB. Times are taken in turns in one process, and
the best of each counts: fetching 3 GB of fresh pages varies from 0.4 to 7 s on a shared machine,
for whoever asks. Each peak is that of a process of its own, above what it held before the run.
"""

from __future__ import annotations

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from machine import print_machine

from conv_viz.compute.layer import forward
from conv_viz.compute.strips import keep, run_in_strips
from conv_viz.layers.conv import ConvSpec
from conv_viz.ui.server import memory as heap

HEIGHT, WIDTH = 3000, 4000
SPEC = ConvSpec(3, 64, 3, padding=1)
KEPT = 4 * SPEC.out_channels * HEIGHT * WIDTH
TIME, MEMORY = 1.1, 300e6


def given() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    shapes = (3, HEIGHT, WIDTH), SPEC.weight_shape, (SPEC.out_channels,)
    return tuple(draw.random(shape, dtype=np.float32) for shape in shapes)


def plain(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return forward(SPEC, weight, bias)(x)


def strips(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    output = np.empty((SPEC.out_channels, HEIGHT, WIDTH), np.float32)
    for _ in keep(run_in_strips(SPEC, x, weight, bias), output):
        pass
    return output


def strips_seen(x: np.ndarray, weight: np.ndarray, bias: np.ndarray) -> None:
    """As a gallery does it: each strip is looked at, none is kept."""
    for _ in run_in_strips(SPEC, x, weight, bias):
        pass


WAYS: dict[str, Callable] = {f.__name__: f for f in (plain, strips, strips_seen)}


def peak(name: str) -> int:
    """Bytes above the input and the kept output, in this process."""
    arrays = given()
    small = tuple(a[:, :64, :64] if a.ndim == 3 else a for a in arrays)
    forward(SPEC, *small[1:])(small[0].copy())  # torch's own start is not the subject
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    WAYS[name](*arrays)
    above = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024
    return above - (0 if name == "strips_seen" else KEPT)


def main(rounds: int) -> int:
    above = {}
    for name in WAYS:  # before this process grows: on Linux a child's peak begins with its parent's
        asked = [sys.executable, str(Path(__file__).resolve()), "--peak", name]
        above[name] = int(subprocess.run(asked, check=True, capture_output=True, text=True).stdout)
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    arrays = given()
    for _ in range(rounds):
        for name, way in WAYS.items():
            start = time.perf_counter()
            way(*arrays)
            seconds[name].append(time.perf_counter() - start)
    del arrays
    best = {name: min(taken) for name, taken in seconds.items()}
    ratios = {name: taken / best["plain"] for name, taken in best.items()}
    print(f"{SPEC.code()} on {WIDTH}x{HEIGHT}, {rounds} rounds")
    print(f"{'way':<12} {'best, s':>8} {'median, s':>10} {'of plain':>9} {'MB above input and kept output':>31}")
    for name in WAYS:
        median = statistics.median(seconds[name])
        print(f"{name:<12} {best[name]:>8.2f} {median:>10.2f} {ratios[name]:>8.2f}x {above[name] / 1e6:>31.0f}")
    reached = ratios["strips"] <= TIME and max(above["strips"], above["strips_seen"]) <= MEMORY
    print(f"reach: strips at most {TIME}x and {MEMORY / 1e6:.0f} MB: {'yes' if reached else 'NO'}")
    return 0 if reached else 1


if __name__ == "__main__":
    heap.settle()  # as the app does
    if sys.argv[1:2] == ["--peak"]:
        print(peak(sys.argv[2]))
    else:
        print_machine()
        sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
