"""Draw the sample pictures that are our own, a digit and a landscape in four bands: ``python docs/make_samples.py``.

Both are made up, by the few lines below, so that they are free to ship and small. Writes assets/digit.png and
assets/landscape_4_bands.tif; the same numbers each time.
"""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image

ASSETS = Path(__file__).resolve().parents[1] / "assets"
SIDE = 128  # pixels of both

# Reflectance in red, green, blue and near infrared, about as satellites measure it: plants are dark in red and very
# bright in near infrared, water is the darkest there.
WATER, FOREST, CROP, MEADOW, SOIL = 0, 1, 2, 3, 4
REFLECTANCE = np.array(
    [
        (0.04, 0.07, 0.10, 0.01),
        (0.03, 0.06, 0.03, 0.32),
        (0.07, 0.13, 0.06, 0.50),
        (0.12, 0.15, 0.08, 0.36),
        (0.27, 0.21, 0.15, 0.33),
    ]
)
BRIGHTEST = np.array([0.30, 0.24, 0.18, 0.55])
"""What becomes 255 in each band: pictures of satellites are stretched like this, since little is as bright as snow."""


def main() -> None:
    Image.fromarray(digit()).save(ASSETS / "digit.png", optimize=True)
    (ASSETS / "landscape_4_bands.tif").write_bytes(tiff(landscape()))


def digit() -> np.ndarray:
    """A five in white on black, (H, W) of uint8: every pixel is as bright as it is near to the pen's way."""
    turn = np.linspace(-2.35, 2.45, 40)
    belly = np.stack([0.47 + 0.185 * np.cos(turn), 0.615 + 0.165 * np.sin(turn)], 1)
    strokes = [np.array([(0.70, 0.215), (0.40, 0.225), (0.345, 0.50)]), belly]
    way = np.concatenate([_dense(stroke) for stroke in strokes])
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE
    away = np.sqrt((x[..., None] - way[:, 0]) ** 2 + (y[..., None] - way[:, 1]) ** 2).min(-1)
    pen, soft = 0.042, 0.012
    return np.uint8(255 * np.clip((pen + soft - away) / (2 * soft), 0, 1))


def _dense(points: np.ndarray) -> np.ndarray:
    """Points along the lines between these (n, 2), close to each other."""
    along = np.linspace(0, len(points) - 1, 160)
    return np.stack([np.interp(along, np.arange(len(points)), column) for column in points.T], 1)


def landscape() -> np.ndarray:
    """Land from above, (H, W, 4) of uint8: a river, a lake, a forest, meadows along the water, fields."""
    chance = np.random.default_rng(4)
    y, x = (np.mgrid[:SIDE, :SIDE] + 0.5) / SIDE
    ground = _fields(x, y, chance)
    ground[_hills(chance, 5) + 1.6 * (x - 0.55) - 1.2 * (y - 0.45) > 0.3] = FOREST
    river = np.abs(x - (0.36 + 0.13 * np.sin(5.2 * y + 0.4) - 0.1 * y))
    ground[river < 0.13 + 0.03 * _hills(chance, 9)] = MEADOW
    lake = ((x - 0.30) / 0.24) ** 2 + ((y - 0.80) / 0.14) ** 2 < 1
    ground[(river < 0.065) | lake] = WATER
    light = 1 + 0.10 * _hills(chance, 24)[..., None] + 0.05 * chance.standard_normal((SIDE, SIDE, 1))
    stretched = REFLECTANCE[ground] * light / BRIGHTEST
    return np.uint8(np.rint(255 * np.clip(stretched, 0, 1)))


def _fields(x: np.ndarray, y: np.ndarray, chance: np.random.Generator) -> np.ndarray:
    """Fields side by side, a little turned; each has one crop, or bare soil."""
    across, down = 5.2 * (x + 0.25 * y), 4.1 * (y - 0.25 * x) + 2
    kinds = chance.choice([CROP, SOIL, MEADOW], (9, 9), p=[0.45, 0.35, 0.2])
    return kinds[down.astype(int), across.astype(int)]


def _hills(chance: np.random.Generator, cells: int) -> np.ndarray:
    """Smooth noise (H, W) in -1..1, with so many hills side by side."""
    small = Image.fromarray(np.float32(chance.uniform(-1, 1, (cells, cells))))
    return np.asarray(small.resize((SIDE, SIDE), Image.Resampling.BICUBIC))


def tiff(bands: np.ndarray) -> bytes:
    """(H, W, 4) of uint8 as a TIFF: black is zero, four samples, three of them extra, packed by deflate."""
    height, width, count = bands.shape
    packed = zlib.compress(bands.tobytes(), 9)
    bits, start = 8, 8 + 8  # the bits of each sample lie behind the header, and the pixels behind them
    short, long = 3, 4
    tags = [
        (256, short, 1, width), (257, short, 1, height), (258, short, count, bits), (259, short, 1, 8),
        (262, short, 1, 1), (273, long, 1, start), (277, short, 1, count), (278, short, 1, height),
        (279, long, 1, len(packed)), (284, short, 1, 1), (338, short, count - 1, 0),
    ]  # fmt: skip
    extra = start + len(packed)  # the kinds of the three extra samples: unspecified
    tags = [(tag, kind, n, {258: 8, 338: extra}.get(tag, value)) for tag, kind, n, value in tags]
    directory = extra + 6 + extra % 2
    header = struct.pack("<2sHI", b"II", 42, directory) + struct.pack("<4H", *[bits] * count)
    body = header + packed + bytes(directory - extra)
    entries = b"".join(struct.pack("<HHII", *entry) for entry in tags)
    return body + struct.pack("<H", len(tags)) + entries + bytes(4)


if __name__ == "__main__":
    main()
