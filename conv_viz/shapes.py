"""Sizes along one axis of a convolution.

A convolution is separable in its indices: height and width never mix. One
`Axis` therefore says everything about sizes, and a 2-D layer is two of them.
Nothing here imports torch or numpy.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Axis:
    """One spatial axis of a layer: an input size and how the kernel walks over it.

    All lengths are in cells. `before` and `after` are the padding at the low and
    high end; they differ only for ``padding='same'`` with an even effective kernel.

    >>> axis = Axis(size=7, kernel=3, stride=2, dilation=1, before=1, after=1)
    >>> axis.output, axis.effective_kernel, axis.remainder
    (4, 3, 0)
    """

    size: int
    kernel: int
    stride: int = 1
    dilation: int = 1
    before: int = 0
    after: int = 0
    mode: str = "zeros"

    @property
    def padded(self) -> int:
        """Length of the padded input."""
        return self.size + self.before + self.after

    @property
    def effective_kernel(self) -> int:
        """Cells from the first tap to the last: ``dilation * (kernel - 1) + 1``.

        >>> Axis(size=9, kernel=3, dilation=4).effective_kernel
        9
        """
        return effective_kernel(self.kernel, self.dilation)

    @property
    def output(self) -> int:
        """Output size, 0 when the kernel does not fit.

        Formula: https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv2d.html#shape

        >>> Axis(size=224, kernel=7, stride=2, before=3, after=3).output
        112
        """
        room = self.padded - self.effective_kernel
        return room // self.stride + 1 if room >= 0 else 0

    @property
    def remainder(self) -> int:
        """Padded cells left over at the high end, which no step of the kernel reaches.

        >>> Axis(size=8, kernel=3, stride=2).remainder
        1
        """
        return (self.padded - self.effective_kernel) % self.stride

    @cached_property
    def unread(self) -> tuple[int, ...]:
        """Input indices that feed no output, neither directly nor as a copy in the padding.

        >>> Axis(size=8, kernel=3, stride=2).unread
        (7,)
        >>> Axis(size=5, kernel=1, stride=2).unread
        (1, 3)
        """
        if self.output == 0:
            return ()
        gapless = (self.dilation == 1 and self.stride <= self.kernel) or (
            self.stride == 1 and self.dilation <= self.output
        )
        first = max(0, self._reach + 1 - self.before) if gapless else 0
        reads = self._reads()
        return tuple(i for i in range(first, self.size) if not any(map(reads, self._cells_of(i))))

    @property
    def _reach(self) -> int:
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
        yield self.before + index
        end, last = self.before + self.size, self.size - 1
        match self.mode:
            case "reflect":
                low, high = self.before - index, end + last - 1 - index
            case "replicate":
                low, high = (-1 if index else 0), (-1 if index < last else self._reach)
            case "circular":
                low, high = self.before + index - self.size, end + index
            case _:
                return
        if 0 <= low < self.before:
            yield low
        if end <= high < self.padded:
            yield high

    def source(self, cell: int) -> int:
        """Input index that the padded cell copies, or -1 for a zero.

        The three copying modes, for padding 2 of the input ``1 2 3 4``
        (`before` and `after` as torch limits them: see `conv_viz.spec`):

        >>> row = "1234"
        >>> def shown(mode):
        ...     axis = Axis(size=4, kernel=1, before=2, after=2, mode=mode)
        ...     return "".join("0" if (s := axis.source(c)) < 0 else row[s] for c in range(8))
        >>> shown("zeros"), shown("reflect"), shown("replicate"), shown("circular")
        ('00123400', '32123432', '11123444', '34123412')
        """
        i, last = cell - self.before, self.size - 1
        if 0 <= i <= last:
            return i
        match self.mode:
            case "reflect":
                return -i if i < 0 else 2 * last - i
            case "replicate":
                return 0 if i < 0 else last
            case "circular":
                return i + self.size if i < 0 else i - self.size
        return -1

    def formula(self) -> str:
        """The output-size formula with this axis' numbers in it.

        >>> Axis(size=7, kernel=3, stride=2, before=1, after=1).formula()
        '⌊(7 + 2·1 − 1·(3 − 1) − 1) / 2⌋ + 1 = 4'
        """
        padding = f"2·{self.before}" if self.before == self.after else f"({self.before} + {self.after})"
        return (
            f"⌊({self.size} + {padding} − {self.dilation}·({self.kernel} − 1) − 1) / {self.stride}⌋ + 1 = {self.output}"
        )


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
