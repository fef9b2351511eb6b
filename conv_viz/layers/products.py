"""Every product of a layer on one sample, as a table: which output, which weight, which cell of the padded input.

Made from the taps tables. Grouped by its output it is the forward pass; by its weight, the gradient of the weight; by
its input, the gradient of the input. The lenses show sums of these products and compute no index of their own.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import Taps, taps


@dataclass(frozen=True, eq=False)
class Products:
    """One row for each product; columns are flat indices, int32 (n,), in the order of the outputs.

    `output` counts in (filters, OH, OW), `weight` in the filters (out_channels, channels read, kH, kW) as they stand in
    `WindowLayer.as_filters` (of a pool: in (kH, kW)), `padded` in (C, PH, PW), `input` in (C, H, W), -1 for padding.
    """

    output: np.ndarray
    weight: np.ndarray
    padded: np.ndarray
    input: np.ndarray


def count(head: Summary) -> int:
    """How many products one sample has; known before any is listed.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> count(Summary.of(ConvSpec(1, 2, 3), (1, 1, 5, 5)))
    162
    """
    cells = head.out_channels * math.prod(axis.output for axis in head.axes)
    return cells * len(head.spec.channels_of(0)) * math.prod(head.kernel)


def products(head: Summary, filters: range | None = None) -> Products:
    """The products of all filters, or of some; these keep the numbers that they have in the whole layer.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> made = products(Summary.of(ConvSpec(1, 1, 2), (1, 1, 2, 3)))
    >>> made.output.tolist(), made.weight.tolist(), made.input.tolist()
    ([0, 0, 0, 0, 1, 1, 1, 1], [0, 1, 2, 3, 0, 1, 2, 3], [0, 1, 3, 4, 1, 2, 4, 5])
    """
    rows, columns = (taps(axis) for axis in head.axes)
    filters = range(head.out_channels) if filters is None else filters
    reads = np.array([list(head.spec.channels_of(filter)) for filter in filters], np.int64)  # (F, C')
    one = head.spec.weight_shape is None
    padded, input = _cells(head, rows, columns, reads)
    (height, width), (kh, kw) = (axis.output for axis in head.axes), head.kernel
    f, y, x, c, i, j = np.ogrid[: len(reads), :height, :width, : reads.shape[1], :kh, :kw]
    filter = np.array(filters)[f]
    output = (filter * height + y) * width + x
    weight = ((np.zeros_like(filter) if one else filter * reads.shape[1] + c) * kh + i) * kw + j
    shape = np.broadcast_shapes(padded.shape, output.shape)
    flat = [np.broadcast_to(each, shape).ravel().astype(np.int32) for each in (output, weight, padded, input)]
    return Products(*flat)


def _cells(head: Summary, rows: Taps, columns: Taps, reads: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Padded and input index of each product: (F, OH, OW, C', kH, kW)."""
    channel = reads[:, None, None, :, None, None]
    down, across = rows.window[None, :, None, None, :, None], columns.window[None, None, :, None, None, :]
    padded = (channel * len(rows.source) + down) * len(columns.source) + across
    y, x = rows.source[down], columns.source[across]
    height, width = (axis.size for axis in head.axes)
    return padded, np.where((y >= 0) & (x >= 0), (channel * height + y) * width + x, -1)


@dataclass(frozen=True, eq=False)
class Grouped:
    """Products by one of their columns: those of cell i are ``order[starts[i] : starts[i + 1]]``."""

    starts: np.ndarray
    order: np.ndarray


def grouped(column: np.ndarray, cells: int) -> Grouped:
    """Group by a column that counts in so many cells; rows with -1 stay out.

    >>> made = grouped(np.array([1, 0, -1, 1]), 3)
    >>> made.starts.tolist(), made.order.tolist()
    ([0, 1, 3, 3], [1, 0, 3])
    """
    order = np.argsort(column, kind="stable")[int((column < 0).sum()) :]
    starts = np.concatenate([[0], np.cumsum(np.bincount(column[column >= 0], minlength=cells))])
    return Grouped(starts.astype(np.int32), order.astype(np.int32))
