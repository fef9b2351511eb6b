"""``nn.ConvTranspose2d`` and ``nn.ConvTranspose1d``: their arguments, what is wrong with them and how to mend it.

Read backwards it is an ordinary window over the stretched input: `stride` puts holes between the input cells,
the padding around them is what the kernel reaches beyond minus `padding`, and the kernel is met from its end.
Source: Dumoulin & Visin, "A guide to convolution arithmetic", chapter 4, https://arxiv.org/abs/1603.07285
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Self

from conv_viz.layers.settings import Solver
from conv_viz.layers.solver_transposed import TRANSPOSED
from conv_viz.layers.spec import Weighted
from conv_viz.layers.values import (
    EACH_0,
    EACH_1,
    ConvSpecError,
    Pair,
    Shape,
    bare,
    both_sides,
    input_axes,
    input_sizes,
    shown,
)
from conv_viz.layers.window import WindowAxis, plane


@dataclass(frozen=True, repr=False)
class ConvTranspose(Weighted):
    """What ``nn.ConvTranspose1d`` and ``nn.ConvTranspose2d`` have in common: everything but the number of axes, `dims`.

    Raises `ConvSpecError` for what torch refuses, and for what it accepts but nobody can mean.
    """

    solver: ClassVar[Solver] = TRANSPOSED
    weight_channels: ClassVar[tuple[str, str]] = ("in_channels", "out_channels / groups")

    in_channels: int
    out_channels: int
    kernel_size: Shape
    stride: Shape = EACH_1
    padding: Shape = EACH_0
    output_padding: Shape = EACH_0
    groups: int = 1
    bias: bool = True
    dilation: Shape = EACH_1
    padding_mode: str = "zeros"

    if TYPE_CHECKING:  # above stands what is kept, here what may be given

        def __init__(
            self,
            in_channels: int,
            out_channels: int,
            kernel_size: int | Shape,
            stride: int | Shape = 1,
            padding: int | Shape = 0,
            output_padding: int | Shape = 0,
            groups: int = 1,
            bias: bool = True,
            dilation: int | Shape = 1,
            padding_mode: str = "zeros",
        ) -> None: ...

    def __post_init__(self) -> None:
        self._read_channels()
        if isinstance(self.padding, str):
            raise ConvSpecError(
                "padding",
                f"{self.kind} takes no padding={shown(self.padding)}: "
                f"padding is a number{' or a pair' * (self.dims == 2)}.",
                {"padding": 0},
            )
        self._read_sizes("kernel_size", "stride", "padding", "output_padding", "dilation")
        if self.padding_mode != "zeros":
            raise ConvSpecError(
                "padding_mode",
                f"{self.kind} has padding_mode='zeros' only, not {shown(self.padding_mode)}.",
                {"padding_mode": "zeros"},
            )
        self._check_groups()
        self._check_output_padding()

    def _check_output_padding(self) -> None:
        most = tuple(max(sizes) - 1 for sizes in zip(self.stride, self.dilation, strict=True))
        if any(extra > limit for extra, limit in zip(self.output_padding, most, strict=True)):
            raise ConvSpecError(
                "output_padding",
                f"output_padding must be smaller than stride or dilation, whichever is larger: "
                f"with stride={bare(self.stride)} and dilation={bare(self.dilation)} it is at most {bare(most)}, "
                f"not {bare(self.output_padding)}.",
                {"output_padding": tuple(map(min, self.output_padding, most))},
            )

    @property
    def weight_shape(self) -> Shape:
        """(in_channels, out_channels / groups, *kernel_size): the two channels the other way round."""
        return (self.in_channels, self.out_channels // self.groups, *self.kernel_size)

    @property
    def padding_sides(self) -> tuple[Pair, Pair]:
        """Cells around the stretched input as ((top, bottom), (left, right)); negative ones are cut off.

        >>> ConvTransposeSpec(1, 1, 3, stride=2, padding=1, output_padding=1).padding_sides
        ((1, 2), (1, 2))
        """
        sides = [
            (kernel - 1 - padding, kernel - 1 - padding + extra)
            for kernel, padding, extra in zip(self.effective_kernel, self.padding, self.output_padding, strict=True)
        ]
        return both_sides(sides)

    def as_filters(self, weight: Any) -> Any:
        """The weight, an array in torch's layout, as filters (out_channels, channels read, kH, kW)."""
        into, out, *kernel = self.weight_shape
        grouped = weight.reshape(self.groups, into // self.groups, out, *kernel)
        return grouped.swapaxes(1, 2).reshape(self.filter_shape)

    def from_filters(self, filters: Any) -> Any:
        """The other way round."""
        into, out, *kernel = self.weight_shape
        grouped = filters.reshape(self.groups, out, into // self.groups, *kernel)
        return grouped.swapaxes(1, 2).reshape(self.weight_shape)

    def weight_index(self, filter: int, slice: int) -> Pair:
        """Where torch's weight has a slice of a filter: its first two indices.

        >>> ConvTransposeSpec(4, 6, 3, groups=2).weight_index(4, 1)
        (3, 1)
        """
        return self.channels_of(filter)[slice], filter % (self.out_channels // self.groups)

    def of_one_slice(self) -> Self:
        """The layer of a single slice, whose output is where the whole kernel lies on the input."""
        kernel = self.effective_kernel
        around = tuple(size - 1 for size in kernel)
        return self.replace(
            in_channels=1, out_channels=1, groups=1, stride=1, padding=around, output_padding=0, bias=False
        )

    def axes(self, input_shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width of this layer on an input (N, C, H, W) or (C, H, W); raises `ConvSpecError`.

        With one axis, whose input is (N, C, L) or (C, L), the height is 1.
        """
        _, channels, *sizes = input_axes(self.name(), input_shape, self.dims)
        if channels != self.in_channels:
            raise self.other_channels(channels)
        axes = tuple(self._axis(i, size) for i, size in enumerate(sizes))
        if min(axis.output for axis in axes) < 1:
            left = "x".join(str(axis.padded - axis.effective_kernel + 1) for axis in axes)
            raise ConvSpecError(
                "padding",
                f"padding={bare(self.padding)} cuts more off than there is: the output would be {left}.",
                {"padding": tuple(map(self._most_padding, axes, self.padding))},
            )
        return plane(axes)

    def _axis(self, i: int, size: int) -> WindowAxis:
        sides = self.padding_sides[-self.dims :][i]
        return WindowAxis(
            size,
            self.kernel_size[i],
            dilation=self.dilation[i],
            before=sides[0],
            after=sides[1],
            base_dilation=self.stride[i],
            reversed=True,
        )

    @staticmethod
    def _most_padding(axis: WindowAxis, padding: int) -> int:
        """The largest padding, at most this one, that leaves a cell of output."""
        short = max(0, axis.effective_kernel - axis.padded)
        return max(0, padding - -(-short // 2))

    def macs(self, input_shape: Iterable[int]) -> int:
        """Multiply-accumulates of one forward pass: one for each weight that an input cell meets.

        >>> ConvTransposeSpec(1, 1, 3, stride=2).macs((1, 1, 4, 4))
        144
        """
        self.axes(input_shape)
        return math.prod(input_sizes(input_shape)) * math.prod(self.weight_shape[1:])


class ConvTransposeSpec(ConvTranspose, of="ConvTranspose2d"):
    """Every argument of ``nn.ConvTranspose2d``, checked; equal layers are equal specs.

    >>> layer = ConvTransposeSpec(8, 4, 3, stride=2, padding=1, output_padding=1)
    >>> layer, layer.weight_shape, layer.output_shape((1, 8, 7, 7))
    (ConvTransposeSpec(8, 4, kernel_size=3, stride=2, padding=1, output_padding=1), (8, 4, 3, 3), (1, 4, 14, 14))
    """


class ConvTranspose1dSpec(ConvTranspose, of="ConvTranspose1d"):
    """Every argument of ``nn.ConvTranspose1d``, checked as `ConvTransposeSpec` checks those of ``nn.ConvTranspose2d``.

    >>> layer = ConvTranspose1dSpec(8, 4, 4, stride=2, padding=1)
    >>> layer, layer.weight_shape, layer.output_shape((1, 8, 7))
    (ConvTranspose1dSpec(8, 4, kernel_size=4, stride=2, padding=1), (8, 4, 4), (1, 4, 14))
    """


def output_padding_for(spec: ConvTranspose, input_shape: Iterable[int], output_size: Iterable[int]) -> Shape:
    """The output_padding that makes the output (H, W), or (L,), of this size: what torch does with ``output_size``.

    Raises `ConvSpecError` with the sizes that can be reached.

    >>> output_padding_for(ConvTransposeSpec(1, 1, 3, stride=2, padding=1), (1, 1, 4, 4), (8, 7))
    (1, 0)
    """
    least = spec.replace(output_padding=0).output_shape(input_shape)[-spec.dims :]
    extras = [max(sizes) - 1 for sizes in zip(spec.stride, spec.dilation, strict=True)]
    wanted = tuple(output_size)
    missing = tuple(size - low for size, low in zip(wanted, least, strict=True))
    if any(not 0 <= extra <= most for extra, most in zip(missing, extras, strict=True)):
        names = ("height", "width") if spec.dims == 2 else ("length",)
        reach = " and ".join(
            f"{side} {low}" + (f" to {low + most}" if most else "")
            for side, low, most in zip(names, least, extras, strict=True)
        )
        raise ConvSpecError("output_padding", f"output_padding reaches {reach} here, not {'x'.join(map(str, wanted))}.")
    return missing
