"""Taps: where every number of a convolution comes from, said once.

For each axis two small tables describe any kernel size, stride, dilation,
padding and padding_mode. The window, the look-up in both directions, the
arithmetic line, the arrows of the padding, unread rows and the exports all
read these tables; nothing else computes an index of the convolution.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.shapes import Axis


@dataclass(frozen=True)
class Taps:
    """The tables of one axis.

    `window[o, k]` is the padded index that output `o` reads with kernel index `k`:
    int32, shape (output, kernel). `source[p]` is the input index that padded cell
    `p` copies, -1 for a zero: int32, shape (padded,).
    """

    window: np.ndarray
    source: np.ndarray

    @property
    def inputs(self) -> np.ndarray:
        """Input index, or -1, of every tap: shape (output, kernel).

        >>> taps(Axis(size=3, kernel=2, before=1)).inputs.tolist()
        [[-1, 0], [0, 1], [1, 2]]
        """
        return self.source[self.window]

    def feeds(self, index: int) -> list[tuple[int, int]]:
        """Every (output index, kernel index) that reads this input cell, copies included.

        >>> taps(Axis(size=4, kernel=3, before=1, after=1)).feeds(0)
        [(0, 1), (1, 0)]
        """
        return [(int(o), int(k)) for o, k in np.argwhere(self.inputs == index)]


def taps(axis: Axis) -> Taps:
    """The tables of an axis.

    >>> t = taps(Axis(size=4, kernel=3, stride=2, before=1, after=1, mode="reflect"))
    >>> t.window.tolist(), t.source.tolist()
    ([[0, 1, 2], [2, 3, 4]], [1, 0, 1, 2, 3, 2])
    """
    steps = np.arange(axis.output, dtype=np.int32) * axis.stride
    reach = np.arange(axis.kernel, dtype=np.int32) * axis.dilation
    source = np.fromiter((axis.source(cell) for cell in range(axis.padded)), np.int32, axis.padded)
    return Taps(steps[:, None] + reach, source)


def gather(plane: np.ndarray, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """Cells (..., rows, columns) of planes (..., H, W); index -1 reads a zero.

    With the `source` tables of both axes this is the padded input.

    >>> gather(np.array([[1, 2], [3, 4]]), np.array([-1, 0]), np.array([1, 0, -1])).tolist()
    [[0, 0, 0], [2, 1, 0]]
    """
    cells = plane[..., rows[:, None], columns]
    inside = (rows >= 0)[:, None] & (columns >= 0)
    return np.where(inside, cells, plane.dtype.type(0))
