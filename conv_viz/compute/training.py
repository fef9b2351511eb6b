"""A layer that learns: torch trains it to give a wanted output, and every step is kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from conv_viz.compute.layer import build
from conv_viz.layers.kinds import WindowLayer

OPTIMISERS: dict[str, Callable[[torch.nn.Module, float], torch.optim.Optimizer]] = {
    "SGD": lambda layer, rate: torch.optim.SGD(layer.parameters(), rate),
    "SGD, momentum 0.9": lambda layer, rate: torch.optim.SGD(layer.parameters(), rate, momentum=0.9),
    "Adam": lambda layer, rate: torch.optim.Adam(layer.parameters(), rate),
}


@dataclass(frozen=True, eq=False)
class Trained:
    """Every step of a training, the untrained layer first: arrays with a first axis of steps + 1.

    `loss` float64, `weight` and `bias` (None without one) in torch's layout; `output` of those steps that `kept` names.
    """

    loss: np.ndarray
    weight: np.ndarray
    bias: np.ndarray | None
    output: np.ndarray


def train(
    spec: WindowLayer, sample: np.ndarray, wanted: np.ndarray, *, steps: int, rate: float, optimiser: str = "SGD",
    weight: np.ndarray | None = None, bias: np.ndarray | None = None, seed: int = 0, total: bool = False,
    keep: int = 10**6,
) -> Trained:  # fmt: skip
    """Train a layer on one sample (C, H, W) to give `wanted`, the same every time for the same seed.

    The loss is the mean of the squared differences, or their sum with `total`. Outputs are kept for every step as long
    as they are at most `keep` numbers, else for the last one alone.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> x = np.ones((1, 6, 8), np.float32); x[:, :, 2:6] = 0
    >>> made = train(ConvSpec(1, 1, (1, 2), bias=False), x, np.diff(x)[:, :, :] * -1, steps=10, rate=3e-2, total=True)
    >>> made.loss.shape, made.weight.shape, made.output.shape
    ((11,), (11, 1, 1, 1, 2), (11, 1, 6, 7))
    """
    x, aim = torch.from_numpy(np.array(sample)), torch.from_numpy(np.array(wanted))
    layer = build(spec, x.dtype, weight=weight, bias=bias, seed=seed)
    stepping = OPTIMISERS[optimiser](layer, rate)
    every = (steps + 1) * aim.numel() <= keep
    weights, biases, losses = [], [], []
    outputs = np.empty((steps + 1 if every else 1, *aim.shape), aim.numpy().dtype)
    for step in range(steps + 1):
        output = layer(x)
        squares = (output - aim).square()
        loss = squares.sum() if total else squares.mean()
        losses.append(float(loss.detach()))
        weights.append(layer.weight.detach().numpy().copy())
        biases.append(None if layer.bias is None else layer.bias.detach().numpy().copy())
        if every or step == steps:
            outputs[step if every else 0] = output.detach().numpy()
        if step < steps:
            stepping.zero_grad()
            torch.autograd.backward(loss)
            stepping.step()
    held = None if biases[0] is None else np.stack([each for each in biases if each is not None])
    return Trained(np.array(losses), np.stack(weights), held, outputs)
