"""From a slider's key press to the changed picture of each lens, against a bare one-slider app.

    python benchmarks/lens_keypress.py [presses] [lens ...]

Reach: median at most 1.1x of the bare app for each lens. The layer is the one that the app begins with, as far as each
press changes something there. All lenses and the bare app take turns, one press each.
"""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack

from browsing import APP, BARE, LENS, appeared, chrome, in_turn, press, shown, started, verdict, window
from machine import print_machine

from conv_viz.lenses.shelf import SHELF

MEDIAN = 1.1
WARM = 8
KEYS = ["ArrowRight"] * 4 + ["ArrowLeft"] * 4  # heights 7 to 11 and back: nothing is remembered between two presses
LAYER = {
    "again": "?in_channels=1&out_channels=1&stride=1&padding=1",  # the output fits into the layer
    "groups": "?stride=1",  # with a stride of 2 the MACs of two heights are the same
}


def main(presses: int, lenses: list[str]) -> int:
    taken: dict[str, list[float]] = {name: [] for name in (BARE, *lenses)}
    with ExitStack() as stack:
        app, bare = (stack.enter_context(started(name)) for name in (APP, BARE))
        browser = stack.enter_context(chrome())
        pages = {name: window(browser) for name in taken}
        pages[BARE].goto(bare.url)
        shown(pages[BARE], BARE)
        for name in lenses:
            pages[name].goto(f"{app.url}/{name}{LAYER.get(name, '')}")
            appeared(pages[name], f"{LENS}[data-content]")
        for i, name in in_turn(pages, WARM + presses):
            took = press(pages[name], BARE if name == BARE else LENS, KEYS[i % len(KEYS)])
            if i >= WARM:
                taken[name].append(took)
    middle = {name: statistics.median(times) for name, times in taken.items()}
    print(f"{BARE}: median {middle[BARE]:.1f} ms, {presses} presses each")
    reached = [verdict(name, middle[name] / middle[BARE], MEDIAN) for name in lenses]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    print_machine()
    number, *names = sys.argv[1:] or ["24"]
    sys.exit(main(int(number), names or list(SHELF)))
