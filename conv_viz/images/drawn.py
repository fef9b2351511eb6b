"""What is drawn on an input: the pen's number in some cells, or something done to all of it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import numpy as np

MOST_CELLS = 65_536
MOST_STEPS = 100
LARGEST = 1e6
SHIFTS = {"left": (0, -1), "right": (0, 1), "up": (-1, 0), "down": (1, 0)}

State = TypeVar("State")


@dataclass
class Steps(Generic[State]):
    """What there was before each act that can be undone, and after each that was.

    >>> steps: Steps[int] = Steps()
    >>> steps.did(1)
    >>> steps.undone(2), steps.redone(1), steps.redone(2)
    (1, 2, None)
    """

    back: list[State] = field(default_factory=list)
    forth: list[State] = field(default_factory=list)

    def did(self, before: State) -> None:
        """An act was done."""
        self.back, self.forth = [*self.back[1 - MOST_STEPS :], before], []

    def undone(self, now: State) -> State | None:
        """What there was before the last act; None where nothing is to be undone."""
        return self._go(self.back, self.forth, now)

    def redone(self, now: State) -> State | None:
        """What there was after the act that was undone last; None where nothing is to be redone."""
        return self._go(self.forth, self.back, now)

    @staticmethod
    def _go(here: list[State], there: list[State], now: State) -> State | None:
        if not here:
            return None
        there.append(now)
        return here.pop()


def drawn(planes: np.ndarray, act: Mapping[str, Any]) -> np.ndarray | None:
    """Planes (C, H, W) of float32 after one act; None for an act that is none.

    ``paint`` writes ``value`` into ``cells`` [channel, row, column], in all channels where ``all`` is set. ``clear``
    leaves zeros, ``invert`` turns the largest number into the smallest, a shift by one leaves zeros behind.

    >>> planes = np.float32([[[0, 1], [2, 3]]])
    >>> drawn(planes, {"act": "paint", "cells": [[0, 1, 0]], "value": 7}).tolist()
    [[[0.0, 1.0], [7.0, 3.0]]]
    >>> drawn(planes, {"act": "invert"}).tolist(), drawn(planes, {"act": "left"}).tolist()
    ([[[3.0, 2.0], [1.0, 0.0]]], [[[1.0, 0.0], [3.0, 0.0]]])
    """
    name = act.get("act")
    if planes.size > MOST_CELLS or not isinstance(name, str):
        return None
    if name == "paint":
        return _painted(planes, act)
    if name == "clear":
        return np.zeros_like(planes)
    if name == "invert":
        return planes.max() + planes.min() - planes
    return _shifted(planes, *SHIFTS[name]) if name in SHIFTS else None


def _painted(planes: np.ndarray, act: Mapping[str, Any]) -> np.ndarray | None:
    value, cells = act.get("value"), act.get("cells")
    if not isinstance(value, int | float) or not math.isfinite(value) or abs(value) > LARGEST:
        return None
    if not isinstance(cells, list) or not cells or len(cells) > MOST_CELLS:
        return None
    made = planes.copy()
    for cell in cells:
        if not (isinstance(cell, list) and len(cell) == 3 and all(type(n) is int for n in cell)):
            return None
        if not all(0 <= n < size for n, size in zip(cell, planes.shape, strict=True)):
            return None
        channel, row, column = cell
        made[slice(None) if act.get("all") else channel, row, column] = value
    return made


def _shifted(planes: np.ndarray, down: int, right: int) -> np.ndarray:
    _, rows, columns = planes.shape
    wide = np.pad(planes, ((0, 0), (1, 1), (1, 1)))
    return np.ascontiguousarray(wide[:, 1 - down : 1 - down + rows, 1 - right : 1 - right + columns])
