"""Pictures for paper: chosen steps side by side, and a worksheet with an empty output, and its answers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from conv_viz.export.board import Board
from conv_viz.export.film import Film, check_size, moment
from conv_viz.export.look import ExportError, Look
from conv_viz.export.marks import Dashes, Dots, Mark, Step, fitting
from conv_viz.export.motion import shifted
from conv_viz.export.moving import written
from conv_viz.export.plan import LINE, MARGIN, NUMBERS_FROM
from conv_viz.export.still import heading, legend, still, write
from conv_viz.scenes.scene import Scene

SUM = "Multiply what each window reads by the filter, add up, and write the sum into the output."
LARGEST = "Write the largest number of each window into the output."
MEAN = "Write the mean of each window into the output."
NORM = "Take what each window reads to the power {power}, add up, and write the root (power 1/{power}) into the output."
ROUNDED = "What is printed is rounded, so your numbers may differ a little."


@dataclass(frozen=True, eq=False)
class Sheet(Film):
    """Marks on paper of a size of its own: one frame, which stays."""

    paper: tuple[int, int] = (1, 1)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.paper

    def step(self, number: int) -> Step:
        """Nothing moves."""
        return Step((), ())


def film_strip(scene: Scene, look: Look) -> Sheet:
    """The stills of `look.cells` side by side, under one heading. Raises `ExportError` for a cell that is not there.

    >>> from conv_viz.layers.part import View
    >>> from conv_viz.layers.setup import Setup
    >>> from conv_viz.lenses.layer import drawn
    >>> scene = drawn(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 5, 5)), View())
    >>> one, two = (film_strip(scene, Look(cells=((0, 0),) * n)).size for n in (1, 2))
    >>> two[0] > 1.8 * one[0], two[1] == one[1]
    (True, True)
    """
    films = [moment(scene, replace(look, cell=cell, cells=())) for cell in look.cells]
    board = films[0].board
    head = heading(board)
    width, height = films[0].size
    step = width - board.plan.px(MARGIN)  # neighbours share a margin
    marks: list[Mark] = list(head)
    for number, film in enumerate(films):
        shown = film.step(0)
        moving = (mark for part in shown.parts for mark in shifted(part))
        marks += moved((*film.still[len(head) :], *shown.lasting, *moving), number * step)
    paper = width + (len(films) - 1) * step, height
    check_size(paper)
    return Sheet(board, look, tuple(marks), ((0, 0),), paper)


def worksheet(scene: Scene, look: Look) -> tuple[Sheet, Sheet]:
    """A page with an empty output, and the same page with torch's numbers in it.

    Raises `ExportError` where the numbers of the input would be too small to read.
    """
    board = moment(scene, look).board
    if board.scatter:
        raise ExportError("A worksheet is made of the gather picture: choose it on the Layer page.")
    if board.plan.plane < NUMBERS_FROM * board.plan.zoom or not board.output_letters:
        raise ExportError(
            "The numbers would be too small to work with: take a smaller input, about 9 x 9, or larger cells (--scale)."
        )
    rows, columns = board.shape
    answers = [mark for y, x in np.ndindex(rows, columns) for mark in written(board, y, x)]
    width, height = board.plan.size
    paper = width, height + board.plan.px(2 * LINE)
    blank = (*still(board)[: -len(legend(board))], *_task(board, height))  # the scales tell how large the output is
    return (
        Sheet(board, look, blank, ((0, 0),), paper),
        Sheet(board, look, (*still(board), *answers), ((0, 0),), paper),
    )


def _task(board: Board, top: int) -> list[Mark]:
    """What is to be done, in words below the picture."""
    task = _asked(board)
    left, zoom = board.plan.px(MARGIN), board.plan.zoom
    said = (task, ROUNDED)
    size = min(fitting(words, 12 * zoom, board.plan.size[0] - 2 * left) for words in said) / zoom
    return [
        write(board, left, top + board.plan.px(4 + LINE * i), words, size, board.theme.text)
        for i, words in enumerate(said)
    ]


def _asked(board: Board) -> str:
    reduce, arrays = board.stage["reduce"], board.scene.arrays
    if reduce["join"] == "max":
        return LARGEST
    if reduce["power"] != 1:
        return NORM.format(power=reduce["power"])
    if "weight" not in arrays:
        return MEAN
    return SUM.replace("add up,", "add up, add the bias,") if "bias" in arrays else SUM


def moved(marks: Iterable[Mark], dx: int) -> list[Mark]:
    """Marks that stand so many pixels further to the right.

    >>> moved([Dots(((1, 2),), 3, (0, 0, 0))], 10)
    [Dots(centres=((11, 2),), radius=3, color=(0, 0, 0))]
    """
    return [_moved(mark, dx) for mark in marks]


def _moved(mark: Mark, dx: int) -> Mark:
    match mark:
        case Dashes():
            return mark._replace(corners=tuple((x + dx, y) for x, y in mark.corners))
        case Dots():
            return mark._replace(centres=tuple((x + dx, y) for x, y in mark.centres))
    return mark._replace(x=mark.x + dx)
