"""Taps: where every number of a window layer comes from, said once.

For each axis two small tables describe any kernel size, stride, dilation, padding
and padding_mode, a transposed convolution's holes and a pool's overhang.
The window, the look-up in both directions, the arithmetic line, the arrows of the
padding, unread rows and the exports all read these tables; nothing else computes an index of the layer.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.byte_cache import ARRAYS
from conv_viz.layers.window import PADDING, WindowAxis


@dataclass(frozen=True)
class Taps:
    """The tables of one axis.

    `window[o, k]` is the padded index that output `o` reads with kernel index `k`:
    int32, shape (output, kernel). `source[p]` is the input index that padded cell
    `p` copies, -1 for padding or a hole, -2 beyond the padded input, where a pool's last
    window may reach: int32, shape (reach,).
    """

    window: np.ndarray
    source: np.ndarray

    @property
    def inputs(self) -> np.ndarray:
        """Input index, or -1 or -2, of every tap: shape (output, kernel).

        >>> taps(WindowAxis(size=3, kernel=2, before=1)).inputs.tolist()
        [[-1, 0], [0, 1], [1, 2]]
        """
        return self.source[self.window]

    def counted(self, padding: bool) -> np.ndarray:
        """How many taps of each output count: input cells, and with `padding` the padding's too; shape (output,).

        >>> row = taps(WindowAxis(size=5, kernel=3, stride=2, before=1, after=1, ceil=True))
        >>> row.counted(padding=True).tolist(), row.counted(padding=False).tolist()
        ([3, 3, 3], [2, 3, 2])
        """
        return (self.inputs >= (PADDING if padding else 0)).sum(axis=1, dtype=np.int32)

    def feeds(self, index: int) -> list[tuple[int, int]]:
        """Every (output index, kernel index) that reads this input cell, copies included.

        >>> taps(WindowAxis(size=4, kernel=3, before=1, after=1)).feeds(0)
        [(0, 1), (1, 0)]
        """
        return [(int(o), int(k)) for o, k in np.argwhere(self.inputs == index)]

    def spread(self, size: int) -> np.ndarray:
        """The table read from the input: the output that index i reaches with kernel index k, -1 where none.

        int32, shape (size, kernel), `size` the length of the input. Of a layer without copies in its padding, where an
        input and a tap lead to one output at most: a transposed convolution, whose padding cuts off what is -1.

        >>> up = WindowAxis(size=2, kernel=3, before=1, after=1, base_dilation=2, reversed=True)  # stride 2, padding 1
        >>> taps(up).spread(2).tolist()
        [[-1, 0, 1], [1, 2, -1]]
        """
        table = np.full((size, self.window.shape[1]), -1, np.int32)
        outputs, indices = np.nonzero(self.inputs >= 0)
        table[self.inputs[outputs, indices], indices] = outputs
        return table


def taps(axis: WindowAxis) -> Taps:
    """The tables of an axis; kept, and so not to be written to.

    >>> t = taps(WindowAxis(size=4, kernel=3, stride=2, before=1, after=1, mode="reflect"))
    >>> t.window.tolist(), t.source.tolist()
    ([[0, 1, 2], [2, 3, 4]], [1, 0, 1, 2, 3, 2])
    """
    return ARRAYS.get(("taps", axis), lambda: _tables(axis), _bytes)


_AROUND = 2000
"""Bytes that a pair of tables takes besides their numbers, with its axis."""


def _bytes(made: Taps) -> int:
    return made.window.nbytes + made.source.nbytes + _AROUND


def _tables(axis: WindowAxis) -> Taps:
    steps = np.arange(axis.output, dtype=np.int32) * axis.stride
    apart = np.arange(axis.kernel, dtype=np.int32) * axis.dilation
    source = np.fromiter((axis.source(cell) for cell in range(axis.reach)), np.int32, axis.reach)
    window = steps[:, None] + (apart[::-1] if axis.reversed else apart)
    for table in (window, source):
        table.flags.writeable = False
    return Taps(window, source)


def gather(plane: np.ndarray, rows: np.ndarray, columns: np.ndarray, empty: float = 0.0) -> np.ndarray:
    """Cells (..., rows, columns) of planes (..., H, W); a negative index reads `empty`, -inf for a max pool.

    With the `source` tables of both axes this is the padded input.

    >>> gather(np.array([[1, 2], [3, 4]]), np.array([-1, 0]), np.array([1, 0, -1])).tolist()
    [[0, 0, 0], [2, 1, 0]]
    """
    cells = plane[..., np.maximum(rows, 0)[:, None], np.maximum(columns, 0)]
    inside = (rows >= 0)[:, None] & (columns >= 0)
    return np.where(inside, cells, plane.dtype.type(empty))
