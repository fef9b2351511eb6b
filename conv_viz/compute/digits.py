"""A small network that tells digits apart, run layer by layer: what each layer reads and makes.

Trained by docs/train_digits.py on the digits of scikit-learn; see assets/CREDITS.md.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from torch import nn

from conv_viz.compute.layer import draw, spec_of
from conv_viz.places import ASSETS
from conv_viz.weights.header import numbers, read_header

LEARNED = ASSETS / "digits.safetensors"
SIDE, INK = 8, 16
"""Cells of a picture along one side; the ink of a full cell."""
EXAMPLES = "examples"


@dataclass(frozen=True, eq=False)
class Step:
    """One layer of the network: its name, its code in torch, its input and output (C, H, W), or (F,) when flat."""

    name: str
    code: str
    input: np.ndarray
    output: np.ndarray


def network() -> nn.Sequential:
    """The network, with torch's own weights."""
    layers: dict[str, nn.Module] = {
        "conv1": nn.Conv2d(1, 8, 3, padding=1), "relu1": nn.ReLU(), "pool1": nn.MaxPool2d(2),
        "conv2": nn.Conv2d(8, 16, 3, padding=1), "relu2": nn.ReLU(), "pool2": nn.MaxPool2d(2),
        "flatten": nn.Flatten(), "fc": nn.Linear(64, 10),
    }  # fmt: skip
    return nn.Sequential(OrderedDict(layers))


@cache
def weights(learned: bool) -> Mapping[str, np.ndarray]:
    """The weights by their names: those that it learned, or torch's own draw.

    >>> {name: array.shape for name, array in weights(True).items() if "conv" in name}
    {'conv1.bias': (8,), 'conv1.weight': (8, 1, 3, 3), 'conv2.bias': (16,), 'conv2.weight': (16, 8, 3, 3)}
    """
    if learned:
        data = LEARNED.read_bytes()
        held = {name: tensor for name, tensor in read_header(data).items() if name != EXAMPLES}
        return {name: np.array(numbers(name, tensor, data)) for name, tensor in held.items()}
    shapes = {name: tuple(array.shape) for name, array in weights(True).items()}
    made: dict[str, np.ndarray] = {}
    for seed, layer in enumerate(("conv1", "conv2", "fc")):
        weight, bias = draw(shapes[f"{layer}.weight"], shapes[f"{layer}.bias"], seed)
        made |= {f"{layer}.weight": weight.numpy(), f"{layer}.bias": bias.numpy()}
    return made


def steps(picture: np.ndarray, learned: bool = True) -> tuple[list[Step], np.ndarray]:
    """What every layer makes of a picture (8, 8) in 0..1, and the probabilities (10,) of the softmax.

    >>> made, chances = steps(np.zeros((8, 8), np.float32))
    >>> [step.output.shape for step in made][:3], chances.shape, round(float(chances.sum()), 3)
    ([(8, 8, 8), (8, 8, 8), (8, 4, 4)], (10,), 1.0)
    """
    made = []
    with torch.inference_mode():
        x = torch.from_numpy(np.ascontiguousarray(picture, np.float32))[None, None]
        for name, layer in _net(learned).named_children():
            y = layer(x)
            made.append(Step(name, _code(layer), x[0].numpy(), y[0].numpy()))
            x = y
        return made, torch.softmax(x, 1)[0].numpy()


def _code(layer: nn.Module) -> str:
    """The line as one would write it."""
    return spec_of(layer).code() if isinstance(layer, nn.Conv2d | nn.MaxPool2d) else f"nn.{layer}"


@cache
def examples() -> np.ndarray:
    """One digit of each kind, (10, 8, 8), whole numbers from 0 to 16: the ink in each cell. It has not seen them.

    >>> examples().shape, int(examples().max())
    ((10, 8, 8), 16)
    """
    data = LEARNED.read_bytes()
    tensor = read_header(data)[EXAMPLES]
    return np.frombuffer(data[tensor.start : tensor.stop], np.uint8).reshape(tensor.shape)


@cache
def _net(learned: bool) -> nn.Sequential:
    net = network()
    net.load_state_dict({name: torch.from_numpy(array) for name, array in weights(learned).items()})
    return net.eval()
