"""Take the pictures of the README anew: ``make screenshots``.

Starts the app on a free port and writes docs/stage-light.png, stage-dark.png (1280 pixels wide)
and stage-narrow.png (390 pixels wide, as on a telephone); of the page Weights, weights-light.png and
weights-dark.png; of the page Filter an image, image-light.png; of Network, network-light.png; of Draw a digit,
digit-light.png; and of a lens, backwards-dark.png.
``python docs/screenshots.py NAME ...`` takes those alone whose names begin so.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))  # server and browser are those of the browser tests

from tests.browser.conftest import ARGUMENTS, serving
from tests.browser.find_chromium import chromium

DOCS = Path(__file__).resolve().parent
LAST = ("stage", "panels", "gallery", "network", "digits", "lens")  # what each page draws last
SHOWN = ", ".join(f"[data-testid={name}][data-content]" for name in LAST)
SHOTS = {  # file: (page, colour scheme, width, height)
    "stage-light.png": ("/", "light", 1280, 900),
    "stage-dark.png": ("/", "dark", 1280, 900),
    "stage-narrow.png": ("/", "light", 390, 844),
    "weights-light.png": ("/weights", "light", 1280, 1120),
    "weights-dark.png": ("/weights", "dark", 1280, 1120),
    "image-light.png": ("/image?kernel_size=5&padding=2&stride=1&out_channels=9", "light", 1280, 1120),
    "network-light.png": ("/network?net=resnet18&net_layer=layer1.1.relu", "light", 1280, 900),
    "digit-light.png": ("/digit", "light", 1280, 900),
    "backwards-dark.png": ("/backwards?height=5&width=5&stride=1", "dark", 1280, 900),
}
MOST_BYTES = 350_000
START_SECONDS = 60
SETTLED = 1000  # ms for fonts, and for the last change of the layout


def shot(browser: Browser, url: str, scheme: str, width: int, height: int) -> bytes:
    """PNG of the app as somebody sees it who has just opened it."""
    context = browser.new_context(
        viewport={"width": width, "height": height}, color_scheme=scheme, reduced_motion="reduce"
    )
    try:
        page = context.new_page()
        page.goto(url)
        page.locator(SHOWN).wait_for(timeout=START_SECONDS * 1000)
        page.evaluate("document.fonts.ready.then(() => true)")
        page.wait_for_timeout(SETTLED)
        return page.screenshot(animations="disabled")
    finally:
        context.close()


def small(png: bytes) -> bytes:
    """The same PNG in fewer bytes: packed harder, and with 256 colours when that is not enough."""
    with Image.open(io.BytesIO(png), formats=["PNG"]) as opened:
        image = opened.convert("RGB")
    packed = _packed(image)
    return packed if len(packed) <= MOST_BYTES else _packed(image.quantize(256))


def _packed(image: Image.Image) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


def main() -> int:
    path = chromium()
    if path is None:
        print("No Chromium: install one, or set CHROMIUM=/path/to/it.")
        return 1
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            wanted = tuple(sys.argv[1:])
            shots = {name: shot for name, shot in SHOTS.items() if not wanted or name.startswith(wanted)}
            for name, (page, scheme, width, height) in shots.items():
                png = small(shot(browser, server.url + page, scheme, width, height))
                if len(png) > MOST_BYTES:
                    print(f"{name} would take {len(png):,} bytes; {MOST_BYTES:,} is the most.")
                    return 1
                (DOCS / name).write_bytes(png)
                print(f"docs/{name}: {len(png):,} bytes")
        finally:
            browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
