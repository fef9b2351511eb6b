"""The page Weights with 512 filters of 512 channels, 3x3: another part of the 2.4 million weights, and an edit.

    python benchmarks/weights.py [clicks]

Reach: a click on a filter's label to the changed picture at most 2x that of the default layer with 108
weights, and at most 0.4 s; drawn once, then cut and packed in at most 5 ms. Two windows of one browser
take turns, one click each.
"""

from __future__ import annotations

import statistics
import sys
import time

from browsing import APP, chrome, serving, verdict, window
from machine import print_machine
from playwright.sync_api import Page

from conv_viz import ConvSpec
from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.scenes.payload import encode
from conv_viz.scenes.weights import tensor_scene

TIMES, SECONDS, PACKED = 2.0, 0.4, 5  # PACKED in milliseconds
LARGE = "in_channels=512&out_channels=512"
WARM = 3
PAUSE = 400  # ms between two clicks: the end of one run must not meet the next
CLICK = """(filter) => new Promise((resolve) => {
  const grid = document.querySelector("[data-testid=weights]");
  const before = grid.dataset.content;
  const start = performance.now();
  const observer = new MutationObserver(() => {
    if (grid.dataset.content === before) return;
    observer.disconnect();
    resolve(performance.now() - start);
  });
  observer.observe(grid, { attributes: true });
  grid.querySelector(`button[aria-label^="filter ${filter},"]`).click();
})"""


def main(clicks: int) -> int:
    packed = 1000 * median_seconds_to_pack()
    taken: dict[str, list[float]] = {"": [], LARGE: []}
    with serving(APP) as server, chrome() as browser:
        pages = {query: opened(window(browser), f"{server.url}/weights?{query}") for query in taken}
        for i in range(WARM + clicks):
            for query, page in pages.items():
                took = page.evaluate(CLICK, 1 + i % 3) / 1000
                page.wait_for_timeout(PAUSE)
                if i >= WARM:
                    taken[query].append(took)
    default, large = (statistics.median(times) for times in taken.values())
    print(f"default {default:.3f} s, 512x512 {large:.3f} s, packed in {packed:.2f} ms, {clicks} clicks each")
    reached = (
        verdict("of the default layer", large / default, TIMES),
        verdict("512x512", large, SECONDS, " s"),
        verdict("packed", packed, PACKED, " ms"),
    )
    return 0 if all(reached) else 1


def opened(page: Page, url: str) -> Page:
    page.goto(url)
    page.locator("[data-testid=weights][data-content]").wait_for(timeout=60_000)
    page.locator(".js-plotly-plot").wait_for(timeout=60_000)
    return page


def median_seconds_to_pack() -> float:
    """From a choice of filter to the bytes; the first draw is not in it."""
    spec, times = ConvSpec(512, 512, 3), []
    drawn_weights(spec, 0)
    for filter in range(0, 512, 16):
        start = time.perf_counter()
        encode(tensor_scene(spec, drawn_weights(spec, 0), filter))
        times.append(time.perf_counter() - start)
    return statistics.median(times)


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 20))
