"""From a slider's key press to the changed stage and headline, against a bare one-slider app.

    python benchmarks/keypress.py [presses]

Reach: median at most 1.1x, 95th percentile at most 1.4x. The whole frame is on the page. Two windows
of one browser take turns, one press each.
"""

from __future__ import annotations

import statistics
import sys

from browsing import APP, BARE, BARE_ARGUMENTS, chrome, press, quantile, serving, shown, verdict, window

MEDIAN, P95 = 1.1, 1.4
WARM = 8
RIGHT, LEFT = "ArrowRight", "ArrowLeft"
KEYS = [RIGHT] * 4 + [LEFT] * 4  # heights 7 to 11 and back: nothing is remembered between two presses


def main(presses: int) -> int:
    taken: dict[str, list[float]] = {APP: [], BARE: []}
    with serving(APP) as app, serving(BARE, *BARE_ARGUMENTS) as bare, chrome() as browser:
        pages = {APP: window(browser), BARE: window(browser)}
        for script, server in ((APP, app), (BARE, bare)):
            pages[script].goto(server.url)
            shown(pages[script], script)
        for i in range(WARM + presses):
            for script, page in pages.items():
                took = press(page, script, KEYS[i % len(KEYS)])
                if i >= WARM:
                    taken[script].append(took)
    print(f"{'':<24} {'median, ms':>10} {'p95, ms':>8}   {presses} presses each")
    for script, times in taken.items():
        print(f"{script:<24} {statistics.median(times):>10.1f} {quantile(times, 0.95):>8.1f}")
    median = verdict("median", statistics.median(taken[APP]) / statistics.median(taken[BARE]), MEDIAN)
    p95 = verdict("p95", quantile(taken[APP], 0.95) / quantile(taken[BARE], 0.95), P95)
    return 0 if median and p95 else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
