"""Everything that is drawn once: code, titles, planes, the filter, the empty output, colour scales."""

from __future__ import annotations

import numpy as np

from conv_viz.export import grids, spreading
from conv_viz.export.board import Board
from conv_viz.export.colors import Color, band, mix, tint
from conv_viz.export.marks import Bar, Box, Cells, Dashes, Dots, Frame, Hatch, Mark, Text, centred, fitting
from conv_viz.export.numbers import brief, signed
from conv_viz.export.plan import INDENT, LINE, MARGIN

IDLE = 0.35  # how much is left of a channel that the filter does not read


def still(board: Board) -> list[Mark]:
    """All marks that stay, in the order in which they are drawn."""
    marks = [*heading(board), *titles(board)]
    for channel in range(len(board.plan.rows)):
        row = [*plane(board, channel), *label(board, channel)]
        if channel in board.reads:
            marks += [*row, *(slice_(board, channel) if board.weighted else []), *sum_box(board, channel)]
        else:
            marks += [stepped_back(board, mark) for mark in row]
    return [*marks, *bias(board), *empty_output(board), *legend(board)]


def write(
    board: Board,
    x: float,
    y: float,
    text: str,
    size: float = 12,
    color: Color | None = None,
    anchor: str = "l",
    **style: bool,
) -> Text:
    """Words on the background, their size in pixels before enlarging."""
    theme = board.theme
    size *= board.plan.zoom
    return Text(round(x), round(y), text, size, color or theme.quiet, theme.background, anchor, **style)


# -- words ---------------------------------------------------------------------------------


def heading(board: Board) -> list[Mark]:
    """The code, the shapes, and what the picture leaves out."""
    plan, header, theme = board.plan, board.scene.header, board.theme
    lines, size = plan.code
    y = plan.px(MARGIN) + size * 0.8
    marks: list[Mark] = []
    for number, line in enumerate(lines):
        x = plan.px(MARGIN) + (round(INDENT * size) if number else 0)
        marks.append(Text(x, round(y), line, size, theme.text, theme.background, bold=True, mono=True))
        y += round(1.25 * size)
    shapes = [f"({', '.join(map(str, header[name]))})" for name in ("input_shape", "output_shape")]
    said = [f"input {shapes[0]} → output {shapes[1]}"]
    if board.cut:
        said.append(f"in view: {board.cut}")
    for i, words in enumerate(said):
        room = plan.size[0] - 2 * plan.px(MARGIN)
        size = fitting(words, 13 * plan.zoom, room) / plan.zoom
        marks.append(write(board, plan.px(MARGIN), y + plan.px(3 + i * LINE), words, size))
    return marks


def titles(board: Board) -> list[Mark]:
    """What each column holds."""
    plan, said = board.plan, board.titles
    taps = said["taps"] if plan.product[0] else ""
    names = (said["input"], said["filter"], taps, said["sum"], f"output channel {board.stage['filter']}")
    indent = [0, 0, 0, plan.px(6), 0]
    places = zip(plan.columns, indent, names, strict=True)
    return [write(board, x + i, plan.titles, name) for x, i, name in places if name]


def label(board: Board, channel: int) -> list[Mark]:
    """A channel's name in its colour, and its group."""
    stage, plan, theme = board.stage, board.plan, board.theme
    if len(plan.rows) == 1:
        return []
    place = board.plane(channel)
    bottom = place.y + board.plane_shape[0] * plan.plane
    left = place.x
    marks: list[Mark] = []
    color, group = tint(stage["names"][channel], theme), stage["group_of_channel"][channel]
    if color:
        side = plan.px(7)
        marks.append(Box(left, bottom + plan.px(14) - side, side, side, color))
        left += plan.px(12)
    words = stage["names"][channel] + (f", group {group}" if stage["groups"] > 1 else "")
    marks.append(write(board, left, bottom + plan.px(14), words, 11))
    if stage["groups"] > 1:
        marks.append(Box(plan.columns[0], place.y, plan.px(4), bottom - place.y, band(group)))
    return marks


def bias(board: Board) -> list[Mark]:
    """The bias, below the sums."""
    values = board.scene.arrays.get("bias")
    if values is None:
        return []
    right, y = board.total
    y += board.plan.px(LINE) if "rest" in board.scene.arrays else 0
    said = "at first the bias" if board.scatter else "bias"
    return [
        write(board, right - board.plan.px(80), y, said, 12, anchor="r"),
        write(board, right, y, signed(values[board.filter], 4), 12, board.theme.text, "r", mono=True),
    ]


# -- grids ---------------------------------------------------------------------------------


def plane(board: Board, channel: int) -> list[Mark]:
    """A padded input plane; of a scatter picture the input as it is."""
    if board.scatter:
        return spreading.plane(board, channel)
    stage, arrays, theme = board.stage, board.scene.arrays, board.theme
    values, place = arrays["padded"][channel], board.plane(channel)
    empty, beyond = board.kind("zero", "hole", "beyond"), board.kind("beyond")
    small = min(place.cell) < 4
    colors = board.inputs[channel](values)
    colors = grids.padded_colors(colors, board.kind("copy"), empty, stage["unread"], small, theme)
    across = zip(stage["unread"], (beyond.all(axis=1), beyond.all(axis=0)), strict=True)
    hatched = [sorted({*unread, *np.flatnonzero(line).tolist()}) for unread, line in across]
    return [
        grids.cells(place, colors, None if small else ~empty),
        *grids.padding(place, board.kind("copy", "zero", "beyond"), theme),
        *grids.holes(place, board.kind("hole"), theme),
        *grids.hatch(place, values.shape, hatched, theme),
        *grids.numbers(place, values, brief, colors, shown=~board.kind("hole", "beyond")),
    ]


def slice_(board: Board, channel: int) -> list[Mark]:
    """The filter's slice for a channel."""
    position = board.reads.index(channel)
    values, colors = board.weight[position], board.weight_colors[position]
    place = board.slice(channel)
    texts = [signed(value) for value in board.scene.arrays["weight"][board.filter].ravel() if np.isfinite(value)]
    size = grids.number_size(place, texts)
    return [grids.cells(place, colors), *grids.numbers(place, values, signed, colors, size)]


def sum_box(board: Board, channel: int) -> list[Mark]:
    """The empty box of a channel's sum."""
    x, y, width, height = board.sum(channel)
    plan = board.plan
    equals = write(board, x - plan.px(8), centred(y + height / 2, plan.px(13)), "=", 13, anchor="r")
    return [*([] if board.scatter else [equals]), Frame(x, y, width, height, board.theme.line, plan.px(1), plan.px(6))]


def empty_output(board: Board) -> list[Mark]:
    """Thin frames where the output is still empty."""
    place, (rows, columns) = board.output, board.shape
    inset = board.plan.px(1)
    if min(place.cell) < grids.GAP_FROM:
        x, y, w, h = place.box(0, 0, rows, columns)
        return [Frame(x - inset, y - inset, w + 2 * inset, h + 2 * inset, board.theme.line, inset)]
    boxes = [place.box(r, c) for r in range(rows) for c in range(columns)]
    return [Frame(x + inset, y + inset, w - 2 * inset, h - 2 * inset, board.theme.line, inset) for x, y, w, h in boxes]


# -- colour scales ------------------------------------------------------------------------


def legend(board: Board) -> list[Mark]:
    """The colour scales with their ends written."""
    ranges = board.stage["ranges"]
    scales = {"output": board.scales["output"], "weights": board.scales["weight"], "input": board.inputs[0]}
    if not board.weighted:
        del scales["weights"]
    marks: list[Mark] = []
    for i, (name, scale) in enumerate(scales.items()):
        low, high = ranges["weight" if name == "weights" else name]
        y = board.below_output + board.plan.px(20 + 15 * i)
        left, px = board.plan.columns[4], board.plan.px
        bar = scale(np.linspace(low, high, 48))
        marks += [
            write(board, left, y, name, 10.5),
            write(board, left + px(82), y, brief(low, 2), 10.5, anchor="r"),
            Bar(left + px(86), y - px(8), px(56), px(7), bar, board.theme.line),
            write(board, left + px(146), y, brief(high, 2), 10.5),
        ]
    return marks


# -- what the filter does not read -------------------------------------------------------------


def stepped_back(board: Board, mark: Mark) -> Mark:
    """The same mark, nearly as quiet as the background."""
    background = board.theme.background

    def paler(color: Color) -> Color:
        return mix(background, color, IDLE)

    match mark:
        case Cells():
            mixed = mark.colors * IDLE + np.array(background) * (1 - IDLE) + 0.5
            return mark._replace(colors=mixed.astype(np.uint8))
        case Box():
            return mark._replace(fill=paler(mark.fill))
        case Text():
            return mark._replace(color=paler(mark.color), on=paler(mark.on))
        case Dashes() | Dots() | Hatch():
            return mark._replace(color=paler(mark.color))
    return mark
