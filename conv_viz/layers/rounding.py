"""How far two sums of the same products can be apart: what "the same number" means where torch adds up.

torch and oneDNN choose a method by the processor, the sizes, the memory layout and the number of threads. Each adds
the same products in another order, so two results for one output may differ in their last bits. They are compared
with `rounding_bound`, here, in the tests, and beside torch's number on the stage (``frontend/scene/rounding.js``).

Any order of adding n products, also with fused multiply-adds, is at most ``n u sum(|w| |x|)`` away from the exact
sum, where u is half the machine epsilon: ``2**-24`` for float32. Source: C.-P. Jeannerod and S. M. Rump, "Improved
error bounds for inner products in floating-point arithmetic", SIAM J. Matrix Anal. Appl. 34(2), 2013, theorem 3.1.
Two orders are at most twice as far apart. It does not hold for methods that transform the numbers first (Winograd,
FFT) or that round them to fewer bits; torch uses none of these on an x86 processor unless it is told to.
"""

from __future__ import annotations

import numpy as np


def rounding_bound(input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None = None) -> float:
    """How far two results for one output can be apart at most, for the filter where that is most.

    `input` (C, H, W) or (N, C, H, W), float32 or float64, which is the precision of the layer; `weight`
    (out_channels, C/groups, kH, kW); `bias` (out_channels,) or None.

    >>> rounding_bound(np.ones((1, 3, 3), np.float32), np.ones((1, 1, 3, 3))) < 2e-5
    True
    """
    filters, reads = weight.shape[:2]
    groups = input.shape[-3] // reads
    each = slice_sums(weight).reshape(groups, filters // groups, reads)
    largest = np.array([plane_size(plane) for plane in np.moveaxis(input, -3, 0)]).reshape(groups, reads)
    sizes = np.einsum("gfc,gc->gf", each, largest).ravel()
    if bias is not None:
        sizes = sizes + np.abs(bias)
    terms = weight[0].size + (bias is not None)
    limits = np.finfo(input.dtype)
    # The second part is for products too small for the full precision: each may lose all of itself.
    return 2 * terms * (float(limits.eps) / 2 * float(sizes.max()) + float(limits.tiny))


def slice_sums(weight: np.ndarray) -> np.ndarray:
    """Sum of the absolute weights of each slice: float64, the shape of `weight` (..., kH, kW) without the last two.

    >>> slice_sums(np.array([[[[1.0, -2.0]], [[0.0, 3.0]]]])).tolist()
    [[3.0, 3.0]]
    """
    return np.abs(weight).sum(axis=(-2, -1), dtype=np.float64)


def plane_size(plane: np.ndarray) -> float:
    """The largest absolute number of an array that is not empty.

    Infinities and NaN do not count: an output that they reach is not finite, and needs no bound.

    >>> plane_size(np.array([[1.0, -4.0], [np.nan, 2.0]]))
    4.0
    """
    most = max(float(plane.max()), -float(plane.min()))
    return most if np.isfinite(most) else float(np.abs(plane).max(where=np.isfinite(plane), initial=0.0))
