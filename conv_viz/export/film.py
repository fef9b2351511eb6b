"""A scene as a film: what is drawn once, and what changes from frame to frame. Painters only draw its marks."""

from __future__ import annotations

from dataclasses import dataclass

from conv_viz.export import spreading
from conv_viz.export.board import Board
from conv_viz.export.colors import THEMES
from conv_viz.export.look import ExportError, Look
from conv_viz.export.marks import Mark, Step
from conv_viz.export.moving import parts, written
from conv_viz.export.plan import plan
from conv_viz.export.still import still
from conv_viz.scenes.scene import Scene

RESTS_AT = 0.4  # where the stage rests
MOST_FRAMES = 400
MOST_SIDE = 8_000  # pixels
MOST_PIXELS = 30_000_000


@dataclass(frozen=True, eq=False)
class Film:
    """A picture and its frames: the marks of `still` first, then those of a step.

    `stops` are the cells that frames show, as (row, column) in view, in reading order: of the output, or of a picture
    that goes from the input (`Board.scatter`) of the input.
    """

    board: Board
    look: Look
    still: tuple[Mark, ...]
    stops: tuple[tuple[int, int], ...]

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return self.board.plan.size

    @property
    def durations(self) -> list[int]:
        """How long each frame stays, in milliseconds; in whole hundredths of a second, as a GIF counts."""
        each = max(2, round(100 * self.look.seconds)) * 10
        return [each] * (len(self.stops) - 1) + [max(each, round(100 * self.look.hold) * 10)]

    def step(self, number: int) -> Step:
        """The marks of one frame; its `lasting` are the output cells since the frame before."""
        before = self._cell(number - 1) + 1 if number else 0
        columns = self.board.steps[1]
        new = [divmod(cell, columns) for cell in range(before, self._cell(number) + 1)]
        if self.board.scatter:
            return Step(
                tuple(spreading.parts(self.board, *self.stops[number])), tuple(spreading.written(self.board, new))
            )
        lasting = [mark for y, x in new for mark in written(self.board, y, x)]
        return Step(tuple(parts(self.board, *self.stops[number])), tuple(lasting))

    def _cell(self, number: int) -> int:
        y, x = self.stops[number]
        return y * self.board.steps[1] + x


def animation(scene: Scene, look: Look, most_frames: int = MOST_FRAMES) -> Film:
    """The film of every cell, or of every n-th one; its last frame is the last cell.

    Raises `ExportError` when there would be too many frames, or when the scene holds no picture.
    """
    if scene.header.get("kind") == "lens":
        raise ExportError("A lens is taken along as a still, svg or png, or as an HTML page, where it can be played.")
    board = _board(scene, look)
    rows, columns = board.steps
    cells = rows * columns
    stops = (*range(look.every - 1, cells - 1, look.every), cells - 1)
    if len(stops) > most_frames:
        every = -(-cells // most_frames)
        raise ExportError(
            f"This animation would have {len(stops):,} frames and may have {most_frames}: "
            f"take every {every}{ordinal(every)} {board.walked} cell (--every {every}), fewer pixels a cell, "
            "or a smaller input."
        )
    return Film(board, look, tuple(still(board)), tuple(divmod(stop, columns) for stop in stops))


def moment(scene: Scene, look: Look) -> Film:
    """The film's one frame at `look.cell`: the output is filled up to it; of `look.cells` one beside the other.

    Raises `ExportError`.
    """
    if scene.header.get("kind") == "lens":
        from conv_viz.export.lens import lens_film  # which is a film

        return lens_film(scene, look)
    if look.cells:
        from conv_viz.export.sheet import film_strip  # which is made of films

        return film_strip(scene, look)
    board = _board(scene, look)
    return Film(board, look, tuple(still(board)), (_cell(board, look.cell),))


def _cell(board: Board, wanted: tuple[int, int] | None) -> tuple[int, int]:
    """Where in view a cell of the output, or of the input, is, counted in the whole layer."""
    rows, columns = board.steps
    if wanted is None:
        return divmod(int(rows * columns * RESTS_AT), columns)
    top, left = spreading.first(board) if board.scatter else board.stage["origin"][:2]
    y, x = wanted[0] - top, wanted[1] - left
    if not (0 <= y < rows and 0 <= x < columns):
        raise ExportError(
            f"The {board.walked} cells in view are rows {top} to {top + rows - 1} "
            f"and columns {left} to {left + columns - 1}, not ({wanted[0]}, {wanted[1]})."
        )
    return y, x


def refusal(scene: Scene) -> str:
    """Why there is no picture of a setting, in a sentence; empty when there is one.

    The scene of an impossible setting may hold the picture of a mended one, which is not what was asked for.
    """
    header = scene.header
    if "problem" in header:
        return header["problem"]["rule"]
    return "" if "stage" in header else header.get("too_large", "This scene holds no picture.")


def _board(scene: Scene, look: Look) -> Board:
    if reason := refusal(scene):
        raise ExportError(reason)
    made = Board(scene, THEMES[look.theme], plan(scene, look))
    check_size(made.plan.size)
    return made


def check_size(size: tuple[int, int]) -> None:
    """Raise `ExportError` where a picture would have too many pixels; `size` is its width and height."""
    width, height = size
    if max(width, height) > MOST_SIDE or width * height > MOST_PIXELS:
        raise ExportError(
            f"The picture would have {height:,} × {width:,} pixels, and at most {MOST_SIDE:,} a side and "
            f"{MOST_PIXELS / 1e6:.0f} million in all are drawn: take fewer pixels a cell (--scale), or a smaller input."
        )


def ordinal(number: int) -> str:
    """The ending of a number in a row.

    >>> [f"{n}{ordinal(n)}" for n in (1, 2, 3, 4, 11, 22)]
    ['1st', '2nd', '3rd', '4th', '11th', '22nd']
    """
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
