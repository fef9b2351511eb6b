"""Backwards: torch's gradients by weight, bias and input, each as the sum that it is, and one step of SGD."""

from __future__ import annotations

from typing import Any

import numpy as np

from conv_viz.compute.gradients import LOSSES, Gradients, gradients, stepped
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import Products, grouped, products
from conv_viz.layers.summary import Summary, channel_name
from conv_viz.lenses.lens import Choice, Chosen, Lens
from conv_viz.lenses.pooling import divisor, won
from conv_viz.scenes.board import Board, filter_names, padded_planes

RATES = ("0.001", "0.01", "0.1", "1.0")
MOST_FILTERS = 8


def draw(chosen: Chosen, board: Board) -> list[str]:
    """The gradient of the output first, then what flows from it into weight, bias and input."""
    a, head, spec = chosen.subject, chosen.subject.head, chosen.subject.head.spec
    sample = chosen.sample if spec.dims == 2 else chosen.sample[:, 0]
    loss, cell = chosen.values["loss"], _cell(head, chosen.filter)
    made = gradients(spec, sample, a.weight, a.bias, loss, cell)
    filters = range(min(head.out_channels, MOST_FILTERS))
    names = [f"{'filter' if spec.weight_shape else 'channel'} {filter}" for filter in range(head.out_channels)]
    board.planes("output_gradient", _planes(made.by_output, spec), "loss by output", names)
    table = products(head)
    if spec.weight_shape is not None:
        _weight_side(board, chosen, made, table)
    _input_side(board, chosen, made, table)
    board.walk("input_gradient")
    assert filters
    words = [f"The loss ({loss}) is {made.loss:.4g}. {_kinds(head)}"]
    if spec.weight_shape is not None:
        words.append(_stepped(chosen, sample, made, loss, cell))
    return words


def _cell(head: Summary, filter: int) -> tuple[int, ...]:
    """The output cell in the middle of the filter in view."""
    return (filter, *(axis.output // 2 for axis in head.axes[-head.spec.dims :]))


def _planes(array: np.ndarray, spec: WindowLayer) -> np.ndarray:
    return array if spec.dims == 2 else array[:, None]


def _weight_side(board: Board, chosen: Chosen, made: Gradients, table: Products) -> None:
    """The weight's gradient for the filter in view, and the bias's: sums over the output's gradient."""
    head, spec, filter = chosen.subject.head, chosen.subject.head.spec, chosen.filter
    assert made.by_weight is not None
    filters = spec.as_filters(made.by_weight)
    each = filters[0].size
    board.sign("⋆")
    padded_planes(board, "padded", head, chosen.sample)
    board.sign("=")
    board.planes("weight_gradient", filters[filter], f"loss by weight of filter {filter}", filter_names(head, filter))
    mine = (table.weight >= filter * each) & (table.weight < (filter + 1) * each)
    by = grouped(np.where(mine, table.weight - filter * each, -1), each)
    board.sum("weight_gradient", by, ("output_gradient", table.output), ("padded", table.padded))
    if made.by_bias is not None:
        cells = head.axes[0].output * head.axes[1].output
        board.planes("bias_gradient", made.by_bias[filter].reshape(1, 1, 1), "by bias")
        index = np.arange(filter * cells, (filter + 1) * cells)
        board.sum("bias_gradient", grouped(np.zeros(cells, np.int64), 1), None, ("output_gradient", index))


def _input_side(board: Board, chosen: Chosen, made: Gradients, table: Products) -> None:
    """The input's gradient: what each output that read a cell sends back to it."""
    a, head = chosen.subject, chosen.subject.head
    spec: Any = head.spec
    by_input = _planes(made.by_input, spec)
    board.row()
    if a.weight is not None:
        filters = spec.as_filters(a.weight)
        board.planes("weight", filters.reshape(-1, *filters.shape[2:]), "weight, all filters")
        board.sign("→")
    names = [channel_name(head.in_channels, channel) for channel in range(head.in_channels)]
    board.planes("input_gradient", by_input, "loss by input", names)
    column, share = table.input, divisor(spec)
    if spec.reduce.join == "max":
        column = np.where(won(head, chosen.sample, table), table.input, -1)
    elif spec.weight_shape is None and share is None:
        return
    by = grouped(column, by_input.size)
    left = ("weight", table.weight) if a.weight is not None else None
    board.sum("input_gradient", by, left, ("output_gradient", table.output), divisor=share or 1.0)


def _kinds(head: Summary) -> str:
    """What the gradients are, for this kind of layer."""
    spec: Any = head.spec
    if spec.reduce.gradient:
        return str(spec.reduce.gradient)
    if spec.turned:
        return "The input's gradient is an ordinary convolution of the output's, with the same weight."
    stride, dilation = (tuple(getattr(axis, name) for axis in head.axes) for name in ("stride", "dilation"))
    return (
        "The input's gradient is a transposed convolution of the output's. The weight's is a convolution of the padded "
        f"input with the output's gradient as its kernel, with stride and dilation exchanged: stride {dilation}, "
        f"dilation {stride}."
    )


def _stepped(chosen: Chosen, sample: np.ndarray, made: Gradients, loss: str, cell: tuple[int, ...]) -> str:
    a, rate = chosen.subject, chosen.values["rate"]
    assert a.weight is not None
    after, loss_after = stepped(a.head.spec, sample, a.weight, a.bias, float(rate), loss, cell)
    first, then = float(a.weight.flat[0]), float(after.flat[0])
    return (
        f"One step of SGD with learning rate {rate}: the loss goes from {made.loss:.4g} to {loss_after:.4g}, the first "
        f"weight from {first:.4f} to {then:.4f}."
    )


LENS = Lens(
    title="Backwards",
    question="What do gradients say of each weight and each input cell?",
    draw=draw,
    choices=(
        Choice("loss", "loss", "sum", options=LOSSES, help="Sum of the output, its middle cell, or mean of squares."),
        Choice("rate", "learning rate of one step", "0.1", options=RATES),
    ),
)
