"""From this size to that size: which kernel, stride, padding and dilation do it, simplest first.

One axis has the closed form that `WindowAxis.output` computes. With the effective kernel
``e = dilation·(kernel − 1) + 1``, the output is ``⌊(size + 2·padding − e) / stride⌋ + 1``, so a
wanted output fixes ``size + 2·padding − e`` to the ``stride`` values from ``stride·(wanted − 1)``
on, and every padding that does it is read off, not searched for.

Simplest means, in this order: every input cell is read; few of stride, padding and
dilation differ from their defaults (dilation, the rarest, counts twice); the kernel is odd,
so that it has a middle; the padding is none, or half the kernel; then small numbers: kernel,
padding, stride, dilation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conv_viz.layers.settings import (
    DILATIONS,
    KERNELS,
    STRIDES,
    Along,
    AnySize,
    Setting2d,
    SolveError,
    Solver,
    along_both,
    beside,
    check_factor,
    check_sizes,
    nearest_words,
    reads_all,
    rounded,
    simplest_first,
    spans,
    tried,
    unread,
)
from conv_viz.layers.window import effective_kernel


@dataclass(frozen=True)
class Setting(Along):
    """Kernel, stride, padding and dilation along one axis; `unread` input cells feed no output.

    >>> str(Setting(3, stride=2, padding=1))
    'kernel_size=3, stride=2, padding=1'
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

    @property
    def padding_only(self) -> bool:
        """Whether the first output reads padding alone, and so holds nothing but the bias.

        >>> Setting(6, padding=6).padding_only, Setting(3, padding=1).padding_only
        (True, False)
        """
        return self.padding >= self.effective_kernel

    def remark(self, copies: bool) -> str:
        """What speaks against it besides."""
        return "edges read padding only" if self.padding_only and not copies else ""

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Sorts settings, simplest first; see the module's text."""
        plain = (self.unread > 0, self.changes, self.kernel % 2 == 0, not self.half)
        return (*map(int, plain), self.kernel, self.padding, self.stride, self.dilation)


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
    check_sizes(size, wanted)
    kernels, strides, dilations = sorted(set(kernels)), sorted(set(strides)), sorted(set(dilations))
    allowed = None if paddings is None else sorted({p for p in paddings if p >= 0})
    found = []
    for kernel, dilation, span, padded in _kernels(kernels, dilations, allowed):
        for stride in strides:
            least = stride * (wanted - 1) + span - size  # of 2 * padding
            for padding in _within(padded, -(-least // 2), (least + stride - 1) // 2):
                missed = unread(size, wanted, kernel, stride, padding, dilation)
                found.append(Setting(kernel, stride, padding, dilation, missed))
    if not found:
        raise SolveError(_why(size, wanted, kernels, strides, allowed, dilations))
    return simplest_first(found)


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
        for _, _, span, padded in _kernels(sorted(set(kernels)), sorted(set(dilations)), allowed)
        for padding in padded
        if size + 2 * padding >= span
        for stride in strides
    }
    return beside(outputs, wanted)


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
    return along_both(solve, size, wanted, along, ranges)[:limit]


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
    check_factor(stride)
    up, down = rounded(stride)
    effects = {stride: down, 1: up}
    found = []
    for kernel, dilation, span in spans(kernels, dilations):
        for rest, effect in effects.items():
            padding, odd = divmod(span - rest, 2)
            if odd or padding < 0:
                continue
            if reads_all(kernel, stride, padding, dilation):
                found.append(AnySize(Setting(kernel, stride, padding, dilation if kernel > 1 else 1), effect))
    return simplest_first(found)


def _kernels(
    kernels: list[int], dilations: list[int], paddings: list[int] | None
) -> Iterator[tuple[int, int, int, range | list[int]]]:
    """Kernel, dilation, effective kernel, and the paddings to try with them."""
    for kernel, dilation, span in spans(kernels, dilations):
        yield kernel, dilation, span, range(max(kernel, span // 2) + 1) if paddings is None else paddings


def _within(values: range | list[int], low: int, high: int) -> Iterable[int]:
    if isinstance(values, range):
        return range(max(low, 0), min(high, values[-1]) + 1)
    return [value for value in values if low <= value <= high]


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
    return (
        f"{tried(kernels, strides, paddings, dilations)} turns {size} into {wanted}{nearest_words(below, above)}; "
        "use two layers, or pooling before this one."
    )


CONV = Solver(("kernel_size", "stride", "padding", "dilation"), solve, same_for_any_size)
"""The solver of ``nn.Conv1d`` and ``nn.Conv2d``."""
