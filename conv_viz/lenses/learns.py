"""A filter that learns: the layer is trained, step by step, to give what a named filter gives."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np

from conv_viz.byte_cache import ARRAYS
from conv_viz.compute.layer import run
from conv_viz.compute.training import OPTIMISERS, Trained, Training
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import count, products
from conv_viz.layers.summary import Summary
from conv_viz.lenses.lens import MOST_PRODUCTS, Choice, Chosen, Lens, Ready
from conv_viz.lenses.wanted import filtered, named_filters
from conv_viz.scenes.board import Board, filter_names, forward_sum, padded_planes
from conv_viz.weights.kernels import KERNELS

EDGE = "an edge, 6 × 8, and the kernel 1, −1"
EDGE_KERNEL = [[[[1, -1]]]]
FLAT = "a flat input"
ON = ("the layer's input", FLAT, EDGE)
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1.0")
MOST_STEPS = 300
MOST_KEPT = 1_000_000
"""Output numbers of all steps that one picture may hold, 4 MB: 60 steps on 128 × 128 cells."""
HEIGHT_OF_OFFSET = 1.0


def edge() -> tuple[ConvSpec, np.ndarray, np.ndarray]:
    """The edge of "Dive into Deep Learning", section 7.2.4, and what its kernel gives: https://d2l.ai

    >>> spec, x, wanted = edge()
    >>> x[0, 0].tolist(), wanted[0, 0].tolist()
    ([1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0, 1.0], [0.0, 1.0, 0.0, 0.0, 0.0, -1.0, 0.0])
    """
    x = np.ones((1, 6, 8), np.float32)
    x[:, :, 2:6] = 0
    spec = ConvSpec(1, 1, (1, 2), bias=False)
    return spec, x, run(spec, x, weight=np.array(EDGE_KERNEL, np.float32)).output


def draw(chosen: Chosen, board: Board) -> list[str]:
    """What the layer gives and holds after each step, beside what it should."""
    task = _task(chosen)
    head = Summary.of(task.spec, task.sample.shape, chosen.subject.head.bands)
    sample = task.sample if task.spec.dims == 2 else task.sample[:, None]
    made = _training(chosen, task).until(chosen.values["steps"])
    target, wanted = task.target[task.filter], task.wanted[task.filter]
    most = _largest(made.weight, target)
    padded_planes(board, "padded", head, sample)
    board.sign("⋆")
    board.planes("weight", made.weight, "what it has learned", filter_names(head, task.filter), frames=True, most=most)
    if made.bias is not None:
        board.sign("+")
        board.planes("bias", made.bias.reshape(-1, 1, 1, 1), "bias", frames=True, most=most)
    board.sign("→")
    board.planes("target", target, "what it should", most=most)
    board.row()
    high = _largest(wanted)
    rows = (1, *wanted.shape)[-2:]
    outputs = made.output.reshape(-1, 1, *rows)
    moving = len(outputs) == len(made.loss)
    board.planes("output", outputs if moving else outputs[-1], "what it gives", frames=moving, most=high)
    board.sign("→")
    board.planes("wanted", wanted.reshape(1, *rows), "what it should", most=high)
    if count(head) // head.out_channels <= MOST_PRODUCTS:
        table = products(head, range(task.filter, task.filter + 1))
        forward_sum(board, "output", head, table, "weight", "padded", "bias" * (made.bias is not None), task.filter)
    board.together("weight", "target")
    board.together("output", "wanted")
    board.more["code"] = task.spec.code()
    steps = [str(step) for step in range(len(made.loss))]
    board.frames("after step", steps, made.loss, "loss")
    return _says(chosen, task, made)


def _largest(*arrays: np.ndarray) -> float:
    """Of what is finite: a training with too high a rate has no end."""
    return max(float(np.abs(each[np.isfinite(each)]).max(initial=1e-9)) for each in arrays)


@dataclass(frozen=True, eq=False)
class Task:
    """What is to be learned: the layer on one sample, the weights (F, C', kH, kW) that it should find, and its output.

    `filter` is the one that is shown.
    """

    spec: Any
    sample: np.ndarray
    target: np.ndarray
    wanted: np.ndarray
    filter: int


def _training(chosen: Chosen, task: Task) -> Training:
    """The training of these settings, as far as anybody has taken it: one step more is one step."""
    a, values, on_edge = chosen.subject, chosen.values, chosen.values["on"] == EDGE
    rate, optimiser = float(values["rate"]), values["optimiser"]
    # The layer's own weights are where it begins, as long as it is the layer.
    start = {} if on_edge else {"weight": a.weight, "bias": a.bias}
    held = (task.sample, task.wanted, *start.values())
    numbers = b"".join(b"-" if each is None else blake2b(each.tobytes()).digest() for each in held)
    key = "training", task.spec, task.filter, rate, optimiser, chosen.seed, on_edge, numbers

    def begin() -> Training:
        return Training(
            task.spec, task.sample, task.wanted, rate=rate, optimiser=optimiser, seed=chosen.seed, total=on_edge,
            filter=task.filter, most=MOST_STEPS, keep=MOST_KEPT, **start,
        )  # fmt: skip

    return ARRAYS.get(key, begin, lambda training: training.nbytes)


def _task(chosen: Chosen) -> Task:
    if chosen.values["on"] == EDGE:
        by_edge, x, wanted = edge()
        return Task(by_edge, x, np.array(EDGE_KERNEL, np.float32), wanted, 0)
    spec: Any = chosen.subject.head.spec
    filters = named_filters(chosen.subject, chosen.values["filter"])
    sample = spec.from_planes(np.ones_like(chosen.sample) if chosen.values["on"] == FLAT else chosen.sample)
    wanted = filtered(spec, sample, filters)
    if chosen.values["offset"] == "1":
        wanted = wanted + np.float32(HEIGHT_OF_OFFSET)
    return Task(spec, np.ascontiguousarray(sample), filters, wanted, chosen.filter)


def _says(chosen: Chosen, task: Task, made: Trained) -> list[str]:
    steps, sample = len(made.loss) - 1, task.sample
    first, last = made.loss[0], made.loss[-1]
    words = [
        f"{steps} steps of {chosen.values['optimiser']} with learning rate {chosen.values['rate']}: the loss went from "
        f"{first:.4g} to {last:.4g}; before the last step it was {made.loss[-2]:.4f}."
    ]
    if not np.isfinite(last):
        words.append("The loss grew without end: the learning rate is too large for this input.")
        return words
    if chosen.values["on"] == EDGE:
        learned = ", ".join(f"{value:.4f}" for value in made.weight[-1].ravel())
        words.append(f"It learned {learned}, and should 1, −1.")
        return words
    apart = float(np.abs(made.weight[-1] - task.target[task.filter]).max())
    words.append(f"The largest difference between a weight and what it should be is {apart:.3g}.")
    if chosen.values["offset"] == "1":
        words.append(_of_the_offset(made))
    if float(sample.std()) == 0:
        words.append("The input is flat: every weight of a channel sees the same number, so only their sum is learned.")
    elif sample.shape[0] > 1 and apart > 0.01 and last < 1e-3:
        words.append("Other weights give nearly the same output here: one input does not tell them apart.")
    return words


def _of_the_offset(made: Trained) -> str:
    if made.bias is None:
        return "The output should be 1 higher everywhere. Without a bias no weight can do that for every input."
    return f"The output should be 1 higher everywhere: the bias went from {made.bias[0]:.4f} to {made.bias[-1]:.4f}."


def why_not(spec: WindowLayer) -> str:
    """Why a layer learns nothing."""
    return "A pool has no weights: there is nothing to learn." if spec.weight_shape is None else ""


LENS = Lens(
    title="A filter that learns",
    question="Can the layer find a filter by itself?",
    draw=draw,
    choices=(
        Choice("on", "learns from", ON[0], options=ON),
        Choice("filter", "filter to find", "sobel_x", options=tuple(KERNELS)),
        Choice("optimiser", "optimiser", "SGD", options=tuple(OPTIMISERS)),
        Choice("rate", "learning rate", "0.1", options=RATES),
        Choice("steps", "steps", 60, "whole", (1, MOST_STEPS)),
        Choice(
            "offset", "offset", "0", options=("0", "1"), help="Added to what it should give; only a bias can learn it."
        ),
    ),
    pairs=(
        Ready("an edge, as in Dive into Deep Learning", {}, (), {"on": EDGE, "rate": "0.03", "steps": 10}),
        Ready(
            "Sobel's filter from one picture",
            dict(in_channels=1, out_channels=1, kernel_size=3, padding=1),
            (1, 1, 12, 12),
            {"rate": "0.3", "steps": 200},
        ),
        Ready(
            "a constant without a bias",
            dict(in_channels=1, out_channels=1, kernel_size=3, padding=1, bias=False),
            (1, 1, 12, 12),
            {"rate": "0.3", "steps": 100, "offset": "1"},
        ),
        Ready(
            "an input that is flat",
            dict(in_channels=1, out_channels=1, kernel_size=3),
            (1, 1, 12, 12),
            {"on": FLAT, "rate": "0.03"},
        ),
    ),
    why_not=why_not,
    products=lambda head, values: 0,
    runs=lambda values: 3 * values["steps"],  # the way back takes about twice as long as the way there
)
