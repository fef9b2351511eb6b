"""A large picture through the real layer, some output rows at a time.

The whole output of 64 filters on 12 megapixels takes 3 GB, and torch needs as much again on
the way. In strips only the strip is held: whoever asks decides what of it to keep,
and stops by asking no more. Which input rows a strip reads is looked up in the
tables of `conv_viz.layers.taps`; the sums are torch's own.

The result is that of the whole picture up to rounding: at most `conv_viz.layers.rounding.rounding_bound` away.
A strip goes through torch as the whole picture would, so that torch mostly chooses the same method for both:
zeros are padded by the layer itself, copies before it, all strips are equally high, and none is very small.
It depends on the processor where torch still chooses another one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from conv_viz.compute.layer import forward, put
from conv_viz.layers.cost import call_cost
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.taps import Taps, gather, taps
from conv_viz.layers.values import ConvSpecError
from conv_viz.layers.window import WindowAxis

BLOCK_BYTES = 12 * 2**20
"""What one strip of output may take: with many filters or a wide picture, strips are lower. Small enough
for the allocator to hand out the same memory again: at 64 MiB fetching fresh pages took longer than the sums."""

LEAST_READ = 2**20
"""Numbers that one strip reads at least, where BLOCK_BYTES allows: for small inputs torch and oneDNN choose
other methods, which round differently (below 20,480 see ``ConvParams::use_mkldnn`` in
aten/src/ATen/native/Convolution.cpp; above, found by trying)."""

Strip = tuple[int, np.ndarray]
Slab = Callable[[np.ndarray, Taps, Taps, int, int], tuple[np.ndarray, int]]


def run_in_strips(
    spec: WindowLayer,
    input: np.ndarray,
    weight: np.ndarray | None,
    bias: np.ndarray | None,
    *,
    rows: int = 64,
    seconds: float = math.inf,
) -> Iterator[Strip]:
    """Yields (first row, block) from top to bottom; blocks are float32 (out_channels, rows, OW).

    `input` is float32 (C, H, W). A strip has about `rows` rows: fewer when it would exceed 12 MiB, more
    when it would read very little, and fewer again when it would take more than `seconds`
    by `conv_viz.layers.cost`. The done fraction after a strip is ``(first +
    block.shape[1]) / output rows``. Raises `ConvSpecError` at once, before the first strip,
    when input or weights cannot belong to the layer.

    >>> from conv_viz import ConvSpec
    >>> ones = np.ones((1, 5, 4), np.float32)
    >>> parts = run_in_strips(ConvSpec(1, 1, 3, bias=False), ones, np.ones((1, 1, 3, 3)), None)
    >>> [(first, block[0].tolist()) for first, block in parts]
    [(0, [[9.0, 9.0], [9.0, 9.0], [9.0, 9.0]])]
    """
    if input.ndim != 3 or input.dtype != np.float32:
        raise ConvSpecError(
            "input", f"Strips read one float32 picture (C, H, W), not {input.dtype} of {input.ndim} dimensions."
        )
    if rows < 1:
        raise ConvSpecError("input", f"A strip has at least 1 row, not {rows}.")
    axes = spec.axes(input.shape)
    height, width = (taps(axis) for axis in axes)
    slab: Slab
    if axes[0].reversed:
        slab, layer = partial(_spread, axes[0]), forward(spec, weight, bias)
    elif spec.padding_mode == "zeros":
        slab, layer = _unpadded, forward(spec, weight, bias)
    else:
        slab, layer = _padded, forward(spec.replace(padding=0, padding_mode="zeros"), weight, bias)
    return _strips(slab, layer, input, height, width, strip_rows(spec, axes, input, rows, seconds))


def keep(strips: Iterator[Strip], output: np.ndarray) -> Iterator[float]:
    """Writes every strip into `output`, float32 (out_channels, OH, OW), and yields the done fraction after each.

    >>> from conv_viz import ConvSpec
    >>> output = np.empty((1, 3, 2), np.float32)
    >>> ones = np.ones((1, 5, 4), np.float32)
    >>> list(keep(run_in_strips(ConvSpec(1, 1, 3, bias=False), ones, np.ones((1, 1, 3, 3)), None), output))
    [1.0]
    >>> output.min(), output.max()
    (np.float32(9.0), np.float32(9.0))
    """
    for first, block in strips:
        done = first + block.shape[1]
        put(output[:, first:done], block)
        yield done / output.shape[1]


def strip_rows(
    spec: WindowLayer,
    axes: tuple[WindowAxis, WindowAxis],
    input: np.ndarray,
    rows: int,
    seconds: float = math.inf,
) -> int:
    """The height of a strip, in output rows, for the wanted `rows`; one that takes at most so many seconds."""
    channels, _, across = input.shape
    height, width = axes
    total, planes = height.output, spec.output_channels(channels)
    least = -(-LEAST_READ * height.base_dilation // (channels * across * height.stride))
    most = BLOCK_BYTES // (4 * planes * width.output)
    whole = call_cost(axes, channels, planes, spec.groups if spec.weight_shape else channels).seconds
    quick = total if whole <= seconds else int(total * seconds / whole)
    return max(1, min(max(rows, least), most, quick, total))


def _strips(
    slab: Slab,
    layer: Callable[[np.ndarray], np.ndarray],
    input: np.ndarray,
    height: Taps,
    width: Taps,
    rows: int,
) -> Iterator[Strip]:
    total = len(height.window)
    for first in range(0, total, rows):
        start = min(first, total - rows)  # the last strip is as high as the others: its upper rows are known already
        block, offset = slab(input, height, width, start, rows)
        skip = offset + first - start
        yield first, layer(block.copy())[:, skip : offset + rows]  # .copy() is in C order; torch looks at strides


def _padded(input: np.ndarray, height: Taps, width: Taps, first: int, rows: int) -> tuple[np.ndarray, int]:
    """The padded input that output rows from `first` on read, for a layer without padding."""
    window = height.window[first : first + rows]
    source = height.source[window[0, 0] : window[-1, -1] + 1]
    return gather(input, source, width.source), 0


def _unpadded(input: np.ndarray, height: Taps, width: Taps, first: int, rows: int) -> tuple[np.ndarray, int]:
    """Whole input rows for a layer that pads zeros itself, and how many output rows to drop before `first`.

    The layer puts its zeros above the slab too. Rows that read those come out wrong and are
    dropped, except at the picture's own edge. A slab that begins at input row ``window[o, 0]``
    begins with output row `o`: both are shifted by the same number of padded rows.
    """
    real = np.flatnonzero(height.source >= 0)
    top = int(real[0])
    starts = height.window[:, 0]
    begin = int(np.searchsorted(starts, max(0, starts[first] - top), side="right")) - 1
    begin = min(begin, int(np.searchsorted(starts, len(real), side="left")) - 1)
    end = min(len(real), max(int(height.window[first + rows - 1, -1]) - top, 0) + 1)
    return input[:, starts[begin] : max(end, starts[begin] + 1)], first - begin


def _spread(
    axis: WindowAxis, input: np.ndarray, height: Taps, width: Taps, first: int, rows: int
) -> tuple[np.ndarray, int]:
    """The input rows that a transposed convolution spreads over output rows from `first` on, and those to drop before.

    Input row `i` begins to spread `i` strides further down than row 0. So a slab that begins there gives the whole
    output from that row on: right where all that is read lies in the slab.
    """
    read = height.inputs[first : first + rows]
    used = read[read >= 0]
    apart = axis.base_dilation
    begin = min(first // apart, axis.size - 1, int(used.min(initial=axis.size)))
    beyond = axis.output - (axis.size - 1) * apart  # rows that a slab of a single row gives
    least = begin + 1 + -(-(first + rows - begin * apart - beyond) // apart)
    end = min(axis.size, max(least, begin + 1, int(used.max(initial=0)) + 1))
    return input[:, begin:end], first - begin * apart
