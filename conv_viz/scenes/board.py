"""What every lens draws: planes of numbers beside each other, and how each number comes from others.

A lens lays its arrays on a `Board`; one painter in the browser and one in `export` show whatever lies there.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import numpy as np

from conv_viz.layers.products import Grouped, Products, grouped
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.window import WindowAxis
from conv_viz.scenes.lens_headers import Frames, Item, Line, Planes, Sum
from conv_viz.scenes.scene import Scene
from conv_viz.scenes.stage import cells_of, inside_of

Role = Literal["input", "signed"]


class Board:
    """A picture that is being laid out: planes, signs between them, sums, a table, steps.

    >>> board = Board()
    >>> board.planes("x", np.zeros((1, 2, 2), np.float32), "input", role="input")
    >>> board.scene({"kind": "lens", "lens": "padding", "title": "", "question": ""}).header["rows"]
    [[{'show': 'planes', 'name': 'x'}]]
    """

    def __init__(self) -> None:
        self.rows: list[list[Item]] = [[]]
        self.shown: list[Planes] = []
        self.sums: list[Sum] = []
        self.arrays: dict[str, np.ndarray] = {}
        self.more: dict[str, Any] = {}

    # -- what is seen ----------------------------------------------------------------------

    def planes(
        self,
        name: str,
        array: np.ndarray,
        title: str,
        labels: Sequence[str] = (),
        *,
        role: Role = "signed",
        most: float | None = None,
        cells: np.ndarray | None = None,
        hatched: np.ndarray | None = None,
        frames: bool = False,
        edges: Sequence[str] = (),
    ) -> None:
        """Add planes (P, H, W), or (steps, P, H, W) with `frames`, to the row; signed ones up to `most` in colour.

        `edges` are words at the left, right, top and bottom of the planes.
        """
        self.arrays[name] = array
        for suffix, extra in (("cells", cells), ("hatched", hatched)):
            if extra is not None:
                self.arrays[f"{name}.{suffix}"] = np.ascontiguousarray(extra, np.uint8)
        low, high = (-most, most) if most is not None else _range(array, role)
        self.shown.append(
            {
                "array": name,
                "title": title,
                "labels": list(labels),
                "role": role,
                "range": (low, high),
                "cells": f"{name}.cells" if cells is not None else "",
                "hatched": f"{name}.hatched" if hatched is not None else "",
                "frames": frames,
                "edges": list(edges),
            }
        )
        self._item("planes", name)

    def sign(self, text: str) -> None:
        """What stands between two planes: =, ·, −, or a word."""
        self._item("sign", text)

    def wires(self, name: str, ends: np.ndarray, slices: str) -> None:
        """Lines from channels to filters: int32 rows (channel, filter, group), one for each plane of `slices`."""
        self.arrays[name] = ends.astype(np.int32)
        self.more["wired"] = slices
        self._item("wires", name)

    def row(self) -> None:
        """Begin another row."""
        if self.rows[-1]:
            self.rows.append([])

    def walk(self, name: str, first: int | None = None) -> None:
        """The array whose cells are played one after the other; begins at `first`, without one somewhere inside."""
        self.more["walk"] = name
        if first is not None:
            self.more["first"] = first

    def _item(self, show: Any, name: str) -> None:
        self.rows[-1].append({"show": show, "name": name})

    def table(self, columns: Sequence[str], lines: Iterable[tuple[str, Sequence[str]]], compare: bool = False) -> None:
        """A table; with `compare` a line whose cells are not all the same is marked."""
        self.more["columns"] = list(columns)
        self.more["table"] = [
            Line(name=name, cells=list(cells), differs=compare and len(set(cells)) > 1) for name, cells in lines
        ]

    def frames(self, name: str, labels: Sequence[str], curve: np.ndarray, curve_name: str) -> None:
        """Steps to be played, with a number at each: float (steps,)."""
        self.arrays["curve"] = np.asarray(curve, np.float64)
        made: Frames = {"name": name, "labels": list(labels), "curve": "curve", "curve_name": curve_name}
        self.more["frames"] = made

    # -- where numbers come from -----------------------------------------------------------

    def sum(
        self, of: str, by: Grouped, left: tuple[str, np.ndarray] | None, right: tuple[str, np.ndarray],
        more: tuple[str, np.ndarray] | None = None, divisor: float = 1.0, how: Literal["sum", "copy"] = "sum",
    ) -> None:  # fmt: skip
        """Each cell of `of` is a sum over the products of its group: cells of `left` times cells of `right`.

        `left` and `right` are an array on the board and a flat index for each product, `more` for each cell of `of`.
        """
        self.arrays[f"{of}.starts"] = by.starts
        self.arrays[f"{of}.right"] = right[1][by.order].astype(np.int32)
        if left:
            self.arrays[f"{of}.left"] = left[1][by.order].astype(np.int32)
        if more:
            self.arrays[f"{of}.more"] = more[1].astype(np.int32)
        self._sum(of, how, left[0] if left else "", right[0], more[0] if more else "", divisor)

    def difference(self, of: str, left: str, right: str) -> None:
        """Each cell of `of` is the cell of `left` less the one of `right` at the same place."""
        self._sum(of, "difference", left, right, "", 1.0)

    def _sum(self, of: str, how: Any, left: str, right: str, more: str, divisor: float) -> None:
        self.sums.append({"of": of, "how": how, "left": left, "right": right, "more": more, "divisor": divisor})

    def together(self, *names: str) -> None:
        """Arrays in which one pointer points at the same place."""
        self.more.setdefault("together", []).append(list(names))

    def scene(self, header: dict[str, Any]) -> Scene:
        """The picture; `header` says kind, lens, title, question."""
        laid = {"rows": [row for row in self.rows if row], "planes": self.shown, "sums": self.sums}
        return Scene({**header, **laid, **self.more}, self.arrays)


def _range(array: np.ndarray, role: Role) -> tuple[float, float]:
    """From where to where the colours go: the finite numbers, and 0."""
    finite = array[np.isfinite(array)]
    low, high = float(finite.min(initial=0.0)), float(finite.max(initial=0.0))
    return (low, high) if role == "input" else (-max(-low, high), max(-low, high))


# -- parts of a layer that several lenses lay down ---------------------------------------------


def padded_planes(board: Board, name: str, head: Summary, sample: np.ndarray, title: str = "") -> None:
    """The padded input (C, PH, PW) of a sample (C, H, W), each cell as what it is."""
    rows, columns = (taps(axis) for axis in head.axes)
    padded = gather(sample, rows.source, columns.source, head.spec.reduce.empty)
    kinds = padded_kinds(head)
    labels = [head.channel_name(c) for c in range(head.in_channels)]
    title = title or ("input" if padded.shape == sample.shape else "padded input")
    board.planes(name, padded, title, labels, role="input", cells=np.broadcast_to(kinds, padded.shape))


def padded_kinds(head: Summary) -> np.ndarray:
    """What each cell of a padded plane is (PH, PW), see `conv_viz.scenes.stage.cells_of`."""
    kinds: np.ndarray = np.maximum.outer(*(kinds_of(taps(axis).source, axis) for axis in head.axes))
    return kinds


def kinds_of(source: np.ndarray, axis: WindowAxis) -> np.ndarray:
    """What the padded cells of one axis are, whose `source` says what each copies."""
    return cells_of(source, inside_of(axis, range(len(source))))


def forward_sum(
    board: Board, of: str, head: Summary, made: Products, weight: str, padded: str, bias: str = "", filter: int = 0
) -> None:
    """The output of one filter, the only one shown, as sums of its weights times cells of the padded input."""
    cells = head.axes[0].output * head.axes[1].output
    by = grouped(made.output - filter * cells, cells)
    slices = len(head.spec.channels_of(filter)) * head.kernel[0] * head.kernel[1]
    left = (weight, made.weight - (filter * slices if head.spec.weight_shape else 0)) if weight else None
    board.sum(of, by, left, (padded, made.padded), (bias, np.zeros(cells, np.int32)) if bias else None)


def filter_names(head: Summary, filter: int) -> list[str]:
    """What the slices of a filter are called: by the channels that they read."""
    return [head.channel_name(c) for c in head.spec.channels_of(filter)]
