"""Which input cells an output cell reads along one axis, for every operation of a network.

The windows are those of `conv_viz.layers.window`; here they are asked for whole stretches of cells, and beyond the
borders too, where a receptive field goes on. All functions take numbers and numpy's arrays alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Protocol

import numpy as np

from conv_viz.layers.taps import taps
from conv_viz.layers.values import Shape
from conv_viz.layers.window import WindowAxis
from conv_viz.networks.joints import Joint
from conv_viz.networks.operations import Flatten, Linear
from conv_viz.networks.resizing import AdaptivePool, Unflatten, Upsample, ZeroPad2d

Number = Any
"""A whole number, or an array of them."""


class AxisMap(Protocol):
    """One axis of one operation: `size` cells in, `output` cells out.

    `stride` is how many input cells two neighbouring outputs lie apart, `centre` where the middle of the first output's
    window lies (the middle of input cell 0 is 0), `regular` whether every output reads as many cells as the others.
    """

    @property
    def size(self) -> int: ...
    @property
    def output(self) -> int: ...
    @property
    def stride(self) -> Fraction: ...
    @property
    def centre(self) -> Fraction: ...
    @property
    def regular(self) -> bool: ...

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        """First and last input cell that the outputs low to high read; the first is larger when there is none."""

    def __hash__(self) -> int: ...

    def table(self) -> np.ndarray:
        """The input cells that each output reads, below zero where it reads none: int32, shape (output, taps)."""


@dataclass(frozen=True)
class Window:
    """A window that slides.

    >>> conv = Window(WindowAxis(size=7, kernel=3, stride=2, before=1, after=1))
    >>> conv.span(0, 1), conv.table().tolist()
    ((-1, 3), [[-1, 0, 1], [1, 2, 3], [3, 4, 5], [5, 6, -1]])
    >>> Window(WindowAxis(size=7, kernel=2, before=1, after=1, base_dilation=2, reversed=True)).span(4, 5)
    (2, 2)
    """

    axis: WindowAxis

    @property
    def size(self) -> int:
        return self.axis.size

    @property
    def output(self) -> int:
        return self.axis.output

    @property
    def stride(self) -> Fraction:
        return Fraction(self.axis.stride, self.axis.base_dilation)

    @property
    def centre(self) -> Fraction:
        return Fraction(self.axis.effective_kernel - 1 - 2 * self.axis.before, 2 * self.axis.base_dilation)

    @property
    def regular(self) -> bool:
        return self.axis.base_dilation == 1

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        axis = self.axis
        first, last = low * axis.stride - axis.before, high * axis.stride - axis.before + axis.effective_kernel - 1
        return -(-first // axis.base_dilation), last // axis.base_dilation

    def table(self) -> np.ndarray:
        return taps(self.axis).inputs


@dataclass(frozen=True)
class Adaptive:
    """An adaptive pool: output o reads from ⌊o·size/output⌋ to ⌈(o + 1)·size/output⌉ − 1.

    Source: ``adaptive_start_index`` and ``adaptive_end_index`` in aten/src/ATen/native/AdaptivePooling.h

    >>> Adaptive(7, 3).table().tolist()
    [[0, 1, 2], [2, 3, 4], [4, 5, 6]]
    """

    size: int
    output: int

    @property
    def stride(self) -> Fraction:
        return Fraction(self.size, self.output)

    @property
    def centre(self) -> Fraction:
        return (self.stride - 1) / 2

    @property
    def regular(self) -> bool:
        return self.size % self.output == 0

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        return low * self.size // self.output, -(-(high + 1) * self.size // self.output) - 1

    def table(self) -> np.ndarray:
        return _between(self)


@dataclass(frozen=True)
class Nearest:
    """Nearest upsampling: output o reads cell ⌊o·stride⌋.

    >>> Nearest(3, 6, Fraction(1, 2)).table()[:, 0].tolist()
    [0, 0, 1, 1, 2, 2]
    """

    size: int
    output: int
    stride: Fraction

    regular = False

    @property
    def centre(self) -> Fraction:
        return (self.stride - 1) / 2

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        up, down = self.stride.denominator, self.stride.numerator
        return low * down // up, high * down // up

    def table(self) -> np.ndarray:
        return _between(self)


@dataclass(frozen=True)
class Bilinear:
    """Bilinear upsampling: output o reads the two cells around `centre` + o·stride, one where it falls on a cell.

    >>> Bilinear(2, 4, Fraction(1, 2), Fraction(-1, 4)).table().tolist()
    [[0, -1], [0, 1], [0, 1], [1, -1]]
    """

    size: int
    output: int
    stride: Fraction
    centre: Fraction

    regular = False

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        whole = math.lcm(self.stride.denominator, self.centre.denominator)
        start, step = int(self.centre * whole), int(self.stride * whole)
        return (start + low * step) // whole, -(-(start + high * step) // whole)

    def table(self) -> np.ndarray:
        return _between(self)


@dataclass(frozen=True)
class Whole:
    """Everything at once: a flatten, or a linear layer behind it."""

    size: int
    output: int = 1

    regular = True

    @property
    def stride(self) -> Fraction:
        return Fraction(self.size)

    @property
    def centre(self) -> Fraction:
        return Fraction(self.size - 1, 2)

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        return 0 * low, 0 * high + self.size - 1

    def table(self) -> np.ndarray:
        return _between(self)


@dataclass(frozen=True)
class Spread:
    """One cell that every output reads: an input of size 1 at a joint whose other inputs are larger, a row of numbers.

    >>> Spread(3).span(0, 2), Spread(3).table()[:, 0].tolist()
    ((0, 0), [0, 0, 0])
    """

    output: int

    size = 1
    regular = False

    @property
    def stride(self) -> Fraction:
        return Fraction(0)

    @property
    def centre(self) -> Fraction:
        return Fraction(0)

    def span(self, low: Number, high: Number) -> tuple[Number, Number]:
        return 0 * low + (low > high), 0 * high

    def table(self) -> np.ndarray:
        return np.zeros((self.output, 1), np.int32)


Maps = tuple[AxisMap, AxisMap]


def maps_of(operation: Any, shape: Shape, after: Shape) -> Maps | None:
    """Height and width of an operation from one input of this shape; None where every cell reads itself only.

    >>> from conv_viz.networks.operations import Pointwise
    >>> maps_of(Pointwise("ReLU"), (1, 3, 8, 8), (1, 3, 8, 8)) is None
    True
    """
    if hasattr(operation, "axes"):
        height, width = operation.axes(shape)
        return Window(height), Window(width)
    match operation:
        case Joint():
            if shape[2:] == after[2:]:
                return None
            sizes = zip(shape[2:], after[2:], strict=True)
            joined: list[AxisMap] = [Window(WindowAxis(a, 1)) if a == b else Spread(b) for a, b in sizes]
            return joined[0], joined[1]
        case Flatten() | Linear():
            height, width = shape[2:] if len(shape) == 4 else (1, 1)
            return (Whole(height), Whole(width)) if height * width > 1 else None
        case Unflatten(unflattened_size=(_, height, width)):
            return (Spread(height), Spread(width)) if height * width > 1 else None
        case AdaptivePool():
            return Adaptive(shape[-2], after[-2]), Adaptive(shape[-1], after[-1])
        case Upsample():
            factors = operation.scale_factor or (None, None)
            first, second = (_resized(operation, *axis) for axis in zip(shape[-2:], after[-2:], factors, strict=True))
            return first, second
        case ZeroPad2d(padding=(left, right, top, bottom)):
            return (
                Window(WindowAxis(shape[-2], 1, before=top, after=bottom)),
                Window(WindowAxis(shape[-1], 1, before=left, after=right)),
            )
    return None


def _resized(operation: Upsample, size: int, output: int, factor: float | None) -> AxisMap:
    stride = 1 / Fraction(factor).limit_denominator(4096) if factor else Fraction(size, output)
    if operation.mode == "nearest":
        return Nearest(size, output, stride)
    if operation.align_corners:
        apart = Fraction(size - 1, output - 1) if output > 1 else Fraction(0)
        return Bilinear(size, output, apart, Fraction(0))
    return Bilinear(size, output, stride, (stride - 1) / 2)


def _between(axis: AxisMap) -> np.ndarray:
    """A table of all cells from the first to the last that each output reads, both moved into the input."""
    units = np.arange(axis.output)
    low, high = (np.clip(ends, 0, axis.size - 1) for ends in axis.span(units, units))
    cells = low[:, None] + np.arange(int((high - low).max()) + 1)
    return np.where(cells <= high[:, None], cells, -1).astype(np.int32)
