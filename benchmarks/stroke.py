"""From a stroke on the pad of *Draw a digit* to the changed softmax, against a slider's key press on the page Layer.

    python benchmarks/stroke.py [strokes]

Reach: median at most 1.2x of the key press. Two windows of one browser take turns, one stroke and one key press each;
the pad is cleared before each stroke.
"""

from __future__ import annotations

import statistics
import sys
import time
from contextlib import ExitStack

from browsing import APP, SETTLED, WATCH, appeared, chrome, press, quantile, shown, started, verdict, window
from machine import print_machine
from playwright.sync_api import Page

MEDIAN = 1.2
WARM = 8
KEYS = ["ArrowRight"] * 4 + ["ArrowLeft"] * 4
DIGITS = "[data-testid=digits][data-content]"


def clear(page: Page) -> None:
    """An empty pad."""
    page.locator(DIGITS).evaluate(WATCH.replace("keydown", "click"))
    page.get_by_role("button", name="clear").click()
    page.evaluate("() => window.benchTaken")
    time.sleep(SETTLED)


def stroke(page: Page, cell: int) -> float:
    """Milliseconds from the pointer that goes down on a cell of the empty pad to the changed bars and maps."""
    box = page.get_by_test_id("pad").bounding_box()
    assert box
    y, x = divmod(cell, 8)
    page.mouse.move(box["x"] + (x + 0.5) * box["width"] / 8, box["y"] + (y + 0.5) * box["height"] / 8)
    page.locator(DIGITS).evaluate(WATCH.replace("keydown", "pointerdown"))
    page.mouse.down()
    taken = page.evaluate("() => window.benchTaken")
    page.mouse.up()
    if taken is None:
        sys.exit("Nothing changed within 15 s of a stroke.")
    time.sleep(SETTLED)
    return float(taken)


def main(strokes: int) -> int:
    keys: list[float] = []
    drawn: list[float] = []
    with ExitStack() as stack:
        server, browser = stack.enter_context(started(APP)), stack.enter_context(chrome())
        layer, digit = window(browser), window(browser)
        layer.goto(server.url)
        shown(layer, APP)
        digit.goto(f"{server.url}/digit")
        appeared(digit, DIGITS)
        time.sleep(2)
        for i in range(WARM + strokes):
            clear(digit)
            took = press(layer, APP, KEYS[i % len(KEYS)]), stroke(digit, 9 + i % 46)
            if i >= WARM:
                keys.append(took[0])
                drawn.append(took[1])
    print(f"{'':<16} {'median, ms':>10} {'p95, ms':>8}   {len(keys)} each")
    for name, times in {"slider's key": keys, "stroke": drawn}.items():
        print(f"{name:<16} {statistics.median(times):>10.1f} {quantile(times, 0.95):>8.1f}")
    return 0 if verdict("median", statistics.median(drawn) / statistics.median(keys), MEDIAN) else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
