"""Groups: which channels each filter reads, the slices of each group, and what that saves."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from conv_viz.layers.groups import divisors
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.summary import Summary
from conv_viz.lenses.lens import Chosen, Lens, Ready
from conv_viz.scenes.board import Board

MOST_WIRES = 400
MOST_SLICES = 128


def draw(chosen: Chosen, board: Board) -> list[str]:
    """The wires, every slice of the weight, and the table of all groups that the channels allow."""
    a, head = chosen.subject, chosen.subject.head
    spec: Any = head.spec
    ends = wiring(head)
    if len(ends) <= MOST_WIRES:
        board.wires("wires", ends, "weight")
    filters = spec.as_filters(a.weight)
    slices = filters.reshape(-1, *filters.shape[2:])
    most = float(np.abs(slices).max(initial=0.0))
    names = [
        f"filter {filter}, {head.channel_name(channel)}"
        for filter in range(head.out_channels)
        for channel in spec.channels_of(filter)
    ]
    shown = slice(0, MOST_SLICES)
    board.planes("weight", slices[shown], "slices of the weight", names[shown], most=most)
    board.walk("weight")
    options = divisors(math.gcd(spec.in_channels, spec.out_channels))
    others = [(groups, Summary.of(spec.replace(groups=groups), head.input_shape)) for groups in options]
    board.table(
        ["weight", "parameters", "MACs of one sample", "parameters in numbers"],
        [
            (
                f"groups={groups}" + (" ←" if groups == spec.groups else ""),
                [
                    str(other.spec.weight_shape),
                    f"{other.spec.parameters:,}",
                    f"{other.macs // other.samples:,}",
                    _formula(other),
                ],
            )
            for groups, other in others
        ],
    )
    return _says(head, len(ends), others[0][1])


def wiring(head: Summary) -> np.ndarray:
    """Which channel goes to which filter: rows (channel, filter, group), int32.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> wiring(Summary.of(ConvSpec(2, 2, 1, groups=2), (2, 1, 1))).tolist()
    [[0, 0, 0], [1, 1, 1]]
    """
    each = head.out_channels // head.spec.groups
    filters = range(head.out_channels)
    return np.array([(c, f, f // each) for f in filters for c in head.spec.channels_of(f)], np.int32)


def _formula(head: Summary) -> str:
    """The number of parameters as a product in numbers."""
    spec: Any = head.spec
    kernel = "·".join(map(str, spec.kernel_size))
    bias = f" + {spec.out_channels}" if spec.bias else ""
    return f"{spec.out_channels}·({spec.in_channels}/{spec.groups})·{kernel}{bias} = {spec.parameters:,}"


def _says(head: Summary, wires: int, dense: Summary) -> list[str]:
    spec: Any = head.spec
    reads = len(spec.channels_of(0))
    words = [
        f"Each filter reads {reads} of {spec.in_channels} channels, so the weight is {spec.weight_shape}: "
        f"{wires} slices instead of {spec.in_channels * spec.out_channels}."
    ]
    if spec.groups == spec.in_channels and spec.groups > 1:
        times = spec.out_channels // spec.in_channels
        words.append(
            f"groups=in_channels: a depthwise convolution, with {times} filter{'s' * (times != 1)} for each channel"
            + (f" (a channel multiplier of {times})." if times != 1 else ".")
        )
    if spec.groups > 1:
        words.append(
            f"That is {spec.parameters:,} parameters instead of {dense.spec.parameters:,}, and "
            f"{head.macs // head.samples:,} MACs instead of {dense.macs // dense.samples:,}."
        )
    elif math.gcd(spec.in_channels, spec.out_channels) == 1:
        words.append(
            f"{spec.in_channels} channels and {spec.out_channels} filters have no common divisor, so groups=1 is all "
            "that is possible here."
        )
    return words


def why_not(spec: WindowLayer) -> str:
    """Why a layer has no groups."""
    if spec.weight_shape is None:
        return "A pool has no groups: each output channel reads its own input channel, as in a depthwise convolution."
    return ""


_CHANNELS = {"in_channels": 4, "out_channels": 12, "kernel_size": 3, "padding": 1}

LENS = Lens(
    title="Groups",
    question="Which channels does each filter read?",
    draw=draw,
    pairs=(
        Ready("dense", {**_CHANNELS}, (1, 4, 7, 7), {}),
        Ready("two groups", {**_CHANNELS, "groups": 2}, (1, 4, 7, 7), {}),
        Ready("depthwise with a multiplier of 3", {**_CHANNELS, "groups": 4}, (1, 4, 7, 7), {}),
    ),
    why_not=why_not,
    products=lambda head, values: 0,
)
