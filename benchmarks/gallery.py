"""From a slider's key press to the changed gallery of 64 maps, against a bare one-slider app.

    python benchmarks/gallery.py [presses]

Reach: median at most 3x. The picture is a 12-megapixel JPEG, uploaded and seen as its preview; every press draws other
weights, so that all 64 maps change. Two windows of one browser take turns, one press each.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
from pathlib import Path

from browsing import APP, BARE, GALLERY, chrome, press, quantile, shown, started, verdict, window
from decode import photograph
from machine import print_machine
from playwright.sync_api import Page

MEDIAN = 3.0
WARM = 6


def upload(page: Page, file: Path, seconds: float = 60) -> None:
    """Give the page a picture, and wait until the gallery shows it."""
    if not page.locator("input[type=file]").count():
        page.get_by_role("radio", name="your file").click()
    gallery = page.locator("[data-testid=gallery][data-content]")
    before = gallery.get_attribute("data-content")
    page.locator("input[type=file]").set_input_files(file)
    page.wait_for_function(
        "before => document.querySelector('[data-testid=gallery]')?.dataset.content !== before",
        arg=before,
        timeout=1000 * seconds,
    )


def main(presses: int) -> int:
    taken: dict[str, list[float]] = {GALLERY: [], BARE: []}
    with (
        tempfile.TemporaryDirectory() as folder,
        started(APP) as app,
        started(BARE) as bare,
        chrome() as browser,
    ):
        pages = {GALLERY: window(browser), BARE: window(browser)}
        pages[BARE].goto(bare.url)
        pages[GALLERY].goto(f"{app.url}/image?out_channels=64&stride=1")
        for script, page in pages.items():
            shown(page, script)
        file = Path(folder, "photograph.jpg")
        file.write_bytes(photograph())
        upload(pages[GALLERY], file)
        for i in range(WARM + presses):
            took = {
                GALLERY: press(pages[GALLERY], GALLERY, "ArrowRight", "seed"),
                BARE: press(pages[BARE], BARE, "ArrowRight" if i % 8 < 4 else "ArrowLeft"),
            }
            if i >= WARM:
                for script, milliseconds in took.items():
                    taken[script].append(milliseconds)
    print(f"{'':<24} {'median, ms':>10} {'p95, ms':>8}   {presses} presses each")
    for script, times in taken.items():
        print(f"{script:<24} {statistics.median(times):>10.1f} {quantile(times, 0.95):>8.1f}")
    ratio = statistics.median(taken[GALLERY]) / statistics.median(taken[BARE])
    return 0 if verdict("64 maps, median", ratio, MEDIAN) else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 40))
