"""From the start of the process to the first visible element and to the whole page, against a bare app.

    python benchmarks/cold_start.py [rounds]

Reach: first element at most 1.15x; the whole page at most the bare app's + `import torch` + 0.3 s; a second visitor's
whole page at most 1.3x, of the bare app on Streamlit as pip installs it. App, bare app, the bare app on Streamlit with
the faster libraries that the app has, and the import take turns, each with a process of its own; the files are in the
system's cache. The server is asked every 0.1 s whether it is up, which is the same for all.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from browsing import APP, BARE, QUICK, appeared, chrome, shown, started, verdict, window
from machine import print_machine
from playwright.sync_api import Browser

FIRST, SECOND, EXTRA = 1.15, 1.3, 0.3
IMPORT = "import time; t = time.perf_counter(); import torch; print(time.perf_counter() - t)"


def start(browser: Browser, name: str) -> dict[str, float]:
    """Seconds: first element and whole page since the process was started, and the page of a second visitor."""
    taken = {}
    begin = time.perf_counter()
    with started(name) as server:
        page = window(browser)
        page.goto(server.url, wait_until="commit")
        appeared(page, "[data-testid=stElementContainer]")
        taken["first element"] = time.perf_counter() - begin
        shown(page, name)
        taken["whole page"] = time.perf_counter() - begin
        page.context.close()
        second = window(browser)
        begin = time.perf_counter()
        second.goto(server.url, wait_until="commit")
        shown(second, name)
        taken["second visitor"] = time.perf_counter() - begin
        second.context.close()
    return taken


def import_torch() -> float:
    """Seconds of the import alone, as its own process measures it."""
    return float(subprocess.run([sys.executable, "-c", IMPORT], check=True, capture_output=True, text=True).stdout)


def main(rounds: int) -> int:
    taken: dict[str, list[dict[str, float]]] = {APP: [], BARE: [], QUICK: []}
    imports = []
    with chrome() as browser:
        for _ in range(rounds):
            for name, times in taken.items():
                times.append(start(browser, name))
            imports.append(import_torch())
    app, bare, quick = (
        {what: statistics.median(one[what] for one in times) for what in times[0]} for times in taken.values()
    )
    print(f"{'median of ' + str(rounds) + ', s':<18} {'app':>6} {'bare':>6} {'ratio':>7} {'quick':>6} {'ratio':>7}")
    for what, seconds in app.items():
        ratios = f"{bare[what]:>6.2f} {seconds / bare[what]:>6.2f}x {quick[what]:>6.2f} {seconds / quick[what]:>6.2f}x"
        print(f"{what:<18} {seconds:>6.2f} {ratios}")
    torch = statistics.median(imports)
    print(f"{'import torch':<18} {torch:>6.2f}")
    print(f"whole page beyond {QUICK} + import torch: {app['whole page'] - quick['whole page'] - torch:.2f} s")
    first = verdict("first element", app["first element"] / bare["first element"], FIRST)
    over = app["whole page"] - bare["whole page"] - torch
    whole = verdict("whole page beyond bare + import torch", over, EXTRA, " s")
    second = verdict("second visitor", app["second visitor"] / bare["second visitor"], SECOND)
    return 0 if first and whole and second else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 5))
