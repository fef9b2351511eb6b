"""What fills the input when nobody brings a picture of their own."""

from __future__ import annotations

from functools import cache

import numpy as np

from conv_viz.byte_cache import ARRAYS
from conv_viz.images.samples import path
from conv_viz.layers.values import ConvSpecError, Shape

FILLS = ("photo", "random", "ramp", "impulse", "checkerboard", "digit", "satellite")
PICTURES = {"photo": "photo.png", "digit": "digit.png", "satellite": "landscape_4_bands.tif"}
"""The fills that are a sample picture, and its file."""
LUMINANCE = np.array([0.299, 0.587, 0.114], np.float32)  # ITU-R BT.601, as Pillow's convert("L")


def fill_sample(fill: str, shape: Shape, seed: int = 0, sample: int = 0) -> np.ndarray:
    """One sample (C, H, W), float32.

    - ``photo``: a photograph shrunk to H x W, in 0..1; grey for one channel, else red,
      green, blue, and for more channels the same again turned upside down and mirrored;
      every further sample shows it from a little closer.
    - ``random``: standard normal numbers of ``numpy.random.default_rng([seed, sample])``.
    - ``ramp``: 0, 1, 2, ... in reading order through rows, columns and channels.
    - ``impulse``: a one in the middle of every channel, zeros around it.
    - ``checkerboard``: ones and zeros, the other way round in every second channel.
    - ``digit``: a five, white on black, as ``photo`` is a photograph.
    - ``satellite``: land from above, as ``photo``; its fourth channel is near infrared, bright where plants are.

    >>> fill_sample("ramp", (2, 1, 3)).tolist()
    [[[0.0, 1.0, 2.0]], [[3.0, 4.0, 5.0]]]
    >>> fill_sample("impulse", (1, 3, 3)).tolist()
    [[[0.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 0.0]]]
    """
    channels, *sides = shape
    height, width = sides if len(sides) == 2 else (1, *sides)
    if len(sides) == 1:  # one row
        return fill_sample(fill, (channels, 1, width), seed, sample)[:, 0]
    if fill in PICTURES:
        return _picture_channels(fill, channels, height, width, sample)
    match fill:
        case "random":
            return np.random.default_rng([seed, sample]).standard_normal(shape, dtype=np.float32)
        case "ramp":
            cells = channels * height * width
            return np.arange(sample * cells, (sample + 1) * cells, dtype=np.float32).reshape(shape)
        case "impulse":
            plane = np.zeros(shape, np.float32)
            plane[:, height // 2, width // 2] = 1
            return plane
        case "checkerboard":
            c, y, x = np.ogrid[:channels, :height, :width]
            return ((c + y + x + sample) % 2).astype(np.float32)
    raise ConvSpecError("fill", f"The input can be filled with {', '.join(FILLS)}, not {fill!r}.", {"fill": "photo"})


def fill_batch(fill: str, shape: Shape, seed: int = 0, dims: int = 2) -> np.ndarray:
    """A whole input (N, C, H, W) or (C, H, W), float32; with one axis (N, C, L) or (C, L).

    >>> fill_batch("checkerboard", (2, 1, 1, 3)).tolist()
    [[[[0.0, 1.0, 0.0]]], [[[1.0, 0.0, 1.0]]]]
    """
    batch, sample = shape[: -dims - 1], shape[-dims - 1 :]
    samples = [fill_sample(fill, sample, seed, number) for number in range(batch[0] if batch else 1)]
    return np.stack(samples) if batch else samples[0]


def _picture_channels(fill: str, channels: int, height: int, width: int, sample: int) -> np.ndarray:
    bands = _picture(fill, height, width, sample)
    if channels == 1 < len(bands):
        return np.tensordot(LUMINANCE, bands[:3], 1)[None]
    views = (bands, bands[:, ::-1], bands[:, :, ::-1], bands[:, ::-1, ::-1])
    turned = [np.ascontiguousarray(view) for view in views]  # rows that lie in order are copied many times faster
    planes = np.concatenate([turned[i % 4] for i in range(-(-channels // len(bands)))])
    return np.ascontiguousarray(planes[:channels])


@cache
def _original(fill: str) -> np.ndarray:
    """A sample picture (C, H, W) of uint8."""
    from PIL import Image

    file = path(PICTURES[fill])
    if file.suffix == ".png":  # the first page waits for the photograph, and `read` takes 40 ms to import
        with Image.open(file, formats=["PNG"]) as picture:
            bands = np.atleast_3d(np.asarray(picture)).transpose(2, 0, 1)
    else:
        from conv_viz.images.read import read

        bands = read(file.read_bytes()).array
    return np.ascontiguousarray(bands)


def _picture(fill: str, height: int, width: int, sample: int) -> np.ndarray:
    """A sample picture (C, H, W) in 0..1, each cell the mean of what it covers. Kept for all visitors: not to change.

    Shrinking it takes a sixth of a slider's move.
    """
    key = (fill, height, width, sample % 8)
    return ARRAYS.get(key, lambda: _shrunk(fill, height, width, sample), lambda made: made.nbytes)


def _shrunk(fill: str, height: int, width: int, sample: int) -> np.ndarray:
    from PIL import Image

    bands = _original(fill)
    _, tall, wide = bands.shape
    inset = wide // 32 * (sample % 8)
    box = (inset, inset, wide - inset, tall - inset)
    small = [Image.fromarray(band).resize((width, height), Image.Resampling.BOX, box=box) for band in bands]
    return np.stack([np.asarray(band, np.float32) for band in small]) / 255
