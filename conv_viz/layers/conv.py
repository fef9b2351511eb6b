"""``nn.Conv2d`` and ``nn.Conv1d``: their arguments in canonical form, what is wrong with them and how to mend it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar, Self

import conv_viz.layers.groups as groups_rule
from conv_viz.layers.settings import Solver
from conv_viz.layers.solver import CONV
from conv_viz.layers.spec import Weighted
from conv_viz.layers.values import (
    EACH_0,
    EACH_1,
    ConvSpecError,
    Pair,
    Shape,
    both_sides,
    input_axes,
    input_sizes,
    read_padding,
    shown,
)
from conv_viz.layers.window import WindowAxis, plane, same_padding

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
SPARE = {"reflect": 1, "circular": 0}
"""The limit of each padding mode that has one: so many cells less than the input's size may be padded."""
SIDES = {1: ("the length",), 2: ("height", "width")}


@dataclass(frozen=True, repr=False)
class Conv(Weighted):
    """What ``nn.Conv1d`` and ``nn.Conv2d`` have in common: everything but the number of axes, `dims`."""

    solver: ClassVar[Solver] = CONV
    weight_channels: ClassVar[tuple[str, str]] = ("out_channels", "in_channels / groups")

    in_channels: int
    out_channels: int
    kernel_size: Shape
    stride: Shape = EACH_1
    padding: Shape | str = EACH_0
    dilation: Shape = EACH_1
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"

    if TYPE_CHECKING:  # above stands what is kept, here what may be given

        def __init__(
            self,
            in_channels: int,
            out_channels: int,
            kernel_size: int | Shape,
            stride: int | Shape = 1,
            padding: int | Shape | str = 0,
            dilation: int | Shape = 1,
            groups: int = 1,
            bias: bool = True,
            padding_mode: str = "zeros",
        ) -> None: ...

    def __post_init__(self) -> None:
        self._read_channels()
        self._read_sizes("kernel_size", "stride", "dilation")
        self.put("padding", read_padding(self.padding, self.dims))
        if not isinstance(self.padding_mode, str) or self.padding_mode not in PADDING_MODES:
            raise ConvSpecError(
                "padding_mode",
                f"padding_mode is one of {', '.join(map(repr, PADDING_MODES))}, not {shown(self.padding_mode)}.",
                {"padding_mode": "zeros"},
            )
        self._check_groups()
        if self.padding == "same" and set(self.stride) != {1}:
            self._refuse_same_with_stride()

    def _refuse_same_with_stride(self) -> None:
        raise ConvSpecError(
            "padding",
            f"padding='same' keeps the size, which stride={self.stride} makes impossible; torch refuses it.",
            {"padding": tuple(after for _, after in self._same_sides())},
        )

    # -- what the arguments say, without an input ---------------------------------

    @property
    def weight_shape(self) -> Shape:
        """(out_channels, in_channels / groups, kernel height, kernel width), of Conv1d without the height.

        >>> ConvSpec(4, 12, 3, groups=4).weight_shape
        (12, 1, 3, 3)
        """
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    @property
    def padding_sides(self) -> tuple[Pair, Pair]:
        """Padding in cells as ((top, bottom), (left, right)).

        >>> ConvSpec(1, 1, (3, 4), padding="same").padding_sides
        ((1, 1), (1, 2))
        """
        return both_sides(self._sides)

    @cached_property
    def _sides(self) -> tuple[Pair, ...]:
        if self.padding == "same":
            return self._same_sides()
        cells = (0,) * self.dims if isinstance(self.padding, str) else self.padding
        return tuple((side, side) for side in cells)

    def _same_sides(self) -> tuple[Pair, ...]:
        return tuple(map(same_padding, self.kernel_size, self.dilation))

    def as_filters(self, weight: Any) -> Any:
        """The weight, an array in torch's layout, as filters (out_channels, channels read, kH, kW)."""
        return self.as_planes(weight)

    def from_filters(self, filters: Any) -> Any:
        """The other way round."""
        return self.from_planes(filters)

    def weight_index(self, filter: int, slice: int) -> Pair:
        """Where torch's weight has a slice of a filter: its first two indices."""
        return filter, slice

    def of_one_slice(self) -> Self:
        """The layer of a single slice: it takes each tap once, and nothing is added around the input."""
        return self.replace(
            in_channels=1, out_channels=1, groups=1, stride=1, padding=0, padding_mode="zeros", bias=False
        )

    # -- what they say about an input ---------------------------------------------

    def axes(self, input_shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width of this layer on an input (N, C, H, W) or (C, H, W); of Conv1d a height of 1.

        Raises `ConvSpecError` when the input cannot pass: rank, channels, a kernel
        that does not fit, or more padding than the mode can copy.
        """
        _, channels, *sizes = input_axes(self.name(), input_shape, self.dims)
        if channels != self.in_channels:
            raise self._other_channels(input_sizes(input_shape))
        axes = tuple(self._axis(i, size) for i, size in enumerate(sizes))
        self._check_padding(axes)
        self._check_fit(axes)
        return plane(axes)

    def _axis(self, i: int, size: int) -> WindowAxis:
        sides = self._sides[i]
        return WindowAxis(size, self.kernel_size[i], self.stride[i], self.dilation[i], *sides, self.padding_mode)

    def _other_channels(self, shape: Shape) -> ConvSpecError:
        """An input with other channels; where they stand last, as pictures have them, what turns it round."""
        batch, (channels, *sides) = shape[: -self.dims - 1], shape[-self.dims - 1 :]
        wanted = self.in_channels
        if self.dims == 2 and sides[1] == wanted and channels > wanted and sides[0] > wanted:
            order = tuple(range(len(batch))) + tuple(len(batch) + axis for axis in (2, 0, 1))
            return ConvSpecError(
                "input",
                f"The layer reads {wanted} input channels, but the input {shape} has {channels}: its channels stand "
                "last (H, W, C), and torch reads (C, H, W). "
                f"Use x.permute{order}: {(*batch, sides[1], channels, sides[0])}.",
                groups_rule.channel_fix(channels, self.groups),
                advice="",
            )
        return self.other_channels(channels)

    def _check_padding(self, axes: tuple[WindowAxis, ...]) -> None:
        spare = SPARE.get(self.padding_mode)
        if spare is None:
            return
        for axis, side in zip(axes, SIDES[self.dims], strict=True):
            needed = max(axis.before, axis.after)
            if needed > axis.size - spare:
                how = "mirrors the input once, without its edge" if spare else "wraps the input round once"
                raise ConvSpecError(
                    "padding",
                    f"padding_mode={self.padding_mode!r} {how}: with {side} {axis.size} "
                    f"it can pad at most {axis.size - spare}, not {needed}.",
                    self._padding_fix(axes, spare),
                )

    def _padding_fix(self, axes: tuple[WindowAxis, ...], spare: int) -> dict[str, Any]:
        """Less padding where the kernel then still fits, else a mode without a limit."""
        if isinstance(self.padding, str):
            return {"padding_mode": "replicate"}
        less = tuple(min(axis.before, axis.size - spare) for axis in axes)
        fits = all(a.size + 2 * p >= a.effective_kernel for a, p in zip(axes, less, strict=True))
        return {"padding": less} if fits else {"padding_mode": "replicate"}

    def _check_fit(self, axes: tuple[WindowAxis, ...]) -> None:
        if all(axis.output for axis in axes):
            return
        spans, room = (
            "x".join(map(str, sizes)) for sizes in zip(*((a.effective_kernel, a.padded) for a in axes), strict=True)
        )
        dilated = (
            f" (dilation={self.dilation} spreads kernel_size={self.kernel_size})" if set(self.dilation) != {1} else ""
        )
        parameter = "dilation" if all(a.kernel <= a.padded for a in axes) else "kernel_size"
        raise ConvSpecError(
            parameter,
            f"The kernel does not fit: it spans {spans} cells{dilated}, but the padded input has only {room}.",
            self._fit_fix(axes),
        )

    def _fit_fix(self, axes: tuple[WindowAxis, ...]) -> dict[str, Any]:
        """The largest dilation that fits where the kernel does, else the largest kernel.

        With 'same' or 'valid' the padding is not a free number: 'same' always fits,
        so only fixed padding comes here, and shrinking either one is enough.
        """
        kernel = tuple(min(a.kernel, a.padded) for a in axes)
        dilation = tuple(
            min(a.dilation, (a.padded - 1) // (k - 1)) if k > 1 else a.dilation
            for a, k in zip(axes, kernel, strict=True)
        )
        fix: dict[str, Any] = {}
        if kernel != self.kernel_size:
            fix["kernel_size"] = kernel
        if dilation != self.dilation:
            fix["dilation"] = dilation
        return fix

    def macs(self, input_shape: Iterable[int]) -> int:
        """Multiply-accumulates of one forward pass: one for each tap of each output cell.

        Padded cells count, the bias does not, as in fvcore; torchinfo adds one for
        the bias of each output cell.

        >>> ConvSpec(3, 10, 5, padding=2).macs((16, 3, 28, 28))
        9408000
        """
        return math.prod(self.output_shape(input_shape)) * math.prod(self.weight_shape[1:])


class ConvSpec(Conv, of="Conv2d"):
    """Every argument of ``nn.Conv2d``, checked; equal layers are equal specs.

    Numbers for height and width become pairs; ``'same'`` and ``'valid'`` stay words.
    Raises `ConvSpecError` for what torch refuses, and for what it accepts but
    nobody can mean: negative padding, no channels, a bool for a number, a number
    for `bias`, a kernel_size with one element, a number above `LARGEST`.

    >>> ConvSpec(3, 4, 3, stride=2, padding=1)
    ConvSpec(3, 4, kernel_size=3, stride=2, padding=1)
    >>> ConvSpec(1, 3, (4, 5)).weight_shape
    (3, 1, 4, 5)
    """


class Conv1dSpec(Conv, of="Conv1d"):
    """Every argument of ``nn.Conv1d``, checked as `ConvSpec` checks those of ``nn.Conv2d``.

    Its input is (N, C, L) or (C, L); its picture is that of a 2-D layer with one row.

    >>> causal = Conv1dSpec(1, 4, 3, dilation=2)
    >>> causal, causal.weight_shape, causal.output_shape((2, 1, 10))
    (Conv1dSpec(1, 4, kernel_size=3, dilation=2), (4, 1, 3), (2, 4, 6))
    """


def mended(
    arguments: Mapping[str, Any], input_shape: Shape | None = None, make: Callable[..., Any] = ConvSpec
) -> dict[str, Any]:
    """All changes that turn these arguments into a layer that runs, found fix by fix.

    One click must be enough, also when mending one rule uncovers the next. Returns
    an empty dict when nothing is wrong or no fix is known.

    >>> mended(dict(in_channels=3, out_channels=6, kernel_size=9, groups=2), (1, 3, 5, 5))
    {'groups': 1, 'kernel_size': (5, 5)}
    """
    changes: dict[str, Any] = {}
    for _ in range(16):  # more than there are rules; each can need mending once
        try:
            spec = make(**{**arguments, **changes})
            if input_shape is not None:
                spec.output_shape(input_shape)
            return changes
        except ConvSpecError as error:
            if not error.fix:
                return {}
            changes.update(error.fix)
    return {}
