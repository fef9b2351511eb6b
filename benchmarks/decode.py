"""From the bytes of a 12-megapixel JPEG to the bytes of its first gallery, as the page sends them.

    python benchmarks/decode.py [rounds]

Reach: at most 4x (the JPEG's plain decoding + one layer on the preview). All are taken in turns in
one process, the best of each counts.
"""

from __future__ import annotations

import io
import sys
import time
from pathlib import Path

import numpy as np
from machine import print_machine
from PIL import Image

from conv_viz.compute.filtering import preview_size
from conv_viz.compute.layer import run
from conv_viz.images.read import preview, resized
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.setup import Setup
from conv_viz.lenses.image import filter_view
from conv_viz.limits import PREVIEW_SIDE
from conv_viz.scenes.payload import encode

SPEC = ConvSpec(3, 64, 3, padding=1)
ASSETS = Path(__file__).parents[1] / "assets"
REACH = 4.0


def photograph() -> bytes:
    """4000x3000, enlarged from a sample, with a camera's noise."""
    with Image.open(ASSETS / "astronaut.jpg") as small:
        large = np.asarray(small.resize((4000, 3000), Image.Resampling.BICUBIC)).astype(np.int16)
    noise = np.random.default_rng(0).normal(0, 4, large.shape).astype(np.int16)
    file = io.BytesIO()
    Image.fromarray(np.clip(large + noise, 0, 255).astype(np.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()


def main(rounds: int) -> int:
    data = photograph()
    picture = preview(data, PREVIEW_SIDE)
    small = resized(picture, *preview_size(SPEC, picture, SPEC.out_channels)).unit()
    setup = Setup.of(SPEC.arguments(), (1, 3, 7, 7))

    def plain_decoding() -> None:
        Image.open(io.BytesIO(data)).load()

    def preview_layer() -> None:
        run(SPEC, small)

    def first_gallery() -> None:
        encode(filter_view(setup, preview(data, PREVIEW_SIDE), "photograph.jpg"))

    best: dict[str, float] = {}
    for _ in range(rounds):
        for way in (plain_decoding, preview_layer, first_gallery):
            start = time.perf_counter()
            way()
            best[way.__name__] = min(best.get(way.__name__, float("inf")), time.perf_counter() - start)
    print(f"4000x3000 JPEG of {len(data) / 1e6:.1f} MB, preview {small.shape[2]}x{small.shape[1]}, {SPEC.code()}")
    for name, seconds in best.items():
        print(f"{name:<15} {1000 * seconds:>6.0f} ms")
    ratio = best["first_gallery"] / (best["plain_decoding"] + best["preview_layer"])
    print(f"ratio {ratio:.2f}x; reach at most {REACH:.0f}x: {'yes' if ratio <= REACH else 'NO'}")
    return 0 if ratio <= REACH else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
