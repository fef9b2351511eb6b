"""From a slider's key press to the changed stage and headline, against a bare one-slider app.

    python benchmarks/keypress.py [presses]

Reach: median at most 1.1x, 95th percentile at most 1.4x of the bare app on Streamlit as pip installs it. The whole
frame is on the page. Three windows of one browser take turns, one press each; the third has the bare app on Streamlit
with the faster libraries that the app has, too.
"""

from __future__ import annotations

import statistics
import sys
from contextlib import ExitStack

from browsing import APP, BARE, QUICK, chrome, press, quantile, shown, started, verdict, window
from machine import print_machine

MEDIAN, P95 = 1.1, 1.4
WARM = 8
RIGHT, LEFT = "ArrowRight", "ArrowLeft"
KEYS = [RIGHT] * 4 + [LEFT] * 4  # heights 7 to 11 and back: nothing is remembered between two presses


def main(presses: int) -> int:
    taken: dict[str, list[float]] = {APP: [], BARE: [], QUICK: []}
    with ExitStack() as stack:
        servers = {name: stack.enter_context(started(name)) for name in taken}
        browser = stack.enter_context(chrome())
        pages = {name: window(browser) for name in taken}
        for name, page in pages.items():
            page.goto(servers[name].url)
            shown(page, name)
        for i in range(WARM + presses):
            for name, page in pages.items():
                took = press(page, name, KEYS[i % len(KEYS)])
                if i >= WARM:
                    taken[name].append(took)
    print(f"{'':<24} {'median, ms':>10} {'p95, ms':>8}   {presses} presses each")
    middle = {name: statistics.median(times) for name, times in taken.items()}
    late = {name: quantile(times, 0.95) for name, times in taken.items()}
    for name in taken:
        print(f"{name:<24} {middle[name]:>10.1f} {late[name]:>8.1f}")
    print(f"of the {QUICK}: median {middle[APP] / middle[QUICK]:.2f}x, p95 {late[APP] / late[QUICK]:.2f}x")
    median = verdict("median", middle[APP] / middle[BARE], MEDIAN)
    p95 = verdict("p95", late[APP] / late[BARE], P95)
    return 0 if median and p95 else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
