"""The way back: torch's gradients of a loss by weight, bias and input, and one step down."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from conv_viz.compute.layer import build
from conv_viz.compute.training import OPTIMISERS
from conv_viz.layers.kinds import WindowLayer

LOSSES = ("sum", "one cell", "mean square")


@dataclass(frozen=True, eq=False)
class Gradients:
    """What torch's autograd gives for one sample, in torch's own layouts; a pool has no weight and no bias.

    `loss` is a number, `output` and `by_output` have the output's shape, `by_input` the input's.
    """

    loss: float
    output: np.ndarray
    by_output: np.ndarray
    by_weight: np.ndarray | None
    by_bias: np.ndarray | None
    by_input: np.ndarray


def loss_of(
    output: torch.Tensor, loss: str, cell: tuple[int, ...] | None = None, target: np.ndarray | None = None
) -> torch.Tensor:
    """A loss: the sum of the output, one of its cells, or the mean square of what it differs by from a target (or 0).

    >>> float(loss_of(torch.ones(1, 2, 2), "mean square", target=np.full((1, 2, 2), 3, np.float32)))
    4.0
    """
    if loss == "one cell":
        return output[cell or (0,) * output.ndim]
    if loss == "sum":
        return output.sum()
    apart = output if target is None else output - torch.from_numpy(target)
    return apart.square().mean()


def gradients(
    spec: WindowLayer, sample: np.ndarray, weight: np.ndarray | None, bias: np.ndarray | None,
    loss: str = "sum", cell: tuple[int, ...] | None = None, target: np.ndarray | None = None,
) -> Gradients:  # fmt: skip
    """Gradients of a loss on one sample, (C, H, W) or (C, L); `cell` is an index of the output, `target` has its shape.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> made = gradients(ConvSpec(1, 1, 2, bias=False), np.ones((1, 3, 3), np.float32), np.ones((1, 1, 2, 2)), None)
    >>> made.by_weight.tolist(), made.by_input.tolist()
    ([[[[4.0, 4.0], [4.0, 4.0]]]], [[[1.0, 2.0, 1.0], [2.0, 4.0, 2.0], [1.0, 2.0, 1.0]]])
    """
    x = torch.from_numpy(np.array(sample)).requires_grad_()
    layer = build(spec, x.dtype, weight=weight, bias=bias)
    output = layer(x)
    output.retain_grad()
    value = loss_of(output, loss, cell, target)
    torch.autograd.backward(value)
    held = [getattr(layer, name, None) for name in ("weight", "bias")]
    by = [None if each is None else _numbers(each.grad) for each in held]
    return Gradients(float(value.detach()), _numbers(output), _numbers(output.grad), by[0], by[1], _numbers(x.grad))


def stepped(
    spec: WindowLayer, sample: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, rate: float,
    loss: str = "sum", cell: tuple[int, ...] | None = None, target: np.ndarray | None = None,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """The weight after one step of torch's SGD, and the loss then.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> stepped(ConvSpec(1, 1, 1, bias=False), np.ones((1, 1, 1), np.float32), np.ones((1, 1, 1, 1)), None, 0.5)[1]
    0.5
    """
    x = torch.from_numpy(np.array(sample))
    layer = build(spec, x.dtype, weight=weight, bias=bias)
    optimiser = OPTIMISERS["SGD"](layer, rate)
    torch.autograd.backward(loss_of(layer(x), loss, cell, target))
    with torch.no_grad():
        optimiser.bare_step()
        return _numbers(layer.weight), float(loss_of(layer(x), loss, cell, target))


def _numbers(tensor: Any) -> np.ndarray:
    made: np.ndarray = tensor.detach().numpy().copy()
    return made
