"""Everything that is said about a layer before it runs: shapes, formula, costs. Without torch."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import Shape, input_sizes
from conv_viz.layers.window import WindowAxis

FLOAT32 = 4  # bytes
MOST_ASKED = 1_000_000  # cells of the output that are looked at one by one; of more nothing is said


@dataclass(frozen=True)
class Summary:
    """The headline numbers of a layer on an input (N, C, H, W) or (C, H, W).

    >>> from conv_viz.layers.conv import ConvSpec
    >>> h = Summary.of(ConvSpec(3, 10, 5, padding=2), (16, 3, 28, 28))
    >>> h.output_shape, h.activations, h.spec.parameters
    ((16, 10, 28, 28), 125440, 760)
    """

    spec: WindowLayer
    input_shape: Shape
    axes: tuple[WindowAxis, WindowAxis]
    bands: tuple[str, ...] = ()

    @classmethod
    def of(cls, spec: WindowLayer, input_shape: Shape, bands: tuple[str, ...] = ()) -> Summary:
        """The headline of a layer on an input; raises `ConvSpecError` when it cannot pass.

        `bands` is what the first channels of the input are called, of a picture that says so.
        """
        shape = input_sizes(input_shape)
        return cls(spec, shape, spec.axes(shape), bands)

    @cached_property
    def output_shape(self) -> Shape:
        """Shape of the output, with the input's rank."""
        sides = (axis.output for axis in self.axes[-self.spec.dims :])
        return (*self.input_shape[: -self.spec.dims - 1], self.out_channels, *sides)

    @property
    def samples(self) -> int:
        """How many samples pass through together; 1 for an input without a batch."""
        return self.input_shape[0] if len(self.input_shape) == self.spec.dims + 2 else 1

    @property
    def in_channels(self) -> int:
        """Planes of the input."""
        return self.input_shape[-self.spec.dims - 1]

    def channel_name(self, channel: int) -> str:
        """What an input channel is called.

        >>> from conv_viz.layers.conv import ConvSpec
        >>> head = Summary.of(ConvSpec(3, 8, 3), (1, 3, 9, 9), ("red", "near infrared"))
        >>> [head.channel_name(c) for c in range(3)]
        ['red', 'near infrared', 'blue']
        """
        return channel_name(self.in_channels, channel, self.bands)

    @property
    def out_channels(self) -> int:
        """Planes of the output: a pool has as many as its input."""
        return self.spec.output_channels(self.in_channels)

    @property
    def kernel(self) -> tuple[int, int]:
        """Rows and columns of the window's taps; one row for a layer with one axis."""
        height, width = self.axes
        return height.kernel, width.kernel

    @property
    def activations(self) -> int:
        """Numbers in the output: ``out.nelement()``."""
        return math.prod(self.output_shape)

    @property
    def macs(self) -> int:
        """Multiply-accumulates: one for each weight that meets a number of the input; a pool has none."""
        return self.spec.macs(self.input_shape)

    @property
    def macs_of_filter(self) -> int:
        """Multiply-accumulates for one output plane of one sample."""
        return self.macs // max(1, self.samples * self.out_channels)

    @property
    def memory(self) -> dict[str, int]:
        """Bytes in float32 of input, weights (with bias) and output."""
        return {
            "input": FLOAT32 * math.prod(self.input_shape),
            "weights": FLOAT32 * self.spec.parameters,
            "output": FLOAT32 * self.activations,
        }

    @cached_property
    def formulas(self) -> list[tuple[str, str, str]]:
        """Each axis that the layer has: its name, the formula of its output, and what it never reads, in words."""
        height, width = self.axes
        named = [("height", "row", height), ("width", "column", width)]
        if self.spec.dims == 1:
            named = [("length", "cell", width)]
        return [(name, axis.formula(), unread_sentence(axis, cell)) for name, cell, axis in named]

    @cached_property
    def headline(self) -> list[tuple[str, str, str]]:
        """The formulas in as few lines as they need: one where height and width are alike."""
        height, width = self.axes
        if self.spec.dims == 1 or height != width:
            return self.formulas
        return [("height = width", height.formula(), unread_sentence(height, "row", "column"))]

    def as_dict(self) -> dict[str, Any]:
        """The published keys, as `describe --json` prints them."""
        height, width = self.axes
        return {
            "code": self.spec.code(),
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "weight_shape": list(self.spec.weight_shape) if self.spec.weight_shape else None,
            "bias_shape": list(self.spec.bias_shape) if self.spec.bias_shape else None,
            "parameters": self.spec.parameters,
            "activations": self.activations,
            "macs": self.macs,
            "effective_kernel": list(self.spec.effective_kernel),
            "unread_rows": list(height.unread),
            "unread_columns": list(width.unread),
        }


def unread_sentence(axis: WindowAxis, *names: str) -> str:
    """Which rows or columns are never read, in words; both where the axes are alike and two `names` are given.

    >>> unread_sentence(WindowAxis(size=8, kernel=3, stride=2), "row")
    'remainder 1: row 7 is never read'
    >>> unread_sentence(WindowAxis(size=8, kernel=3, stride=2), "row", "column")
    'remainder 1: row 7 and column 7 are never read'
    >>> unread_sentence(WindowAxis(size=7, kernel=3, stride=2), "row", "column")
    'remainder 0: every row and column is read'
    >>> unread_sentence(WindowAxis(size=7, kernel=6, before=6, after=6), "row")
    'remainder 0: every row is read; the outer row of the output on each side reads padding only'
    >>> unread_sentence(WindowAxis(size=3, kernel=1, base_dilation=2, reversed=True), "row", "column")
    'every row and column is read; rows and columns 1, 3 of the output read no input'
    """
    unread = axis.unread
    if not unread:
        rest = f"every {_one(names)} is read{_but_padding(axis, *names)}"
    elif len(unread) == 1:
        rest = f"{_numbered(names, unread[0])} {'is' if len(names) == 1 else 'are'} never read"
    else:
        rest = f"{_many(names)} {shown_indices(unread)} are never read"
    if not axis.reversed:  # a transposed layer has no division in its formula, and so no remainder
        rest = f"remainder {axis.remainder}: {rest}"
    return "; ".join([rest, *padding_only_words(axis, *names)])


def _but_padding(axis: WindowAxis, *names: str) -> str:
    """What a remainder leaves unread where it lies in the padding.

    >>> _but_padding(WindowAxis(size=6, kernel=3, stride=2, before=1, after=1), "row")
    ', except the last row of the padding'
    >>> _but_padding(WindowAxis(size=7, kernel=3, stride=3, before=2, after=2), "row", "column")
    ', except the last 2 rows and columns of the padding'
    """
    if axis.reversed or not 0 < axis.remainder <= axis.after:
        return ""
    left = _one(names) if axis.remainder == 1 else f"{axis.remainder} {_many(names)}"
    return f", except the last {left} of the padding"


def padding_only_words(axis: WindowAxis, *names: str) -> list[str]:
    """Which rows or columns of the output read no input cell, in words; nothing where none do.

    >>> padding_only_words(WindowAxis(size=224, kernel=3, before=100, after=100), "row")
    ['the outer 98 rows of the output on each side read padding only']
    >>> padding_only_words(WindowAxis(size=7, kernel=6, before=6, after=6), "row", "column")
    ['the outer row and column of the output on each side read padding only']
    >>> padding_only_words(WindowAxis(size=1, kernel=2, dilation=4, before=3, after=3), "column")
    ['every column of the output reads padding only']
    >>> padding_only_words(WindowAxis(size=2, kernel=2, stride=2, before=4, after=2), "row")
    ['rows 0–1, 3 of the output read padding only']
    """
    if axis.output > MOST_ASKED:
        return []
    alone, what = axis.padding_only, "padding only" if axis.base_dilation == 1 else "no input"
    reads = "reads" if len(names) == 1 else "read"
    if not alone:
        return []
    if len(alone) == axis.output:
        return [f"every {_one(names)} of the output reads {what}"]
    each = len(alone) // 2
    if alone == (*range(each), *range(axis.output - each, axis.output)):
        if each == 1:
            return [f"the outer {_one(names)} of the output on each side {reads} {what}"]
        return [f"the outer {each} {_many(names)} of the output on each side read {what}"]
    if len(alone) == 1:
        return [f"{_numbered(names, alone[0])} of the output {reads} {what}"]
    return [f"{_many(names)} {shown_indices(alone)} of the output read {what}"]


def _one(names: Iterable[str]) -> str:
    return " and ".join(names)


def _many(names: Iterable[str]) -> str:
    return " and ".join(f"{name}s" for name in names)


def _numbered(names: Iterable[str], index: int) -> str:
    return " and ".join(f"{name} {index}" for name in names)


def shown_indices(indices: tuple[int, ...], most: int = 6) -> str:
    """Indices in words, runs joined, a long list cut.

    >>> shown_indices((1, 3, 5, 6, 7)), shown_indices(tuple(range(1, 40, 2)))
    ('1, 3, 5–7', '1, 3, 5, 7, 9, 11, … (20 in all)')
    """
    runs: list[list[int]] = []
    for i in indices:
        if runs and i == runs[-1][1] + 1:
            runs[-1][1] = i
        else:
            runs.append([i, i])
    words = [f"{a}" if a == b else f"{a}–{b}" for a, b in runs]
    if len(words) > most:
        return f"{', '.join(words[:most])}, … ({len(indices)} in all)"
    return ", ".join(words)


def shown_shape(shape: Shape) -> str:
    """A shape as torch writes it.

    >>> shown_shape((10,)), shown_shape((1, 2))
    ('(10,)', '(1, 2)')
    """
    return str(tuple(shape))


def shown_bytes(size: int) -> str:
    """Bytes in binary units, three digits.

    >>> shown_bytes(3040), shown_bytes(150528), shown_bytes(411041792)
    ('2.97 KiB', '147 KiB', '392 MiB')
    """
    if size < 1024:
        return f"{size} B"
    shown = float(size)
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        shown /= 1024
        if shown < 1000 or unit == "TiB":
            break
    digits = max(0, 2 - int(math.log10(shown)) if shown >= 1 else 2)
    return f"{shown:,.{digits}f} {unit}"


def channel_name(total: int, channel: int, bands: tuple[str, ...] = ()) -> str:
    """What an input channel is called; `bands` is what the first ones are called, of a picture that says so.

    >>> channel_name(1, 0), channel_name(3, 1), channel_name(4, 1), channel_name(4, 0, ("infrared",))
    ('grey', 'green', 'channel 1', 'infrared')
    """
    if total == 1:  # the grey of all
        return "grey"
    usual = ("red", "green", "blue") if total == 3 else ()
    names = (*bands, *usual[len(bands) :])
    return names[channel] if channel < len(names) else f"channel {channel}"
