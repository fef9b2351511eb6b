"""From this size to a larger one: which settings of a transposed convolution do it, simplest first.

One axis has the closed form ``(size − 1)·stride − 2·padding + dilation·(kernel − 1) + output_padding + 1``. So kernel,
stride and dilation fix ``output_padding − 2·padding``, and both are read off, not searched for.

Simplest means, in this order: every output reads the input; no dilation; no output_padding; the padding is at most
half the kernel; then small numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    check_factor,
    check_sizes,
    simplest_first,
    spans,
)
from conv_viz.layers.window import WindowAxis, effective_kernel

NO_INPUT = "some outputs read no input"
UNEVEN = "uneven: kernel_size is no multiple of stride"


@dataclass(frozen=True)
class TransposedSetting(Along):
    """The settings along one axis; `blank` when some outputs read no input and hold the bias alone.

    >>> str(TransposedSetting(3, stride=2, padding=1, output_padding=1))
    'kernel_size=3, stride=2, padding=1, output_padding=1'
    """

    kernel: int
    stride: int = 1
    padding: int = 0
    output_padding: int = 0
    dilation: int = 1
    blank: bool = field(default=False, compare=False)

    @property
    def uneven(self) -> bool:
        """Whether some outputs are made of more weights than their neighbours: a pattern like a chessboard may show.

        Source: Odena et al., "Deconvolution and checkerboard artifacts", https://distill.pub/2016/deconv-checkerboard
        """
        return self.kernel % self.stride != 0

    def remark(self, copies: bool) -> str:
        """What speaks against it."""
        return NO_INPUT if self.blank else UNEVEN if self.uneven else ""

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Sorts settings, simplest first; see the module's text."""
        plain = (self.blank, self.dilation > 1, self.output_padding > 0, 2 * self.padding > self.kernel)
        return (*map(int, plain), self.kernel, self.padding, self.stride, self.output_padding, self.dilation)


def solve_transposed(
    size: int,
    wanted: int,
    *,
    kernels: Iterable[int] = KERNELS,
    strides: Iterable[int] = STRIDES,
    paddings: Iterable[int] | None = None,
    output_paddings: Iterable[int] | None = None,
    dilations: Iterable[int] = DILATIONS,
) -> list[TransposedSetting]:
    """Every setting in these ranges that turns `size` cells into `wanted`, simplest first.

    Without `paddings`, those are tried that cut no input off: less than the effective kernel. Never empty: raises
    `conv_viz.layers.settings.SolveError` when nothing does it.

    >>> [str(setting) for setting in solve_transposed(7, 14)[:2]]
    ['kernel_size=2, stride=2', 'kernel_size=4, stride=2, padding=1']
    """
    check_sizes(size, wanted)
    kernels, strides = sorted(set(kernels)), sorted(set(strides))
    allowed = None if paddings is None else set(paddings)
    extras = None if output_paddings is None else set(output_paddings)
    found = []
    for kernel, dilation, span in spans(kernels, dilations):
        for stride in strides:
            rest = wanted - (size - 1) * stride - span  # output_padding - 2 * padding
            for extra in range(max(0, rest) + rest % 2 * (rest < 0), max(stride, dilation), 2):
                padding = (extra - rest) // 2
                fits = padding < span if allowed is None else padding in allowed
                if fits and (extras is None or extra in extras):
                    blank = _blank(size, kernel, stride, padding, extra, dilation)
                    found.append(TransposedSetting(kernel, stride, padding, extra, dilation, blank))
    if not found:
        raise SolveError(_why(size, wanted, kernels, strides, allowed, set(dilations)))
    return simplest_first(found)


def _why(
    size: int, wanted: int, kernels: list[int], strides: list[int], paddings: set[int] | None, dilations: set[int]
) -> str:
    """Why nothing does it; where all but output_padding is to stay, the sizes that it chooses between."""
    if paddings and len(kernels) == len(strides) == len(paddings) == len(dilations) == 1:
        (kernel,), (stride,), (padding,), (dilation,) = kernels, strides, paddings, dilations
        least = (size - 1) * stride - 2 * padding + effective_kernel(kernel, dilation)
        most = least + max(stride, dilation) - 1
        return (
            f"With these values output_padding makes {least}{f' to {most}' if most > least else ''} of {size}, "
            f"not {wanted}; keep less."
        )
    return (
        f"No transposed layer in these ranges (kernel_size up to {max(kernels, default=0)}, stride up to "
        f"{max(strides, default=0)}) turns {size} into {wanted}; use two layers, or F.interpolate."
    )


def solve_transposed_2d(size: tuple[int, int], wanted: tuple[int, int], **ranges: Any) -> list[Setting2d]:
    """Settings for (height, width), as `conv_viz.layers.solver.solve_2d`.

    >>> [str(setting) for setting in solve_transposed_2d((7, 8), (14, 15))[:2]]
    ['kernel_size=8', 'kernel_size=10, padding=1']
    """
    return along_both(solve_transposed, size, wanted, ({}, {}), ranges)


def _blank(size: int, kernel: int, stride: int, padding: int, extra: int, dilation: int) -> bool:
    """Whether some output reads no input: decided on few cells, between which and more the pattern repeats."""
    span = effective_kernel(kernel, dilation)
    reach = span - 1 - padding
    few = min(size, span // stride + padding // stride + 3)
    axis = WindowAxis(few, kernel, 1, dilation, reach, reach + extra, base_dilation=stride, reversed=True)
    return bool(axis.padding_only)


def times_any_size(
    stride: int = 1, *, kernels: Iterable[int] = KERNELS, dilations: Iterable[int] = DILATIONS
) -> list[AnySize]:
    """Settings that multiply any size by the stride, simplest first.

    The output is ``size·stride`` when ``effective kernel + output_padding = stride + 2·padding``.

    >>> [str(found.setting) for found in times_any_size(2)[:2]]
    ['kernel_size=2, stride=2', 'kernel_size=4, stride=2, padding=1']
    """
    check_factor(stride)
    effect = f"size × {stride}" if stride > 1 else "the size stays"
    found = []
    for kernel, dilation, span in spans(kernels, dilations):
        for extra in range(max(stride, dilation)):
            padding, odd = divmod(span + extra - stride, 2)
            if not odd and 0 <= padding < span and not _blank(8 * span, kernel, stride, padding, extra, dilation):
                found.append(AnySize(TransposedSetting(kernel, stride, padding, extra, dilation), effect))
    return simplest_first(found)


TRANSPOSED = Solver(
    ("kernel_size", "stride", "padding", "output_padding", "dilation"), solve_transposed, times_any_size, grows=True
)
"""The solver of the transposed convolutions."""
