"""Marks of a grid of cells: colours, numbers, padding, unread rows. Follows `frontend/draw/grid.js`."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from conv_viz.export.colors import Color, Theme, ink_on, mix
from conv_viz.export.marks import Box, Cells, Dashes, Dots, Hatch, Mark, Text, centred, fitting
from conv_viz.export.plan import NUMBERS_FROM

LEAST_TEXT = 6.5
GAP_FROM = 7  # cells narrower than this touch each other

TERMS_FROM, PRODUCT_FROM = (48, 28), (30, 14)
"""Width and height from which a cell carries value × weight and the product, or the product alone."""


class Place(NamedTuple):
    """Where a grid stands, and the size of its cells."""

    x: int
    y: int
    cell: tuple[int, int]
    zoom: float

    @property
    def gap(self) -> int:
        """Pixels between two cells."""
        least = min(self.cell)
        return 0 if least < GAP_FROM else round((2 if least >= 30 * self.zoom else 1) * self.zoom)

    def box(self, row: int, column: int, rows: int = 1, columns: int = 1) -> tuple[int, int, int, int]:
        """x, y, width and height of a block of cells."""
        w, h = self.cell
        return self.x + column * w, self.y + row * h, columns * w, rows * h

    def filled(self, row: int, column: int, color: Color) -> Box:
        """One cell, with the gap around it."""
        x, y, w, h = self.box(row, column)
        return Box(x + self.gap // 2, y + self.gap // 2, w - self.gap, h - self.gap, color)


def cells(place: Place, colors: np.ndarray, drawn: np.ndarray | None = None) -> Cells:
    """The colours of a grid: uint8 (rows, columns, 3)."""
    shown = np.ones(colors.shape[:2], bool) if drawn is None else drawn
    return Cells(place.x, place.y, place.cell, place.gap, colors, shown)


def number_size(place: Place, texts: list[str]) -> float:
    """The size of letters at which all numbers of a grid fit, 0 when some would be too small to read."""
    w, h = place.cell
    zoom = place.zoom
    if w < NUMBERS_FROM * zoom or h < 14 * zoom:
        return 0.0
    size = max(9 * zoom, min(14 * zoom, w * 0.36, h * 0.5))
    room = w - max(2 * zoom, 0.12 * w)
    for text in texts:
        size = min(size, fitting(text, size, room))
    return size if size >= LEAST_TEXT * zoom else 0.0


def number(place: Place, row: int, column: int, text: str, size: float, on: Color) -> Text:
    """One number in the middle of its cell."""
    x, y, w, h = place.box(row, column)
    return Text(x + w // 2, centred(y + h / 2, size), text, size, ink_on(on), on, "m")


def numbers(
    place: Place,
    values: np.ndarray,
    write: Callable[[float], str],
    colors: np.ndarray,
    size: float | None = None,
    shown: np.ndarray | None = None,
) -> list[Mark]:
    """The numbers of a grid, when its cells have room for them; a cell whose text is empty has none."""
    cells = np.argwhere(np.ones(values.shape, bool) if shown is None else shown).tolist()
    texts = [write(values[r, c]) for r, c in cells]
    if size is None:
        size = number_size(place, texts)
    if not size:
        return []
    return [number(place, r, c, text, size, rgb(colors[r, c])) for (r, c), text in zip(cells, texts, strict=True)]


def rgb(color: np.ndarray) -> Color:
    """One colour of an array."""
    red, green, blue = color.tolist()
    return red, green, blue


def holes(place: Place, is_hole: np.ndarray, theme: Theme) -> list[Mark]:
    """A dot in each hole between two input cells, where there is room for it."""
    w, h = place.cell
    if min(w, h) < 4:
        return []
    centres = tuple((place.x + int(c) * w + w // 2, place.y + int(r) * h + h // 2) for r, c in np.argwhere(is_hole))
    return [Dots(centres, max(1, round(min(w, h) / 12)), theme.faint)] if centres else []


def padding(place: Place, is_padding: np.ndarray, theme: Theme) -> list[Mark]:
    """Dashed outlines of padded cells, where there is room for them."""
    w, h = place.cell
    inset = max(1, round(place.zoom))
    if min(w, h) < 4:
        return []
    corners = tuple((place.x + int(c) * w + inset, place.y + int(r) * h + inset) for r, c in np.argwhere(is_padding))
    return [Dashes(corners, (w - 2 * inset, h - 2 * inset), theme.faint, inset)] if corners else []


def padded_colors(
    colors: np.ndarray, copied: np.ndarray, empty: np.ndarray, unread: list[list[int]], small: bool, theme: Theme
) -> np.ndarray:
    """Colours of a padded plane: copies and what nothing reads are paler, where no input cell is it is empty.

    Where cells are too small for dashes, an empty one takes a quiet tone.
    """
    paler = (colors.astype(np.float64) + theme.background) / 2 + 0.5
    quiet = mix(theme.background, theme.faint, 0.35) if small else theme.background
    pale = copied.copy()
    pale[unread[0]] = pale[:, unread[1]] = True  # the slanted lines are seen on dark cells too
    shown = np.where(pale[..., None], paler, colors)
    return np.where(empty[..., None], quiet, shown).astype(np.uint8)


def hatch(place: Place, shape: tuple[int, int], lines: list[list[int]], theme: Theme) -> list[Mark]:
    """Slanted lines over whole rows and columns: what nothing reads, and what lies beyond."""
    rows, columns = shape
    blocks = [place.box(row, 0, 1, columns) for row in lines[0]] + [place.box(0, c, rows, 1) for c in lines[1]]
    return [slanted(block, place.zoom, theme) for block in blocks]


def slanted(block: tuple[int, int, int, int], zoom: float, theme: Theme) -> Hatch:
    """Slanted lines over one rectangle."""
    return Hatch(*block, theme.toward_text(0.75), max(1, round(zoom)), round(5 * zoom))


def product(box: tuple[int, int, int, int], text: str, result: str, on: Color, zoom: float) -> list[Text]:
    """value × weight, and the product below; the product alone, or nothing, where there is less room."""
    x, y, w, h = box
    if w < PRODUCT_FROM[0] * zoom or h < PRODUCT_FROM[1] * zoom:
        return []
    ink, middle, room = ink_on(on), x + w // 2, w - 4 * zoom
    size = fitting(result, 11 * zoom, room, bold=True)
    small = fitting(text, 8 * zoom, w - 5 * zoom)
    if not text or w < TERMS_FROM[0] * zoom or h < TERMS_FROM[1] * zoom:
        return [Text(middle, centred(y + h / 2, size), result, size, ink, on, "m", bold=True)]
    return [
        Text(middle, centred(y + h * 0.3, small), text, small, ink, on, "m"),
        Text(middle, centred(y + h * 0.69, size), result, size, ink, on, "m", bold=True),
    ]
