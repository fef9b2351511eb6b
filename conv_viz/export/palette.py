"""The colours of a GIF, chosen from the marks: nothing has to be painted to know which colours there are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import numpy as np
from PIL import Image

from conv_viz.export.colors import BLACK, WHITE, Color, mix
from conv_viz.export.film import Film
from conv_viz.export.fonts import EDGES
from conv_viz.export.marks import Bar, Box, Cells, Mark, Text

SAMPLES = 48  # frames that are looked at
CLEAR = 255
"""Index of what stays as it was, or of what is transparent."""
PLAIN = 200  # colours of cells, lines and letters at most; the others are for the edges of letters


class Palette:
    """Up to 255 colours, uint8 (n, 3), and for any picture the nearest of them. `CLEAR` is never one of them.

    >>> Palette([(0, 0, 0), (250, 250, 250)]).indices(Image.new("RGB", (2, 1), (255, 250, 240))).tolist()
    [[1, 1]]
    """

    def __init__(self, colors: Sequence[Color]) -> None:
        self.colors = np.array(colors, np.uint8)
        self._own = self.colors.astype(np.float32)
        self._half_squares = (self._own**2).sum(axis=1) / 2
        self._known = np.zeros(1 << 24, np.uint8)  # index + 1 of every colour met so far: memory of those only is used

    def indices(self, image: Image.Image) -> np.ndarray:
        """uint8 (H, W) of a picture in RGB. Pillow's own look-up would take neighbours of a colour for the colour."""
        packed = np.frombuffer(image.tobytes("raw", "RGBX"), "<u4") & 0xFFFFFF
        found = self._known[packed]
        if not found.all():
            self._learn(np.unique(packed[found == 0]))
            found = self._known[packed]
        return (found - np.uint8(1)).reshape(image.height, image.width)

    def _learn(self, packed: np.ndarray) -> None:
        for some in np.array_split(packed, len(packed) // 4096 + 1):
            colors = np.stack([some & 255, some >> 8 & 255, some >> 16], axis=1)
            nearness = colors.astype(np.float32) @ self._own.T - self._half_squares  # = (|color|² - distance²) / 2
            self._known[some] = nearness.argmax(axis=1) + 1

    def bytes(self) -> bytes:
        """256 colours as a GIF holds them."""
        return self.colors.tobytes().ljust(3 * 256, b"\0")


def palette(film: Film) -> Palette:
    """The colours of a film: the theme's and those of the output first, then of other cells, then edges of letters."""
    first = Counter(_of_theme(film))
    others: Counter[Color] = Counter()
    edges: Counter[tuple[Color, Color]] = Counter()
    _count(film.still, others, edges)
    every = max(1, len(film.stops) // SAMPLES)
    for number in range(0, len(film.stops), every):
        step = film.step(number)
        _count(step.lasting, first, edges)
        for part in step.parts:
            _count(part.marks, others, edges)
    colors = _fewer(first, PLAIN // 2)
    colors += _fewer(others, PLAIN - len(colors))
    for (ink, ground), _ in edges.most_common():
        colors += [mix(ground, ink, share / 255) for share in EDGES]
        if len(colors) > CLEAR:
            break
    return Palette(list(dict.fromkeys(colors))[:CLEAR])


def _of_theme(film: Film) -> list[Color]:
    theme = film.board.theme
    return [theme.background, theme.text, theme.quiet, theme.line, theme.faint, theme.accent, theme.now, BLACK, WHITE]


def _count(marks: Iterable[Mark], plain: Counter[Color], edges: Counter[tuple[Color, Color]]) -> None:
    for mark in marks:
        match mark:
            case Box():
                plain[mark.fill] += 1
            case Text():
                plain[mark.color] += 1
                edges[mark.color, mark.on] += len(mark.text)
            case Cells() | Bar():
                plain.update(map(tuple, mark.colors.reshape(-1, 3).tolist()))
            case _:
                plain[mark.color] += 1


def _fewer(counted: Counter[Color], most: int) -> list[Color]:
    """The colours themselves, or, where there are more than `most`, so many that stand for all of them."""
    if len(counted) <= most:
        return list(counted)
    all_of_them = Image.fromarray(np.array(list(counted), np.uint8)[None])
    fewer = all_of_them.quantize(most, Image.Quantize.MEDIANCUT).getpalette() or []
    return list(zip(fewer[0::3], fewer[1::3], fewer[2::3], strict=True))
