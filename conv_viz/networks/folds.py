"""Repeated blocks of a network: stretches of layers that come again, one after the other, with the same numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from conv_viz.networks.walk import Row, Walk

LEAST = 3
"""Layers of a block that is folded: shorter ones are read more easily as they stand."""
MOST = 40
"""Layers of the longest block that is looked for."""


class Fold(NamedTuple):
    """The block of `length` rows from `start` on comes `times` times in all."""

    start: int
    length: int
    times: int

    @property
    def hidden(self) -> range:
        """The rows that a fold takes away."""
        return range(self.start + self.length, self.start + self.length * self.times)


def folds(walk: Walk) -> tuple[Fold, ...]:
    """The repeated blocks of a walk, from top to bottom, none inside another.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> resnet = PRESETS["resnet34"]
    >>> folds(walk(resnet.network, resnet.input_shape))[0]
    Fold(start=4, length=7, times=3)
    """
    signs = [_sign(row, i, walk.network.index) for i, row in enumerate(walk.rows)]
    found, at = [], 0
    while at < len(signs):
        best = max((_repeated(signs, at, length) for length in range(LEAST, MOST + 1)), key=_saved)
        if best.times > 1 and _is_block(walk.rows, best):
            found.append(best)
            at = best.hidden.stop
        else:
            at += 1
    return tuple(found)


def _is_block(rows: Sequence[Row], fold: Fold) -> bool:
    """Whether the repetition is one of named blocks, not of the end of one and the beginning of the next.

    Each has a path of its own (layer1.0, layer1.1), or all layers stand on one level (features.5, features.6).
    """
    parts = [rows[fold.start + i].name.split(".") for i in range(fold.length * fold.times)]
    blocks = [parts[i : i + fold.length] for i in range(0, len(parts), fold.length)]
    paths = [_common(block) for block in blocks]
    level = {len(part) for part in parts} == {len(paths[0]) + 1}
    apart = len(set(paths)) == len(paths) and len(set(map(len, paths))) == 1
    return apart or (len(set(paths)) == 1 and level)


def _common(names: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The path that all have in common, without the last part of the shortest."""
    path = []
    for level in zip(*(name[:-1] for name in names), strict=False):
        if len(set(level)) > 1:
            break
        path.append(level[0])
    return tuple(path)


def _sign(row: Row, place: int, index: dict[str, int]) -> Any:
    """Equal for rows that do the same with the same numbers, seen from their own place."""
    return row.node.operation, row.arrives, tuple(place - index[name] for name in row.node.reads)


def _repeated(signs: Sequence[Any], start: int, length: int) -> Fold:
    times = 1
    block = signs[start : start + length]
    while signs[start + times * length : start + (times + 1) * length] == block and len(block) == length:
        times += 1
    return Fold(start, length, times)


def _saved(fold: Fold) -> tuple[int, int]:
    return len(fold.hidden), -fold.length
