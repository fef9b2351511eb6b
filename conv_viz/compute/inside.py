"""Somebody's model: the window layers inside it, and what one of them reads when the model runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import nn

from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import spec_of
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.values import ConvSpecError


@dataclass(frozen=True)
class Inside:
    """One layer of a model: its path, its code or its class, and why it cannot be shown, if it cannot."""

    name: str
    code: str
    problem: str = ""


def is_model(module: object) -> bool:
    """Whether it is a module with others in it, and no window layer itself.

    >>> is_model(nn.Sequential(nn.Conv2d(1, 1, 3))), is_model(nn.Conv2d(1, 1, 3)), is_model("nn.Conv2d(1, 1, 3)")
    (True, False, False)
    """
    known = tuple(getattr(nn, name) for name in KINDS)
    return isinstance(module, nn.Module) and not isinstance(module, known) and any(True for _ in module.children())


def layers_inside(model: nn.Module) -> tuple[Inside, ...]:
    """Every window layer of a model in its own order, and convolutions that are not drawn.

    >>> [layer.name for layer in layers_inside(nn.Sequential(nn.Conv2d(1, 1, 3), nn.ReLU(), nn.MaxPool2d(2)))]
    ['0', '2']
    """
    found = []
    for name, module in model.named_modules():
        kinds = {each.__name__ for each in type(module).__mro__}
        if name and (kinds & KINDS.keys() or any(kind.startswith(("Conv", "LazyConv")) for kind in kinds)):
            found.append(_inside(name, module))
    return tuple(found)


def _inside(name: str, module: nn.Module) -> Inside:
    try:
        return Inside(name, spec_of(module).code())
    except ConvSpecError as error:
        return Inside(name, f"nn.{type(module).__name__}", error.rule)


def model_input(x: Any) -> Any:
    """What somebody gives a model to run on, as torch takes it: a tensor, an array, or a shape, which a photo fills.

    Several of them, as a tuple, are several arguments.

    >>> model_input((1, 3, 8, 8)).shape, model_input(np.ones((2, 2))).dtype
    (torch.Size([1, 3, 8, 8]), torch.float64)
    """
    if isinstance(x, np.ndarray):
        return torch.from_numpy(x.copy())
    if isinstance(x, tuple) and x and all(isinstance(size, int) for size in x):
        return torch.from_numpy(fill_batch("photo", x, dims=max(1, min(2, len(x) - 2))))
    return tuple(map(model_input, x)) if isinstance(x, tuple) else x


class _Reached(Exception):
    """The layer was called: the model need not run any further."""


def input_of(model: nn.Module, name: str, x: Any) -> torch.Tensor:
    """What the layer called `name` reads first when the model runs on `x`: a tensor, or a tuple of arguments.

    The model runs as in evaluation, without gradients, and only up to there; its mode is restored. Raises
    `ConvSpecError` when it fails, or never calls that layer.

    >>> net = nn.Sequential(nn.Conv2d(1, 2, 3), nn.ReLU(), nn.Conv2d(2, 1, 3))
    >>> input_of(net, "2", torch.ones(1, 1, 8, 8)).shape
    torch.Size([1, 2, 6, 6])
    """
    seen: list[torch.Tensor] = []

    def reached(_: nn.Module, given: tuple[Any, ...]) -> None:
        seen.append(given[0])
        raise _Reached

    modes = {module: module.training for module in model.modules()}
    hook = model.get_submodule(name).register_forward_pre_hook(reached)
    try:
        model.eval()
        with torch.no_grad():
            model(*x) if isinstance(x, tuple) else model(x)
    except _Reached:
        return seen[0].detach()
    except Exception as error:
        raise ConvSpecError("input", f"The model fails before it reaches {name}: {error}") from error
    finally:
        hook.remove()
        for module, mode in modes.items():
            module.training = mode
    raise ConvSpecError("layer", f"The model never calls {name} on this input, so there is nothing that it reads.")
