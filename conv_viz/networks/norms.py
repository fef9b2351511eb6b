"""Layers that norm what they read, or weigh it number by number, beside the batch norm."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

from conv_viz.layers.values import ConvSpecError, Shape, read_count, read_flag, shown
from conv_viz.networks.operations import ChannelNorm, Plain, channels_fit, read_eps


class Over(Plain):
    """A norm with mean and variance of what it reads now: of a whole picture, as a rule.

    So each number depends on all of the picture. The receptive field does not count that; it says so, see
    `conv_viz.networks.field.uncounted`.
    """


@dataclass(frozen=True)
class GroupNorm(Over):
    """``nn.GroupNorm``: mean and variance of each group of channels.

    >>> GroupNorm(8, 32).parameters, GroupNorm(8, 32).output_shape((1, 32, 5, 5)), GroupNorm(8, 32).code()
    (64, (1, 32, 5, 5), 'nn.GroupNorm(8, 32)')
    """

    num_groups: int
    num_channels: int
    eps: float = 1e-5
    affine: bool = True

    def __post_init__(self) -> None:
        read_count("num_groups", self.num_groups)
        read_count("num_channels", self.num_channels)
        if self.num_channels % self.num_groups:
            raise ConvSpecError(
                "num_groups",
                f"num_channels={self.num_channels} cannot be divided into {self.num_groups} groups.",
                {"num_groups": math.gcd(self.num_groups, self.num_channels)},
            )
        read_eps(self.eps)
        read_flag("affine", self.affine)

    @property
    def parameters(self) -> int:
        """Two for each channel."""
        return 2 * self.num_channels if self.affine else 0

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same; raises `ConvSpecError` where torch refuses, in its order."""
        shape = tuple(shape)
        channels = shape[1]
        if shape[0] * channels // self.num_groups * math.prod(shape[2:]) == 1:
            raise ConvSpecError("input", f"A group norm needs more than one number a group, but {shape} arrives.")
        fits = {"num_channels": channels} if self.affine else {}  # without weights num_channels is not used
        if channels % self.num_groups:
            rule = f"The {channels} channels that arrive cannot be divided into {self.num_groups} groups."
            raise ConvSpecError("num_groups", rule, {"num_groups": math.gcd(self.num_groups, channels), **fits})
        return channels_fit("The group norm", "num_channels", self.num_channels, shape) if self.affine else shape


@dataclass(frozen=True)
class InstanceNorm2d(Over, ChannelNorm):
    """``nn.InstanceNorm2d``: mean and variance of each channel of each picture; without weights as torch makes it.

    >>> InstanceNorm2d(8).code(), InstanceNorm2d(8, affine=True).parameters
    ('nn.InstanceNorm2d(8)', 16)
    """

    called: ClassVar[str] = "instance norm"

    affine: bool = False

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same; raises `ConvSpecError` where torch refuses, in its order.

        With weights that is for other channels, before it looks at the size. Without them num_features is not used.
        """
        shape = tuple(shape)
        if self.affine or len(shape) != 4:
            shape = super().output_shape(shape)
        if shape[2] * shape[3] == 1:
            raise ConvSpecError("input", f"An instance norm needs more than one pixel a channel, but {shape} arrives.")
        return shape


@dataclass(frozen=True)
class LayerNorm(Over):
    """``nn.LayerNorm``: mean and variance along the last dimensions.

    >>> LayerNorm((16, 5, 5)).parameters, LayerNorm(120).output_shape((2, 120)), LayerNorm(120).code()
    (800, (2, 120), 'nn.LayerNorm(120)')
    """

    normalized_shape: tuple[int, ...]
    eps: float = 1e-5
    elementwise_affine: bool = True
    bias: bool = True

    def __post_init__(self) -> None:
        given = self.normalized_shape
        sizes = tuple(given) if isinstance(given, list | tuple) else (given,)
        if not 1 <= len(sizes) <= 3:
            raise ConvSpecError("normalized_shape", f"normalized_shape is one to three sizes, not {shown(given)}.")
        object.__setattr__(self, "normalized_shape", tuple(read_count("normalized_shape", size) for size in sizes))
        read_eps(self.eps)
        read_flag("elementwise_affine", self.elementwise_affine)
        read_flag("bias", self.bias)

    @property
    def parameters(self) -> int:
        """One or two for each number that is normed together."""
        return math.prod(self.normalized_shape) * (1 + self.bias) if self.elementwise_affine else 0

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same; raises `ConvSpecError` where the last dimensions are others."""
        shape = tuple(shape)
        last = shape[-len(self.normalized_shape) :]
        if last != self.normalized_shape or len(shape) == len(last):
            whose = f"of {shape} the last are {last}"
            raise ConvSpecError(
                "normalized_shape",
                f"The layer norm has normalized_shape={self.normalized_shape}, but {whose}.",
                {"normalized_shape": last} if len(last) < len(shape) else {},
            )
        return shape

    def code(self) -> str:
        """The call."""
        sizes: Any = self.normalized_shape if len(self.normalized_shape) > 1 else self.normalized_shape[0]
        words = [repr(sizes)]
        words += [f"eps={self.eps!r}"] if self.eps != 1e-5 else []
        words += [] if self.elementwise_affine else ["elementwise_affine=False"]
        words += [] if self.bias else ["bias=False"]
        return f"nn.LayerNorm({', '.join(words)})"


@dataclass(frozen=True)
class PReLU(Plain):
    """``nn.PReLU``: a slope below zero that is learned, one for all channels or one for each.

    >>> PReLU(8).parameters, PReLU().code()
    (8, 'nn.PReLU()')
    """

    num_parameters: int = 1

    def __post_init__(self) -> None:
        read_count("num_parameters", self.num_parameters)

    @property
    def parameters(self) -> int:
        """The slopes."""
        return self.num_parameters

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """The same; raises `ConvSpecError` for other channels."""
        shape = tuple(shape)
        return (
            shape if self.num_parameters == 1 else channels_fit("PReLU", "num_parameters", self.num_parameters, shape)
        )

    def code(self) -> str:
        """The call."""
        return f"nn.PReLU({self.num_parameters if self.num_parameters > 1 else ''})"
