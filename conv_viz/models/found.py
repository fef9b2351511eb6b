"""Which tensors of a file are convolutions, by their names and shapes."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping

from conv_viz.layers.values import Shape
from conv_viz.models.convolutions import AXES, BIAS, WEIGHT, Convolution
from conv_viz.weights.header import Stored, is_floating, plain

DIRECTION, SCALE = "direction", "scale"
PARTS = {
    WEIGHT: WEIGHT, BIAS: BIAS,
    "weight_v": DIRECTION, "weight_g": SCALE,  # torch.nn.utils.weight_norm
    "parametrizations.weight.original1": DIRECTION, "parametrizations.weight.original0": SCALE,  # its successor
}  # fmt: skip
"""The end of a tensor's name -> what it is of its layer."""
NORM = ("weight", "bias", "running_mean", "running_var")
"""What a batch norm keeps."""


def part_of(name: str) -> tuple[str, str]:
    """The path of a tensor's layer, and what it is of it; empty for what is nothing of a convolution.

    >>> part_of("net.conv.weight"), part_of("conv.parametrizations.weight.original0"), part_of("bn.running_mean")
    (('net.conv', 'weight'), ('conv', 'scale'), ('bn.running_mean', ''))
    """
    for end, part in PARTS.items():
        if name == end or name.endswith(f".{end}"):
            return name[: -len(end)].rstrip("."), part
    return name, ""


def found(tensors: Mapping[str, Stored]) -> tuple[Convolution, ...]:
    """Every ``….weight`` of three to five axes, with its bias if the file has one of a fitting length.

    A weight-normalised layer has two tensors in its place. In the order of the file, which is the order in which a
    module's ``__init__`` makes its layers.

    >>> held = {"conv.weight": Stored("F32", (8, 3, 3, 3), 0, 864), "conv.bias": Stored("F32", (8,), 864, 896)}
    >>> [(one.name, one.bias is not None) for one in found(held)]
    [('conv', True)]
    """
    layers: dict[str, dict[str, Stored]] = {}
    for name, tensor in tensors.items():
        path, part = part_of(name)
        if part:
            layers.setdefault(path, {})[part] = tensor
    made = (_one(path, parts) for path, parts in sorted(layers.items(), key=lambda item: order(item[0])))
    return tuple(layer for layer in made if layer)


def _one(path: str, parts: Mapping[str, Stored]) -> Convolution | None:
    scale = parts.get(SCALE) if WEIGHT not in parts else None
    weight = parts.get(WEIGHT) or (parts.get(DIRECTION) if scale else None)
    if weight is None or len(weight.shape) not in AXES or (scale and not scales(scale.shape, weight.shape)):
        return None
    bias = parts.get(BIAS)
    if bias is not None and not (len(bias.shape) == 1 and _fits(bias.shape[0], weight.shape)):
        bias = None
    return Convolution(path, weight, bias, problem=_problem(weight, bias, scale), scale=scale)


def scales(scale: Shape, weight: Shape) -> bool:
    """Whether lengths of this shape belong to such a weight: one for each index of an axis, or a single one.

    >>> scales((8, 1, 1, 1), (8, 3, 3, 3)), scales((), (8, 3, 3, 3)), scales((8,), (8, 3, 3, 3))
    (True, True, False)
    """
    return not scale or (len(scale) == len(weight) and all(a in (1, b) for a, b in zip(scale, weight, strict=True)))


def is_convolution(name: str, shape: Shape, names: Container[str]) -> bool:
    """Whether a tensor is a convolution's weight, or by its name the bias of one, where `names` holds the weight.

    >>> is_convolution("a.bias", (8,), {"a.weight"}), is_convolution("a.bias", (8,), {})
    (True, False)
    """
    path, part = part_of(name)
    if part in (WEIGHT, DIRECTION):
        return len(shape) in AXES
    beside = [end for end, what in PARTS.items() if what == DIRECTION or (what == WEIGHT and part == BIAS)]
    here = (f"{path}.{end}" if path else end for end in beside)
    return part == SCALE or (part == BIAS and len(shape) == 1 and any(each in names for each in here))


def is_norm(name: str, names: Container[str]) -> bool:
    """Whether a tensor is one of the four of a batch norm.

    >>> is_norm("bn.weight", {"bn.running_mean"}), is_norm("fc.weight", {"bn.running_mean"})
    (True, False)
    """
    path, _, last = name.rpartition(".")
    return last in NORM and f"{path}.running_mean" in names


def _fits(length: int, shape: tuple[int, ...]) -> bool:
    """Whether a bias of this length can belong to the weight, as a convolution or a transposed one."""
    first, second, *_ = shape
    return length == first or (second > 0 and length % second == 0 and length // second in range(1, first + 1))


def _problem(weight: Stored, bias: Stored | None, scale: Stored | None) -> str:
    for tensor in filter(None, (weight, bias, scale)):
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
