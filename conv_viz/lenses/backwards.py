"""Backwards: torch's gradients by weight, bias and input, each as the sum that it is, and one step of SGD."""

from __future__ import annotations

from typing import Any

import numpy as np

from conv_viz.compute.gradients import LOSSES, Gradients, gradients, stepped
from conv_viz.compute.layer import run
from conv_viz.layers.products import Products, grouped, products
from conv_viz.layers.summary import Summary
from conv_viz.lenses.lens import Choice, Chosen, Lens
from conv_viz.lenses.pooling import divisor, without_lines, won
from conv_viz.lenses.wanted import filtered, fitting, named_filters
from conv_viz.scenes.board import Board, filter_names, padded_planes
from conv_viz.weights.kernels import KERNELS

RATES = ("0.001", "0.01", "0.1", "1.0")
ZEROS, ANOTHER = "zeros", "another seed"


def draw(chosen: Chosen, board: Board) -> list[str]:
    """The gradient of the output first, then what flows from it into weight, bias and input."""
    a, head, spec = chosen.subject, chosen.subject.head, chosen.subject.head.spec
    sample = spec.from_planes(chosen.sample)
    loss, cell = chosen.values["loss"], _cell(head, chosen.filter)
    target = _target(chosen, sample) if loss == "mean square" else None
    made = gradients(spec, sample, a.weight, a.bias, loss, cell, target)
    names = [f"{'filter' if spec.weight_shape else 'channel'} {filter}" for filter in range(head.out_channels)]
    if target is not None:
        _apart(board, chosen, made.output, target, names)
    board.planes("output_gradient", spec.as_planes(made.by_output), "loss by output", names)
    if loss == "mean square":  # the derivative of (y - target)²/n
        board.arrays["2/n"] = np.array([2 / made.output.size], sample.dtype)
        board.arrays.setdefault("output", made.output)
        index = np.arange(made.output.size)
        by = grouped(index, made.output.size)
        board.sum(
            "output_gradient", by, ("2/n", np.zeros_like(index)), ("output" if target is None else "apart", index)
        )
    table = products(head)
    if spec.weight_shape is not None:
        _weight_side(board, chosen, made, table)
    _input_side(board, chosen, made, table)
    board.walk("input_gradient")
    words = [f"The loss ({loss}) is {made.loss:.4g}. {_of_an_output(loss, cell, made, target)}", _kinds(head)]
    if loss == "mean square" and (sentence := _of_the_target(chosen)):
        words.insert(1, sentence)
    if spec.weight_shape is not None and chosen.values["step"]:
        words.append(_one_step(board, chosen, sample, made, target))
    if spec.weight_shape is None and (sentence := without_lines(spec)):
        words.append(sentence)
    return words


def _target(chosen: Chosen, sample: np.ndarray) -> np.ndarray | None:
    """What the output should be, in its shape; None for zeros, all that there is for a layer without weights."""
    spec, wanted = chosen.subject.head.spec, chosen.values["target"]
    if wanted == ZEROS or spec.weight_shape is None:
        return None
    if wanted == ANOTHER:
        return run(spec, sample, seed=chosen.seed + 1).output
    return filtered(spec, sample, named_filters(chosen.subject, wanted))


def _of_the_target(chosen: Chosen) -> str:
    """Where the target is from, in a sentence."""
    wanted = chosen.values["target"]
    if wanted == ZEROS:
        return ""
    if chosen.subject.head.spec.weight_shape is None:
        return "A pool has no weights that another output could come from: its target is zeros."
    if wanted == ANOTHER:
        return f"The target is what the same layer gives with the weights of seed {chosen.seed + 1}."
    name = fitting(wanted, chosen.subject)
    return f"The target is what the filter {name} gives, on the mean of the channels that a filter reads."


def _apart(board: Board, chosen: Chosen, output: np.ndarray, target: np.ndarray, names: list[str]) -> None:
    """Output and target, and what they differ by: a row of its own."""
    planes = chosen.subject.head.spec.as_planes
    most = float(max(np.abs(output).max(), np.abs(target).max()))
    board.planes("output", planes(output), "output", names, most=most)
    board.sign("−")
    board.planes("target", planes(target), "target", names, most=most)
    board.sign("=")
    board.planes("apart", planes(output - target), "difference", names, most=most)
    board.difference("apart", "output", "target")
    board.together("output", "target", "apart", "output_gradient")
    board.row()


def _of_an_output(loss: str, cell: tuple[int, ...], made: Gradients, target: np.ndarray | None) -> str:
    """What the loss by an output number is."""
    if loss == "one cell":
        return f"Only output{list(cell)} counts."
    if loss == "mean square":
        times = "that number" if target is None else "its difference from the target"
        return f"By an output number it is 2/{made.output.size} times {times}."
    return "By each output number it is 1."


def _cell(head: Summary, filter: int) -> tuple[int, ...]:
    """The output cell in the middle of the filter in view."""
    return (filter, *(axis.output // 2 for axis in head.axes[-head.spec.dims :]))


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
    by_input = spec.as_planes(made.by_input)
    board.row()
    if a.weight is not None:
        filters = spec.as_filters(a.weight)
        board.planes("weight", filters.reshape(-1, *filters.shape[2:]), "weight, all filters")
        board.sign("→")
    names = [head.channel_name(channel) for channel in range(head.in_channels)]
    board.planes("input_gradient", by_input, "loss by input", names)
    column, share = table.input, divisor(spec)
    if spec.reduce.join == "max":
        column = np.where(won(head, chosen.sample, table), table.input, -1)
    elif without_lines(spec):
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


def _one_step(board: Board, chosen: Chosen, sample: np.ndarray, made: Gradients, target: np.ndarray | None) -> str:
    """The weights of the filter in view after one step of SGD, and what becomes of the loss."""
    a, filter, rate = chosen.subject, chosen.filter, chosen.values["rate"]
    assert a.weight is not None
    loss, cell = chosen.values["loss"], _cell(a.head, filter)
    after, loss_after = stepped(a.head.spec, sample, a.weight, a.bias, float(rate), loss, cell, target)
    before, after = (a.head.spec.as_filters(weight)[filter] for weight in (a.weight, after))
    board.row()
    most = float(max(np.abs(before).max(), np.abs(after).max()))
    names = filter_names(a.head, filter)
    board.planes("before", before, f"filter {filter} before", names, most=most)
    board.sign(f"− {rate} × gradient =")
    board.planes("after", after, f"filter {filter} after one step", names, most=most)
    board.arrays["rate"] = np.array([-float(rate)], before.dtype)
    index = np.arange(before.size)
    by = grouped(index, before.size)
    board.sum("after", by, ("rate", np.zeros_like(index)), ("weight_gradient", index), ("before", index))
    board.together("weight_gradient", "before", "after")
    return f"One step of SGD with learning rate {rate}: the loss goes from {made.loss:.4g} to {loss_after:.4g}."


LENS = Lens(
    title="Backwards",
    question="What do gradients say of each weight and each input cell?",
    draw=draw,
    choices=(
        Choice("loss", "loss", "sum", options=LOSSES, help="Sum of the output, its middle cell, or mean of squares."),
        Choice(
            "target",
            "target",
            ZEROS,
            options=(ZEROS, ANOTHER, *KERNELS),
            help="Of the mean square: zeros, what the layer gives with the weights of the next seed, or what a named "
            "filter gives.",
        ),
        Choice("step", "one step of SGD", False, "switch", help="The filter in view before and after it."),
        Choice("rate", "learning rate of that step", "0.1", options=RATES),
    ),
)
