"""Receptive fields: size, jump and start of every layer, without torch; exact ones of single units; paths that miss.

Formulas: Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks", Distill 2019,
https://distill.pub/2019/computing-receptive-fields/ . A path is followed as numbers (centre, size, jump); behind an
upsampling or a transposed convolution units differ, and there the sizes are those of real units.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from conv_viz.networks.graph import INPUT
from conv_viz.networks.maps import AxisMap
from conv_viz.networks.walk import Row, Walk

NONE = 2**40
"""First cell of a stretch that has none; the last is its negative."""
PERIOD = 16
"""Units that are looked at where they differ."""


@dataclass(frozen=True)
class Extent:
    """One axis of the receptive field of a layer, in input cells; the borders are ignored, padding counts as cells.

    `size` cells from the first to the last, of the unit that sees most; units lie `jump` cells apart; `centre` is the
    middle of unit 0, the middle of input cell 0 being 0; `exact` is False where units see differently many.
    """

    size: int
    jump: Fraction
    centre: Fraction
    exact: bool = True

    @property
    def start(self) -> Fraction:
        """The middle of unit 0 where the input begins at 0, so that the middle of its first cell is 0.5."""
        return self.centre + Fraction(1, 2)

    @property
    def low(self) -> Fraction:
        """The first cell of unit 0; behind the border it is negative."""
        return self.centre - Fraction(self.size - 1, 2)

    @property
    def padding(self) -> Fraction:
        """Cells that unit 0 sees before the input begins, as Distill and TF-Slim count them."""
        return -self.low


POINT = Extent(1, Fraction(1), Fraction(0))
Field = tuple[Extent, Extent]
"""Height and width."""


@dataclass(frozen=True)
class Miss:
    """Two paths into one joint that do not look at the same place."""

    node: str
    paths: tuple[str, str]
    offset: tuple[Fraction, Fraction]
    jumps: tuple[Fraction, Fraction]

    @property
    def words(self) -> str:
        """Which path is off by how much."""
        first, second = self.paths
        if self.jumps[0] != self.jumps[1]:
            return (
                f"{self.node}: the units of {second} lie {shown(self.jumps[1])} input pixels apart, those of {first} "
                f"{shown(self.jumps[0])}: they cannot look at the same places."
            )
        down, across = self.offset
        ways = [
            f"{shown(abs(off))} input pixel{'s' * (abs(off) != 1)} {words[off < 0]}"
            for off, words in ((down, ("down", "up")), (across, ("to the right", "to the left")))
            if off
        ]
        return f"{self.node}: what comes through {second} looks {' and '.join(ways)} of what comes through {first}."


@dataclass(frozen=True)
class Fields:
    """The receptive fields of a walk by the layers' names, and the joints whose paths miss each other."""

    by_name: dict[str, Field]
    misses: tuple[Miss, ...]


def shown(number: Fraction) -> str:
    """A length as one writes it.

    >>> shown(Fraction(15, 2)), shown(Fraction(4)), shown(Fraction(1, 3))
    ('7.5', '4', '1/3')
    """
    return f"{float(number):g}" if number.denominator in (1, 2, 4, 8) else str(number)


def fields(walk: Walk) -> Fields:
    """The receptive field of every layer that was reached.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.graph import Network
    >>> from conv_viz.networks.walk import walk
    >>> net = Network.chain([ConvSpec(1, 1, 3, dilation=d) for d in (1, 2, 4)])
    >>> height, _ = fields(walk(net, (1, 1, 32, 32))).by_name["2"]
    >>> height.size, float(height.start)
    (15, 7.5)
    """
    found: dict[str, Field] = {INPUT: (POINT, POINT)}
    misses: list[Miss] = []
    for row in walk.rows:
        if len(row.node.reads) > 1:
            misses += _misses(row, found)
            found[row.name] = _joined(row.node.reads, found)
        else:
            before, maps = found[row.node.reads[0]], row.maps
            found[row.name] = before if maps is None else (_through(before[0], maps[0]), _through(before[1], maps[1]))
        if not all(extent.exact for extent in found[row.name]) and len(row.output_shape) == 4:
            found[row.name] = _looked_at(walk, row, found[row.name])
    return Fields(found, tuple(misses))


def _through(before: Extent, axis: AxisMap) -> Extent:
    low, high = axis.span(0, 0)
    return Extent(
        int(before.size + before.jump * max(0, high - low)) if axis.regular else before.size,
        before.jump * axis.stride,
        before.centre + before.jump * axis.centre,
        before.exact and axis.regular,
    )


def _joined(reads: Sequence[str], found: dict[str, Field]) -> Field:
    first, second = (_union([found[name][axis] for name in reads]) for axis in (0, 1))
    return first, second


def _union(extents: Sequence[Extent]) -> Extent:
    first = extents[0]
    low = min(extent.low for extent in extents)
    high = max(extent.low + extent.size - 1 for extent in extents)
    size = high - low + 1
    exact = all(extent.exact and extent.jump == first.jump for extent in extents) and size.denominator == 1
    return Extent(int(size), first.jump, (low + high) / 2, exact)


def _misses(row: Row, found: dict[str, Field]) -> list[Miss]:
    if len(row.output_shape) != 4:
        return []
    first, missed = row.node.reads[0], []
    for other in row.node.reads[1:]:
        ours, theirs = found[first], found[other]
        down, across = (their.centre - our.centre for our, their in zip(ours, theirs, strict=True))
        jumps = next(
            ((o.jump, t.jump) for o, t in zip(ours, theirs, strict=True) if o.jump != t.jump),
            (ours[0].jump, theirs[0].jump),
        )
        if down or across or jumps[0] != jumps[1]:
            missed.append(Miss(row.name, (first, other), (down, across), jumps))
    return missed


def _looked_at(walk: Walk, row: Row, field: Field) -> Field:
    """The sizes of real units around the middle, where units see differently many cells."""
    sizes = []
    for axis, extent in enumerate(field):
        count = row.output_shape[2 + axis]
        units = np.arange(max(0, count // 2 - PERIOD // 2), min(count, count // 2 + PERIOD // 2))
        low, high = stretch(walk, row.name, units, units, axis)
        sizes.append(Extent(max(1, int((high - low + 1).max())), extent.jump, extent.centre, extent.exact))
    return sizes[0], sizes[1]


def stretch(walk: Walk, name: str, low: Any, high: Any, axis: int) -> tuple[Any, Any]:
    """First and last input cell, along one axis, that units low to high of a layer see, beyond the borders too.

    Of several units at once where both are arrays.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.graph import Network
    >>> from conv_viz.networks.walk import walk
    >>> low, high = stretch(walk(Network.chain([ConvSpec(1, 1, 3, 2, 1)] * 2), (1, 1, 9, 9)), "1", 1, 1, 0)
    >>> int(low), int(high)
    (1, 7)
    """
    seen = {name: (np.asarray(low), np.asarray(high))}
    for row in reversed(walk.rows):
        if row.name not in seen:
            continue
        first, last = seen.pop(row.name)
        if row.maps is not None:
            first, last = row.maps[axis].span(first, last)
            none = first > last
            first, last = np.where(none, NONE, first), np.where(none, -NONE, last)
        for read in row.node.reads:
            other = seen.get(read)
            seen[read] = (first, last) if other is None else (np.minimum(first, other[0]), np.maximum(last, other[1]))
    return seen[INPUT]
