"""Every benchmark, one after the other, and which of them reach what they should.

    python benchmarks/run.py [names]

Exits with status 1 when one of them misses its reach.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from machine import print_machine

HERE = Path(__file__).parent
NAMES = (
    "headline",
    "payload",
    "solver",
    "network",
    "model_file",
    "decode",
    "keypress",
    "lens_keypress",
    "training",
    "handles",
    "stroke",
    "paste",
    "weights",
    "frame_script",
    "cold_start",
    "arrivals",
    "users",
    "costly_links",
    "uploads",
    "fairness",
    "strips",
    "gallery",
    "memory",
    "gif",
)


def main(names: list[str]) -> int:
    unknown = [name for name in names if name not in NAMES]
    if unknown:
        sys.exit(f"No benchmark is called {', '.join(unknown)}; there are {', '.join(NAMES)}.")
    ended = {}
    for name in names or NAMES:
        print(f"== {name}", flush=True)
        begin = time.perf_counter()
        status = subprocess.run([sys.executable, str(HERE / f"{name}.py")]).returncode
        ended[name] = ("reached" if status == 0 else "MISSED", time.perf_counter() - begin)
        print(flush=True)
    for name, (result, seconds) in ended.items():
        print(f"{name:<14} {result:<8} {seconds:>5.0f} s")
    return int(any(result != "reached" for result, _ in ended.values()))


if __name__ == "__main__":
    print_machine()
    sys.exit(main(sys.argv[1:]))
