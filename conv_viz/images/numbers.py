"""Numbers of any kind -> a `Picture`: what of them becomes 0 and 1, and the sentence that says so."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from conv_viz.images.pixels import Picture, PictureError
from conv_viz.limits import RAW_NUMBER

SCALINGS = ("range", "stretch", "raw")
"""The range of the type becomes 0..1; the smallest and largest value become 0 and 1; the numbers as they are."""

DARK = 0.25
"""Share of its range below which a picture is hardly to be seen."""

EXACT = 2**24  # float32 holds whole numbers exactly up to here
BLOCK = 2**20  # numbers that are scaled at once


@dataclass(frozen=True)
class Kind:
    """What is known of numbers beside themselves: their full range, if they have one, and how they are taken."""

    full: int | None = None
    scaling: str = "range"
    said: bool = False
    inverted: bool = False


def picture_of(array: np.ndarray, kind: Kind, notes: list[str]) -> Picture:
    """Numbers (C, H, W) of any type -> the smallest of uint8, uint16 and float32 that holds them.

    Raises `PictureError` for what no picture can show.

    >>> picture_of(np.array([[[0, 4095]]], np.uint16), Kind(65535), []).notes
    ('The values are 0 to 4,095 and use 6 % of 0 to 65,535, so the picture is dark; stretch them to see more.',)
    """
    if array.dtype.kind == "f" and array.dtype.itemsize > 8:
        with np.errstate(over="ignore"):
            array = array.astype(np.float64)
    low, high = _ends(array)
    if kind.inverted:
        notes = [*notes, "White is zero in this file; turned round."]
        if kind.full is None:
            array = _turned(array, low, high)
    if kind.scaling == "raw":
        return _raw(array, low, high, notes, SCALINGS[::2] if kind.full is None else SCALINGS)
    if kind.full is not None:
        return _pixels(array, low, high, kind, notes)
    if array.dtype.kind == "f" and low >= 0 and high <= 1:
        return _fractions(array, low, high, kind, notes)
    return _spread(array, low, high, notes, ("range", "raw"), "range")


def _ends(array: np.ndarray) -> tuple[float, float]:
    """The smallest and largest number."""
    low, high = array.min(), array.max()
    if not (np.isfinite(low) and np.isfinite(high)):
        wrong = array.size - int(np.isfinite(array).sum())
        raise PictureError(
            f"The array holds {wrong:,} NaN or infinite values, which no picture can show; "
            "replace them first, for example with numpy.nan_to_num."
        )
    return low.item(), high.item()


def _pixels(array: np.ndarray, low: float, high: float, kind: Kind, notes: list[str]) -> Picture:
    """Whole numbers of a known range, as pictures have them."""
    full = kind.full or 1
    array = array.astype(np.uint8 if full <= 255 else np.uint16, copy=False)
    if kind.inverted:
        array, low, high = array.dtype.type(full) - array, full - high, full - low
    narrow = low < high and high - low < DARK * full
    offered = SCALINGS if kind.said or full > 255 else SCALINGS[:2] if narrow else ()
    if kind.scaling == "stretch" and low < high:
        notes = [*notes, f"Values {low:,} to {high:,} are stretched to 0..1."]
        return _made(array, low, high, notes, offered, "stretch")
    if kind.said:
        notes = [*notes, f"Values 0 to {full:,} become 0 to 1."]
    if narrow:
        notes = [*notes, _dark(low, high, full)]
    return _made(array, 0, full, notes, offered, "range")


def _fractions(array: np.ndarray, low: float, high: float, kind: Kind, notes: list[str]) -> Picture:
    """Numbers in 0..1 already."""
    if kind.scaling == "stretch":
        return _spread(array, low, high, notes, SCALINGS[:2], "stretch")
    if low < high and high - low < DARK:
        notes = [*notes, _dark(low, high, 1)]
    return _made(array.astype(np.float32, copy=False), 0, 1, notes, SCALINGS[:2], "range")


def _dark(low: float, high: float, full: int) -> str:
    percent = 100 * (high - low) / full
    look = "dark" if high < DARK * full else "pale" if low > (1 - DARK) * full else "of little contrast"
    return (
        f"The values are {_shown(low)} to {_shown(high)} and use {max(1, round(percent))} % of 0 to {full:,}, "
        f"so the picture is {look}; stretch them to see more."
    )


def _raw(array: np.ndarray, low: float, high: float, notes: list[str], offered: tuple[str, ...]) -> Picture:
    largest = max(abs(low), abs(high))
    if largest > RAW_NUMBER:
        raise PictureError(
            f"The values go from {low:g} to {high:g}, and beyond {RAW_NUMBER:g} a layer's sums overflow float32; "
            "take them as 0 to 1."
        )
    whole = array.dtype.kind in "biu"
    what = "Whole numbers" if whole else "Numbers"
    notes = [*notes, f"{what} from {_shown(low)} to {_shown(high)} are taken as they are."]
    if whole and largest > EXACT:
        notes = [*notes, f"float32 rounds whole numbers beyond {EXACT:,}."]
    return _made(array.astype(np.float32), 0, 1, notes, offered, "raw")


def _spread(
    array: np.ndarray, low: float, high: float, notes: list[str], offered: tuple[str, ...], scaling: str
) -> Picture:
    """The smallest number becomes 0, the largest 1: in float64, where no range of float32 overflows."""
    if low == high:
        notes = [*notes, f"Every value is {_shown(low)}; it becomes 0."]
    else:
        notes = [*notes, f"Values from {_shown(low)} to {_shown(high)} are scaled to 0..1."]
    values = np.empty(array.shape, np.float32)
    rows = max(1, BLOCK // array.shape[2])
    part = 0.25 if max(abs(low), abs(high)) > 1e300 else 1.0  # so that the largest float64 less the smallest is finite
    bottom = float(low) * part
    span = float(high) * part - bottom or 1.0
    for plane, out in zip(array, values, strict=True):
        for top in range(0, len(plane), rows):
            out[top : top + rows] = (plane[top : top + rows].astype(np.float64) * part - bottom) / span
    return _made(np.clip(values, 0, 1, out=values), 0, 1, notes, offered, scaling)


def _turned(array: np.ndarray, low: float, high: float) -> np.ndarray:
    """Numbers without a full range where white is zero: what is the smallest becomes the largest."""
    top = 1.0 if low >= 0 and high <= 1 else float(low) + float(high)
    return (top - array.astype(np.float64)).astype(np.float32 if array.dtype == np.float32 else np.float64)


def _shown(number: float) -> str:
    return f"{number:,}" if isinstance(number, int) and abs(number) < 10**6 else f"{number:g}"


def _made(
    array: np.ndarray, low: float, high: float, notes: list[str], scalings: tuple[str, ...], scaling: str
) -> Picture:
    picture = Picture(np.ascontiguousarray(array), low, high, tuple(notes))
    return replace(picture, full_size=picture.size, scaling=scaling, scalings=scalings)
