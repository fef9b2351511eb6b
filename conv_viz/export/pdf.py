"""Marks as PDF, with matplotlib's own writer: lines stay lines, and letters are letters of an embedded font."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any

import numpy as np
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.backends.backend_pdf import PdfPages
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import BoxStyle, Circle, FancyBboxPatch, Rectangle

from conv_viz.export.colors import Color
from conv_viz.export.film import Film
from conv_viz.export.marks import Bar, Box, Cells, Dashes, Dots, Frame, Hatch, Text
from conv_viz.export.motion import shifted

DENSITY = 96  # pixels of an inch, as a browser counts
POINT = 72 / DENSITY  # points of a pixel
ALIGNED = {"l": "left", "m": "center", "r": "right"}
SETTINGS: Any = {
    "text.parse_math": False,
    "pdf.fonttype": 42,
    "font.sans-serif": ["DejaVu Sans"],
    "font.monospace": ["DejaVu Sans Mono"],
}


def pdf(films: Sequence[Film]) -> bytes:
    """The first frame of each film as one page.

    >>> from conv_viz.export.film import moment
    >>> from conv_viz.export.look import Look
    >>> from conv_viz.layers.setup import Setup
    >>> from conv_viz.lenses.layer import drawn
    >>> from conv_viz.layers.part import View
    >>> setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 5, 5))
    >>> pdf([moment(drawn(setup, View()), Look())])[:5]
    b'%PDF-'
    """
    file = io.BytesIO()
    told = {"Title": films[0].board.scene.header["code"], "CreationDate": None}
    with rc_context(SETTINGS), PdfPages(file, metadata=told) as pages:
        for film in films:
            pages.savefig(_page(film), transparent=film.look.transparent)
    return file.getvalue()


def _page(film: Film) -> Figure:
    width, height = film.size
    background = _share(film.board.theme.background)
    figure = Figure((width / DENSITY, height / DENSITY), dpi=DENSITY, facecolor=background)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_axis_off()
    step = film.step(0)
    painter = _Painter(axes)
    for mark in (*film.still, *step.lasting, *(mark for part in step.parts for mark in shifted(part))):
        PAINT[type(mark)](painter, mark)
    axes.set_xlim(0, width)
    axes.set_ylim(height, 0)
    return figure


def _share(color: Color) -> tuple[float, float, float]:
    red, green, blue = color
    return red / 255, green / 255, blue / 255


class _Painter:
    """Draws each mark over the one before it."""

    def __init__(self, axes: Axes) -> None:
        self.axes = axes
        self.over = count(1)

    def add(self, artist: Any) -> None:
        artist.set_zorder(next(self.over))
        self.axes.add_artist(artist)

    def box(self, mark: Box) -> None:
        self.add(Rectangle((mark.x, mark.y), mark.w, mark.h, facecolor=_share(mark.fill), linewidth=0))

    def frame(self, mark: Frame) -> None:
        half = mark.width / 2
        place = (mark.x + half, mark.y + half), mark.w - mark.width, mark.h - mark.width
        look: dict[str, Any] = {"fill": False, "edgecolor": _share(mark.color), "linewidth": mark.width * POINT}
        if mark.radius:
            self.add(FancyBboxPatch(*place, BoxStyle.Round(pad=0, rounding_size=mark.radius), **look))
        else:
            self.add(Rectangle(*place, joinstyle="miter", **look))

    def cells(self, mark: Cells) -> None:
        if not mark.gap:
            return self.pixels(mark)
        (w, h), inset = mark.cell, mark.gap // 2
        drawn = np.argwhere(mark.drawn)
        corners = [
            _corners(mark.x + c * w + inset, mark.y + r * h + inset, w - mark.gap, h - mark.gap) for r, c in drawn
        ]
        self.add(PolyCollection(corners, facecolors=mark.colors[mark.drawn] / 255, linewidths=0))
        return None

    def pixels(self, mark: Cells) -> None:
        """Cells that touch each other, as a picture of one pixel a cell."""
        rows, columns = mark.drawn.shape
        alpha = mark.drawn.astype(np.uint8)[..., None] * np.uint8(255)
        right, bottom = mark.x + columns * mark.cell[0], mark.y + rows * mark.cell[1]
        picture = np.concatenate([mark.colors, alpha], axis=2)
        shown = self.axes.imshow(picture, interpolation="none", extent=(mark.x, right, bottom, mark.y), aspect="auto")
        shown.set_zorder(next(self.over))

    def dashes(self, mark: Dashes) -> None:
        half, (w, h) = mark.width / 2, mark.size
        corners = [_corners(x + half, y + half, w - mark.width, h - mark.width) for x, y in mark.corners]
        look: dict[str, Any] = {"linewidths": mark.width * POINT, "linestyles": [(0, (2, 2))]}
        self.add(PolyCollection(corners, facecolors="none", edgecolors=[_share(mark.color)], **look))

    def dots(self, mark: Dots) -> None:
        for centre in mark.centres:
            self.add(Circle(centre, mark.radius, facecolor=_share(mark.color), linewidth=0))

    def hatch(self, mark: Hatch) -> None:
        """Lines on which x + y is a multiple of the step, cut off at the rectangle."""
        right, bottom = mark.x + mark.w, mark.y + mark.h
        lines = []
        for at in range(-(-(mark.x + mark.y) // mark.step) * mark.step, right + bottom, mark.step):
            first, last = max(mark.x, at - bottom), min(right, at - mark.y)
            lines.append([(first, at - first), (last, at - last)])
        self.add(LineCollection(lines, colors=[_share(mark.color)], linewidths=mark.width * 0.7 * POINT))

    def bar(self, mark: Bar) -> None:
        picture = mark.colors[None]
        place = (mark.x, mark.x + mark.w, mark.y + mark.h, mark.y)
        self.axes.imshow(picture, interpolation="none", extent=place, aspect="auto").set_zorder(next(self.over))
        self.frame(Frame(mark.x, mark.y, mark.w, mark.h, mark.line, 1))

    def text(self, mark: Text) -> None:
        self.axes.text(
            *(mark.x, mark.y, mark.text),
            fontsize=mark.size * POINT,
            color=_share(mark.color),
            ha=ALIGNED[mark.anchor],
            va="baseline",
            family="monospace" if mark.mono else "sans-serif",
            weight="bold" if mark.bold else "normal",
            zorder=next(self.over),
        )


def _corners(x: float, y: float, w: float, h: float) -> list[tuple[float, float]]:
    return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]


PAINT: dict[type, Callable[[_Painter, Any], None]] = {
    Box: _Painter.box,
    Cells: _Painter.cells,
    Frame: _Painter.frame,
    Dashes: _Painter.dashes,
    Dots: _Painter.dots,
    Hatch: _Painter.hatch,
    Bar: _Painter.bar,
    Text: _Painter.text,
}
