"""What a picture is made of: a short list of plain shapes, in whole pixels, that any painter can draw."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from conv_viz.export.colors import Color


class Box(NamedTuple):
    """A filled rectangle."""

    x: int
    y: int
    w: int
    h: int
    fill: Color


class Cells(NamedTuple):
    """A grid of filled cells: `colors` uint8 (rows, columns, 3), `gap` pixels between two of them.

    Cells where `drawn` (rows, columns) is false stay empty.
    """

    x: int
    y: int
    cell: tuple[int, int]
    gap: int
    colors: np.ndarray
    drawn: np.ndarray


class Frame(NamedTuple):
    """The outline of a rectangle, drawn inside of it."""

    x: int
    y: int
    w: int
    h: int
    color: Color
    width: int
    radius: int = 0


class Dashes(NamedTuple):
    """Dashed outlines of many cells (x, y), each `size` (width, height)."""

    corners: tuple[tuple[int, int], ...]
    size: tuple[int, int]
    color: Color
    width: int


class Dots(NamedTuple):
    """Round dots around many points (x, y)."""

    centres: tuple[tuple[int, int], ...]
    radius: int
    color: Color


class Hatch(NamedTuple):
    """Thin slanted lines over a rectangle, `step` pixels apart; they join across rectangles."""

    x: int
    y: int
    w: int
    h: int
    color: Color
    width: int
    step: int


class Bar(NamedTuple):
    """A colour scale from left to right: `colors` uint8 (n, 3)."""

    x: int
    y: int
    w: int
    h: int
    colors: np.ndarray
    line: Color


class Text(NamedTuple):
    """Words whose baseline is at y and whose left, middle or right is at x; `on` is the colour behind them."""

    x: int
    y: int
    text: str
    size: float
    color: Color
    on: Color
    anchor: str = "l"
    bold: bool = False
    mono: bool = False


Movable = Box | Frame | Text | Hatch
"""What a part may hold: marks with one place."""
Mark = Movable | Cells | Dashes | Dots | Bar


class Part(NamedTuple):
    """Marks that are seen during one step, placed from (x, y).

    A part with the same `key` and the same marks at every step only moves.
    """

    key: str
    x: int
    y: int
    marks: tuple[Movable, ...]


class Step(NamedTuple):
    """One frame: `parts` are seen in this one only, `lasting` marks from this one on."""

    parts: tuple[Part, ...]
    lasting: tuple[Mark, ...]


NARROW, WIDE = set(".,:;' il|()[]"), set("−+×=→~mwMW∞")


def width_of(text: str, size: float, *, mono: bool = False, bold: bool = False) -> float:
    """About how wide a text is, in pixels: rather too much, as nobody knows which font will be at hand.

    >>> round(width_of("+0.16", 10))
    32
    """
    if mono:
        return 0.61 * size * len(text)
    wide = sum(0.4 if c in NARROW else 0.84 if c in WIDE else 0.64 for c in text)
    return wide * size * (1.1 if bold else 1)


def fitting(text: str, size: float, room: float, *, mono: bool = False, bold: bool = False) -> float:
    """The size at which a text fits into `room` pixels, no larger than `size`; in halves."""
    width = width_of(text, size, mono=mono, bold=bold)
    return size if width <= room else int(2 * size * room / width) / 2


def centred(middle: float, size: float) -> int:
    """The baseline of digits whose middle is at a height."""
    return round(middle + 0.36 * size)
