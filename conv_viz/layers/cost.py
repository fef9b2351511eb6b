"""What running a layer takes, in seconds of one core and bytes, said before it runs. Without torch.

Multiply-accumulates (MACs) alone tell little: a layer of one filter moves more memory than it multiplies, and
for some layers torch's library has only its slowest method. So a call takes

    SECONDS_PER_CALL + MACs * SECONDS_PER_MAC (or SLOW_SECONDS_PER_MAC) + moved bytes * SECONDS_PER_BYTE

where input, weight and output are moved once each. oneDNN falls back to its slow reference method where it would
unfold the windows ("im2col") of a single channel into too much memory, and where the padding of a large kernel is
as wide as the kernel. The figures are bounds, not means: see docs/decisions.md for the measurements.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.summary import FLOAT32
from conv_viz.layers.window import WindowAxis

SECONDS_PER_CALL = 1e-4
SECONDS_PER_MAC = 0.8e-9
SLOW_SECONDS_PER_MAC = 6e-9
SECONDS_PER_BYTE = 2e-9
SECONDS_PER_WEIGHT, SECONDS_PER_FILLED = 6e-9, 20e-9
"""For each number of a weight that is drawn, and of an input that is filled."""
UNFOLDED = 12
"""How many times input, weight and output the unfolded windows take from which on the slow method is possible,
for a call that reads a single channel in each group."""
UNFOLDED_BYTES = 3 * 2**28
"""What the unfolded windows of one channel take from which on it is possible for any call."""
SMALL_PLANE, UNFOLDED_SMALL = 64 * 64, 5
"""Up to so many cells of a plane it is possible where the windows of one channel take so many times the three."""
SHARED_FILTERS = 8
"""Filters of a group from which on each multiply-accumulate takes half: they share what is read."""
SLOW_KERNEL = 7
"""Rows or columns of a kernel from which on wide padding leads to the slow method."""
WORKSPACE = 96 * 1024**2
"""The most bytes that torch was seen to take for unfolded windows."""


@dataclass(frozen=True)
class Cost:
    """Seconds of one core, and the most bytes that are held at a time.

    >>> Cost(0.5, 10) + Cost(0.25, 20)
    Cost(seconds=0.75, bytes=30)
    """

    seconds: float = 0.0
    bytes: int = 0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.seconds + other.seconds, self.bytes + other.bytes)


def drawn_cost(weights: int, input: int = 0) -> Cost:
    """Drawing so many weights, and filling an input of so many numbers."""
    return Cost(weights * SECONDS_PER_WEIGHT + input * SECONDS_PER_FILLED, FLOAT32 * (weights + input))


def call_cost(axes: Sequence[WindowAxis], channels: int, filters: int, groups: int = 1, samples: int = 1) -> Cost:
    """One call of a layer, on an input that is there already; `axes` say its kernel and sizes.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> round(call_cost(ConvSpec(16, 1, 16, padding=8).axes((16, 1024, 1024)), 16, 1).seconds, 1)
    26.0
    >>> round(call_cost(ConvSpec(512, 1, 3).axes((512, 224, 224)), 512, 1).seconds, 2)
    0.39
    """
    cells = math.prod(axis.output for axis in axes)
    taps = channels // groups * math.prod(axis.kernel for axis in axes)  # of one filter
    read = FLOAT32 * channels * math.prod(axis.padded for axis in axes)
    weights, returned = FLOAT32 * filters * taps, FLOAT32 * filters * cells
    unfolded = FLOAT32 * groups * taps * cells
    one = FLOAT32 * math.prod(axis.kernel for axis in axes) * cells
    tensors = read + weights + returned
    alone = channels == groups and unfolded > UNFOLDED * tensors
    small = math.prod(axis.size for axis in axes) <= SMALL_PLANE and one > UNFOLDED_SMALL * tensors
    slow = alone or small or one > UNFOLDED_BYTES or _wide_padding(axes)
    quick = SECONDS_PER_MAC / (2 if filters // groups >= SHARED_FILTERS else 1)
    moved = samples * (read + returned) + weights
    seconds = samples * filters * cells * taps * (SLOW_SECONDS_PER_MAC if slow else quick)
    return Cost(SECONDS_PER_CALL + seconds + moved * SECONDS_PER_BYTE, 2 * moved + min(unfolded, WORKSPACE))


def filters_cost(spec: WindowLayer, axes: Sequence[WindowAxis], filters: range, without: range = range(0)) -> Cost:
    """Some filters of the layer, each group in a call of its own, as `conv_viz.compute.filters.run_filters` makes them.

    Channels in `without` are not read.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> spec = ConvSpec(64, 64, 3, groups=64)
    >>> round(filters_cost(spec, spec.axes((64, 7, 7)), range(8)).seconds / SECONDS_PER_CALL)
    8
    """
    seconds, most = 0.0, 0
    for reads, members in groupby(filters, spec.channels_of):
        left = len(reads) - len(range(max(reads.start, without.start), min(reads.stop, without.stop)))
        if left:
            one = call_cost(axes, left, len(list(members)))
            seconds, most = seconds + one.seconds, max(most, one.bytes)
    return Cost(seconds, most + FLOAT32 * len(filters) * math.prod(axis.output for axis in axes))


def _wide_padding(axes: Sequence[WindowAxis]) -> bool:
    return any(a.kernel >= SLOW_KERNEL and max(a.before, a.after) >= a.effective_kernel for a in axes)
