"""ConvSpec: the arguments of ``nn.Conv2d``, their canonical form, what is wrong with them and how to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from conv_viz.code import read_call, write_call
from conv_viz.shapes import Axis, effective_kernel, same_padding
from conv_viz.values import ConvSpecError, Pair, Shape, input_sizes, read_count, read_padding, read_pair, shown

PADDING_MODES = ("zeros", "reflect", "replicate", "circular")
LARGEST_SIDE = 2**16
"""The largest height or width of an input. A JPEG ends one cell earlier."""


@dataclass(frozen=True)
class ConvSpec:
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

    in_channels: int
    out_channels: int
    kernel_size: Pair
    stride: Pair = (1, 1)
    padding: Pair | str = (0, 0)
    dilation: Pair = (1, 1)
    groups: int = 1
    bias: bool = True
    padding_mode: str = "zeros"

    if TYPE_CHECKING:  # above stands what is kept, here what may be given

        def __init__(
            self,
            in_channels: int,
            out_channels: int,
            kernel_size: int | Pair,
            stride: int | Pair = 1,
            padding: int | Pair | str = 0,
            dilation: int | Pair = 1,
            groups: int = 1,
            bias: bool = True,
            padding_mode: str = "zeros",
        ) -> None: ...

    def __post_init__(self) -> None:
        def put(name: str, value: object) -> None:
            object.__setattr__(self, name, value)  # the one door into a frozen value

        for name in ("in_channels", "out_channels", "groups"):
            put(name, read_count(name, getattr(self, name)))
        for name, least in (("kernel_size", 1), ("stride", 1), ("dilation", 1)):
            put(name, read_pair(name, getattr(self, name), least))
        put("padding", read_padding(self.padding))
        if not isinstance(self.bias, bool):
            meant = self.bias not in (0, None) if isinstance(self.bias, int | None) else True
            raise ConvSpecError("bias", f"bias is True or False, not {shown(self.bias)}.", {"bias": meant})
        if not isinstance(self.padding_mode, str) or self.padding_mode not in PADDING_MODES:
            raise ConvSpecError(
                "padding_mode",
                f"padding_mode is one of {', '.join(map(repr, PADDING_MODES))}, not {shown(self.padding_mode)}.",
                {"padding_mode": "zeros"},
            )
        self._check_groups()
        if self.padding == "same" and self.stride != (1, 1):
            self._refuse_same_with_stride()

    def _check_groups(self) -> None:
        for name, what in (("in_channels", "input channels"), ("out_channels", "filters")):
            count = getattr(self, name)
            if count % self.groups:
                common = math.gcd(self.in_channels, self.out_channels)
                best = min(divisors(common), key=lambda d: (abs(d - self.groups), d))
                raise ConvSpecError(
                    "groups",
                    f"{count} {what} cannot be split into {self.groups} equal groups: "
                    f"groups must divide in_channels={self.in_channels} and out_channels={self.out_channels}.",
                    {"groups": best},
                )

    def _refuse_same_with_stride(self) -> None:
        (_, bottom), (_, right) = self._same_sides()
        raise ConvSpecError(
            "padding",
            f"padding='same' keeps the size, which stride={self.stride} makes impossible; torch refuses it.",
            {"padding": (bottom, right)},
        )

    # -- what the arguments say, without an input ---------------------------------

    def __repr__(self) -> str:
        return self.code().replace("nn.Conv2d", "ConvSpec", 1)

    @property
    def weight_shape(self) -> Shape:
        """(out_channels, in_channels / groups, kernel height, kernel width).

        >>> ConvSpec(4, 12, 3, groups=4).weight_shape
        (12, 1, 3, 3)
        """
        return (self.out_channels, self.in_channels // self.groups, *self.kernel_size)

    @property
    def bias_shape(self) -> Shape | None:
        """(out_channels,), or None without a bias."""
        return (self.out_channels,) if self.bias else None

    @property
    def parameters(self) -> int:
        """Numbers that the layer learns.

        >>> ConvSpec(3, 10, 5, padding=2).parameters
        760
        """
        return math.prod(self.weight_shape) + (self.out_channels if self.bias else 0)

    @property
    def effective_kernel(self) -> Pair:
        """Rows and columns from the first tap to the last."""
        (height, width), (down, across) = self.kernel_size, self.dilation
        return effective_kernel(height, down), effective_kernel(width, across)

    @cached_property
    def padding_sides(self) -> tuple[Pair, Pair]:
        """Padding in cells as ((top, bottom), (left, right)).

        >>> ConvSpec(1, 1, (3, 4), padding="same").padding_sides
        ((1, 1), (1, 2))
        """
        if self.padding == "same":
            return self._same_sides()
        height, width = (0, 0) if isinstance(self.padding, str) else self.padding
        return (height, height), (width, width)

    def _same_sides(self) -> tuple[Pair, Pair]:
        (height, width), (down, across) = self.kernel_size, self.dilation
        return same_padding(height, down), same_padding(width, across)

    def channels_of(self, filter: int) -> range:
        """Input channels that the group of this filter reads.

        >>> ConvSpec(4, 6, 3, groups=2).channels_of(3)
        range(2, 4)
        """
        group = filter // (self.out_channels // self.groups)
        width = self.in_channels // self.groups
        return range(group * width, (group + 1) * width)

    # -- what they say about an input ---------------------------------------------

    def axes(self, input_shape: Iterable[int]) -> tuple[Axis, Axis]:
        """Height and width of this layer on an input (N, C, H, W) or (C, H, W).

        Raises `ConvSpecError` when the input cannot pass: rank, channels, a kernel
        that does not fit, or more padding than the mode can copy.
        """
        _, channels, height, width = self._batched(input_shape)
        if channels != self.in_channels:
            raise ConvSpecError(
                "in_channels",
                f"The layer reads {self.in_channels} input channels, but the input has {channels}.",
                self._channel_fix(channels),
            )
        axes = self._axis(0, height), self._axis(1, width)
        self._check_padding(axes)
        self._check_fit(axes)
        return axes

    def _axis(self, i: int, size: int) -> Axis:
        sides = self.padding_sides[i]
        return Axis(size, self.kernel_size[i], self.stride[i], self.dilation[i], *sides, self.padding_mode)

    def _batched(self, input_shape: Iterable[int]) -> Shape:
        shape = input_sizes(input_shape)
        if len(shape) not in (3, 4):
            raise ConvSpecError(
                "input",
                f"The input has {len(shape)} dimensions {shown(shape)}; Conv2d reads (N, C, H, W) or (C, H, W).",
            )
        *batch, channels, height, width = shape
        if min(height, width) < 1 or channels < 1 or (batch and batch[0] < 0):
            raise ConvSpecError("input", f"An input of shape {shape} has no cells; every size must be at least 1.")
        if max(height, width) > LARGEST_SIDE:
            raise ConvSpecError("input", f"Height and width are at most {LARGEST_SIDE:,}, not {max(height, width):,}.")
        return (*(batch or [1]), channels, height, width)

    def _channel_fix(self, channels: int) -> dict[str, Any]:
        fix: dict[str, Any] = {"in_channels": channels}
        if channels % self.groups:
            fix["groups"] = math.gcd(channels, self.groups)
        return fix

    def _check_padding(self, axes: tuple[Axis, ...]) -> None:
        spare = {"reflect": 1, "circular": 0}.get(self.padding_mode)
        if spare is None:
            return
        for axis, side in zip(axes, ("height", "width"), strict=True):
            needed = max(axis.before, axis.after)
            if needed > axis.size - spare:
                how = "mirrors the input once, without its edge" if spare else "wraps the input round once"
                raise ConvSpecError(
                    "padding",
                    f"padding_mode={self.padding_mode!r} {how}: with {side} {axis.size} "
                    f"it can pad at most {axis.size - spare}, not {needed}.",
                    self._padding_fix(axes, spare),
                )

    def _padding_fix(self, axes: tuple[Axis, ...], spare: int) -> dict[str, Any]:
        """Less padding where the kernel then still fits, else a mode without a limit."""
        if isinstance(self.padding, str):
            return {"padding_mode": "replicate"}
        less = tuple(min(axis.before, axis.size - spare) for axis in axes)
        fits = all(a.size + 2 * p >= a.effective_kernel for a, p in zip(axes, less, strict=True))
        return {"padding": less} if fits else {"padding_mode": "replicate"}

    def _check_fit(self, axes: tuple[Axis, ...]) -> None:
        if all(axis.output for axis in axes):
            return
        sizes = [(axis.effective_kernel, axis.padded) for axis in axes]
        (kh, ph), (kw, pw) = sizes
        dilated = (
            f" (dilation={self.dilation} spreads kernel_size={self.kernel_size})" if self.dilation != (1, 1) else ""
        )
        parameter = "dilation" if all(a.kernel <= a.padded for a in axes) else "kernel_size"
        raise ConvSpecError(
            parameter,
            f"The kernel does not fit: it spans {kh}x{kw} cells{dilated}, but the padded input has only {ph}x{pw}.",
            self._fit_fix(axes),
        )

    def _fit_fix(self, axes: tuple[Axis, ...]) -> dict[str, Any]:
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

    def output_shape(self, input_shape: Iterable[int]) -> Shape:
        """Shape of the output for an input (N, C, H, W), or (C, H, W) without a batch.

        >>> ConvSpec(3, 10, 5, padding=2).output_shape((16, 3, 28, 28))
        (16, 10, 28, 28)
        """
        shape = input_sizes(input_shape)
        height, width = self.axes(shape)
        return (*shape[:-3], self.out_channels, height.output, width.output)

    def macs(self, input_shape: Iterable[int]) -> int:
        """Multiply-accumulates of one forward pass: one for each tap of each output cell.

        Padded cells count, the bias does not, as in fvcore; torchinfo adds one for
        the bias of each output cell.

        >>> ConvSpec(3, 10, 5, padding=2).macs((16, 3, 28, 28))
        9408000
        """
        return math.prod(self.output_shape(input_shape)) * math.prod(self.weight_shape[1:])

    # -- text and variants -----------------------------------------------------------

    def arguments(self) -> dict[str, Any]:
        """The nine arguments by name, in canonical form."""
        return asdict(self)

    def replace(self, **changes: Any) -> ConvSpec:
        """The same layer with some arguments changed."""
        return replace(self, **changes)

    def code(self) -> str:
        """The line as one would write it, defaults left out.

        >>> ConvSpec(3, 64, 7, stride=2, padding=3, bias=False).code()
        'nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)'
        """
        return write_call(self.arguments())

    @classmethod
    def parse(cls, text: str) -> ConvSpec:
        """A line of code -> the layer. Read by `ast`, never evaluated.

        Raises `ConvSpecError`; its parameter is ``code`` when the text is no such call.

        >>> ConvSpec.parse("self.conv1 = nn.Conv2d(3, 8, (3, 5), padding='same')")
        ConvSpec(3, 8, kernel_size=(3, 5), padding='same')
        """
        try:
            arguments = read_call(text)
        except ValueError as error:
            raise ConvSpecError("code", str(error)) from None
        return cls(**arguments)


def mended(arguments: Mapping[str, Any], input_shape: Shape | None = None) -> dict[str, Any]:
    """All changes that turn these arguments into a layer that runs, found fix by fix.

    One click must be enough, also when mending one rule uncovers the next. Returns
    an empty dict when nothing is wrong or no fix is known.

    >>> mended(dict(in_channels=3, out_channels=6, kernel_size=9, groups=2), (1, 3, 5, 5))
    {'groups': 1, 'kernel_size': (5, 5)}
    """
    changes: dict[str, Any] = {}
    for _ in range(16):  # more than there are rules; each can need mending once
        try:
            spec = ConvSpec(**{**arguments, **changes})
            if input_shape is not None:
                spec.output_shape(input_shape)
            return changes
        except ConvSpecError as error:
            if not error.fix:
                return {}
            changes.update(error.fix)
    return {}


def divisors(n: int) -> list[int]:
    """Divisors of n, ascending: the groups that n channels allow.

    >>> divisors(12)
    [1, 2, 3, 4, 6, 12]
    """
    low = [d for d in range(1, math.isqrt(n) + 1) if n % d == 0]
    return sorted({*low, *(n // d for d in low)})
