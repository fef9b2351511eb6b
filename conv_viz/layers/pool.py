"""The pools of ``torch.nn``: their arguments, what is wrong with them and how to mend it.

A pool has no weights: each output channel reads its own input channel, and every tap counts as it is. torch's page is
wrong about the edge (pytorch/pytorch#57178); the rules here are those of aten/src/ATen/native/Pool.h, which tests hold
against torch: a last window that would begin in the padding at the high end is dropped, what it reaches beyond the
padded input never counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from conv_viz.layers.solver_pool import pool_solver
from conv_viz.layers.spec import Spec
from conv_viz.layers.values import (
    EACH_0,
    EACH_1,
    ConvSpecError,
    Pair,
    Shape,
    bare,
    both_sides,
    input_axes,
    read_flag,
    read_integer,
    shown,
)
from conv_viz.layers.window import WindowAxis, plane

MOST_POWER = 100
"""The largest norm_type: float32 holds no higher power of 2.5, and none of them shows more than the largest value."""


class Pool(Spec):
    """What all pools have in common."""

    groups: ClassVar[int] = 1
    bias: ClassVar[bool] = False
    padding_mode: ClassVar[str] = "zeros"
    weight_shape: ClassVar[None] = None
    bias_shape: ClassVar[None] = None
    parameters: ClassVar[int] = 0

    def __init_subclass__(cls, *, of: str = "") -> None:
        super().__init_subclass__(of=of)
        if of:
            cls.solver = pool_solver(cls.facts.arguments)

    if TYPE_CHECKING:

        @property
        def kernel_size(self) -> Shape: ...

        @property
        def stride(self) -> Shape | None: ...

        @property
        def ceil_mode(self) -> bool: ...

    @property
    def padding(self) -> Shape:
        """None, where the class has no such argument."""
        return (0,) * self.dims

    @property
    def dilation(self) -> Shape:
        """The taps lie side by side, where the class has no such argument."""
        return (1,) * self.dims

    def _read(self, *sizes: str) -> None:
        self._read_sizes("kernel_size")
        if self.stride is None:
            self.put("stride", self.kernel_size)
        self._read_sizes("stride", *sizes)
        read_flag("ceil_mode", self.ceil_mode)
        most = tuple(kernel // 2 for kernel in self.kernel_size)
        if any(padding > limit for padding, limit in zip(self.padding, most, strict=True)):
            raise ConvSpecError(
                "padding",
                f"The padding of a pool is at most half of its kernel: with kernel_size={bare(self.kernel_size)} "
                f"at most {bare(most)}, not {bare(self.padding)}.",
                {"padding": tuple(map(min, self.padding, most))},
            )

    @property
    def padding_sides(self) -> tuple[Pair, Pair]:
        """Padding in cells as ((top, bottom), (left, right))."""
        return both_sides([(cells, cells) for cells in self.padding])

    def channels_of(self, filter: int) -> range:
        """The input channel that this output channel reads: its own."""
        return range(filter, filter + 1)

    def as_filters(self, weight: Any) -> None:
        """A pool has no weight."""

    def axes(self, input_shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width of this layer on an input (N, C, H, W) or (C, H, W); raises `ConvSpecError`.

        With one axis, whose input is (N, C, L) or (C, L), the height is 1.
        """
        _, _, *sizes = input_axes(self.name(), input_shape, self.dims)
        axes = tuple(self._axis(i, size) for i, size in enumerate(sizes))
        if not all(axis.output for axis in axes):
            span, room = (
                "x".join(map(str, cells))
                for cells in zip(*((axis.effective_kernel, axis.padded) for axis in axes), strict=True)
            )
            raise ConvSpecError(
                "kernel_size",
                f"The window does not fit: it spans {span} cells, but the padded input has only {room}.",
                self._fit_fix(axes),
            )
        return plane(axes)

    def _fit_fix(self, axes: tuple[WindowAxis, ...]) -> dict[str, Any]:
        """A window that fits the input without padding, and the padding that it still allows."""
        kernel = tuple(min(axis.kernel, axis.size) for axis in axes)
        wanted: dict[str, Any] = {
            "kernel_size": kernel,
            "padding": tuple(min(padding, size // 2) for padding, size in zip(self.padding, kernel, strict=True)),
            "dilation": tuple(
                min(axis.dilation, (axis.size - 1) // (size - 1)) if size > 1 else axis.dilation
                for axis, size in zip(axes, kernel, strict=True)
            ),
        }
        return {name: value for name, value in wanted.items() if value != getattr(self, name)}

    def _axis(self, i: int, size: int) -> WindowAxis:
        assert self.stride is not None
        padding = self.padding[i]
        return WindowAxis(
            size, self.kernel_size[i], self.stride[i], self.dilation[i], padding, padding, ceil=self.ceil_mode
        )

    def macs(self, input_shape: Iterable[int]) -> int:
        """A pool multiplies nothing."""
        self.axes(input_shape)
        return 0

    def input_channels(self, given: int) -> int:
        """How many channels it reads of an input that has so many: all."""
        return given

    def output_channels(self, given: int) -> int:
        """How many planes it makes of an input with so many channels: one of each."""
        return given


@dataclass(frozen=True, repr=False)
class MaxPool(Pool):
    """What ``nn.MaxPool1d`` and ``nn.MaxPool2d`` have in common: everything but `dims`."""

    kernel_size: Shape
    stride: Shape | None = None
    padding: Shape = EACH_0
    dilation: Shape = EACH_1
    return_indices: bool = False
    ceil_mode: bool = False

    if TYPE_CHECKING:  # above stands what is kept, here what may be given

        def __init__(
            self,
            kernel_size: int | Shape,
            stride: int | Shape | None = None,
            padding: int | Shape = 0,
            dilation: int | Shape = 1,
            return_indices: bool = False,
            ceil_mode: bool = False,
        ) -> None: ...

    def __post_init__(self) -> None:
        self._read("padding", "dilation")
        read_flag("return_indices", self.return_indices)


class MaxPoolSpec(MaxPool, of="MaxPool2d"):
    """Every argument of ``nn.MaxPool2d``, checked; equal layers are equal specs.

    Its padding counts as -inf. Raises `ConvSpecError` for what torch refuses.

    >>> MaxPoolSpec(2), MaxPoolSpec(3, stride=2, padding=1).output_shape((1, 64, 112, 112))
    (MaxPoolSpec(kernel_size=2), (1, 64, 56, 56))
    >>> MaxPoolSpec(1, stride=2, ceil_mode=True).output_shape((1, 3, 32, 32))
    (1, 3, 16, 16)
    """


class MaxPool1dSpec(MaxPool, of="MaxPool1d"):
    """Every argument of ``nn.MaxPool1d``, checked as `MaxPoolSpec` checks those of ``nn.MaxPool2d``.

    >>> MaxPool1dSpec(3, stride=2, padding=1), MaxPool1dSpec(2).output_shape((1, 8, 15))
    (MaxPool1dSpec(kernel_size=3, stride=2, padding=1), (1, 8, 7))
    """


@dataclass(frozen=True, repr=False)
class AvgPool(Pool):
    """What ``nn.AvgPool1d`` and ``nn.AvgPool2d`` have in common: everything but `dims` and `divisor_override`."""

    kernel_size: Shape
    stride: Shape | None = None
    padding: Shape = EACH_0
    ceil_mode: bool = False
    count_include_pad: bool = True

    if TYPE_CHECKING:

        def __init__(
            self,
            kernel_size: int | Shape,
            stride: int | Shape | None = None,
            padding: int | Shape = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
        ) -> None: ...

    @property
    def divisor(self) -> int | Literal["taps", "taps on the input"]:
        """How many taps lie on the input, and on the padding when `count_include_pad` is set."""
        return "taps" if self.count_include_pad else "taps on the input"

    def __post_init__(self) -> None:
        self._read("padding")
        read_flag("count_include_pad", self.count_include_pad)


@dataclass(frozen=True, repr=False)
class AvgPoolSpec(AvgPool, of="AvgPool2d"):
    """Every argument of ``nn.AvgPool2d``, checked; equal layers are equal specs.

    What a window's sum is divided by: `divisor_override` if it is given, else how many of its taps lie on the input,
    and on the padding when `count_include_pad` is set.

    >>> AvgPoolSpec(2, stride=3, ceil_mode=True).output_shape((1, 1, 7, 7))
    (1, 1, 3, 3)
    """

    divisor_override: int | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            kernel_size: int | Shape,
            stride: int | Shape | None = None,
            padding: int | Shape = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
            divisor_override: int | None = None,
        ) -> None: ...

    @property
    def divisor(self) -> int | Literal["taps", "taps on the input"]:
        """`divisor_override`, or how many taps count."""
        return self.divisor_override or super().divisor

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.divisor_override is not None and read_integer("divisor_override", self.divisor_override) == 0:
            raise ConvSpecError("divisor_override", "divisor_override must not be 0.", {"divisor_override": None})


class AvgPool1dSpec(AvgPool, of="AvgPool1d"):
    """Every argument of ``nn.AvgPool1d``, checked as `AvgPoolSpec` checks those of ``nn.AvgPool2d``.

    >>> AvgPool1dSpec(2, ceil_mode=True), AvgPool1dSpec(2, ceil_mode=True).output_shape((1, 8, 15))
    (AvgPool1dSpec(kernel_size=2, ceil_mode=True), (1, 8, 8))
    """


@dataclass(frozen=True, repr=False)
class LPPool(Pool):
    """What ``nn.LPPool1d`` and ``nn.LPPool2d`` have in common: everything but `dims`.

    The p-norm of each window, p being `norm_type`: the root of the sum of powers. torch takes powers as they are, so a
    negative value to an odd power is subtracted, and the root of a sum below 0 is NaN. With `ceil_mode` it takes the
    mean of the powers that a last window has, times the cells of the kernel. Raises `ConvSpecError` for what torch
    refuses, and for a norm_type that is no number above 0: ``inf`` is a maximum pool of the absolute values.
    """

    norm_type: float
    kernel_size: Shape
    stride: Shape | None = None
    ceil_mode: bool = False

    if TYPE_CHECKING:

        def __init__(
            self,
            norm_type: float,
            kernel_size: int | Shape,
            stride: int | Shape | None = None,
            ceil_mode: bool = False,
        ) -> None: ...

    @property
    def power(self) -> float:
        """`norm_type`."""
        return self.norm_type

    @property
    def divisor(self) -> Literal["taps"] | None:
        """How many taps lie on the input; without `ceil_mode` that is all of them, so nothing is divided."""
        return "taps" if self.ceil_mode else None

    @property
    def times(self) -> int:
        """The cells of the kernel, where the sum was divided before."""
        return math.prod(self.kernel_size) if self.ceil_mode else 1

    def __post_init__(self) -> None:
        p = self.norm_type
        if isinstance(p, bool) or not isinstance(p, int | float) or not 0 < p < math.inf or p > MOST_POWER:
            raise ConvSpecError(
                "norm_type", f"norm_type is a number above 0, at most {MOST_POWER}, not {shown(p)}.", {"norm_type": 2}
            )
        self.put("norm_type", int(p) if p == int(p) else float(p))
        self._read()


class LPPoolSpec(LPPool, of="LPPool2d"):
    """Every argument of ``nn.LPPool2d``, checked; equal layers are equal specs.

    >>> LPPoolSpec(2, 3, stride=2), LPPoolSpec(2.0, 2).output_shape((1, 64, 112, 112))
    (LPPoolSpec(norm_type=2, kernel_size=3, stride=2), (1, 64, 56, 56))
    """


class LPPool1dSpec(LPPool, of="LPPool1d"):
    """Every argument of ``nn.LPPool1d``, checked as `LPPoolSpec` checks those of ``nn.LPPool2d``.

    >>> LPPool1dSpec(2, 3, stride=2), LPPool1dSpec(2, 2, ceil_mode=True).output_shape((1, 8, 15))
    (LPPool1dSpec(norm_type=2, kernel_size=3, stride=2), (1, 8, 8))
    """

    def arguments(self) -> dict[str, Any]:
        """As those of every layer, with kernel_size as a number: torch multiplies by it."""
        (kernel,) = self.kernel_size
        return {**super().arguments(), "kernel_size": kernel}
