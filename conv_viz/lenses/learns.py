"""A filter that learns: the layer is trained, step by step, to give what a named filter gives."""

from __future__ import annotations

from typing import Any

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.compute.training import OPTIMISERS, Trained, train
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.kinds import WindowLayer
from conv_viz.lenses.lens import Choice, Chosen, Lens, Ready
from conv_viz.scenes.board import Board
from conv_viz.weights.kernels import KERNELS, KernelError

EDGE = "an edge, 6 × 8, and the kernel 1, −1"
EDGE_KERNEL = [[[[1, -1]]]]
ON = ("the layer's input", EDGE)
RATES = ("0.001", "0.003", "0.01", "0.03", "0.1", "0.3", "1.0")
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
    spec, sample, target, wanted = _task(chosen)
    on_edge = chosen.values["on"] == EDGE
    made = train(
        spec, sample, wanted, steps=chosen.values["steps"], rate=float(chosen.values["rate"]),
        optimiser=chosen.values["optimiser"], seed=chosen.seed, total=on_edge, keep=MOST_KEPT,
        **_start(chosen, on_edge),
    )  # fmt: skip
    filter = 0 if on_edge else chosen.filter
    filters = np.stack([spec.as_filters(weight)[filter] for weight in made.weight])
    most = float(max(np.abs(filters).max(), np.abs(target[filter]).max()))
    board.planes("weight", filters, "what it has learned", frames=True, most=most)
    board.sign("→")
    board.planes("target", target[filter], "what it should", most=most)
    board.row()
    outputs = _planes(made.output, spec)[:, filter : filter + 1]
    aim = _planes(wanted[None], spec)[0, filter : filter + 1]
    high = float(max(np.abs(aim).max(), 1e-9))
    moving = len(outputs) == len(made.loss)
    board.planes("output", outputs if moving else outputs[-1], "what it gives", frames=moving, most=high)
    board.sign("→")
    board.planes("wanted", aim, "what it should", most=high)
    board.together("weight", "target")
    board.together("output", "wanted")
    board.more["code"] = spec.code()
    steps = [str(step) for step in range(len(made.loss))]
    board.frames("after step", steps, made.loss, "loss")
    return _says(chosen, spec, sample, made, target)


def _start(chosen: Chosen, on_edge: bool) -> dict[str, Any]:
    """The layer's own weights are where it begins, as long as it is the layer."""
    a = chosen.subject
    return {} if on_edge else {"weight": a.weight, "bias": a.bias}


def _task(chosen: Chosen) -> tuple[Any, np.ndarray, np.ndarray, np.ndarray]:
    """The layer, its sample, the weights (F, C', kH, kW) that it should find, and the output that it should give."""
    if chosen.values["on"] == EDGE:
        by_edge, x, wanted = edge()
        return by_edge, x, np.array(EDGE_KERNEL, np.float32), wanted
    spec: Any = chosen.subject.head.spec
    kernel = _kernel(chosen)
    filters = np.zeros(spec.as_filters(chosen.subject.weight).shape, np.float32)
    filters[:] = kernel / filters.shape[1]
    weight = filters if spec.dims == 2 else filters[:, :, 0]
    sample = chosen.sample if spec.dims == 2 else chosen.sample[:, 0]
    given = spec.replace(bias=False)
    wanted = run(given, sample, weight=weight).output
    if chosen.values["offset"] == "1":
        wanted = wanted + np.float32(HEIGHT_OF_OFFSET)
    return spec, sample, filters, wanted


def _kernel(chosen: Chosen) -> np.ndarray:
    """The named filter in the layer's size; one that does not fit becomes a box."""
    size = chosen.subject.head.kernel
    try:
        return KERNELS[chosen.values["filter"]].make(*size)
    except KernelError:
        return KERNELS["box"].make(*size)


def _planes(array: np.ndarray, spec: WindowLayer) -> np.ndarray:
    return array if spec.dims == 2 else array[:, :, None]


def _says(chosen: Chosen, spec: Any, sample: np.ndarray, made: Trained, target: np.ndarray) -> list[str]:
    steps = len(made.loss) - 1
    first, last = made.loss[0], made.loss[-1]
    words = [
        f"{steps} steps of {chosen.values['optimiser']} with learning rate {chosen.values['rate']}: the loss went from "
        f"{first:.4g} to {last:.4g}; before the last step it was {made.loss[-2]:.4f}."
    ]
    if chosen.values["on"] == EDGE:
        learned = ", ".join(f"{value:.4f}" for value in made.weight[-1].ravel())
        words.append(f"It learned {learned}, and should 1, −1.")
        return words
    apart = float(np.abs(spec.as_filters(made.weight[-1]) - target).max())
    words.append(f"The largest difference between a weight and what it should be is {apart:.3g}.")
    if not np.isfinite(last):
        words.append("The loss grew without end: the learning rate is too large for this input.")
    if chosen.values["offset"] == "1" and not spec.bias:
        words.append("The output should be 1 higher everywhere. Without a bias no weight can do that for every input.")
    if float(sample.std()) == 0:
        words.append("The input is flat: every weight of a channel sees the same number, so only their sum is learned.")
    elif sample.shape[0] > 1 and apart > 0.01 and last < 1e-3:
        words.append("Other weights give nearly the same output here: one input does not tell them apart.")
    return words


def why_not(spec: WindowLayer) -> str:
    """Why a layer learns nothing."""
    return "A pool has no weights: there is nothing to learn." if spec.weight_shape is None else ""


_STEPS = Choice("steps", "steps", 60, "whole", (1, 300))
LENS = Lens(
    title="A filter that learns",
    question="Can the layer find a filter by itself?",
    draw=draw,
    choices=(
        Choice("on", "learns from", ON[0], options=ON),
        Choice("filter", "filter to find", "sobel_x", options=tuple(KERNELS)),
        Choice("optimiser", "optimiser", "SGD", options=tuple(OPTIMISERS)),
        Choice("rate", "learning rate", "0.1", options=RATES),
        _STEPS,
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
            "an input that is flat", dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 1, 1), {"rate": "0.1"}
        ),
    )[:3],
    why_not=why_not,
    products=lambda head, values: 0,
)
