"""``nn.MaxPool2d``, ``nn.AvgPool2d`` and ``nn.LPPool2d``: their arguments, what is wrong with them and how to mend it.

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

from conv_viz.layers.settings import Solver
from conv_viz.layers.solver_pool import AVG_POOL, LP_POOL, MAX_POOL
from conv_viz.layers.spec import Spec
from conv_viz.layers.values import ConvSpecError, Pair, input_axes, read_flag, read_integer, read_sizes, shown
from conv_viz.layers.window import WindowAxis

MOST_POWER = 100
"""The largest norm_type: float32 holds no higher power of 2.5, and none of them shows more than the largest value."""


class _Pool(Spec):
    """What all pools have in common."""

    groups: ClassVar[int] = 1
    bias: ClassVar[bool] = False
    padding_mode: ClassVar[str] = "zeros"
    weight_shape: ClassVar[None] = None
    bias_shape: ClassVar[None] = None
    parameters: ClassVar[int] = 0

    if TYPE_CHECKING:

        @property
        def kernel_size(self) -> Pair: ...

        @property
        def stride(self) -> Pair | None: ...

        @property
        def ceil_mode(self) -> bool: ...

    @property
    def padding(self) -> Pair:
        """None, where the class has no such argument."""
        return (0, 0)

    @property
    def dilation(self) -> Pair:
        """The taps lie side by side, where the class has no such argument."""
        return (1, 1)

    def _read(self, *sizes: str) -> None:
        put = self.put
        put("kernel_size", read_sizes("kernel_size", self.kernel_size, 1))
        put("stride", self.kernel_size if self.stride is None else read_sizes("stride", self.stride, 1))
        for name in sizes:
            put(name, read_sizes(name, getattr(self, name), int(name != "padding")))
        read_flag("ceil_mode", self.ceil_mode)
        most = tuple(kernel // 2 for kernel in self.kernel_size)
        if any(padding > limit for padding, limit in zip(self.padding, most, strict=True)):
            raise ConvSpecError(
                "padding",
                f"The padding of a pool is at most half of its kernel: with kernel_size={self.kernel_size} "
                f"at most {most}, not {self.padding}.",
                {"padding": tuple(map(min, self.padding, most))},
            )

    @property
    def padding_sides(self) -> tuple[Pair, Pair]:
        """Padding in cells as ((top, bottom), (left, right))."""
        (height, width) = self.padding
        return (height, height), (width, width)

    def channels_of(self, filter: int) -> range:
        """The input channel that this output channel reads: its own."""
        return range(filter, filter + 1)

    def as_filters(self, weight: Any) -> None:
        """A pool has no weight."""

    def axes(self, input_shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width of this layer on an input (N, C, H, W) or (C, H, W); raises `ConvSpecError`."""
        _, _, *sizes = input_axes(self.name(), input_shape)
        height, width = (self._axis(i, size) for i, size in enumerate(sizes))
        if not (height.output and width.output):
            raise ConvSpecError(
                "kernel_size",
                f"The window does not fit: it spans {height.effective_kernel}x{width.effective_kernel} cells, "
                f"but the padded input has only {height.padded}x{width.padded}.",
                self._fit_fix((height, width)),
            )
        return height, width

    def _fit_fix(self, axes: tuple[WindowAxis, WindowAxis]) -> dict[str, Any]:
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
class MaxPoolSpec(_Pool, of="MaxPool2d"):
    """Every argument of ``nn.MaxPool2d``, checked; equal layers are equal specs.

    Its padding counts as -inf. Raises `ConvSpecError` for what torch refuses.

    >>> MaxPoolSpec(2), MaxPoolSpec(3, stride=2, padding=1).output_shape((1, 64, 112, 112))
    (MaxPoolSpec(kernel_size=2), (1, 64, 56, 56))
    >>> MaxPoolSpec(1, stride=2, ceil_mode=True).output_shape((1, 3, 32, 32))
    (1, 3, 16, 16)
    """

    solver: ClassVar[Solver] = MAX_POOL

    kernel_size: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)
    dilation: Pair = (1, 1)
    return_indices: bool = False
    ceil_mode: bool = False

    if TYPE_CHECKING:  # above stands what is kept, here what may be given

        def __init__(
            self,
            kernel_size: int | Pair,
            stride: int | Pair | None = None,
            padding: int | Pair = 0,
            dilation: int | Pair = 1,
            return_indices: bool = False,
            ceil_mode: bool = False,
        ) -> None: ...

    def __post_init__(self) -> None:
        self._read("padding", "dilation")
        read_flag("return_indices", self.return_indices)


@dataclass(frozen=True, repr=False)
class AvgPoolSpec(_Pool, of="AvgPool2d"):
    """Every argument of ``nn.AvgPool2d``, checked; equal layers are equal specs.

    What a window's sum is divided by: `divisor_override` if it is given, else how many of its taps lie on the input,
    and on the padding when `count_include_pad` is set.

    >>> AvgPoolSpec(2, stride=3, ceil_mode=True).output_shape((1, 1, 7, 7))
    (1, 1, 3, 3)
    """

    solver: ClassVar[Solver] = AVG_POOL

    kernel_size: Pair
    stride: Pair | None = None
    padding: Pair = (0, 0)
    ceil_mode: bool = False
    count_include_pad: bool = True
    divisor_override: int | None = None

    if TYPE_CHECKING:

        def __init__(
            self,
            kernel_size: int | Pair,
            stride: int | Pair | None = None,
            padding: int | Pair = 0,
            ceil_mode: bool = False,
            count_include_pad: bool = True,
            divisor_override: int | None = None,
        ) -> None: ...

    @property
    def divisor(self) -> int | Literal["taps", "taps on the input"]:
        """`divisor_override`, or how many taps lie on the input, and on the padding when `count_include_pad` is set."""
        return self.divisor_override or ("taps" if self.count_include_pad else "taps on the input")

    def __post_init__(self) -> None:
        self._read("padding")
        read_flag("count_include_pad", self.count_include_pad)
        if self.divisor_override is not None and read_integer("divisor_override", self.divisor_override) == 0:
            raise ConvSpecError("divisor_override", "divisor_override must not be 0.", {"divisor_override": None})


@dataclass(frozen=True, repr=False)
class LPPoolSpec(_Pool, of="LPPool2d"):
    """Every argument of ``nn.LPPool2d``, checked; equal layers are equal specs.

    The p-norm of each window, p being `norm_type`: the root of the sum of powers. torch takes powers as they are, so a
    negative value to an odd power is subtracted, and the root of a sum below 0 is NaN. With `ceil_mode` it takes the
    mean of the powers that a last window has, times the cells of the kernel. Raises `ConvSpecError` for what torch
    refuses, and for a norm_type that is no number above 0: ``inf`` is ``nn.MaxPool2d`` of the absolute values.

    >>> LPPoolSpec(2, 3, stride=2), LPPoolSpec(2.0, 2).output_shape((1, 64, 112, 112))
    (LPPoolSpec(norm_type=2, kernel_size=3, stride=2), (1, 64, 56, 56))
    """

    solver: ClassVar[Solver] = LP_POOL

    norm_type: float
    kernel_size: Pair
    stride: Pair | None = None
    ceil_mode: bool = False

    if TYPE_CHECKING:

        def __init__(
            self,
            norm_type: float,
            kernel_size: int | Pair,
            stride: int | Pair | None = None,
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
