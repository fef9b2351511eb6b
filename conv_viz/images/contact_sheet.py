"""Feature maps -> one contact sheet: a single picture is sent, however many filters there are.

Colour means value. Signed numbers go from blue through the neutral of the page to red, zero at the
neutral, equally far on both sides; matplotlib's RdBu (light) and berlin (dark, Crameri 2018,
https://doi.org/10.5281/zenodo.1243862) are safe for colour-blind readers. What is no number is yellow.
"""

from __future__ import annotations

import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np
from matplotlib import colormaps
from PIL import Image

LARGEST, SMALLEST = 256, 96
"""Pixels of a map's longer side on the sheet: larger maps are averaged, smaller ones enlarged."""

GAP = 6
SLICES = 4
"""A filter of up to so many channels is shown slice by slice, a deeper one as the mean of its channels."""

NOT_A_NUMBER = (235, 190, 0)
LIGHT, DARK = (255, 255, 255), (14, 17, 23)
"""Streamlit's page backgrounds."""

COLOURS = ("diverging", "grey")
SCALES = ("shared", "each")

Range = tuple[float, float]


@dataclass(frozen=True)
class Cell:
    """One map on the sheet: its rectangle, its filter's rectangle, its smallest and largest finite value.

    Rectangles are (left, top, width, height) in pixels of the sheet.
    """

    index: int
    map: tuple[int, int, int, int]
    filter: tuple[int, int, int, int] | None
    values: Range


@dataclass(frozen=True, eq=False)
class Sheet:
    """A contact sheet: uint8 RGB (height, width, 3), and where every map stands on it."""

    image: np.ndarray
    cells: tuple[Cell, ...]
    columns: int

    def at(self, x: float, y: float) -> int | None:
        """The map at a pixel of the sheet, its filter counting as the map; None in a gap.

        >>> made = sheet(np.zeros((4, 96, 96), np.float32), columns=2)
        >>> made.at(10, 10), made.at(made.image.shape[1] - 10, 10), made.at(0, 0)
        (0, 1, None)
        """
        for cell in self.cells:
            for left, top, width, height in filter(None, (cell.map, cell.filter)):
                if left <= x < left + width and top <= y < top + height:
                    return cell.index
        return None


def sheet(
    maps: np.ndarray,
    weight: np.ndarray | None = None,
    *,
    relu: bool = False,
    scale: str = "shared",
    colours: str = "diverging",
    dark: bool = False,
    background: tuple[int, int, int] | None = None,
    columns: int | None = None,
    beyond: float = 0.0,
    largest: int = LARGEST,
) -> Sheet:
    """The contact sheet of feature maps, float (C, H, W), with at least one number.

    `weight` (C, in_channels/groups, kH, kW) puts each filter at the left of its map, all
    filters on one diverging scale. `scale` ``"shared"`` makes maps comparable, ``"each"`` shows
    faint ones. `background` is the colour between the maps: white, or near black when `dark`. `beyond`
    is the share of a map's values that may lie beyond full colour: see `colour_range`. `largest` are the
    pixels of a map's longer side, at most.

    >>> made = sheet(np.array([[[-1.0, 0.0, 2.0]]], np.float32))
    >>> made.cells[0].values, made.image.dtype
    ((-1.0, 2.0), dtype('uint8'))
    """
    if maps.ndim != 3 or not maps.size or scale not in SCALES or colours not in COLOURS:
        raise ValueError(f"Maps (C, H, W), a scale of {SCALES} and colours of {COLOURS} are needed, not {maps.shape}.")
    if weight is not None and (weight.ndim != 4 or len(weight) != len(maps)):
        raise ValueError(f"{len(maps)} maps need a weight (C, in_channels/groups, kH, kW), not {weight.shape}.")
    values = [value_range(m, relu=relu) for m in maps]
    ranges = [colour_range(m, relu=relu, beyond=beyond) for m in maps] if beyond else values
    if scale == "shared":
        ranges = [(min(low for low, _ in ranges), max(high for _, high in ranges))] * len(maps)
    shown = painted(thumbnails(maps, relu=relu, largest=largest), ranges, colours=colours, dark=dark)
    _, height, width, _ = shown.shape
    filters = None if weight is None else filter_pictures(weight, height, max(width // 4, min(width, 40)), dark=dark)
    beside = 0 if filters is None else filters.shape[2] + 2
    step_x, step_y = beside + width + GAP, height + GAP
    columns = max(1, min(columns or _columns(len(maps), step_x, step_y), len(maps)))
    rows = -(-len(maps) // columns)
    image = _plain(rows * step_y + GAP, columns * step_x + GAP, background or (DARK if dark else LIGHT))
    cells = []
    for index, picture in enumerate(shown):
        left, top = GAP + index % columns * step_x, GAP + index // columns * step_y
        image[top : top + height, left + beside : left + beside + width] = picture
        place = None
        if filters is not None:
            _, high, wide, _ = filters.shape
            place = (left, top, wide, high)
            image[top : top + high, left : left + wide] = filters[index]
        cells.append(Cell(index, (left + beside, top, width, height), place, values[index]))
    return Sheet(image, tuple(cells), columns)


def _plain(height: int, width: int, colour: tuple[int, int, int]) -> np.ndarray:
    image = np.empty((height, width, 3), np.uint8)
    image.reshape(height, -1)[:] = np.tile(np.array(colour, np.uint8), width)  # row by row: 20 times as fast
    return image


def value_range(numbers: np.ndarray, *, relu: bool = False) -> Range:
    """Smallest and largest finite number, (0, 0) where there is none; negatives are zero with `relu`.

    >>> value_range(np.array([np.nan, -3.0, np.inf, 2.0])), value_range(np.array([-3.0, 2.0]), relu=True)
    ((-3.0, 2.0), (0.0, 2.0))
    """
    low, high = float(numbers.min()), float(numbers.max())
    if not (math.isfinite(low) and math.isfinite(high)):
        finite = numbers[np.isfinite(numbers)]
        low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    return (max(low, 0.0), max(high, 0.0)) if relu else (low, high)


def colour_range(numbers: np.ndarray, *, relu: bool = False, beyond: float = 0.01) -> Range:
    """The range that holds all but a share of the numbers (H, W), half of the share at either end.

    A few extreme pixels would leave the rest of a map pale. Of a large map some thousand
    numbers, evenly spread, are looked at.

    >>> colour_range(np.arange(101.0)[None], beyond=0.1)
    (5.0, 95.0)
    """
    step = max(1, int(math.sqrt(numbers.size / 5_000)))
    some = numbers[::step, ::step]
    some = some[np.isfinite(some)]
    if not some.size:
        return 0.0, 0.0
    outside = int(beyond / 2 * (some.size - 1))
    ends = outside, some.size - 1 - outside
    low, high = (float(v) for v in np.partition(some, ends)[list(ends)])
    if not low < high:
        return value_range(numbers, relu=relu)
    return (max(low, 0.0), max(high, 0.0)) if relu else (low, high)


def thumbnails(maps: np.ndarray, *, relu: bool = False, largest: int = LARGEST) -> np.ndarray:
    """Maps (C, H, W) as float32 at the size they have on the sheet; ReLU comes before the averaging.

    >>> thumbnails(np.zeros((1, 600, 300), np.float32)).shape, thumbnails(np.zeros((1, 7, 5), np.float32)).shape
    ((1, 200, 100), (1, 91, 65))
    """
    maps = maps.astype(np.float32, copy=False)
    longest, shortest = max(maps.shape[1:]), min(maps.shape[1:])
    most = min(largest, max(SMALLEST, int(LARGEST * math.sqrt(64 / len(maps)))))
    less = -(-longest // most)
    if less > 1:
        # a thin map keeps its few rows: each axis is averaged only as far as it must be
        across, down = (less if size >= less else 1 for size in (maps.shape[2], maps.shape[1]))
        return np.stack([np.asarray(Image.fromarray(_relu(m, relu)).reduce((across, down))) for m in maps])
    more = min(max(1, SMALLEST // longest), max(1, largest // max(shortest, 1)))
    return _relu(maps, relu).repeat(more, axis=1).repeat(more, axis=2) if more > 1 else _relu(maps, relu)


def _relu(numbers: np.ndarray, on: bool) -> np.ndarray:
    return np.maximum(numbers, 0) if on else numbers


def painted(
    numbers: np.ndarray, span: Range | Sequence[Range], *, colours: str = "diverging", dark: bool = False
) -> np.ndarray:
    """Numbers (..., H, W) -> uint8 RGB (..., H, W, 3), for values from ``span[0]`` to ``span[1]``.

    Diverging: zero is the neutral, and the larger of the two ends, in size, is full colour on either
    side. Grey: black to white from end to end. Infinities take the colour of their end. For
    (C, H, W), `span` may be one range for each.

    >>> painted(np.array([[-2.0, 0.0, 2.0]]), (-2.0, 1.0))[0].tolist()
    [[5, 48, 97], [247, 246, 246], [103, 0, 31]]
    """
    low, high = np.moveaxis(np.array(span, np.float64), -1, 0)[..., None, None]
    if colours == "diverging":
        high = np.maximum(np.abs(low), np.abs(high))
        low = -high
    middle, half = low / 2 + high / 2, high / 2 - low / 2
    slope = np.divide(127, half, out=np.zeros_like(half), where=half > 1e-36)
    with np.errstate(invalid="ignore", over="ignore"):
        place = (numbers.astype(np.float32, copy=False) - middle.astype(np.float32)) * slope.astype(np.float32)
    np.clip(place, -127, 127, out=place)
    missing = None
    if not math.isfinite(float(place.sum())):
        missing = np.isnan(numbers)
        place[np.isnan(place)] = 0  # an infinity times a slope of zero, too
    place += np.float32(127.5)
    indices = place.astype(np.uint8)
    if missing is not None:
        indices[missing] = 255
    image = Image.fromarray(indices.reshape(-1, indices.shape[-1]))
    image.putpalette(_palette(colours, dark))
    return np.asarray(image.convert("RGB")).reshape(*indices.shape, 3)


@cache
def _palette(colours: str, dark: bool) -> bytes:
    """255 colours with the neutral in the middle (127), and the one of what is no number."""
    name = "gray" if colours == "grey" else "berlin" if dark else "RdBu_r"
    return colormaps[name](np.linspace(0, 1, 255), bytes=True)[:, :3].tobytes() + bytes(NOT_A_NUMBER)


def filter_pictures(weight: np.ndarray, height: int, width: int, *, dark: bool = False) -> np.ndarray:
    """Each filter of a weight (C, in_channels/groups, kH, kW) as a small picture, all on one scale.

    uint8 (C, at most height, at most width, 3). Up to four channels stand one below the
    other, more are shown as their mean. A weight takes whole pixels where there is room.
    """
    _, channels, kh, kw = weight.shape
    slices = weight if channels <= SLICES and channels * (kh + 1) <= height else weight.mean(axis=1, keepdims=True)
    count = slices.shape[1]
    span = value_range(slices)
    colours = painted(slices, span, dark=dark)
    zoom = min((height - (count - 1)) // (count * kh), width // kw, 16)
    if zoom < 1:
        size = min(width, kw), min(height, kh)
        return np.stack([np.asarray(Image.fromarray(c[0]).resize(size, Image.Resampling.BOX)) for c in colours])
    large = colours.repeat(zoom, axis=2).repeat(zoom, axis=3)
    neutral = painted(np.zeros((1, 1)), span, dark=dark)
    line = np.broadcast_to(neutral, (len(weight), count, 1, large.shape[3], 3))
    stacked = np.concatenate([large, line], axis=2).reshape(len(weight), -1, large.shape[3], 3)
    return stacked[:, :-1]


def _columns(count: int, width: int, height: int) -> int:
    """Columns that make a sheet about 3 wide by 2 high, two more or fewer if that leaves less room empty."""
    wanted = max(1, round(math.sqrt(1.5 * count * height / width)))
    near = range(max(1, wanted - 2), wanted + 3)
    return min(near, key=lambda columns: (-count % columns, abs(columns - wanted)))


def encode(image: np.ndarray, format: str = "JPEG") -> bytes:
    """uint8 RGB (H, W, 3) -> the bytes of a JPEG, fast and small for looking at, or of an exact PNG.

    >>> encode(np.zeros((2, 2, 3), np.uint8))[:3], encode(np.zeros((2, 2, 3), np.uint8), "PNG")[1:4]
    (b'\\xff\\xd8\\xff', b'PNG')
    """
    file = io.BytesIO()
    options = {"quality": 88, "subsampling": 0} if format == "JPEG" else {"compress_level": 6}
    Image.fromarray(image).save(file, format, **options)
    return file.getvalue()
