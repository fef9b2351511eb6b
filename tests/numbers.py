"""Comparing what torch has added up: see `conv_viz.layers.rounding` for why two runs may differ in their last bits."""

from __future__ import annotations

import numpy as np

from conv_viz.layers.rounding import rounding_bound


def assert_same_sums(
    actual: np.ndarray, expected: np.ndarray, input: np.ndarray, weight: np.ndarray, bias: np.ndarray | None
) -> None:
    """Two outputs of one layer are the same up to rounding; NaN and infinities in the same places."""
    np.testing.assert_allclose(actual, expected, rtol=0, atol=rounding_bound(input, weight, bias))
