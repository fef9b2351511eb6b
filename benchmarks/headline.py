"""From a layer's arguments to every number of the headline.

    python benchmarks/headline.py

Reach: at most 0.2 ms, without torch. Every layer is a new one, so nothing is remembered from an earlier one.
"""

from __future__ import annotations

import statistics
import sys
import time
from itertools import product

from machine import print_machine

from conv_viz import ConvSpec, Summary
from conv_viz.layers.counts import counts

MOST = 0.2  # milliseconds
LAYERS = [
    (dict(kernel_size=(k, k + 1), stride=s, padding=p, dilation=d, groups=g, padding_mode=m), (n, 32, 56, 57))
    for k, s, p, d, g, m, n in product((1, 3, 5), (1, 2), (0, 2), (1, 2), (1, 4), ("zeros", "reflect"), (1, 16))
]


def every_number(arguments: dict, shape: tuple[int, ...]) -> None:
    head = Summary.of(ConvSpec(32, 64, **arguments), shape)
    head.as_dict()
    counts(head)
    for axis in head.axes:
        axis.formula()


def main() -> int:
    every_number(*LAYERS[0])  # imports inside functions are not the subject
    taken = []
    for arguments, shape in LAYERS:
        start = time.perf_counter()
        every_number(arguments, shape)
        taken.append(1000 * (time.perf_counter() - start))
    median, p95 = statistics.median(taken), statistics.quantiles(taken, n=20)[-1]
    alone = "torch" not in sys.modules
    print(f"{len(taken)} layers: median {median:.3f} ms, p95 {p95:.3f} ms, slowest {max(taken):.3f} ms")
    print(f"without torch: {'yes' if alone else 'NO'}")
    print(f"reach: median at most {MOST} ms: {'yes' if median <= MOST else 'NO'}")
    return 0 if alone and median <= MOST else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main())
