"""A layer that costs too much -> the nearest smaller one that does not, for one click."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from conv_viz.layers.call import short
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError

STEP = 7 / 8
"""Each try is so much smaller than the one before."""
TRIES = 64
KNOBS = ("size", "in_channels", "kernel_size", "out_channels")
"""What is made smaller; of two that keep as much, the first."""


def smaller(setup: Setup, fits: Callable[[Setup], bool], knobs: tuple[str, ...] = KNOBS) -> Setup | None:
    """The frame with one of `knobs` made as much smaller as `fits` needs, or all of them where one is not enough.

    The knob is taken that keeps most of its value. None when nothing fits.

    >>> setup = Setup.of(dict(in_channels=8, out_channels=4, kernel_size=(3, 3)), (1, 8, 64, 32))
    >>> smaller(setup, lambda setup: setup.input_shape[2] <= 60).input_shape
    (1, 8, 56, 28)
    >>> row = Setup.of(dict(in_channels=8, out_channels=4, kernel_size=(3,)), (1, 8, 64), name="Conv1d")
    >>> smaller(row, lambda setup: setup.input_shape[2] <= 60).input_shape
    (1, 8, 56)
    """
    found: list[tuple[int, Setup]] = []
    for knob in knobs:
        for tried in range(1, min((n for n, _ in found), default=TRIES)):
            made = _turned(setup, (knob,), STEP**tried)
            if made != setup and fits(made):
                found.append((tried, made))
                break
    if found:
        return min(found, key=lambda each: each[0])[1]
    all_at_once = (_turned(setup, knobs, STEP**tried) for tried in range(1, TRIES))
    return next((made for made in all_at_once if fits(made)), None)


def changes(setup: Setup, other: Setup) -> dict[str, Any]:
    """What is set to something else in the other frame: arguments, and the input's sizes, by name.

    >>> changes(Setup.of({"groups": 1}, (1, 1, 8, 8)), Setup.of({"groups": 1}, (1, 1, 8, 4)))
    {'width': 4}
    """
    before, after = _named(setup), _named(other)
    return {name: short(value) for name, value in after.items() if value != before.get(name)}


def advice(setup: Setup, other: Setup | None) -> str:
    """The changes as an order, empty for none: "Set height=512, width=512."."""
    return "" if other is None else ConvSpecError("", "", changes(setup, other)).advice


def _named(setup: Setup) -> dict[str, Any]:
    dims = KINDS[setup.name].dims
    sides = ("height", "width") if dims == 2 else ("length",)
    return {**dict(setup.arguments), **dict(zip(sides, setup.input_shape[-dims:], strict=True))}


def _turned(setup: Setup, knobs: tuple[str, ...], share: float) -> Setup:
    """The frame with these knobs at a share of their value."""
    arguments = dict(setup.arguments)
    dims = KINDS[setup.name].dims
    batch, channels, sizes = setup.input_shape[: -dims - 1], setup.input_shape[-dims - 1], setup.input_shape[-dims:]
    groups = arguments.get("groups", 1)
    for knob in knobs:
        if knob == "size":
            sizes = tuple(_share(size, share) for size in sizes)
        elif "in_channels" not in arguments:
            continue  # a pool is smaller on a smaller input only
        elif knob == "kernel_size":
            sides = arguments[knob] if isinstance(arguments[knob], tuple) else (arguments[knob],) * dims
            arguments[knob] = tuple(_share(side, share) for side in sides)
        else:
            arguments[knob] = max(groups, math.floor(arguments[knob] * share / groups) * groups)
    channels = arguments.get("in_channels", channels)
    return replace(setup, arguments=tuple(arguments.items()), input_shape=(*batch, channels, *sizes))


def _share(value: int, share: float) -> int:
    return max(1, math.floor(value * share))
