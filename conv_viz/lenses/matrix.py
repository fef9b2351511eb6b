"""As a matrix: the convolution as `unfold` and one product, or as one sparse matrix for all of the input."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.compute.unfolded import multiplied, unfolded
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import Grouped, Products, grouped, products
from conv_viz.layers.summary import Summary
from conv_viz.lenses.lens import Choice, Chosen, Lens
from conv_viz.lenses.pooling import divisor
from conv_viz.scenes.board import Board, filter_names, padded_planes
from conv_viz.scenes.stage import unit

MOST_CELLS = 40_000
FORMS = ("unfold", "sparse")


def draw(chosen: Chosen, board: Board) -> list[str]:
    """The form that was chosen; a transposed layer and a pool have the sparse one only."""
    spec = chosen.subject.head.spec
    if chosen.values["form"] == "sparse" or not _unfolds(spec):
        return _sparse(chosen, board)
    return _unfold(chosen, board)


def _unfolds(spec: WindowLayer) -> bool:
    """Whether ``F.unfold`` and one product are the layer."""
    return spec.weight_shape is not None and not spec.turned


def _output(chosen: Chosen) -> np.ndarray:
    """The layer's own output of the sample in view: (F, OH, OW)."""
    a, spec = chosen.subject, chosen.subject.head.spec
    output: np.ndarray = spec.as_planes(run(spec, spec.from_planes(chosen.sample), weight=a.weight, bias=a.bias).output)
    return output


def _unfold(chosen: Chosen, board: Board) -> list[str]:
    a, head, spec = chosen.subject, chosen.subject.head, chosen.subject.head.spec
    assert a.weight is not None
    each = head.out_channels // spec.groups
    group = chosen.filter // each
    filters = range(group * each, (group + 1) * each)
    reads = spec.channels_of(filters.start)
    taps = head.kernel[0] * head.kernel[1]
    columns = unfolded(head, chosen.sample)[reads.start * taps : reads.stop * taps]
    rows = a.weight.reshape(head.out_channels, -1)[filters.start : filters.stop]
    bias = None if a.bias is None else a.bias[filters.start : filters.stop]
    product = multiplied(rows, columns, bias)
    own = _output(chosen)[filters.start : filters.stop].reshape(each, -1)
    padded_planes(board, "padded", head, chosen.sample)
    board.sign("unfold")
    board.planes("weight", rows[None], "weight, one filter a row")
    board.sign("·")
    board.planes("columns", columns[None], "one window a column", role="input")
    if bias is not None:
        board.arrays["bias"] = bias
    board.sign("=")
    board.planes("product", product[None], "product, one filter a row")
    made = products(head, range(filters.start, filters.start + 1))
    length = columns.shape[1]
    board.sum(
        "columns", _one_each(columns.size), None, ("padded", made.padded.reshape(length, -1).T.ravel()), how="copy"
    )
    filter, place, tap = np.ogrid[:each, :length, : columns.shape[0]]
    shape = (each, length, columns.shape[0])
    left = np.broadcast_to(filter * columns.shape[0] + tap, shape).ravel()
    right = np.broadcast_to(tap * length + place, shape).ravel()
    by = grouped(np.repeat(np.arange(each * length), columns.shape[0]), each * length)
    more = ("bias", np.repeat(np.arange(each), length)) if bias is not None else None
    board.sum("product", by, ("weight", left), ("columns", right), more)
    board.walk("product")
    apart = float(np.abs(product - own).max(initial=0.0))
    of_group = f" of group {group}" if spec.groups > 1 else ""
    return [
        f"F.unfold writes each window as a column: {columns.shape[0]} rows and {length} columns. One product with the "
        f"weight{of_group}, {each} × {columns.shape[0]}, is the whole layer.",
        f"Row (c·{head.kernel[0]} + i)·{head.kernel[1]} + j holds channel c, kernel row i, column j.",
        f"The largest difference from the layer's own output is {apart:.2g}.",
    ]


def _one_each(cells: int) -> Grouped:
    return Grouped(np.arange(cells + 1, dtype=np.int32), np.arange(cells, dtype=np.int32))


def matrix_of(head: Summary, made: Products, weights: np.ndarray, filter: int) -> np.ndarray:
    """The matrix of one filter: a row for each output cell, a column for each input cell; (OH·OW, C·H·W).

    `weights` are flat, in the order that `Products.weight` counts in.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> head = Summary.of(ConvSpec(1, 1, 3), (1, 4, 4))
    >>> made = matrix_of(head, products(head), np.ones(9, np.float32), 0)
    >>> made.shape, int((made != 0).sum())
    ((4, 16), 36)
    """
    cells = head.axes[0].output * head.axes[1].output
    inputs = head.in_channels * head.axes[0].size * head.axes[1].size
    matrix = np.zeros((cells, inputs), weights.dtype)
    inside = made.input >= 0
    np.add.at(matrix, (made.output[inside] - filter * cells, made.input[inside]), weights[made.weight[inside]])
    return matrix


def _sparse(chosen: Chosen, board: Board) -> list[str]:
    a, head, spec, filter = chosen.subject, chosen.subject.head, chosen.subject.head.spec, chosen.filter
    made = products(head, range(filter, filter + 1))
    weights = _flat_weights(chosen)
    matrix = matrix_of(head, made, weights, filter)
    outputs, inputs = matrix.shape
    x = chosen.sample.reshape(1, -1, 1)
    own = _output(chosen)[filter].reshape(1, -1, 1)
    bias = None if a.bias is None else a.bias[filter : filter + 1]
    product = multiplied(matrix, np.ascontiguousarray(x[0]), None)[None] + (0 if bias is None else bias[0])
    if a.weight is not None:
        each = weights.size // head.out_channels
        mine = weights[filter * each : (filter + 1) * each].reshape(-1, *head.kernel)
        board.planes("weight", mine, f"{unit(head)} {filter}", filter_names(head, filter))
        board.sign("→")
        inside = made.input >= 0
        where = (made.output - filter * outputs) * inputs + made.input
        by = grouped(np.where(inside, where, -1), matrix.size)
        board.sum("matrix", by, None, ("weight", made.weight - filter * each))
    board.planes("matrix", matrix[None], f"matrix of {unit(head)} {filter}")
    board.row()  # beside the matrix there is no room for a row as long as it is wide
    board.sign("·")
    board.planes("x", x.reshape(1, 1, -1), "input, one cell after the other", role="input")
    if bias is not None:
        board.arrays["bias"] = bias
    board.sign("=")
    board.planes("product", product.reshape(1, 1, -1), "output")
    row, column = np.nonzero(matrix)
    by = grouped(row.astype(np.int64), outputs)
    more = ("bias", np.zeros(outputs, np.int32)) if bias is not None else None
    board.sum("product", by, ("matrix", row * inputs + column), ("x", column), more)
    board.walk("product")
    apart = float(np.abs(product - own).max(initial=0.0))
    filled = int((matrix != 0).sum())
    words = [
        f"All of it as one matrix: {outputs} × {inputs}, of which {filled:,} of {matrix.size:,} numbers are not zero.",
        f"The largest difference from the layer's own output is {apart:.2g}.",
    ]
    if spec.turned:
        plain = f"nn.Conv{spec.dims}d"
        words.insert(1, f"It is the transpose of the matrix of {plain} with the same arguments: hence the name.")
    return words


def _flat_weights(chosen: Chosen) -> np.ndarray:
    """What each tap is multiplied by, flat; of an average pool one over what it divides by, cell by cell."""
    a, spec = chosen.subject, chosen.subject.head.spec
    if a.weight is not None:
        flat: np.ndarray = np.ascontiguousarray(spec.as_filters(a.weight)).ravel()
        return flat
    return np.full(chosen.subject.head.kernel, 1, chosen.sample.dtype).ravel() / (divisor(spec) or 1.0)


def why_not(spec: WindowLayer) -> str:
    """Why a layer is no matrix."""
    if spec.reduce.no_matrix:
        return spec.reduce.no_matrix
    if spec.weight_shape is None and divisor(spec) is None:
        return "Here each window of the pool has a divisor of its own; without padding and ceil_mode it is one matrix."
    return ""


def _products(head: Summary, values: Mapping[str, Any]) -> int:
    """The matrix has to fit, too."""
    cells = head.axes[0].output * head.axes[1].output
    taps = len(head.spec.channels_of(0)) * head.kernel[0] * head.kernel[1]
    if values["form"] == "sparse" or not _unfolds(head.spec):
        inputs = head.in_channels * head.axes[0].size * head.axes[1].size
        return max(cells * inputs, cells * taps)
    return cells * taps * (head.out_channels // head.spec.groups)


LENS = Lens(
    title="As a matrix",
    question="How is a convolution one matrix product?",
    draw=draw,
    choices=(Choice("form", "form", "unfold", options=FORMS, help="All windows as columns, or one sparse matrix."),),
    why_not=why_not,
    products=_products,
)
