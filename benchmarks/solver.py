"""How long "from this size to that size" takes: every answer for sizes up to 1024 and the usual ranges.

Run it with ``python benchmarks/solver.py``. It prints the slowest wishes and exits with
status 1 when one of them takes 50 ms or more.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

from machine import print_machine

from conv_viz.layers.settings import SolveError
from conv_viz.layers.solver import solve, solve_2d

LIMIT = 0.050  # seconds
SIZES = (5, 7, 13, 28, 32, 56, 64, 112, 224, 227, 255, 256, 299, 384, 511, 512, 768, 1000, 1023, 1024)


def wishes() -> Iterator[tuple[int, int]]:
    """Input sizes with wanted outputs around each fraction that a stride of 1 to 9 leaves."""
    for size in SIZES:
        near = {size // stride + extra for stride in range(1, 10) for extra in (-2, -1, 0, 1, 2)}
        yield from ((size, wanted) for wanted in sorted(near | {1, size + 4, 2 * size}) if wanted > 0)


def seconds(call: Callable[..., Any], *arguments: Any) -> float:
    """The best of three runs; a refusal is an answer too."""
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        with suppress(SolveError):
            call(*arguments)
        best = min(best, time.perf_counter() - start)
    return best


def main() -> int:
    """Print the slowest wishes along one axis and along two."""
    slowest = 0.0
    for call, shape in ((solve, lambda n: n), (solve_2d, lambda n: (n, n))):
        times = sorted(((seconds(call, shape(n), shape(m)), n, m) for n, m in wishes()), reverse=True)
        slowest = max(slowest, times[0][0])
        for taken, n, m in times[:3]:
            print(f"{call.__name__:8}  {n:4} -> {m:4}  {1000 * taken:6.2f} ms")
    print(f"slowest {1000 * slowest:.2f} ms of {1000 * LIMIT:.0f} ms allowed")
    return int(slowest >= LIMIT)


if __name__ == "__main__":
    print_machine()
    sys.exit(main())
