"""A layer that learns: torch trains it to give a wanted output, every step is kept, and more steps can follow."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from inspect import unwrap
from threading import Lock
from typing import Any

import numpy as np
import torch
from torch._compile import _disable_dynamo

from conv_viz.compute.layer import build
from conv_viz.layers.kinds import WindowLayer


def _undecorated(name: str) -> Any:
    """torch's own optimiser, and its step without decorators as `bare_step`, to be called under ``torch.no_grad()``.

    The decorators are for torch's compiler, which the first optimiser of a process imports (4 s of a core, 80 MB), and
    for its profiler. Nothing here is compiled or profiled.
    """
    base: Any = getattr(torch.optim, name)
    held = {key: getattr(base, key) for key in dir(base)}
    plain = {key: unwrap(value) for key, value in held.items() if getattr(value, "__code__", None) is _DECORATED}
    return type(name, (base,), {**plain, "bare_step": unwrap(base.step)})


_DECORATED = _disable_dynamo(lambda: None).__code__
SGD, Adam = _undecorated("SGD"), _undecorated("Adam")
OPTIMISERS: dict[str, Callable[[torch.nn.Module, float], Any]] = {
    "SGD": lambda layer, rate: SGD(layer.parameters(), rate),
    "SGD, momentum 0.9": lambda layer, rate: SGD(layer.parameters(), rate, momentum=0.9),
    "Adam": lambda layer, rate: Adam(layer.parameters(), rate),
}


@dataclass(frozen=True, eq=False)
class Trained:
    """Every step of a training as one filter saw it, the untrained layer first.

    `loss` (steps + 1,) float64, `weight` (steps + 1, channels read, kH, kW), `bias` (steps + 1,) or None without one;
    `output` (steps + 1, OH, OW), or (1, OH, OW) of the last step where all would be too many. (.., L) with one axis.
    """

    loss: np.ndarray
    weight: np.ndarray
    bias: np.ndarray | None
    output: np.ndarray


class Training:
    """A layer on its way to give `wanted` for one sample (C, H, W) or (C, L), the same every time for the same seed.

    The loss is the mean of the squared differences, or their sum with `total`. At most `most` steps are taken; `filter`
    is the one whose numbers are kept, and its outputs as long as all steps fit into `keep` numbers. For any number of
    threads.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> x = np.ones((1, 6, 8), np.float32); x[:, :, 2:6] = 0
    >>> training = Training(ConvSpec(1, 1, (1, 2), bias=False), x, -np.diff(x), rate=3e-2, total=True)
    >>> made = training.until(10)
    >>> made.loss.shape, made.weight.shape, made.output.shape
    ((11,), (11, 1, 1, 2), (11, 6, 7))
    >>> training.until(12).loss[:11].tolist() == made.loss.tolist()
    True
    """

    def __init__(
        self, spec: WindowLayer, sample: np.ndarray, wanted: np.ndarray, *, rate: float, optimiser: str = "SGD",
        weight: np.ndarray | None = None, bias: np.ndarray | None = None, seed: int = 0, total: bool = False,
        filter: int = 0, most: int = 300, keep: int = 10**6,
    ) -> None:  # fmt: skip
        self._x, self._aim = torch.from_numpy(np.array(sample)), torch.from_numpy(np.array(wanted))
        self._begin: Callable[[], Any] = lambda: build(spec, self._x.dtype, weight=weight, bias=bias, seed=seed)
        self._optimise: Callable[[], Any] = lambda: OPTIMISERS[optimiser](self._layer, rate)
        self._spec, self._filter, self._total = spec, filter, total
        self._lock = Lock()
        self._restart()
        kept = min(most + 1, max(1, keep // wanted[0].size))
        self._outputs = np.empty((kept, *wanted.shape[1:]), wanted.dtype)
        self._weights = np.empty((most + 1, *self._filter_now().shape), wanted.dtype)
        self._biases = np.empty(most + 1, wanted.dtype) if self._layer.bias is not None else None
        self._losses = np.empty(most + 1)

    @property
    def nbytes(self) -> int:
        """What it holds at most: its tables, and layer, gradients, optimiser and sample."""
        tables = (self._outputs, self._weights, self._losses, self._biases)
        layer = 5 * sum(parameter.nbytes for parameter in self._layer.parameters())
        sizes = [each.nbytes for each in tables if each is not None]
        return sum(sizes) + layer + self._x.nbytes + 3 * self._aim.nbytes

    def until(self, steps: int) -> Trained:
        """The first `steps` steps; those that were taken before are not taken again."""
        with self._lock:
            if steps < self._taken and steps >= len(self._outputs):
                self._restart()  # its output was not kept
            while self._taken < steps:
                self._step()
            end = steps + 1
            output = self._outputs[:end] if end <= len(self._outputs) else self._last[None]
            bias = None if self._biases is None else self._biases[:end]
            return Trained(self._losses[:end], self._weights[:end], bias, output)

    def _restart(self) -> None:
        """The layer as it was before the first step."""
        self._layer = self._begin()
        self._optimiser = self._optimise()
        self._taken = -1
        self._loss: torch.Tensor | None = None

    def _step(self) -> None:
        """One step down, and what the layer gives and holds then; before the first step what it begins with."""
        if self._loss is not None:
            for parameter in self._layer.parameters():
                parameter.grad = None
            torch.autograd.backward(self._loss)
            with torch.no_grad():
                self._optimiser.bare_step()
        output = self._layer(self._x)
        squares = (output - self._aim).square()
        self._loss = squares.sum() if self._total else squares.mean()
        self._taken = at = self._taken + 1
        self._losses[at] = float(self._loss.detach())
        self._weights[at] = self._filter_now()
        if self._biases is not None:
            self._biases[at] = self._layer.bias.detach().numpy()[self._filter]
        # Of later steps the last alone, in the place of the one before: torch does not write to an output again.
        self._last = output.detach().numpy()[self._filter]
        if at < len(self._outputs):
            self._outputs[at] = self._last

    def _filter_now(self) -> np.ndarray:
        """The weights of the filter: (channels read, kH, kW)."""
        filters: np.ndarray = self._spec.as_filters(self._layer.weight.detach().numpy())
        return filters[self._filter]
