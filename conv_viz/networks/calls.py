"""One call of ``torch.nn`` as an operation of a network: bound as Python binds it, checked, never evaluated."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from conv_viz.layers.call import PLACEMENT, bind
from conv_viz.layers.facts import FACTS
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.values import ConvSpecError
from conv_viz.networks.joints import Add, Concat, Multiply
from conv_viz.networks.norms import GroupNorm, InstanceNorm2d, LayerNorm, PReLU
from conv_viz.networks.operations import ACROSS, POINTWISE, SHAPED, BatchNorm2d, Flatten, Linear, Pointwise
from conv_viz.networks.resizing import AdaptivePool, Unflatten, Upsample, ZeroPad2d
from conv_viz.text.calls import Call

WORDS = ("same", "valid", "reflect", "replicate", "circular", "nearest", "bilinear", "none", "tanh", "zeros")
"""Words that ``print(model)`` writes without quotation marks."""
IGNORED = ("inplace", "momentum", "p", *PLACEMENT)


def batch_norm(
    num_features: int, eps: Any = 1e-5, momentum: Any = 0, affine: bool = True, track_running_stats: bool = True,
    bias: bool = True,
) -> BatchNorm2d:  # fmt: skip
    """``nn.BatchNorm2d(num_features, eps, momentum, affine, ...)``."""
    _with_bias("batch norm", affine, bias)
    return BatchNorm2d(num_features, eps, affine)


def group_norm(
    num_groups: int, num_channels: int, eps: Any = 1e-5, affine: bool = True, bias: bool = True
) -> GroupNorm:
    """``nn.GroupNorm(num_groups, num_channels, eps, affine, ...)``."""
    _with_bias("group norm", affine, bias)
    return GroupNorm(num_groups, num_channels, eps, affine)


def _with_bias(what: str, affine: bool, bias: bool) -> None:
    if affine and not bias:
        raise ConvSpecError("bias", f"A {what} without a bias is not known here.", {"bias": True})


def instance_norm(
    num_features: int, eps: Any = 1e-5, momentum: Any = 0, affine: bool = False, track_running_stats: bool = False,
    bias: bool = True,
) -> InstanceNorm2d:  # fmt: skip
    """``nn.InstanceNorm2d(num_features, eps, momentum, affine, track_running_stats, ...)``."""
    _with_bias("instance norm", affine, bias)
    if track_running_stats:
        raise ConvSpecError(
            "track_running_stats", "An instance norm with running statistics is not known here.",
            {"track_running_stats": False},
        )  # fmt: skip
    return InstanceNorm2d(num_features, eps, affine)


def prelu(num_parameters: int = 1, init: Any = 0.25) -> PReLU:
    """``nn.PReLU(num_parameters, init)``."""
    return PReLU(num_parameters)


def unflatten(dim: Any, unflattened_size: Any) -> Unflatten:
    """``nn.Unflatten(1, (C, H, W))``."""
    if dim not in (1, -1):
        raise ConvSpecError("dim", "A network here unflattens rows, (N, features): nn.Unflatten(1, (C, H, W)).")
    return Unflatten(unflattened_size)


def upsample(size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: Any = None) -> Upsample:
    """``nn.Upsample(size, scale_factor, mode, align_corners)``."""
    return Upsample(size, scale_factor, mode, align_corners)


def bilinear(size: Any = None, scale_factor: Any = None, mode: str = "bilinear") -> Upsample:
    """``nn.UpsamplingBilinear2d``, which aligns corners."""
    return Upsample(size, scale_factor, "bilinear", True)


def nearest(size: Any = None, scale_factor: Any = None, mode: str = "nearest") -> Upsample:
    """``nn.UpsamplingNearest2d``."""
    return Upsample(size, scale_factor)


MADE: dict[str, Callable[..., Any]] = {
    "BatchNorm2d": batch_norm,
    "AdaptiveAvgPool2d": lambda output_size: AdaptivePool("Avg", output_size),
    "AdaptiveMaxPool2d": lambda output_size, return_indices=False: AdaptivePool("Max", output_size),
    "GroupNorm": group_norm,
    "InstanceNorm2d": instance_norm,
    "LayerNorm": LayerNorm,
    "PReLU": prelu,
    "Flatten": Flatten,
    "Unflatten": unflatten,
    "Linear": Linear,
    "Upsample": upsample,
    "UpsamplingNearest2d": nearest,
    "UpsamplingBilinear2d": bilinear,
    "ZeroPad2d": ZeroPad2d,
    "add": Add,
    "multiply": Multiply,
    "concat": Concat,
}
LAYERS = frozenset({*(name for name in KINDS if KINDS[name].dims == 2), *MADE, *POINTWISE, *ACROSS})
"""Every operation that a network here can have, by its class in ``torch.nn``; the joints are add, multiply and
concat."""


def operation(name: str, positional: Sequence[Any], named: Mapping[str, Any]) -> Any:
    """The operation of a call; raises `ConvSpecError` with one sentence.

    >>> operation("Conv2d", [3, 8, 3], {"padding": 1}), operation("Linear", [4, 2], {})
    (ConvSpec(3, 8, kernel_size=3, padding=1), Linear(in_features=4, out_features=2, bias=True))
    """
    if name in POINTWISE or name in ACROSS:
        words = [*map(repr, positional), *(f"{key}={value!r}" for key, value in named.items() if key not in IGNORED)]
        if name in SHAPED:
            given = {**dict(zip(SHAPED[name], positional, strict=False)), **named}
            return Pointwise(
                name, given=tuple((key, given[key]) for key in SHAPED[name] if given.get(key, "none") != "none")
            )
        return Pointwise(name, ", ".join(words) if name in ACROSS else "")
    if name not in LAYERS:
        raise ConvSpecError("code", f"nn.{name[:40]} is not known in a network here.")
    try:
        if name in FACTS:
            return KINDS[name](**bind(positional, named.items(), name))
        return MADE[name](*positional, **{key: value for key, value in named.items() if key not in IGNORED})
    except TypeError:
        raise ConvSpecError("code", f"nn.{name} does not take these arguments.") from None
    except ConvSpecError:
        raise
    except ValueError as error:
        raise ConvSpecError("code", str(error)) from None


def read_operation(call: Call, values: Mapping[str, int]) -> Any:
    """The operation of a call in a text; raises `ValueError` with one sentence."""
    positional, named = call.arguments(values, WORDS, skip=lambda name: name in PLACEMENT)
    return operation(call.function, positional, named)


def read_line(text: str) -> Any:
    """The operation of one written call, as a line of a listing has it; raises `ConvSpecError`.

    >>> read_line("nn.MaxPool2d(2)"), read_line("Conv2d(3, 8, 3)"), read_line("add()")
    (MaxPoolSpec(kernel_size=2), ConvSpec(3, 8, kernel_size=3), Add())
    """
    try:
        name = text.strip().partition("(")[0].strip()
        if not text.strip().endswith(")"):
            raise ValueError(f"{text.strip()[:40]!r} is no layer; write it like nn.Conv2d(3, 8, 3).")
        ast.parse(name, mode="eval")
        return read_operation(Call(name, text.strip(), 1, ""), {})
    except SyntaxError:
        raise ConvSpecError("code", f"{text.strip()[:40]!r} is no layer; write it like nn.Conv2d(3, 8, 3).") from None
    except ConvSpecError:
        raise
    except ValueError as error:
        raise ConvSpecError("code", str(error)) from None
