"""Receptive fields: size, jump and start of every layer, without torch; exact ones of single units; paths that miss.

Formulas: Araujo, Norris & Sim, "Computing receptive fields of convolutional neural networks", Distill 2019,
https://distill.pub/2019/computing-receptive-fields/ . A path is followed as numbers (centre, size, jump); behind an
upsampling or a transposed convolution units differ, and there the sizes are those of real units.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np

from conv_viz.networks.graph import INPUT, Network
from conv_viz.networks.maps import AxisMap, Maps
from conv_viz.networks.norms import Over
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
Span = tuple[Any, Any]
"""First and last cells, as numbers or arrays."""
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
        through = [_through_both(found[read], maps) for read, maps in row.paths]
        if len(through) > 1:
            misses += _misses(row, through)
        found[row.name] = through[0] if len(through) == 1 else _joined(through)
    apart = [row for row in walk.rows if len(row.output_shape) == 4 and not all(e.exact for e in found[row.name])]
    sizes = [_sizes(walk, apart, axis) for axis in (0, 1)] if apart else []
    for row, *both in zip(apart, *sizes, strict=True):
        height, width = (replace(extent, size=size) for extent, size in zip(found[row.name], both, strict=True))
        found[row.name] = height, width
    return Fields(found, tuple(misses))


def _through_both(before: Field, maps: Maps | None) -> Field:
    return before if maps is None else (_through(before[0], maps[0]), _through(before[1], maps[1]))


def _through(before: Extent, axis: AxisMap) -> Extent:
    low, high = axis.span(0, 0)
    return Extent(
        int(before.size + before.jump * max(0, high - low)) if axis.regular else before.size,
        before.jump * axis.stride,
        before.centre + before.jump * axis.centre,
        before.exact and axis.regular,
    )


def _joined(paths: Sequence[Field]) -> Field:
    first, second = (_union([field[axis] for field in paths]) for axis in (0, 1))
    return first, second


def _union(extents: Sequence[Extent]) -> Extent:
    """What all see together; one that is the same for all units, a jump of 0, says nothing of where they lie."""
    first = next((extent for extent in extents if extent.jump), extents[0])
    low = min(extent.low for extent in extents)
    high = max(extent.low + extent.size - 1 for extent in extents)
    size = high - low + 1
    regular = all(extent.exact and extent.jump == first.jump for extent in extents)
    centre = (low + high) / 2 if regular else first.centre
    return Extent(int(size), first.jump, centre, regular and size.denominator == 1)


def _misses(row: Row, paths: Sequence[Field]) -> list[Miss]:
    """Paths that do not look at the same places; one whose numbers are the same for all units looks at none."""
    placed = [(name, field) for name, field in zip(row.node.reads, paths, strict=True) if all(e.jump for e in field)]
    if len(row.output_shape) != 4 or not placed:
        return []
    (first, ours), *others = placed
    missed = []
    for other, theirs in others:
        down, across = (their.centre - our.centre for our, their in zip(ours, theirs, strict=True))
        jumps = next(
            ((o.jump, t.jump) for o, t in zip(ours, theirs, strict=True) if o.jump != t.jump),
            (ours[0].jump, theirs[0].jump),
        )
        if down or across or jumps[0] != jumps[1]:
            missed.append(Miss(row.name, (first, other), (down, across), jumps))
    return missed


def uncounted(network: Network, name: str) -> tuple[str, ...]:
    """The norms before a layer whose mean and variance are of a whole picture: these depend on all of its pixels.

    >>> from conv_viz.networks.norms import GroupNorm
    >>> uncounted(Network.chain([("norm", GroupNorm(1, 3)), ("end", GroupNorm(3, 3))]), "norm")
    ('norm',)
    """
    return tuple(node.name for node in network.until(name).nodes if isinstance(node.operation, Over))


def _sizes(walk: Walk, rows: Sequence[Row], axis: int) -> list[int]:
    """How many cells units around the middle see at most, of layers whose units differ; all layers in one walk back."""
    places = {row.name: i for i, row in enumerate(rows)}

    def starts(name: str) -> Span | None:
        if name not in places:
            return None
        first, last = np.full((len(rows), PERIOD), NONE), np.full((len(rows), PERIOD), -NONE)
        count = walk.by_name[name].output_shape[2 + axis]
        units = np.clip(count // 2 - PERIOD // 2 + np.arange(PERIOD), 0, count - 1)
        first[places[name]] = last[places[name]] = units
        return first, last

    low, high = _spans(walk, starts, axis)
    return [max(1, int(size)) for size in (high - low + 1).max(axis=1)]


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
    return _spans(walk, lambda layer: (np.asarray(low), np.asarray(high)) if layer == name else None, axis)


def _spans(walk: Walk, starts: Callable[[str], Span | None], axis: int) -> Span:
    """First and last input cells that units see, which begin at the layers for which `starts` gives some."""
    seen: dict[str, Span] = {}
    for row in reversed(walk.rows):
        units = _either(seen.pop(row.name, None), starts(row.name))
        if units is None:
            continue
        for read, maps in row.paths:
            reached = units
            if maps is not None:
                none = units[0] > units[1]
                first, last = maps[axis].span(*(np.where(none, 0, ends) for ends in units))
                none |= first > last
                reached = np.where(none, NONE, first), np.where(none, -NONE, last)
            seen[read] = _either(seen.get(read), reached) or reached
    return seen.get(INPUT) or (np.asarray(NONE), np.asarray(-NONE))


def _either(one: Span | None, other: Span | None) -> Span | None:
    if one is None or other is None:
        return one or other
    return np.minimum(one[0], other[0]), np.maximum(one[1], other[1])
