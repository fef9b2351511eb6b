"""What a pool makes of its products: which one wins, or what their sum is divided by."""

from __future__ import annotations

import math

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import Products
from conv_viz.layers.summary import Summary


def divisor(spec: WindowLayer) -> float | None:
    """What the sum of every window is divided by, one number; None where there is none, or windows differ in it.

    >>> from conv_viz import AvgPoolSpec
    >>> divisor(AvgPoolSpec(2)), divisor(AvgPoolSpec(3, padding=1, count_include_pad=False))
    (4.0, None)
    """
    if isinstance(spec.divisor, int):
        return float(spec.divisor)
    if spec.power != 1 or spec.divisor is None or spec.arguments()["ceil_mode"]:
        return None
    if spec.divisor == "taps on the input" and any(map(any, spec.padding_sides)):
        return None
    return float(math.prod(spec.kernel_size))


def without_lines(spec: WindowLayer) -> str:
    """Why pointing at an output of this layer shows no cells that it comes from; empty where it does.

    >>> from conv_viz import AvgPoolSpec, LPPoolSpec
    >>> without_lines(LPPoolSpec(2, 2)), without_lines(AvgPoolSpec(2))
    ('Pointing shows no cells for a p-norm here: a root of powers is no sum of products.', '')
    """
    if spec.weight_shape is not None or spec.reduce.join == "max" or divisor(spec) is not None:
        return ""
    if spec.reduce.no_matrix:
        return "Pointing shows no cells for a p-norm here: a root of powers is no sum of products."
    return "Pointing shows no cells for this pool here: each of its windows divides by a number of its own."


def won(head: Summary, sample: np.ndarray, table: Products) -> np.ndarray:
    """Which products of a max pool on a sample (C, H, W) are the winning ones: those of the cell that torch names."""
    indices = run(head.spec, head.spec.from_planes(sample)).indices
    assert indices is not None
    plane = head.axes[0].size * head.axes[1].size
    channel = np.arange(len(indices))[:, None]
    winners: np.ndarray = (channel * plane + indices.reshape(len(indices), -1)).ravel()
    return winners[table.output] == table.input
