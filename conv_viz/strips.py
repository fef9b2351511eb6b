"""A large picture through the real layer, some output rows at a time.

The whole output of 64 filters on 12 megapixels takes 3 GB, and torch needs as much again on
the way. In strips only the strip is held: whoever asks decides what of it to keep,
and stops by asking no more. Which input rows a strip reads is looked up in the
tables of `conv_viz.taps`; the sums are torch's own.

A strip goes through torch in the same way as the whole picture would, so that torch chooses
the same method and rounds alike: zeros are padded by the layer itself, copies before it,
all strips are equally high, and none is very small. The result is then the same bit for bit;
where torch still chooses another method for the strip than for the whole (seen for a few
strided layers), the two differ by rounding alone: less than `rounding_bound`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from conv_viz.layer import forward, put
from conv_viz.spec import ConvSpec, ConvSpecError
from conv_viz.taps import Taps, gather, taps

BLOCK_BYTES = 12 * 2**20
"""What one strip of output may take: with many filters or a wide picture, strips are lower. Small enough
for the allocator to hand out the same memory again: at 64 MiB fetching fresh pages took longer than the sums."""

LEAST_READ = 2**20
"""Numbers that one strip reads at least, where BLOCK_BYTES allows: for small inputs torch and oneDNN choose
other methods, whose sums round differently (below 20,480 see ``ConvParams::use_mkldnn`` in
aten/src/ATen/native/Convolution.cpp; above, found by trying)."""

Strip = tuple[int, np.ndarray]


def run_in_strips(
    spec: ConvSpec, input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, *, rows: int = 64
) -> Iterator[Strip]:
    """Yields (first row, block) from top to bottom; blocks are float32 (out_channels, rows, OW).

    `input` is float32 (C, H, W). A strip has about `rows` rows: fewer when it would exceed 12 MiB, more
    when it would read very little. The done fraction after a strip is ``(first +
    block.shape[1]) / output rows``. Raises `ConvSpecError` at once, before the first strip,
    when input or weights cannot belong to the layer.

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
    height, width = (taps(axis) for axis in spec.axes(input.shape))
    if spec.padding_mode == "zeros":
        slab, layer = _unpadded, forward(spec, weight, bias)
    else:
        slab, layer = _padded, forward(spec.replace(padding=0, padding_mode="zeros"), weight, bias)
    return _strips(slab, layer, input, height, width, strip_rows(spec, input, height, width, rows))


def keep(strips: Iterator[Strip], output: np.ndarray) -> Iterator[float]:
    """Writes every strip into `output`, float32 (out_channels, OH, OW), and yields the done fraction after each.

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


def rounding_bound(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None) -> float:
    """How far two orders of summing one output can be apart, at most.

    ``2 n u sum(|w| |x|)`` to first order, with n terms and ``u = 2**-24`` of float32 (N. J. Higham,
    "Accuracy and Stability of Numerical Algorithms", section 4.2), for the largest filter and input.

    >>> rounding_bound(np.ones((1, 3, 3), np.float32), np.ones((1, 1, 3, 3)), None) < 2e-5
    True
    """
    terms = weight[0].size + (bias is not None)
    largest = float(np.abs(weight).sum(axis=(1, 2, 3)).max()) * float(max(input.max(), -input.min(), 0))
    return 2 * terms * 2.0**-24 * (largest + (0.0 if bias is None else float(np.abs(bias).max())))


def strip_rows(spec: ConvSpec, input: np.ndarray, height: Taps, width: Taps, rows: int) -> int:
    """The height of a strip, in output rows, for the wanted `rows`."""
    total = len(height.window)
    least = -(-LEAST_READ // (input.shape[0] * input.shape[2] * spec.stride[0]))
    most = BLOCK_BYTES // (4 * spec.out_channels * len(width.window))
    return max(1, min(max(rows, least), most, total))


def _strips(
    slab: Callable[..., tuple[np.ndarray, int]],
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
