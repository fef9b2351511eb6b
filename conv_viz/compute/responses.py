"""What one slice of a filter responds to: the real layer on a single one in the input."""

from __future__ import annotations

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.kinds import WeightedLayer
from conv_viz.layers.taps import taps
from conv_viz.weights import kernels
from conv_viz.weights.responses import Response

MOST_REACH = 65
"""Cells from the first tap to the last up to which the layer's dilation is kept."""


def response(spec: WeightedLayer, kernel: np.ndarray, *, flip: bool = False) -> Response:
    """Run a layer with one slice (kH, kW) as its only filter, and the dilation of `spec`, on an impulse.

    Stride 1 and no padding, so that each tap is met once. ``flip=True`` turns the kernel round
    first: what a convolution, as mathematics has it, would give. A transposed convolution is one already.

    >>> from conv_viz import ConvSpec, ConvTransposeSpec
    >>> row = np.float32([[1, 2, 3]])
    >>> response(ConvSpec(1, 1, (1, 3)), row).response.tolist()
    [[3.0, 2.0, 1.0]]
    >>> response(ConvSpec(1, 1, (1, 3)), row, flip=True).response.tolist()
    [[1.0, 2.0, 3.0]]
    >>> response(ConvTransposeSpec(1, 1, (1, 3)), row).response.tolist()
    [[1.0, 2.0, 3.0]]
    """
    kept = spec if max(spec.effective_kernel) <= MOST_REACH else spec.replace(dilation=1)
    one: WeightedLayer = kept.of_one_slice()
    reach = one.effective_kernel
    impulse = np.zeros((1, *(2 * size - 1 for size in reach)), np.float32)
    impulse[(0, *(size - 1 for size in reach))] = 1
    used = kernels.flip(kernel) if flip else kernel
    answer = run(one, impulse, weight=one.from_filters(used[None, None])).output[0]
    axes = one.axes(impulse.shape)
    # output cell o reads the impulse through tap k where the window table says so
    lands = [(taps(axis).window == axis.size // 2).argmax(axis=0) for axis in axes]
    rows, columns = (along[::-1] if flip else along for along in lands)
    plane = impulse.reshape([axis.size for axis in axes])
    seen = answer.reshape([axis.output for axis in axes])
    return Response(one, kernel, plane, seen, rows.astype(np.int32), columns.astype(np.int32))
