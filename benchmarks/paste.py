"""From Enter in the paste field to the changed stage, against a slider's move.

    python benchmarks/paste.py [rounds]

Reach: median at most 1.2x of the move of a slider. Both in one window of one browser, in turns: a move of `height`,
then the paste of another layer of about the same size, so that neither finds what it left.
"""

from __future__ import annotations

import statistics
import sys

from browsing import APP, chrome, key_to_change, press, quantile, serving, shown, verdict, window
from machine import print_machine

MOST = 1.2
WARM = 4
LINES = ("nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)", "self.conv = nn.Conv2d(3, 4, 3, 1, 1, bias=False)")
KEYS = ("ArrowRight", "ArrowLeft")


def main(rounds: int) -> int:
    taken: dict[str, list[float]] = {"slider": [], "paste": []}
    with serving(APP) as app, chrome() as browser:
        page = window(browser)
        page.goto(app.url)
        shown(page, APP)
        field = page.get_by_test_id("stChatInput").get_by_role("textbox")
        for i in range(WARM + rounds):
            moved = press(page, APP, KEYS[i % 2])
            field.fill(LINES[(i + 1) % 2])  # leaves the focus in the field
            pasted = key_to_change(page, APP, "Enter")
            if i >= WARM:
                taken["slider"].append(moved)
                taken["paste"].append(pasted)
    print(f"{'':<10} {'median, ms':>10} {'p95, ms':>8}   {rounds} times each")
    for what, times in taken.items():
        print(f"{what:<10} {statistics.median(times):>10.1f} {quantile(times, 0.95):>8.1f}")
    ratio = statistics.median(taken["paste"]) / statistics.median(taken["slider"])
    return 0 if verdict("paste, of a slider's move", ratio, MOST) else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 30))
