"""What a pool makes of its products: which one wins, or what their sum is divided by."""

from __future__ import annotations

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.pool import AvgPoolSpec
from conv_viz.layers.products import Products
from conv_viz.layers.summary import Summary


def divisor(spec: WindowLayer) -> float | None:
    """What every window of an average pool is divided by; None where windows differ in it.

    >>> divisor(AvgPoolSpec(2)), divisor(AvgPoolSpec(3, padding=1, count_include_pad=False))
    (4.0, None)
    """
    if not isinstance(spec, AvgPoolSpec):
        return None
    if spec.divisor_override:
        return float(spec.divisor_override)
    if spec.ceil_mode or (spec.padding != (0, 0) and not spec.count_include_pad):
        return None
    return float(spec.kernel_size[0] * spec.kernel_size[1])


def won(head: Summary, sample: np.ndarray, table: Products) -> np.ndarray:
    """Which products of a max pool on a sample (C, H, W) are the winning ones: those of the cell that torch names."""
    indices = run(head.spec, sample).indices
    assert indices is not None
    plane = head.axes[0].size * head.axes[1].size
    channel = np.arange(indices.shape[0])[:, None, None]
    winners: np.ndarray = (channel * plane + indices).ravel()
    return winners[table.output] == table.input
