"""A lens as a picture: the same scene as in the browser, laid out for paper, as marks for any painter."""

from __future__ import annotations

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, cast

import numpy as np

from conv_viz.export.colors import THEMES, Theme, band, diverging, ink_on, input_scale
from conv_viz.export.film import Film
from conv_viz.export.look import ExportError, Look
from conv_viz.export.marks import Box, Cells, Dots, Frame, Mark, Step, Text, centred, fitting, width_of
from conv_viz.export.numbers import brief, signed
from conv_viz.scenes.scene import Scene

EDGE, GAP, TITLE, LABEL, LINE = 24, 22, 20, 16, 22
NUMBERS_FROM = 22
TALL = 24  # rows of cells under each other; more planes stand in further columns
WIDE = 90  # columns of cells up to which they are as large as can be read


@dataclass(frozen=True, eq=False)
class LensFilm(Film):
    """One frame, which stays."""

    def step(self, number: int) -> Step:
        """Nothing moves."""
        return Step((), ())


def lens_film(scene: Scene, look: Look) -> LensFilm:
    """The marks of a lens; of steps the last one. Raises `ExportError` where there is no picture.

    >>> from conv_viz.lenses.look import look_closer
    >>> from conv_viz.lenses.subject import Subject
    >>> film = lens_film(look_closer("compare", Subject.of("nn.Conv2d(1, 1, 3)")), Look())
    >>> film.size[0] > film.size[1] > 100
    True
    """
    header = scene.header
    if "rows" not in header:
        raise ExportError(header.get("why_not") or header.get("too_large") or header["problem"]["rule"])
    theme = THEMES[look.theme]
    paper = _Paper(scene, theme, look.scale or _cell(scene))
    size = paper.lay()
    board: Any = SimpleNamespace(scene=scene, theme=theme, plan=SimpleNamespace(size=size), shape=(1, 1))
    return LensFilm(cast(Any, board), look, tuple(paper.marks), ((0, 0),))


def _cell(scene: Scene) -> int:
    """Pixels of a cell: readable digits where the widest row of the lens has room for them."""
    shown = {planes["array"]: scene.arrays[planes["array"]].shape for planes in scene.header["planes"]}
    rows = scene.header["rows"]
    widest = max(sum(shown[item["name"]][-1] for item in row if item["show"] == "planes") for row in rows)
    return 30 if widest <= WIDE / 2 else 22 if widest <= WIDE else 8


class _Paper:
    """A place that moves over the paper, and the marks that it has left."""

    def __init__(self, scene: Scene, theme: Theme, cell: int) -> None:
        self.scene, self.theme, self.cell = scene, theme, cell
        self.marks: list[Mark] = []
        self.right = 0

    def lay(self) -> tuple[int, int]:
        """Everything from top to bottom; returns the size of the paper."""
        header, y = self.scene.header, EDGE
        self.words(EDGE, y + 18, f"{header['title']}  ·  {header['code']}", 17, bold=True)
        y += 30
        for sentence in header["says"]:
            self.words(EDGE, y + 14, sentence, 13)
            y += LINE
        for row in header["rows"]:
            y = self.row(row, y + 12)
        y = self.table(y + 10)
        return self.right + EDGE, y + EDGE

    def words(self, x: int, y: int, text: str, size: float, *, bold: bool = False, quiet: bool = False) -> None:
        """Text from the left, on the paper."""
        color = self.theme.quiet if quiet else self.theme.text
        self.marks.append(Text(x, y, text, size, color, self.theme.background, bold=bold))
        self.right = max(self.right, x + round(width_of(text, size, bold=bold)))

    def row(self, row: list[dict[str, str]], top: int) -> int:
        """Items beside each other; returns where they end."""
        x, bottom = EDGE, top
        for item in row:
            if item["show"] == "sign":
                self.words(x, top + TITLE + LABEL + 14, item["name"], 16, quiet=True)
                x += round(width_of(item["name"], 16)) + GAP
            elif item["show"] == "wires":
                x, end = self.wires(self.scene.arrays[item["name"]], x, top)
                bottom = max(bottom, end)
            else:
                planes = next(each for each in self.scene.header["planes"] if each["array"] == item["name"])
                x, end = self.planes(planes, x, top)
                bottom = max(bottom, end)
        return bottom

    def planes(self, planes: dict[str, Any], left: int, top: int) -> tuple[int, int]:
        """The planes of an array; returns the right and the lower end."""
        array = self.scene.arrays[planes["array"]]
        array = array[-1] if planes["frames"] else array
        count, rows, columns = array.shape
        abreast = -(-count // max(1, TALL // rows))
        named = count > 1
        self.words(left, top + 13, planes["title"], 13, quiet=True)
        width, height = columns * self.cell + GAP, rows * self.cell + (LABEL if named else 0) + 8
        for plane in range(count):
            x, y = left + plane % abreast * width, top + TITLE + plane // abreast * height
            if named and plane < len(planes["labels"]):
                self.words(x, y + 11, planes["labels"][plane], 11, quiet=True)
                y += LABEL
            self.grid(planes, array[plane], plane, x, y)
        if planes["edges"]:
            below = top + TITLE + -(-count // abreast) * height
            self.words(left, below + 6, "   ".join(planes["edges"]), 11, quiet=True)
        title = left + round(width_of(planes["title"], 13)) + GAP
        return max(left + abreast * width, title), top + TITLE + -(-count // abreast) * height

    def grid(self, planes: dict[str, Any], values: np.ndarray, plane: int, x: int, y: int) -> None:
        """One plane: colours, and numbers where a cell holds them."""
        labels = planes["labels"]
        low, high = planes["range"]
        name = labels[plane] if plane < len(labels) else "grey"
        scale = input_scale(low, high, name, self.theme) if planes["role"] == "input" else diverging(high, self.theme)
        colors, side = scale(values), self.cell
        gap = 1 if side >= 8 else 0
        self.marks.append(Cells(x, y, (side, side), gap, colors, np.ones(values.shape, bool)))
        self.marks.append(Frame(x, y, values.shape[1] * side, values.shape[0] * side, self.theme.line, 1))
        self.right = max(self.right, x + values.shape[1] * side)
        if side < NUMBERS_FROM:
            return
        for (row, column), value in np.ndenumerate(values):
            text = brief(value) if planes["role"] == "input" else signed(value, 2 if side >= 30 else 1)
            red, green, blue = (int(part) for part in colors[row, column])
            on, size = (red, green, blue), fitting(text, side * 0.36, side - 3)
            middle, line = x + column * side + side // 2, centred(y + row * side + side / 2, size)
            self.marks.append(Text(middle, line, text, size, ink_on(on), on, anchor="m"))

    def wires(self, ends: np.ndarray, left: int, top: int) -> tuple[int, int]:
        """Channels at the left, filters at the right; a wire is a row of dots in the colour of its group."""
        channels, filters = (int(ends[:, side].max()) + 1 for side in (0, 1))
        height, start, across = 26 * max(channels, filters), left + 80, 150
        for channel, filter, group in ends.tolist():
            y0, y1 = (top + height * (i + 0.5) / of for i, of in ((channel, channels), (filter, filters)))
            points = tuple((start + across * t // 40, round(y0 + (y1 - y0) * t / 40)) for t in range(41))
            self.marks.append(Dots(points, 1, band(group)))
        for side, count, x in ((0, channels, left), (1, filters, start + across + 10)):
            for i in range(count):
                self.words(x, round(top + height * (i + 0.5) / count) + 4, f"{('channel', 'filter')[side]} {i}", 12)
        return start + across + 80 + GAP, top + height

    def table(self, top: int) -> int:
        """The table; a line that differs is bold."""
        header = self.scene.header
        if "table" not in header:
            return top
        lines: list[tuple[str, list[str], bool]] = [("", header["columns"], False)]
        lines += [(one["name"], one["cells"], one["differs"]) for one in header["table"]]
        texts = [[name, *cells] for name, cells, _ in lines]
        widths = [max(round(width_of(line[i], 13, bold=True)) for line in texts) + GAP for i in range(len(texts[0]))]
        for number, (line, (_, _, differs)) in enumerate(zip(texts, lines, strict=True)):
            x, y = EDGE, top + number * LINE
            for i, text in enumerate(line):
                self.words(x, y + 15, text, 13, bold=differs and i > 0, quiet=i == 0 or number == 0)
                x += widths[i]
            self.marks.append(Box(EDGE, y + LINE - 1, sum(widths), 1, self.theme.line))
        return top + len(texts) * LINE
