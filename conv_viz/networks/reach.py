"""What one unit sees, exactly: how many paths lead to each input pixel, also at the border; what no unit sees at all.

A count goes backwards through every layer, along each axis by its table, so a pixel's number is how often it enters the
unit's sum when every weight is one: for two 3x3 the outer product of 1 2 3 2 1. Channels are not counted, and of a
product each factor counts as a summand does.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from conv_viz.layers.values import Pair, Shape
from conv_viz.networks.graph import INPUT
from conv_viz.networks.maps import AxisMap, Maps
from conv_viz.networks.walk import Walk


@dataclass(frozen=True)
class Reach:
    """The pixels that a unit sees: `counts` float64 (H, W), the number of paths to each.

    `rows` and `columns` are where they lie, as ranges; both are empty where the unit sees nothing but padding.
    """

    counts: np.ndarray
    rows: range
    columns: range


def unit_of(shape: Shape, unit: Pair) -> Pair:
    """The unit as it can be: inside the layer's output; (0, 0) where that has no height and width.

    >>> unit_of((1, 8, 7, 9), (3, 20)), unit_of((1, 10), (3, 3))
    ((3, 8), (0, 0))
    """
    if len(shape) != 4:
        return 0, 0
    return min(max(unit[0], 0), shape[2] - 1), min(max(unit[1], 0), shape[3] - 1)


def reach(walk: Walk, name: str, unit: Pair) -> Reach:
    """What one unit (row, column) of a layer sees.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.graph import Network
    >>> from conv_viz.networks.walk import walk
    >>> seen = reach(walk(Network.chain([ConvSpec(1, 1, 3)] * 2), (1, 1, 7, 7)), "1", (0, 2))
    >>> seen.counts[0].astype(int).tolist(), seen.rows, seen.columns
    ([0, 0, 1, 2, 3, 2, 1], range(0, 5), range(2, 7))
    """
    plane = np.zeros(_plane(walk.by_name[name].output_shape))
    plane[unit_of(walk.by_name[name].output_shape, unit)] = 1
    counts = _back(walk, name, plane)
    rows, columns = (np.flatnonzero(counts.any(axis=1 - axis)) for axis in (0, 1))
    return Reach(counts, _range(rows), _range(columns))


def work(walk: Walk) -> int:
    """How many numbers `reach` and `unread` add up, at most: what they take grows with it.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> work(walk(PRESETS["vgg16"].network, (1, 3, 1024, 1024))) < 10**8
    True
    """
    return sum(
        math.prod(shape[2:]) * sum(len(_table(axis)[0]) if axis.output else 0 for axis in maps)
        for row in walk.rows
        for shape, (_, maps) in zip(row.arrives, row.paths, strict=True)
        if maps is not None
    )


def unread(walk: Walk, name: str) -> np.ndarray:
    """The input pixels that no unit of a layer sees: bool (H, W).

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.graph import Network
    >>> from conv_viz.networks.walk import walk
    >>> unread(walk(Network.chain([ConvSpec(1, 1, 1, stride=2)]), (1, 1, 3, 3)), "0").astype(int).tolist()
    [[0, 1, 0], [1, 1, 1], [0, 1, 0]]
    """
    return _back(walk, name, np.ones(_plane(walk.by_name[name].output_shape)), count=False) == 0


def seen_by(walk: Walk) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Which units of each layer see an input row, and an input column: first and last, int32 of shape (2, size).

    The first is larger than the last where none does. Between the two there may be units that do not, behind gaps.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.graph import Network
    >>> from conv_viz.networks.walk import walk
    >>> seen_by(walk(Network.chain([ConvSpec(1, 1, 3, 2)]), (1, 1, 6, 6)))["0"][0].tolist()
    [[0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, -1]]
    """
    found = {INPUT: tuple(np.stack([np.arange(size, dtype=np.int32)] * 2) for size in walk.input_shape[2:])}
    for row in walk.rows:
        parts = [_onward_both(maps, found[read]) for read, maps in row.paths]
        found[row.name] = parts[0] if len(parts) == 1 else tuple(map(_merged, *parts))
    del found[INPUT]
    return {name: (axes[0], axes[1]) for name, axes in found.items()}


def _onward_both(maps: Maps | None, seen: tuple[np.ndarray, ...]) -> tuple[np.ndarray, ...]:
    return seen if maps is None else tuple(map(_onward, maps, seen))


def _merged(*seen: np.ndarray) -> np.ndarray:
    """From the first unit of any path to the last of any."""
    return np.stack([np.min([one[0] for one in seen], axis=0), np.max([one[1] for one in seen], axis=0)])


def _onward(axis: Any, seen: np.ndarray) -> np.ndarray:
    first, last, count = _readers(axis)
    low, high = np.clip(seen, 0, axis.size - 1)
    some = (seen[0] <= seen[1]) & (count[high + 1] > count[low])
    if (np.diff(first) >= 0).all() and (np.diff(last) >= 0).all():
        ends = first[low], last[high]
    else:  # copies of one end at the other (padding_mode="circular"), or taps far apart
        parts = [slice(a, b + 1) if seen else slice(0, 1) for a, b, seen in zip(low, high, some, strict=True)]
        ends = np.array([first[p].min() for p in parts]), np.array([last[p].max() for p in parts])
    return np.where(some, np.stack(ends), [[axis.output], [-1]]).astype(np.int32)


@lru_cache(maxsize=512)
def _readers(axis: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """First and last output that reads each cell, and how many cells before each are read by any.

    A cell that none reads has the first of the next one and the last of the one before.
    """
    table = _table(axis)
    units = np.broadcast_to(np.arange(axis.output)[:, None], table.shape)[table >= 0]
    read = table[table >= 0]
    first, last = np.full(axis.size, axis.output), np.full(axis.size, -1)
    np.minimum.at(first, read, units)
    np.maximum.at(last, read, units)
    some = last >= 0
    if some.any():
        at = np.flatnonzero(some)
        later, before = (np.searchsorted(at, np.arange(axis.size), side) for side in ("left", "right"))
        before -= 1
        first = np.where(later < len(at), first[at[np.minimum(later, len(at) - 1)]], axis.output)
        last = np.where(before >= 0, last[at[np.maximum(before, 0)]], -1)
    return first, last, np.concatenate([[0], np.cumsum(some)])


def _back(walk: Walk, name: str, plane: np.ndarray, count: bool = True) -> np.ndarray:
    """A plane of a layer's units as a plane of input pixels: counted, or only whether there is a path."""
    planes = {name: plane}
    with np.errstate(over="ignore"):  # more paths than a number can say, behind some thousand layers
        return _counted(walk, planes, count)


def _counted(walk: Walk, planes: dict[str, np.ndarray], count: bool) -> np.ndarray:
    for row in reversed(walk.rows):
        if row.name not in planes:
            continue
        units = planes.pop(row.name)
        for read, maps in row.paths:
            plane = units
            if maps is not None:
                plane = _through(maps, units)
                plane = plane if count else (plane > 0).astype(np.float64)
            planes[read] = planes[read] + plane if read in planes else plane
    return planes.get(INPUT, np.zeros(walk.input_shape[2:]))


def _through(maps: Maps, plane: np.ndarray) -> np.ndarray:
    return _along(maps[1], _along(maps[0], plane).T).T


def _along(axis: AxisMap, plane: np.ndarray) -> np.ndarray:
    """Counts of an axis' outputs (output, others) as counts of its cells (size, others)."""
    made = np.zeros((axis.size, plane.shape[1]))
    rows = np.flatnonzero(plane.any(axis=1))  # a unit sees little of a large picture
    if not rows.size:
        return made
    part = slice(rows[0], rows[-1] + 1)
    plane = plane[part]
    for cells in _table(axis)[part].T:
        inside = cells >= 0
        read = cells[inside]
        if (np.diff(read) > 0).all():  # each cell once
            made[read] += plane[inside]
        else:
            np.add.at(made, read, plane[inside])
    return made


@lru_cache(maxsize=256)
def _table(axis: Any) -> np.ndarray:
    made: np.ndarray = axis.table()
    return made


def _plane(shape: Shape) -> Pair:
    return (shape[2], shape[3]) if len(shape) == 4 else (1, 1)


def _range(cells: np.ndarray) -> range:
    return range(int(cells[0]), int(cells[-1]) + 1) if cells.size else range(0)
