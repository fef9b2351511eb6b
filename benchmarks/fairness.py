"""Ten visitors who move once a second, without and beside one who runs 24 megapixels through a layer of 512 filters.

    python benchmarks/fairness.py [visitors] [seconds]

Reach: the others' 95th percentile beside the heavy work is at most twice what it is without. The heavy visitor is a
browser: an upload, its preview, and a run in full resolution that outlasts the measurement.
"""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from browsing import APP, GALLERY, chrome, quantile, serving, shown, verdict, window
from decode import photograph
from gallery import upload
from machine import print_machine
from PIL import Image
from users import everybody

REACH = 2.0
LINK = "image?out_channels=512&kernel_size=33&padding=16&stride=1"


def large_photograph() -> bytes:
    """24 megapixels."""
    file = io.BytesIO()
    with Image.open(io.BytesIO(photograph())) as opened:
        opened.convert("RGB").resize((6000, 4000)).save(file, "JPEG", quality=90)
    return file.getvalue()


def measured(url: str, visitors: int, seconds: int) -> list[float]:
    """The moves of so many visitors. In a thread: the browser has the event loop of this one."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(everybody(url, visitors, seconds))).result()


def main(visitors: int, seconds: int) -> int:
    with tempfile.TemporaryDirectory() as folder, serving(APP) as app, chrome() as browser:
        file = Path(folder, "large.jpg")
        file.write_bytes(large_photograph())
        url = app.url.replace("http", "ws", 1)
        measured(url, 1, 4)  # imports torch
        page = window(browser)
        page.goto(f"{app.url}/{LINK}")
        shown(page, GALLERY)
        upload(page, file)
        before = measured(url, visitors, seconds)
        page.get_by_role("button", name="in full resolution").click()
        page.get_by_role("button", name="Cancel").wait_for()
        beside = measured(url, visitors, seconds)
        at_work = page.get_by_role("button", name="Cancel").is_visible()
        page.get_by_role("button", name="Cancel").click(timeout=5000) if at_work else None
    print(f"the heavy run {'outlasted the measurement' if at_work else 'ended before the measurement'}")
    p95 = [quantile(taken, 0.95) for taken in (before, beside)]
    print(f"{visitors} visitors: p95 {p95[0]:.1f} ms without, {p95[1]:.1f} ms beside the heavy work")
    return 0 if verdict("p95 beside the heavy work, of that without", p95[1] / p95[0], REACH) and at_work else 1


if __name__ == "__main__":
    print_machine()
    asked = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(asked + [10, 15][len(asked) :])))
