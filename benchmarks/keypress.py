"""From a slider's key press to the changed stage, of each layer, against a bare one-slider app.

    python benchmarks/keypress.py [presses] [layer ...] [--beside folder]

Reach: Conv2d's median at most 0.9x and its 95th percentile at most 1.2x of the bare app on Streamlit as pip installs
it; of each other layer 1.0x and 1.3x. The whole frame is on the page. All take turns, one press each, in an order that
changes; so does the bare app on Streamlit with the faster libraries that the app has, too. `--beside` adds the app of
another checkout, an earlier version say, with its first layer.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from contextlib import ExitStack
from pathlib import Path

from browsing import APP, BARE, QUICK, chrome, in_turn, press, quantile, serving, shown, started, verdict, window
from machine import print_machine

from conv_viz.layers.kinds import KINDS

FIRST = "Conv2d"
REACH, OTHERS = (0.9, 1.2), (1.0, 1.3)  # median, 95th percentile
WARM = 8
RIGHT, LEFT = "ArrowRight", "ArrowLeft"
SIDE = re.compile(r"\b(height|length)\b")  # "length" of the layers with one axis
KEYS = [RIGHT] * 4 + [LEFT] * 4  # heights 7 to 11 and back: nothing is remembered between two presses


def main(presses: int, layers: list[str], beside: Path | None) -> int:
    with ExitStack() as stack:
        app, bare, quick = (stack.enter_context(started(name)).url for name in (APP, BARE, QUICK))
        shows = {BARE: (bare, BARE), QUICK: (quick, QUICK)}
        shows |= {layer: (f"{app}/?layer={layer}", APP) for layer in layers}
        if beside:
            shows[str(beside)] = (stack.enter_context(serving(APP, folder=beside)).url, APP)
        browser = stack.enter_context(chrome())
        pages = {name: window(browser) for name in shows}
        for name, (url, script) in shows.items():
            pages[name].goto(url)
            shown(pages[name], script)
        taken: dict[str, list[float]] = {name: [] for name in shows}
        for i, name in in_turn(shows, WARM + presses):
            took = press(pages[name], shows[name][1], KEYS[i % len(KEYS)], SIDE)
            if i >= WARM:
                taken[name].append(took)
    print(f"{'':<24} {'median, ms':>10} {'p95, ms':>8}   {presses} presses each")
    middle = {name: statistics.median(times) for name, times in taken.items()}
    late = {name: quantile(times, 0.95) for name, times in taken.items()}
    for name in taken:
        print(f"{name:<24} {middle[name]:>10.1f} {late[name]:>8.1f}")
    first = layers[0]
    print(f"{first} of the {QUICK}: median {middle[first] / middle[QUICK]:.2f}x, p95 {late[first] / late[QUICK]:.2f}x")
    if beside:
        before = str(beside)
        print(f"{first} of {before}: {middle[first] / middle[before]:.2f}x, p95 {late[first] / late[before]:.2f}x")
    reached = []
    for layer in layers:
        median, p95 = REACH if layer == FIRST else OTHERS
        reached.append(verdict(f"{layer}, median", middle[layer] / middle[BARE], median))
        reached.append(verdict(f"{layer}, p95", late[layer] / late[BARE], p95))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("presses", nargs="?", type=int, default=40)
    parser.add_argument("layers", nargs="*", default=list(KINDS), help="torch's names; default: all")
    parser.add_argument("--beside", type=Path, help="the folder of another checkout")
    given = parser.parse_args()
    print_machine()
    sys.exit(main(given.presses, given.layers, given.beside))
