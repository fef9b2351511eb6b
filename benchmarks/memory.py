"""Pictures through one session, one after the other: does the server give their memory back?

    python benchmarks/memory.py [pictures]

Reach: after 100 pictures the server's memory is within 10 % of where it was after the first. The pictures are
photographs of 6 to 12 megapixels, each a file of its own. The memory is the server's resident set (Linux only).
"""

from __future__ import annotations

import io
import sys
import tempfile
import time
from pathlib import Path

from browsing import APP, GALLERY, chrome, serving, shown, verdict, window
from decode import photograph
from gallery import upload
from machine import print_machine
from PIL import Image
from process import memory

REACH = 1.1
SETTLED = 2.0  # seconds


def variant(whole: Image.Image, number: int) -> bytes:
    """One of many photographs: another part of the same."""
    file = io.BytesIO()
    whole.crop((10 * number, 7 * number, whole.width, whole.height)).save(file, "JPEG", quality=90)
    return file.getvalue()


def main(pictures: int) -> int:
    with Image.open(io.BytesIO(photograph())) as opened:
        whole = opened.convert("RGB")
    held = []
    with tempfile.TemporaryDirectory() as folder, serving(APP) as app, chrome() as browser:
        page = window(browser)
        page.goto(f"{app.url}/image?out_channels=16")
        shown(page, GALLERY)
        for number in range(pictures):
            file = Path(folder, f"photograph {number}.jpg")
            file.write_bytes(variant(whole, number))
            upload(page, file)
            file.unlink()
            if number in (0, pictures - 1):
                time.sleep(SETTLED)
            held.append(memory(app.pid))
    print(f"after 1: {held[0]:.0f} MB, most {max(held):.0f} MB, after {pictures}: {held[-1]:.0f} MB")
    return 0 if verdict(f"memory after {pictures} pictures, of that after the first", held[-1] / held[0], REACH) else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 100))
