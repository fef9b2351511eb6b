"""From a step of the pointer on a pulled handle to the changed picture, against the same page's slider key press.

    python benchmarks/handles.py [steps]

Reach: median at most 1.1x of the key press, and at least 12 pictures a second with steps back to back. Both change
kernel_size from 3 to 7 and back, eight steps of one and eight of the other in turn. The pictures a second contain what
Playwright needs to move the pointer and to ask for the time.
"""

from __future__ import annotations

import statistics
import sys
import time

from browsing import APP, CHANGES, SETTLED, WATCH, chrome, press, quantile, shown, started, verdict, window
from machine import print_machine
from playwright.sync_api import Page

MEDIAN, PICTURES = 1.1, 12
WARM = 8
KEYS = ["ArrowRight"] * 4 + ["ArrowLeft"] * 4
PLACES = [1, 2, 3, 4, 3, 2, 1, 0]  # cells from where the handle was taken
MOVED = WATCH.replace("keydown", "pointermove")


def take(page: Page) -> tuple[float, float, float]:
    """Take the kernel's corner; where it is, and how far a step goes."""
    grip = page.locator("[data-grip=kernel_size]").bounding_box()
    grid = page.get_by_role("img", name="weights for red").bounding_box()
    assert grip and grid
    x, y = grip["x"] + grip["width"] / 2, grip["y"] + grip["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    return x, y, (grid["width"] - 6) / 3


def step(page: Page, taken: tuple[float, float, float], place: int) -> float:
    """Milliseconds from the move of the pointer to the changed picture."""
    page.locator(CHANGES[APP]).last.evaluate(MOVED)
    page.mouse.move(taken[0] + place * taken[2], taken[1])
    took = page.evaluate("() => window.benchTaken")
    if took is None:
        sys.exit("Nothing changed within 15 s of a pull.")
    return took


def pulls(page: Page, pause: float = SETTLED) -> tuple[list[float], float]:
    """Milliseconds of each of eight steps of one pull, which ends where it began; and seconds of all."""
    taken, took = take(page), []
    begin = time.perf_counter()
    for place in PLACES:
        took.append(step(page, taken, place))
        time.sleep(pause)
    seconds = time.perf_counter() - begin
    page.mouse.up()
    time.sleep(SETTLED)
    return took, seconds


def main(steps: int) -> int:
    rounds = range(0, steps, len(KEYS))
    with started(APP) as server, chrome() as browser:
        page = window(browser)
        page.goto(server.url)
        shown(page, APP)
        time.sleep(2)
        pulls(page)
        for key in KEYS[:WARM]:
            press(page, APP, key, "kernel_size")
        keys, moves = [], []
        for _ in rounds:
            keys += [press(page, APP, key, "kernel_size") for key in KEYS]
            moves += pulls(page)[0]
        done = [pulls(page, 0) for _ in rounds]
        many = [taken for took, _ in done for taken in took]
        a_second = len(many) / sum(seconds for _, seconds in done)
    print(f"{'':<16} {'median, ms':>10} {'p95, ms':>8}   {len(keys)} each")
    for name, times in {"slider's key": keys, "pull": moves, "back to back": many}.items():
        print(f"{name:<16} {statistics.median(times):>10.1f} {quantile(times, 0.95):>8.1f}")
    fast = verdict("median", statistics.median(moves) / statistics.median(keys), MEDIAN)
    print(f"pictures a second: {a_second:.1f}; reach at least {PICTURES}: {'yes' if a_second >= PICTURES else 'NO'}")
    return 0 if fast and a_second >= PICTURES else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
