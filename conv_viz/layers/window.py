"""Sizes along one axis of a window layer.

A convolution, a transposed convolution and a pool slide a window, and are separable in
their indices: height and width never mix. One `WindowAxis` therefore says everything about
sizes, and a 2-D layer is two of them. Nothing here imports torch or numpy.

The fields are those of XLA's ``WindowDimension``:
https://openxla.org/xla/operation_semantics#reducewindow
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property

PADDING = -1
"""In a table of sources: a cell of the padding, or a hole between two input cells."""
BEYOND = -2
"""In a table of sources: a cell past the padded input, which the last window of a pool may reach and never counts."""


@dataclass(frozen=True)
class WindowAxis:
    """One spatial axis of a layer: an input size and how the window walks over it.

    All lengths are in cells. `before` and `after` are the padding at the low and
    high end; they differ for ``padding='same'`` with an even effective kernel, and for a
    transposed convolution's output_padding. There they can be negative: cells are cut off.

    - `base_dilation`: input cells lie so far apart, with holes between them (a transposed convolution's stride);
    - `reversed`: the kernel is met from its end (transposed again);
    - `ceil`: the last window may reach past the padded input, as long as it begins before the right padding
      (a pool's ceil_mode).

    >>> axis = WindowAxis(size=7, kernel=3, stride=2, dilation=1, before=1, after=1)
    >>> axis.output, axis.effective_kernel, axis.remainder
    (4, 3, 0)
    >>> WindowAxis(size=7, kernel=3, before=1, after=2, base_dilation=2, reversed=True).output
    14
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    mode: str = "zeros"
    base_dilation: int = 1
    reversed: bool = False
    ceil: bool = False

    @property
    def stretched(self) -> int:
        """Length of the input with the holes between its cells.

        >>> WindowAxis(size=4, kernel=3, base_dilation=3).stretched
        10
        """
        return (self.size - 1) * self.base_dilation + 1

    @cached_property
    def padded(self) -> int:
        """Length of the stretched input with its padding."""
        return self.stretched + self.before + self.after

    @cached_property
    def effective_kernel(self) -> int:
        """Cells from the first tap to the last: ``dilation * (kernel - 1) + 1``.

        >>> WindowAxis(size=9, kernel=3, dilation=4).effective_kernel
        9
        """
        return effective_kernel(self.kernel, self.dilation)

    @cached_property
    def output(self) -> int:
        """Output size, 0 when the kernel does not fit.

        Formula: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html#shape, and for `ceil`
        ``pooling_output_shape`` in aten/src/ATen/native/Pool.h: a last window that would begin in the padding
        at the high end is dropped.

        >>> WindowAxis(size=224, kernel=7, stride=2, before=3, after=3).output
        112
        >>> WindowAxis(size=32, kernel=1, stride=2, ceil=True).output
        16
        """
        room = self.padded - self.effective_kernel
        if not self.ceil:
            return room // self.stride + 1 if room >= 0 else 0
        steps = -(-room // self.stride) + 1
        if (steps - 1) * self.stride >= self.size + self.before:
            steps -= 1
        return max(steps, 0)

    @property
    def reach(self) -> int:
        """Cells from the first padded one to the last that a window or the padded input has.

        >>> WindowAxis(size=5, kernel=2, stride=2, ceil=True).reach
        6
        """
        return max(self.padded, self._last_read + 1)

    @property
    def remainder(self) -> int:
        """Padded cells left over at the high end, which no step of the kernel reaches.

        >>> WindowAxis(size=8, kernel=3, stride=2).remainder
        1
        """
        return (
            max(0, self.padded - 1 - self._last_read)
            if self.ceil
            else ((self.padded - self.effective_kernel) % self.stride)
        )

    @cached_property
    def unread(self) -> tuple[int, ...]:
        """Input indices that feed no output, neither directly nor as a copy in the padding.

        >>> WindowAxis(size=8, kernel=3, stride=2).unread
        (7,)
        >>> WindowAxis(size=5, kernel=1, stride=2).unread
        (1, 3)
        """
        if self.output == 0:
            return ()
        gapless = (self.dilation == 1 and self.stride <= self.kernel) or (
            self.stride == 1 and self.dilation <= self.output
        )
        first = max(0, -((self.before - self._last_read - 1) // self.base_dilation)) if gapless else 0
        reads = self._reads()
        cut = range(-(self.before // self.base_dilation)) if self.before < 0 else range(0)
        rest = range(max(first, len(cut)), self.size)
        unread = (i for i in rest if not any(map(reads, self._cells_of(i))))
        return (*(i for i in cut if i < self.size), *unread)

    @cached_property
    def padding_only(self) -> tuple[int, ...]:
        """Output indices whose window lies on padding and holes alone: there a convolution returns its bias.

        >>> WindowAxis(size=7, kernel=6, before=6, after=6).padding_only
        (0, 13)
        >>> WindowAxis(size=1, kernel=2, dilation=4, before=3, after=3).padding_only
        (0, 1, 2)
        >>> WindowAxis(size=3, kernel=1, base_dilation=2, reversed=True).padding_only
        (1, 3)
        """
        if self.mode != "zeros" or not (self.before or self.after or self.base_dilation > 1):
            return ()
        common = math.gcd(self.base_dilation, self.dilation)
        period = self.base_dilation // common  # every so many taps meet an input cell, or none does
        inverse = pow(self.dilation // common, -1, period)

        def blank(start: int) -> bool:
            place = self.before - start  # of the first input cell, from the first tap
            if place % common:
                return True
            first = max(0, -(-place // self.dilation))  # the first tap that is not before the input
            first += (place // common * inverse - first) % period
            return first >= self.kernel or first * self.dilation >= place + self.stretched

        return tuple(o for o in range(self.output) if blank(o * self.stride))

    @property
    def _last_read(self) -> int:
        """The last padded cell that is read."""
        return (self.output - 1) * self.stride + self.effective_kernel - 1

    def _reads(self) -> Callable[[int], bool]:
        """A test whether a padded cell feeds any output, in constant time.

        Cell p is read when p = o·stride + k·dilation for some output o and kernel
        index k. That fixes k modulo stride/gcd; one such k must lie within reach.
        """
        last, common = self.output - 1, math.gcd(self.stride, self.dilation)
        period = self.stride // common
        inverse = pow(self.dilation // common, -1, period)

        def reads(cell: int) -> bool:
            if cell % common:
                return False
            least = max(0, -((last * self.stride - cell) // self.dilation))
            k = least + (cell // common * inverse - least) % period
            return k <= min(self.kernel - 1, cell // self.dilation)

        return reads

    def _cells_of(self, index: int) -> Iterator[int]:
        """Padded cells that hold this input index, its own first; see `source`.

        Of the many copies that 'replicate' makes of an edge, the outermost within
        reach of the kernel is enough: it is read if any of them is.
        """
        yield self.before + index * self.base_dilation
        end, last = self.before + self.size, self.size - 1
        match self.mode:
            case "reflect":
                low, high = self.before - index, end + last - 1 - index
            case "replicate":
                low, high = (-1 if index else 0), (-1 if index < last else self._last_read)
            case "circular":
                low, high = self.before + index - self.size, end + index
            case _:
                return
        if 0 <= low < self.before:
            yield low
        if end <= high < self.padded:
            yield high

    def source(self, cell: int) -> int:
        """Input index that the padded cell copies, `PADDING` for a zero or a hole, `BEYOND` past the padded input.

        The three copying modes, for padding 2 of the input ``1 2 3 4``
        (`before` and `after` as torch limits them: see `conv_viz.layers.conv`):

        >>> row = "1234"
        >>> def shown(mode):
        ...     axis = WindowAxis(size=4, kernel=1, before=2, after=2, mode=mode)
        ...     return "".join("0" if (s := axis.source(c)) < 0 else row[s] for c in range(8))
        >>> shown("zeros"), shown("reflect"), shown("replicate"), shown("circular")
        ('00123400', '32123432', '11123444', '34123412')
        """
        if cell >= self.padded:
            return BEYOND
        place, last = cell - self.before, self.size - 1
        i, hole = divmod(place, self.base_dilation)
        if 0 <= i <= last:
            return PADDING if hole else i
        match self.mode:
            case "reflect":
                return -i if i < 0 else 2 * last - i
            case "replicate":
                return 0 if i < 0 else last
            case "circular":
                return i + self.size if i < 0 else i - self.size
        return PADDING

    def formula(self) -> str:
        """The output-size formula with this axis' numbers in it.

        >>> WindowAxis(size=7, kernel=3, stride=2, before=1, after=1).formula()
        '⌊(7 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 4'
        >>> WindowAxis(size=7, kernel=3, before=1, after=2, base_dilation=2, reversed=True).formula()
        '(7 − 1)·2 − 2·1 + 1·(3 − 1) + 1 + 1 = 14'
        >>> WindowAxis(size=4, kernel=3, stride=3, ceil=True).formula()
        '⌈(4 + 2·0 − 1·(3 − 1) − 1) / 3⌉ + 1 = 2'
        >>> WindowAxis(size=32, kernel=1, stride=2, ceil=True).formula()
        '⌈(32 + 2·0 − 1·(1 − 1) − 1) / 2⌉ + 1 − 1 = 16'
        """
        if self.reversed:
            padding = self.effective_kernel - 1 - self.before
            return (
                f"({self.size} − 1)·{self.base_dilation} − 2·{padding} + {self.dilation}·({self.kernel} − 1) "
                f"+ {self.after - self.before} + 1 = {self.output}"
            )
        padding_words = f"2·{self.before}" if self.before == self.after else f"({self.before} + {self.after})"
        down, up = "⌈⌉" if self.ceil else "⌊⌋"
        dropped = self.ceil and -(-(self.padded - self.effective_kernel) // self.stride) + 1 > self.output
        return (
            f"{down}({self.size} + {padding_words} − {self.dilation}·({self.kernel} − 1) − 1) / {self.stride}{up}"
            f" + 1{' − 1' if dropped else ''} = {self.output}"
        )


def plane(axes: tuple[WindowAxis, ...]) -> tuple[WindowAxis, WindowAxis]:
    """The axes of a picture: a layer with one axis has one row.

    >>> plane((WindowAxis(7, 3),))[0].output
    1
    """
    height, width = axes if len(axes) == 2 else (WindowAxis(1, 1, reversed=axes[0].reversed), *axes)
    return height, width


def effective_kernel(kernel: int, dilation: int) -> int:
    """Cells that a dilated kernel spans.

    Formula: Dumoulin & Visin, "A guide to convolution arithmetic", section 5.1,
    https://arxiv.org/abs/1603.07285

    >>> effective_kernel(3, 2)
    5
    """
    return dilation * (kernel - 1) + 1


def same_padding(kernel: int, dilation: int) -> tuple[int, int]:
    """Padding (before, after) that keeps the size at stride 1, as torch splits it.

    An odd total puts the extra cell at the high end.

    >>> same_padding(3, 1), same_padding(4, 1)
    ((1, 1), (1, 2))
    """
    total = dilation * (kernel - 1)
    return total // 2, total - total // 2
