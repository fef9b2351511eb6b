"""Which tensors of a file are convolutions, by their names and shapes."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping

from conv_viz.layers.values import Shape
from conv_viz.models.convolutions import AXES, BIAS, WEIGHT, Convolution
from conv_viz.weights.header import Stored, is_floating, plain


def found(tensors: Mapping[str, Stored]) -> tuple[Convolution, ...]:
    """Every ``….weight`` of three to five axes, with its bias if the file has one of a fitting length.

    In the order of the file, which is the order in which a module's ``__init__`` makes its layers.

    >>> held = {"conv.weight": Stored("F32", (8, 3, 3, 3), 0, 864), "conv.bias": Stored("F32", (8,), 864, 896)}
    >>> [(one.name, one.bias is not None) for one in found(held)]
    [('conv', True)]
    """
    return tuple(
        _one(name, tensor, tensors)
        for name, tensor in sorted(tensors.items(), key=lambda item: order(item[0]))
        if name.rpartition(".")[2] == WEIGHT and len(tensor.shape) in AXES
    )


def _one(name: str, weight: Stored, tensors: Mapping[str, Stored]) -> Convolution:
    path = name.rpartition(".")[0]
    bias = tensors.get(f"{path}.{BIAS}" if path else BIAS)
    if bias is not None and not (len(bias.shape) == 1 and _fits(bias.shape[0], weight.shape)):
        bias = None
    return Convolution(path, weight, bias, problem=_problem(weight, bias))


def is_convolution(name: str, shape: Shape, names: Container[str]) -> bool:
    """Whether a tensor is a convolution's weight, or by its name the bias of one, where `names` holds the weight.

    >>> is_convolution("a.bias", (8,), {"a.weight"}), is_convolution("a.bias", (8,), {})
    (True, False)
    """
    path, _, last = name.rpartition(".")
    if last == WEIGHT:
        return len(shape) in AXES
    return last == BIAS and len(shape) == 1 and (f"{path}.{WEIGHT}" if path else WEIGHT) in names


def _fits(length: int, shape: tuple[int, ...]) -> bool:
    """Whether a bias of this length can belong to the weight, as a convolution or a transposed one."""
    first, second, *_ = shape
    return length == first or (second > 0 and length % second == 0 and length // second in range(1, first + 1))


def _problem(weight: Stored, bias: Stored | None) -> str:
    for tensor in filter(None, (weight, bias)):
        if not is_floating(tensor.dtype):
            return f"It holds {plain(tensor.dtype)} numbers, which are not read; save it as float32."
    if not math.prod(weight.shape):
        return f"It has shape {weight.shape}, which holds no number; there is nothing to show."
    return ""


def order(name: str) -> list[tuple[int, int, str]]:
    """What to sort by: names as people count: ``features.2`` stands before ``features.10``.

    >>> sorted(["a.10.weight", "a.2.weight", "a.b.weight"], key=order)
    ['a.2.weight', 'a.10.weight', 'a.b.weight']
    """
    return [
        (0, int(part), "") if part.isascii() and part.isdigit() and len(part) < 10 else (1, 0, part)
        for part in name.split(".")
    ]
