"""The marks of a scatter picture: an input cell, its kernel times the value, and where that lands on the output."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from conv_viz.export import beside, grids
from conv_viz.export.board import Board
from conv_viz.export.grids import rgb
from conv_viz.export.marks import Frame, Mark, Movable, Part, Text
from conv_viz.export.numbers import brief, factor, signed
from conv_viz.export.terms import so_far
from conv_viz.scenes.scatter import CUT_OFF


def first(board: Board) -> tuple[int, int]:
    """The input cell that stands first in view, counted in the whole layer."""
    arrays = board.scene.arrays
    row, column = (int(arrays[f"source_{axis}"][arrays[f"input_{axis}"][0]]) for axis in "yx")
    return row, column


def values(board: Board, channel: int) -> np.ndarray:
    """The input cells of a channel, (I, J)."""
    arrays = board.scene.arrays
    return arrays["padded"][channel][np.ix_(arrays["input_y"], arrays["input_x"])]


def plane(board: Board, channel: int) -> list[Mark]:
    """An input plane as it is; slanted lines over what the padding cuts off altogether."""
    place, plane = board.plane(channel), values(board, channel)
    colors = board.inputs[channel](plane)
    lost = [np.flatnonzero((board.scene.arrays[f"lands_{a}"] == CUT_OFF).all(1)).tolist() for a in "yx"]
    return [
        grids.cells(place, colors),
        *grids.hatch(place, board.plane_shape, lost, board.theme),
        *grids.numbers(place, plane, brief, colors),
    ]


def parts(board: Board, i: int, j: int) -> list[Part]:
    """Everything that is seen only while input cell (i, j) is spread."""
    shown = [stamp(board, i, j), words(board, i, j)]
    for slice_, channel in enumerate(board.reads):
        shown += [here(board, channel, i, j), landing(board, channel, i, j)]
        if board.plan.product[0]:
            shown.append(products(board, slice_, channel, i, j))
    return [part for part in shown if part.marks]


def written(board: Board, steps: Iterable[tuple[int, int]]) -> list[Mark]:
    """The output cells that these input cells reach, as they are after the last of them."""
    steps = list(steps)
    arrays, columns = board.scene.arrays, board.steps[1]
    touched = {place for i, j in steps for place in _places(board, i, j)}
    if steps[0] == (0, 0):  # what nothing reaches holds its bias from the beginning
        alone = np.multiply.outer(arrays["reached_y"], arrays["reached_x"]) == 0
        touched |= {(int(y), int(x)) for y, x in np.argwhere(alone)}
    step = steps[-1][0] * columns + steps[-1][1]
    boxes: list[Mark] = []
    texts: list[Mark] = []
    for y, x in sorted(touched):
        value = so_far(board.scene, board.filter, y, x, step)
        color = rgb(board.scales["output"](np.array(value)))
        boxes.append(board.output.filled(y, x, color))
        if board.output_letters:
            texts.append(grids.number(board.output, y, x, signed(value), board.output_letters, color))
    return [*boxes, *texts]


def _places(board: Board, i: int, j: int) -> list[tuple[int, int]]:
    """The output cells in view that an input cell reaches."""
    rows, columns = board.scene.arrays["lands_y"][i], board.scene.arrays["lands_x"][j]
    return [(int(y), int(x)) for y in rows[rows >= 0] for x in columns[columns >= 0]]


def here(board: Board, channel: int, i: int, j: int) -> Part:
    """The orange frame of the input cell."""
    x, y, w, h = board.plane(channel).box(i, j)
    return Part(f"here {channel}", x, y, (beside.framed(board, w, h),))


def stamp(board: Board, i: int, j: int) -> Part:
    """The orange frame around what the cell reaches, and a quiet one on each cell that it adds to."""
    places = _places(board, i, j)
    if not places:
        return Part("stamp", 0, 0, ())
    (top, left), (bottom, right) = places[0], places[-1]
    x0, y0, w, h = board.output.box(top, left, bottom - top + 1, right - left + 1)
    side = board.output.cell[0]
    marks: list[Movable] = []
    if side >= grids.GAP_FROM and len(places) < (bottom - top + 1) * (right - left + 1):  # dilation leaves cells out
        inset = board.plan.px(2)
        marks = [
            Frame((x - left) * side + inset, (y - top) * side + inset, side - 2 * inset, side - 2 * inset,
                  board.theme.accent, board.plan.px(2))
            for y, x in places
        ]  # fmt: skip
    return Part("stamp", x0, y0, (*marks, beside.framed(board, w, h)))


def products(board: Board, slice_: int, channel: int, i: int, j: int) -> Part:
    """The value times the kernel; slanted lines over what the padding cuts off."""
    place = board.products(channel)
    value, weights = float(values(board, channel)[i, j]), board.weight[slice_].astype(np.float64)
    with np.errstate(invalid="ignore", over="ignore"):
        found = value * weights
    lands_y, lands_x = (board.scene.arrays[name][at] != CUT_OFF for name, at in (("lands_y", i), ("lands_x", j)))

    def lines(ky: int, kx: int) -> tuple[str, str]:
        return f"{factor(value)} × {signed(weights[ky, kx])}", signed(found[ky, kx], 3)

    boxes, texts = beside.products(board, channel, found, np.logical_and.outer(lands_y, lands_x), lines)
    return Part(f"products {channel}", place.x, place.y, (*boxes, *texts))


def landing(board: Board, channel: int, i: int, j: int) -> Part:
    """How many of the products land on the output."""
    rows, columns = board.scene.arrays["lands_y"][i], board.scene.arrays["lands_x"][j]
    kept = int((rows != CUT_OFF).sum() * (columns != CUT_OFF).sum())
    return beside.boxed(board, "landing", channel, f"{kept} of {rows.size * columns.size}")


def words(board: Board, i: int, j: int) -> Part:
    """Which step of how many, and which input cell."""
    rows, columns = board.steps
    top, left = first(board)
    place = (top + i, left + j)
    text = f"step {i * columns + j + 1} of {rows * columns}: input {place}"
    theme, size = board.theme, 11 * board.plan.zoom
    mark = Text(0, 0, text, size, theme.quiet, theme.background, mono=True)
    return Part("words", board.output.x, board.below_output, (mark,))
