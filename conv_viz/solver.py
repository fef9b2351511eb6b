"""From this size to that size: which kernel, stride, padding and dilation do it, simplest first.

One axis has the closed form that `Axis.output` computes. With the effective kernel
``e = dilation·(kernel − 1) + 1``, the output is ``⌊(size + 2·padding − e) / stride⌋ + 1``, so a
wanted output fixes ``size + 2·padding − e`` to the ``stride`` values from ``stride·(wanted − 1)``
on, and every padding that does it is read off, not searched for.

Simplest means, in this order: every input cell is read; few of stride, padding and
dilation differ from their defaults (dilation, the rarest, counts twice); the kernel is odd,
so that it has a middle; the padding is none, or half the kernel; then small numbers: kernel,
padding, stride, dilation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conv_viz.code import short
from conv_viz.shapes import effective_kernel
from conv_viz.spec import LARGEST_SIDE

KERNELS = range(1, 12)
STRIDES = range(1, 9)
DILATIONS = range(1, 5)
PAIRED = 16  # settings of each axis that are tried against each other when none does both


class SolveError(ValueError):
    """A wish that no convolution in these ranges fulfils: one sentence with the reason and a way out."""


@dataclass(frozen=True)
class Setting:
    """Kernel, stride, padding and dilation along one axis; `unread` input cells feed no output.

    >>> Setting(3, stride=2, padding=1).arguments()
    {'kernel_size': 3, 'stride': 2, 'padding': 1, 'dilation': 1}
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    dilation: int = 1
    unread: int = field(default=0, compare=False)

    @property
    def effective_kernel(self) -> int:
        """Cells from the first tap to the last."""
        return effective_kernel(self.kernel, self.dilation)

    @property
    def changes(self) -> int:
        """How many of stride, padding and dilation differ from their defaults; dilation counts twice."""
        return (self.stride != 1) + (self.padding != 0) + 2 * (self.dilation != 1)

    @property
    def half(self) -> bool:
        """No padding, or half the kernel on both sides, as 'same' has it at stride 1."""
        return self.padding == 0 or 2 * self.padding == self.effective_kernel - 1

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Sorts settings, simplest first; see the module's text."""
        plain = (self.unread > 0, self.changes, self.kernel % 2 == 0, not self.half)
        return (*map(int, plain), self.kernel, self.padding, self.stride, self.dilation)

    def arguments(self) -> dict[str, int]:
        """The four arguments of ``nn.Conv2d`` by name."""
        return {
            "kernel_size": self.kernel,
            "stride": self.stride,
            "padding": self.padding,
            "dilation": self.dilation,
        }

    def __str__(self) -> str:
        """The arguments as one writes them, defaults left out.

        >>> str(Setting(3, stride=2, padding=1))
        'kernel_size=3, stride=2, padding=1'
        """
        return _written(self.arguments())


@dataclass(frozen=True)
class Setting2d:
    """A setting for height and one for width.

    >>> str(Setting2d(Setting(3, padding=1), Setting(5, padding=2)))
    'kernel_size=(3, 5), padding=(1, 2)'
    """

    height: Setting
    width: Setting

    @property
    def differing(self) -> int:
        """How many of the four arguments are not the same along both axes."""
        along = zip(self.height.arguments().values(), self.width.arguments().values(), strict=True)
        return sum(a != b for a, b in along)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Sorts settings: equal axes first, then the sum of both orders."""
        both = zip(self.height.order, self.width.order, strict=True)
        return (self.differing, *(a + b for a, b in both), *self.height.order)

    def arguments(self) -> dict[str, Any]:
        """The four arguments of ``nn.Conv2d``, a pair where the axes differ."""
        height, width = self.height.arguments(), self.width.arguments()
        return {name: short((height[name], width[name])) for name in height}

    def __str__(self) -> str:
        return _written(self.arguments())


@dataclass(frozen=True)
class AnySize:
    """A setting whose effect does not depend on the size, and the effect in words."""

    setting: Setting
    effect: str


def solve(
    size: int,
    wanted: int,
    *,
    kernels: Iterable[int] = KERNELS,
    strides: Iterable[int] = STRIDES,
    paddings: Iterable[int] | None = None,
    dilations: Iterable[int] = DILATIONS,
) -> list[Setting]:
    """Every setting in these ranges that turns `size` cells into `wanted`, simplest first.

    Without `paddings`, 0 to the kernel is tried, or to half the effective kernel where
    dilation makes that more. The dilation of a single tap changes nothing and is listed
    once. Never empty: raises `SolveError` when nothing does it.

    >>> for setting in solve(224, 112)[:3]:
    ...     print(setting)
    kernel_size=2, stride=2
    kernel_size=3, stride=2, padding=1
    kernel_size=5, stride=2, padding=2
    """
    _check(size, wanted)
    kernels, strides, dilations = sorted(set(kernels)), sorted(set(strides)), sorted(set(dilations))
    allowed = None if paddings is None else sorted({p for p in paddings if p >= 0})
    found = []
    for kernel, dilation, span, tried in _kernels(kernels, dilations, allowed):
        for stride in strides:
            least = stride * (wanted - 1) + span - size  # of 2 * padding
            for padding in _within(tried, -(-least // 2), (least + stride - 1) // 2):
                unread = _unread(size, wanted, kernel, stride, padding, dilation)
                found.append(Setting(kernel, stride, padding, dilation, unread))
    if not found:
        raise SolveError(_why(size, wanted, kernels, strides, allowed, dilations))
    return sorted(found, key=lambda setting: setting.order)


def nearest(
    size: int,
    wanted: int,
    *,
    kernels: Iterable[int] = KERNELS,
    strides: Iterable[int] = STRIDES,
    paddings: Iterable[int] | None = None,
    dilations: Iterable[int] = DILATIONS,
) -> tuple[int | None, int | None]:
    """The largest output below `wanted`, and the smallest above it, that some setting makes of `size`.

    >>> nearest(224, 40), nearest(7, 20), nearest(1000, 3)
    ((39, 41), (19, None), (None, 120))
    """
    allowed = None if paddings is None else sorted({p for p in paddings if p >= 0})
    outputs = {
        (size + 2 * padding - span) // stride + 1
        for _, _, span, tried in _kernels(sorted(set(kernels)), sorted(set(dilations)), allowed)
        for padding in tried
        if size + 2 * padding >= span
        for stride in strides
    }
    below = (output for output in outputs if output < wanted)
    above = (output for output in outputs if output > wanted)
    return max(below, default=None), min(above, default=None)


def solve_2d(
    size: tuple[int, int],
    wanted: tuple[int, int],
    *,
    limit: int | None = None,
    along: tuple[Mapping[str, Any], Mapping[str, Any]] = ({}, {}),
    **ranges: Any,
) -> list[Setting2d]:
    """Settings for (height, width): first those that are equal along both axes, then pairs.

    Every equal setting is listed. Pairs that differ are many; they are formed from the
    simplest of each axis. `ranges` are those of `solve`, for both axes; `along` has more
    of them for height and for width. Raises `SolveError` naming the axis that has no setting.

    >>> [str(s) for s in solve_2d((224, 224), (112, 112), limit=2)]
    ['kernel_size=2, stride=2', 'kernel_size=3, stride=2, padding=1']
    >>> str(solve_2d((28, 30), (26, 26), limit=1)[0])
    'kernel_size=(3, 5)'
    """
    found = []
    for name, n, m, own in zip(("Height", "Width"), size, wanted, along, strict=True):
        try:
            found.append(solve(n, m, **{**ranges, **own}))
        except SolveError as error:
            raise SolveError(f"{name}: {error}") from None
    height, width = found
    across = {setting: setting for setting in width}
    equal = [Setting2d(setting, across[setting]) for setting in height if setting in across]
    pairs = [Setting2d(h, w) for h in height[:PAIRED] for w in width[:PAIRED] if h != w]
    return sorted(equal + pairs, key=lambda setting: setting.order)[:limit]


def same_for_any_size(
    stride: int = 1, *, kernels: Iterable[int] = KERNELS, dilations: Iterable[int] = DILATIONS
) -> list[AnySize]:
    """Settings that keep any size, or divide it by the stride, simplest first.

    With ``m = effective kernel − 2·padding`` the output is ``⌊(size − m) / stride⌋ + 1``:
    ``m = 1`` gives size / stride rounded up, and ``m = stride`` gives it rounded down,
    whatever the size. At stride 1 both say: padding = dilation·(kernel − 1) / 2.
    Settings that step over cells (a kernel of 1 with stride 2) are left out.

    >>> [str(found.setting) for found in same_for_any_size()[:3]]
    ['kernel_size=1', 'kernel_size=3, padding=1', 'kernel_size=5, padding=2']
    >>> for found in same_for_any_size(2)[:3]:
    ...     print(found.setting, "|", found.effect)
    kernel_size=2, stride=2 | size / 2, rounded down
    kernel_size=3, stride=2, padding=1 | size / 2, rounded up
    kernel_size=5, stride=2, padding=2 | size / 2, rounded up
    """
    if stride < 1:
        raise SolveError(f"stride must be at least 1, not {stride}.")
    effects = {1: f"size / {stride}, rounded up", stride: f"size / {stride}, rounded down"}
    if stride == 1:
        effects = {1: "the size stays"}
    found = []
    for kernel in sorted(set(kernels)):
        for dilation in sorted(set(dilations)) if kernel > 1 else (1,):
            span = effective_kernel(kernel, dilation)
            for rest, effect in effects.items():
                padding, odd = divmod(span - rest, 2)
                if odd or padding < 0:
                    continue
                multiple = 8 * span * stride  # a size whose last cell the last step reaches
                if _unread(multiple, multiple // stride, kernel, stride, padding, dilation) == 0:
                    found.append(AnySize(Setting(kernel, stride, padding, dilation), effect))
    return sorted(found, key=lambda any_size: any_size.setting.order)


def read_size(text: str) -> int | tuple[int, int]:
    """A size as people write it: one number, or two as height and width.

    >>> read_size("224"), read_size("480x640"), read_size("(7, 5)"), read_size(" 7 × 5 ")
    (224, (480, 640), (7, 5), (7, 5))
    """
    numbers = re.split(r"\s*[,x×]\s*|\s+", text.strip(" ()"))
    if len(numbers) > 2 or not all(re.fullmatch(r"-?[0-9]{1,9}", number) for number in numbers):
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise SolveError(f"A size is written like 224, or 480,640 for height and width, not {shown!r}.")
    return int(numbers[0]) if len(numbers) == 1 else (int(numbers[0]), int(numbers[1]))


def _kernels(
    kernels: list[int], dilations: list[int], paddings: list[int] | None
) -> Iterator[tuple[int, int, int, range | list[int]]]:
    """Kernel, dilation, effective kernel, and the paddings to try with them."""
    for kernel in kernels:
        for dilation in dilations if kernel > 1 else dilations[:1]:  # one tap has nothing to spread
            span = effective_kernel(kernel, dilation)
            yield kernel, dilation, span, range(max(kernel, span // 2) + 1) if paddings is None else paddings


def _unread(size: int, output: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """``len(Axis.unread)``, with one bit for each padded cell: fast enough for every setting."""
    steps = ((1 << output * stride) - 1) // ((1 << stride) - 1)  # a bit at 0, stride, 2·stride, ...
    read = 0
    for tap in range(kernel):
        read |= steps << tap * dilation
    return size - (read >> padding & (1 << size) - 1).bit_count()


def _within(values: range | list[int], low: int, high: int) -> Iterable[int]:
    if isinstance(values, range):
        return range(max(low, 0), min(high, values[-1]) + 1)
    return [value for value in values if low <= value <= high]


def _check(size: int, wanted: int) -> None:
    for name, value in (("input", size), ("wanted output", wanted)):
        if not 1 <= value <= LARGEST_SIDE:
            raise SolveError(f"The {name} size must be from 1 to {LARGEST_SIDE:,}, not {value:,}.")


def _why(
    size: int, wanted: int, kernels: list[int], strides: list[int], paddings: list[int] | None, dilations: list[int]
) -> str:
    """Why nothing does it, and the way out."""
    if not (kernels and strides and dilations) or paddings == []:
        return "There is nothing to choose from: each range needs at least one value."
    below, above = nearest(size, wanted, kernels=kernels, strides=strides, paddings=paddings, dilations=dilations)
    if wanted > size and above is None:
        factor = f"nn.ConvTranspose2d (stride {wanted // size})" if wanted % size == 0 else "nn.ConvTranspose2d"
        most = f"makes at most {below} of {size}" if below else "does not help"
        return (
            f"A convolution does not enlarge: padding {most}, not {wanted}; "
            f"use {factor}, or F.interpolate and a convolution after it."
        )
    near = " and ".join(str(n) for n in (below, above) if n is not None)
    return (
        f"{_ranges(kernels, strides, paddings, dilations)} turns {size} into {wanted}"
        f"{f' (the nearest: {near})' if near else ''}; use two layers, or pooling before this one."
    )


def _ranges(kernels: list[int], strides: list[int], paddings: list[int] | None, dilations: list[int]) -> str:
    """What was tried, in words; arguments that only have one value are named with it."""
    words = [f"kernel_size={kernels[0]}" if len(kernels) == 1 else f"kernel_size up to {kernels[-1]}"]
    words += [f"stride={strides[0]}" if len(strides) == 1 else f"stride up to {strides[-1]}"]
    words += [f"padding={paddings[0]}"] if paddings is not None and len(paddings) == 1 else []
    words += [f"dilation={dilations[0]}"] if len(dilations) == 1 else []
    return f"No {words[0]} with {', '.join(words[1:])}"


def _written(arguments: dict[str, Any]) -> str:
    words = [f"kernel_size={arguments['kernel_size']}"]
    for name, default in (("stride", 1), ("padding", 0), ("dilation", 1)):
        if arguments[name] != default:
            words.append(f"{name}={arguments[name]}")
    return ", ".join(words)
