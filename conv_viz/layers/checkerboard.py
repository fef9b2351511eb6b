"""How evenly a transposed convolution reaches its output, and the layer to take instead. Without torch."""

from __future__ import annotations

import math
from itertools import product

from conv_viz.layers.conv import Conv
from conv_viz.layers.spec import SPECS
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import taps
from conv_viz.layers.transposed import ConvTranspose
from conv_viz.layers.values import Pair
from conv_viz.layers.window import WindowAxis

MOST_CELLS = 24  # of the output along one axis that a small map shows; the pattern repeats every stride


def counts_inside(spec: ConvTranspose) -> tuple[int, ...]:
    """How many products of one channel an output cell adds up, away from the border: all that occur, ascending.

    >>> from conv_viz import ConvTransposeSpec
    >>> [counts_inside(ConvTransposeSpec(1, 1, k, stride=s)) for k, s in ((3, 2), (4, 2), (2, 2), (5, 3), (6, 3))]
    [(1, 2, 4), (4,), (1,), (1, 2, 4), (4,)]
    """
    sides = []
    for kernel, span, stride, dilation in zip(
        spec.kernel_size, spec.effective_kernel, spec.stride, spec.dilation, strict=True
    ):
        long = WindowAxis(2 * span + 2, kernel, 1, dilation, base_dilation=stride, reversed=True)  # no padding at all
        sides.append({int(count) for count in taps(long).counted(padding=False)})
    return tuple(sorted(set(map(math.prod, product(*sides)))))


def shown_cells(head: Summary) -> tuple[Pair, Pair]:
    """Input (rows, columns) that are enough for the first cells of the output, and how many of those are shown.

    >>> from conv_viz import ConvTransposeSpec
    >>> shown_cells(Summary.of(ConvTransposeSpec(1, 1, 4, stride=2, padding=1), (1, 5, 100)))
    ((5, 14), (10, 24))
    """
    outputs = [min(axis.output, MOST_CELLS) for axis in head.axes]
    inputs = [
        # so that the far end's padding, which is what the kernel reaches less `before`, cuts off none
        min(axis.size, (MOST_CELLS - 1 + 2 * (axis.effective_kernel - 1 - axis.before)) // axis.base_dilation + 2)
        for axis in head.axes
    ]
    return (inputs[0], inputs[1]), (outputs[0], outputs[1])


def resize_then_convolve(spec: ConvTranspose) -> Conv:
    """The convolution that follows ``nn.Upsample`` to the same output size: as many weights, and no checkerboard.

    >>> from conv_viz import ConvTransposeSpec
    >>> resize_then_convolve(ConvTransposeSpec(8, 4, 3, stride=2, padding=1, output_padding=1))
    ConvSpec(8, 4, kernel_size=3, padding='same', padding_mode='replicate')
    """
    made: Conv = SPECS[spec.name().replace("Transpose", "")](
        spec.in_channels,
        spec.out_channels,
        spec.kernel_size,
        padding="same",
        dilation=spec.dilation,
        groups=spec.groups,
        bias=spec.bias,
        padding_mode="replicate",
    )
    return made
