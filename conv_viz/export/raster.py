"""Marks as pixels, with Pillow. What stays is painted once; a frame repaints what has changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

import numpy as np
from PIL import Image, ImageDraw

from conv_viz.export.film import Film
from conv_viz.export.fonts import letters
from conv_viz.export.marks import Bar, Box, Cells, Dashes, Dots, Frame, Hatch, Mark, Text

Rectangle = tuple[int, int, int, int]
"""Left, upper, right and lower end."""


class Shot(NamedTuple):
    """One frame: the whole picture, which the next frame paints over, and the rectangles that differ from the last."""

    image: Image.Image
    changed: list[Rectangle]


def shots(film: Film, *, few_colors: bool = False) -> Iterator[Shot]:
    """The frames of a film, one after the other; with `few_colors` letters have coarser edges."""
    clean = Painter(film, few_colors=few_colors)
    clean.paint(film.still)
    image = clean.image.copy()
    shown = Painter(film, image, few_colors=few_colors)
    stale: list[Rectangle] = []
    for number in range(len(film.stops)):
        step = film.step(number)
        for box in stale:
            image.paste(clean.image.crop(box), box[:2])
        lasting = clean.paint(step.lasting)
        shown.paint(step.lasting)
        fresh = [_united(shown.paint(part.marks, part.x, part.y)) for part in step.parts if part.marks]
        changed = [(0, 0, *image.size)] if not number else [box for box in (*stale, *lasting, *fresh) if box]
        yield Shot(image, changed)
        stale = fresh


def picture(film: Film) -> Image.Image:
    """The first frame of a film, with the output filled up to it."""
    return next(shots(film)).image


def _united(boxes: list[Rectangle]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)


class Painter:
    """Draws marks on an image of the film's size, RGB or, where the background is transparent, RGBA."""

    def __init__(self, film: Film, image: Image.Image | None = None, *, few_colors: bool = False) -> None:
        background = film.board.theme.background
        if image is None:
            clear = film.look.transparent
            image = Image.new("RGBA" if clear else "RGB", film.size, (*background, 0) if clear else background)
        self.image = image
        self.draw = ImageDraw.Draw(image)
        self.coarse = few_colors

    def paint(self, marks: Iterable[Mark], dx: int = 0, dy: int = 0) -> list[Rectangle]:
        """Draw marks, moved by (dx, dy). Returns the rectangle that each has touched."""
        return [PAINT[type(mark)](self, mark, dx, dy) for mark in marks]

    def box(self, mark: Box, dx: int, dy: int) -> Rectangle:
        x, y = mark.x + dx, mark.y + dy
        if mark.w > 0 and mark.h > 0:
            self.draw.rectangle((x, y, x + mark.w - 1, y + mark.h - 1), mark.fill)
        return x, y, x + mark.w, y + mark.h

    def cells(self, mark: Cells, dx: int, dy: int) -> Rectangle:
        x, y, (w, h) = mark.x + dx, mark.y + dy, mark.cell
        pixels = mark.colors.repeat(h, axis=0).repeat(w, axis=1)
        seen = mark.drawn.repeat(h, axis=0).repeat(w, axis=1)
        for axis, size in ((0, h), (1, w)):
            inside = (np.arange(seen.shape[axis]) % size - mark.gap // 2) % size < size - mark.gap
            seen &= inside[:, None] if axis == 0 else inside
        self.image.paste(Image.fromarray(pixels), (x, y), Image.fromarray(seen.astype(np.uint8) * np.uint8(255)))
        return x, y, x + pixels.shape[1], y + pixels.shape[0]

    def frame(self, mark: Frame, dx: int, dy: int) -> Rectangle:
        x, y = mark.x + dx, mark.y + dy
        box = (x, y, x + mark.w - 1, y + mark.h - 1)
        if mark.radius:
            self.draw.rounded_rectangle(box, mark.radius, outline=mark.color, width=mark.width)
        elif mark.w > 0 and mark.h > 0:
            self.draw.rectangle(box, outline=mark.color, width=mark.width)
        return x, y, x + mark.w, y + mark.h

    def dashes(self, mark: Dashes, dx: int, dy: int) -> Rectangle:
        (w, h), one = mark.size, mark.width
        tile = Image.new("L", (w, h))
        draw = ImageDraw.Draw(tile)
        for start in range(0, max(w, h), 4 * one):
            for at in ((start, 0), (start, h - one)):
                draw.rectangle((*at, at[0] + 2 * one - 1, at[1] + one - 1), 255)
            for at in ((0, start), (w - one, start)):
                draw.rectangle((*at, at[0] + one - 1, at[1] + 2 * one - 1), 255)
        for x, y in mark.corners:
            self.image.paste(mark.color, (x + dx, y + dy), tile)
        lefts, tops = zip(*mark.corners, strict=True)
        return min(lefts) + dx, min(tops) + dy, max(lefts) + dx + w, max(tops) + dy + h

    def dots(self, mark: Dots, dx: int, dy: int) -> Rectangle:
        r = mark.radius
        for x, y in mark.centres:
            self.draw.ellipse((x + dx - r, y + dy - r, x + dx + r - 1, y + dy + r - 1), mark.color)
        xs, ys = zip(*mark.centres, strict=True)
        return min(xs) + dx - r, min(ys) + dy - r, max(xs) + dx + r, max(ys) + dy + r

    def hatch(self, mark: Hatch, dx: int, dy: int) -> Rectangle:
        x, y = mark.x + dx, mark.y + dy
        rows, columns = np.ogrid[y : y + mark.h, x : x + mark.w]
        lines = (rows + columns) % mark.step < mark.width
        self.image.paste(mark.color, (x, y), Image.fromarray(lines.astype(np.uint8) * np.uint8(255)))
        return x, y, x + mark.w, y + mark.h

    def bar(self, mark: Bar, dx: int, dy: int) -> Rectangle:
        x, y = mark.x + dx, mark.y + dy
        strip = Image.fromarray(mark.colors[None]).resize((mark.w, mark.h), Image.Resampling.NEAREST)
        self.image.paste(strip, (x, y))
        self.draw.rectangle((x, y, x + mark.w - 1, y + mark.h - 1), outline=mark.line)
        return x, y, x + mark.w, y + mark.h

    def text(self, mark: Text, dx: int, dy: int) -> Rectangle:
        mask, left, top = letters(mark.text, mark.size, mark.anchor, mark.bold, mark.mono, self.coarse)
        x, y = mark.x + dx + left, mark.y + dy + top
        self.image.paste(mark.color, (x, y), mask)
        return x, y, x + mask.width, y + mask.height


PAINT: dict[type, Callable[[Painter, Any, int, int], Rectangle]] = {
    Box: Painter.box,
    Cells: Painter.cells,
    Frame: Painter.frame,
    Dashes: Painter.dashes,
    Dots: Painter.dots,
    Hatch: Painter.hatch,
    Bar: Painter.bar,
    Text: Painter.text,
}
