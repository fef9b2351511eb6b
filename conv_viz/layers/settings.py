"""What the solvers of all layers share: ranges, settings for both axes, the words about them.

A solver finds every setting that turns one size into another; which arguments that are, and which comes first, differs
from layer to layer: `conv_viz.layers.solver`, `solver_transposed`, `solver_pool`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache, cached_property
from typing import Any, Protocol, TypeVar

from conv_viz.layers.call import short
from conv_viz.layers.facts import FACTS
from conv_viz.layers.values import LARGEST_SIDE
from conv_viz.layers.window import effective_kernel

KERNELS = range(1, 12)
STRIDES = range(1, 9)
DILATIONS = range(1, 5)
T = TypeVar("T")
PAIRED = 16  # settings of each axis that are tried against each other when none does both

RANGES = {
    "kernel_size": "kernels",
    "stride": "strides",
    "padding": "paddings",
    "output_padding": "output_paddings",
    "dilation": "dilations",
    "ceil_mode": "ceil_modes",
}
"""Every argument that a solver may set, and the range that it is taken from."""


class SolveError(ValueError):
    """A wish that no layer in these ranges fulfils: one sentence with the reason and a way out."""


class AxisSetting(Protocol):
    """The arguments along one axis. `shared` are those of which a layer has one for both axes."""

    @property
    def order(self) -> tuple[int, ...]:
        """Sorts settings, simplest first."""

    @property
    def unread(self) -> int:
        """Input cells that feed no output."""

    @property
    def idle(self) -> bool:
        """Whether the same without its flag does the same."""

    @property
    def shared(self) -> object: ...

    def arguments(self) -> dict[str, Any]: ...

    def remark(self, copies: bool) -> str:
        """What speaks against it besides, in words; `copies` where the padding holds copies of the input."""


class Along:
    """Base of the settings along one axis: frozen dataclasses, whose fields that compare are the layer's arguments."""

    kernel: int
    unread: int = 0
    idle: bool = False
    order: Any

    @property
    def shared(self) -> object:
        """What a layer has one of for both axes: nothing."""
        return None

    def arguments(self) -> dict[str, Any]:
        """The arguments of the layer by name.

        >>> from conv_viz.layers.solver import Setting
        >>> Setting(3, stride=2, padding=1).arguments()
        {'kernel_size': 3, 'stride': 2, 'padding': 1, 'dilation': 1}
        """
        kind: Any = type(self)
        return {argument: getattr(self, name) for argument, name in _arguments(kind)}

    def __str__(self) -> str:
        """The arguments as one writes them, defaults left out."""
        return written(self.arguments())


@cache
def _arguments(kind: Any) -> tuple[tuple[str, str], ...]:
    """What each field that compares is called in torch."""
    names = (field.name for field in fields(kind) if field.compare)
    return tuple(("kernel_size" if name == "kernel" else name, name) for name in names)


def simplest_first(settings: Iterable[T]) -> list[T]:
    """Settings, or some for any size, by their order."""

    def order(one: Any) -> Any:
        return getattr(one, "setting", one).order

    return sorted(settings, key=order)


@dataclass(frozen=True)
class AnySize:
    """A setting whose effect does not depend on the size, and the effect in words."""

    setting: Any
    effect: str


@dataclass(frozen=True)
class Solver:
    """How the settings of a layer are found: which arguments, for one size, for any size divided by a factor.

    One that `grows` multiplies any size by the factor instead.
    """

    names: tuple[str, ...]
    solve: Callable[..., Sequence[Any]]
    any_size: Callable[..., list[AnySize]]
    grows: bool = False

    def ranges(self, kept: Mapping[str, Any]) -> dict[str, Any]:
        """Arguments that are to stay as they are, as ranges of one value."""
        return {RANGES[name]: (value,) for name, value in kept.items() if name in self.names}


@dataclass(frozen=True)
class Setting2d:
    """A setting for height and one for width, both of the same layer.

    >>> from conv_viz.layers.solver import Setting
    >>> str(Setting2d(Setting(3, padding=1), Setting(5, padding=2)))
    'kernel_size=(3, 5), padding=(1, 2)'
    """

    height: Any
    width: Any

    @property
    def differing(self) -> int:
        """How many of the arguments are not the same along both axes."""
        along = zip(self.height.arguments().values(), self.width.arguments().values(), strict=True)
        return sum(a != b for a, b in along)

    @cached_property
    def order(self) -> tuple[int, ...]:
        """Sorts settings: equal axes first, then the sum of both orders."""
        both = zip(self.height.order, self.width.order, strict=True)
        return (self.differing, *(a + b for a, b in both), *self.height.order)

    def arguments(self) -> dict[str, Any]:
        """The arguments of the layer, a pair where the axes differ."""
        height, width = self.height.arguments(), self.width.arguments()
        return {name: short((height[name], width[name])) for name in height}

    def __str__(self) -> str:
        return written(self.arguments())


def axes_of(setting: Any) -> tuple[Any, ...]:
    """The settings along each axis: one, or height and width."""
    return (setting.height, setting.width) if isinstance(setting, Setting2d) else (setting,)


def remark(setting: Any, *, copies: bool = False) -> str:
    """What speaks against a setting: cells that it never reads, and what it says itself.

    >>> from conv_viz.layers.solver import Setting
    >>> remark(Setting2d(Setting(1, unread=3), Setting(1, unread=1)))
    '3 rows and 1 column unread'
    """
    axes = axes_of(setting)
    own = dict.fromkeys(one.remark(copies) for one in axes)
    return "; ".join(filter(None, [_unread(axes), *own]))


def _unread(axes: Sequence[Any]) -> str:
    names = ("row", "column") if len(axes) == 2 else ("cell",)
    counts = [(one.unread, what) for one, what in zip(axes, names, strict=True)]
    words = [f"{count} {what}{'s' * (count != 1)}" for count, what in counts if count]
    return f"{' and '.join(words)} unread" if words else ""


def along_one(solve: Callable[..., Sequence[Any]], size: int, wanted: int, ranges: Mapping[str, Any]) -> list[Any]:
    """What `solve` finds for a single axis."""
    return [setting for setting in solve(size, wanted, **ranges) if not setting.idle]


def along_both(
    solve: Callable[..., Sequence[Any]],
    size: tuple[int, int],
    wanted: tuple[int, int],
    along: tuple[Mapping[str, Any], Mapping[str, Any]],
    ranges: Mapping[str, Any],
) -> list[Setting2d]:
    """What `solve` finds for each axis, as settings for both: see `conv_viz.layers.solver.solve_2d`."""
    found = []
    for name, n, m, own in zip(("Height", "Width"), size, wanted, along, strict=True):
        try:
            found.append(solve(n, m, **{**ranges, **own}))
        except SolveError as error:
            raise SolveError(f"{name}: {error}") from None
    height, width = found
    across = {setting: setting for setting in width}
    equal = [Setting2d(setting, across[setting]) for setting in height if setting in across]
    few = [_first(height), _first(width)]
    pairs = [Setting2d(h, w) for h in few[0] for w in few[1] if h != w and h.shared == w.shared]
    useful = [both for both in equal + pairs if not (both.height.idle and both.width.idle)]
    return sorted(useful, key=lambda setting: setting.order)


def _first(settings: Sequence[Any]) -> list[Any]:
    """The simplest ones for each value of what both axes share."""
    counts: dict[object, int] = {}
    kept = []
    for setting in settings:
        counts[setting.shared] = counts.get(setting.shared, 0) + 1
        if counts[setting.shared] <= PAIRED:
            kept.append(setting)
    return kept


def spans(kernels: Iterable[int], dilations: Iterable[int]) -> Iterator[tuple[int, int, int]]:
    """Kernel, dilation and effective kernel; a single tap, which has nothing to spread, has one dilation.

    >>> list(spans([1, 3], [1, 2]))
    [(1, 1, 1), (3, 1, 3), (3, 2, 5)]
    """
    dilations = sorted(set(dilations))
    for kernel in sorted(set(kernels)):
        for dilation in dilations if kernel > 1 else dilations[:1]:
            yield kernel, dilation, effective_kernel(kernel, dilation)


def unread(size: int, output: int, kernel: int, stride: int, padding: int, dilation: int) -> int:
    """``len(WindowAxis.unread)``, with one bit for each padded cell: fast enough for every setting."""
    steps = ((1 << output * stride) - 1) // ((1 << stride) - 1)  # a bit at 0, stride, 2·stride, ...
    read = 0
    for tap in range(kernel):
        read |= steps << tap * dilation
    return size - (read >> padding & (1 << size) - 1).bit_count()


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


def check_sizes(size: int, wanted: int) -> None:
    """Both within the house's sizes, else `SolveError`."""
    for name, value in (("input", size), ("wanted output", wanted)):
        if not 1 <= value <= LARGEST_SIDE:
            raise SolveError(f"The {name} size must be from 1 to {LARGEST_SIDE:,}, not {value:,}.")


def rounded(stride: int) -> tuple[str, str]:
    """What becomes of any size, rounded up and rounded down.

    >>> rounded(2), rounded(1)
    (('size / 2, rounded up', 'size / 2, rounded down'), ('the size stays', 'the size stays'))
    """
    up, down = (f"size / {stride}, rounded {where}" if stride > 1 else "the size stays" for where in ("up", "down"))
    return up, down


def reads_all(kernel: int, stride: int, padding: int, dilation: int) -> bool:
    """Whether every cell is read of a size whose last cell the last step reaches."""
    size = 8 * effective_kernel(kernel, dilation) * stride
    return unread(size, size // stride, kernel, stride, padding, dilation) == 0


def check_factor(factor: int) -> None:
    """At least 1, else `SolveError`."""
    if factor < 1:
        raise SolveError(f"stride must be at least 1, not {factor}.")


def tried(
    kernels: Sequence[int], strides: Sequence[int], paddings: Sequence[int] | None, dilations: Sequence[int]
) -> str:
    """What was tried, in words; arguments that only have one value are named with it.

    >>> tried([3], range(1, 9), None, [1])
    'No kernel_size=3 with stride up to 8, dilation=1'
    """
    words = [f"kernel_size={kernels[0]}" if len(kernels) == 1 else f"kernel_size up to {kernels[-1]}"]
    words += [f"stride={strides[0]}" if len(strides) == 1 else f"stride up to {strides[-1]}"]
    words += [f"padding={paddings[0]}"] if paddings is not None and len(paddings) == 1 else []
    words += [f"dilation={dilations[0]}"] if len(dilations) == 1 else []
    return f"No {words[0]} with {', '.join(words[1:])}"


def beside(outputs: Collection[int], wanted: int) -> tuple[int | None, int | None]:
    """The largest output below the wanted one, and the smallest above it.

    >>> beside([3, 9, 4], 5), beside([3], 5)
    ((4, 9), (3, None))
    """
    below = (output for output in outputs if output < wanted)
    above = (output for output in outputs if output > wanted)
    return max(below, default=None), min(above, default=None)


def nearest_words(below: int | None, above: int | None) -> str:
    """The outputs beside the wanted one, in brackets; nothing where there is none.

    >>> nearest_words(39, 41), nearest_words(None, 120), nearest_words(None, None)
    (' (the nearest: 39 and 41)', ' (the nearest: 120)', '')
    """
    near = " and ".join(str(n) for n in (below, above) if n is not None)
    return f" (the nearest: {near})" if near else ""


def written(arguments: Mapping[str, Any]) -> str:
    """The arguments as one writes them, defaults left out; the stride of a pool is that of its kernel.

    >>> written({"kernel_size": 2, "stride": 2, "padding": 0, "ceil_mode": True})
    'kernel_size=2, ceil_mode=True'
    """
    pool = "ceil_mode" in arguments
    defaults = FACTS["MaxPool2d" if pool else "ConvTranspose2d"].defaults
    defaults = {**defaults, **({"stride": arguments["kernel_size"]} if pool else {})}
    return ", ".join(f"{name}={value}" for name, value in arguments.items() if value != defaults.get(name))
