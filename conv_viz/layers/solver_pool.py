"""From this size to a smaller one: which settings of a pool do it, simplest first.

Simplest means, in this order: every input cell is read; few of stride, padding, ceil_mode and dilation differ from
their defaults (the stride's is the kernel, so that the windows lie side by side; dilation counts twice); then small
numbers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any

from conv_viz.layers.settings import (
    DILATIONS,
    KERNELS,
    RANGES,
    STRIDES,
    Along,
    AnySize,
    SolveError,
    Solver,
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
from conv_viz.layers.window import WindowAxis

CEIL_MODES = (False, True)


@dataclass(frozen=True)
class PoolSetting(Along):
    """The settings along one axis; `idle` when ceil_mode changes nothing here.

    >>> str(PoolSetting(3, stride=2, padding=1)), str(PoolSetting(2, stride=2))
    ('kernel_size=3, stride=2, padding=1', 'kernel_size=2')
    """

    kernel: int
    stride: int
    padding: int = 0
    dilation: int = 1
    ceil_mode: bool = False
    unread: int = field(default=0, compare=False)
    idle: bool = field(default=False, compare=False)

    @property
    def shared(self) -> bool:
        """ceil_mode is one for height and width."""
        return self.ceil_mode

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Sorts settings, simplest first; see the module's text."""
        changes = (self.stride != self.kernel) + (self.padding > 0) + self.ceil_mode + 2 * (self.dilation > 1)
        return (int(self.unread > 0), changes, self.kernel, self.padding, self.stride, self.dilation)

    def remark(self, copies: bool) -> str:
        """What is to be known of it."""
        return "the last window reaches beyond the input" if self.ceil_mode and not self.idle else ""


def solve_pool(
    size: int,
    wanted: int,
    *,
    kernels: Iterable[int] = KERNELS,
    strides: Iterable[int] = STRIDES,
    paddings: Iterable[int] | None = None,
    dilations: Iterable[int] = DILATIONS,
    ceil_modes: Iterable[bool] = CEIL_MODES,
) -> list[PoolSetting]:
    """Every setting in these ranges that turns `size` cells into `wanted`, simplest first.

    The padding is at most half the kernel. Never empty: raises `conv_viz.layers.settings.SolveError`.

    >>> [str(setting) for setting in solve_pool(7, 4)[:2]]
    ['kernel_size=2, ceil_mode=True', 'kernel_size=2, padding=1']
    """
    check_sizes(size, wanted)
    kernels, strides, dilations = sorted(set(kernels)), sorted(set(strides)), sorted(set(dilations))
    allowed = None if paddings is None else sorted(set(paddings))
    found, nearest = [], set()
    for kernel, dilation, _ in spans(kernels, dilations):
        for padding in range(kernel // 2 + 1):
            if allowed is not None and padding not in allowed:
                continue
            for stride in strides:
                outputs = {
                    ceil: WindowAxis(size, kernel, stride, dilation, padding, padding, ceil=ceil).output
                    for ceil in CEIL_MODES
                }
                for ceil in ceil_modes:
                    nearest.add(outputs[ceil])
                    if outputs[ceil] == wanted:
                        missed = unread(size, wanted, kernel, stride, padding, dilation)
                        idle = ceil and outputs[False] == wanted
                        found.append(PoolSetting(kernel, stride, padding, dilation, ceil, missed, idle))
    if not found:
        raise SolveError(_why(size, wanted, tried(kernels, strides, allowed, dilations), nearest - {0}))
    return simplest_first(found)


def _why(size: int, wanted: int, what: str, outputs: set[int]) -> str:
    """Why nothing does it, and the way out."""
    if wanted > max(outputs, default=0) and wanted > size:
        return f"A pool does not enlarge: it makes at most {max(outputs, default=0)} of {size}; use F.interpolate."
    return f"{what} turns {size} into {wanted}{nearest_words(*beside(outputs, wanted))}; use two pools."


def any_size_pooled(
    stride: int = 1,
    *,
    kernels: Iterable[int] = KERNELS,
    dilations: Iterable[int] = DILATIONS,
    paddings: Iterable[int] | None = None,
) -> list[AnySize]:
    """Settings that divide any size by the stride, simplest first.

    As for a convolution (`conv_viz.layers.solver.same_for_any_size`), with a padding of at most half the kernel, and
    with ceil_mode rounded up where it is rounded down without.

    >>> for found in any_size_pooled(2)[:2]:
    ...     print(found.setting, "|", found.effect)
    kernel_size=2 | size / 2, rounded down
    kernel_size=2, ceil_mode=True | size / 2, rounded up
    """
    check_factor(stride)
    up, down = rounded(stride)
    allowed = None if paddings is None else set(paddings)
    effects = [(1, False, up), (stride, False, down), (stride, True, up)]
    if stride == 1:
        effects = effects[:1]
    found = []
    for kernel, dilation, span in spans(kernels, dilations):
        for rest, ceil, effect in effects:
            padding, odd = divmod(span - rest, 2)
            if odd or not 0 <= padding <= kernel // 2 or (allowed is not None and padding not in allowed):
                continue
            if reads_all(kernel, stride, padding, dilation):
                found.append(AnySize(PoolSetting(kernel, stride, padding, dilation if kernel > 1 else 1, ceil), effect))
    return simplest_first(found)


_NAMES = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")


def pool_solver(arguments: Iterable[str]) -> Solver:
    """The solver of a pool with these arguments; what it lacks is at its default.

    >>> pool_solver(("kernel_size", "stride", "ceil_mode")).names
    ('kernel_size', 'stride', 'ceil_mode')
    """
    names = tuple(name for name in _NAMES if name in arguments)
    fixed: dict[str, Any] = {RANGES[name]: (int(name == "dilation"),) for name in _NAMES if name not in names}
    return Solver(names, partial(solve_pool, **fixed), partial(any_size_pooled, **fixed))
