"""Separable kernels: scipy's and scikit-image's filters, random ones, and the product of the factors."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv_viz.weights.kernels import KERNELS
from conv_viz.weights.separable import factors, separable_words

SEPARABLE = {"box", "gaussian", "sobel_x", "sobel_y", "scharr_x", "scharr_y", "identity", "shift"}
NOT = {"laplacian", "sharpen", "unsharp", "emboss"}


@pytest.mark.parametrize("name", sorted(SEPARABLE | NOT))
def test_named_filters(name: str) -> None:
    made = factors(KERNELS[name].make(3, 3))
    assert made is not None and made.separable == (name in SEPARABLE)


@given(st.integers(0, 10**6), st.integers(2, 6), st.integers(2, 6))
def test_a_column_times_a_row_is_found_again(seed: int, kh: int, kw: int) -> None:
    rng = np.random.default_rng(seed)
    kernel = np.outer(rng.standard_normal(kh), rng.standard_normal(kw)).astype(np.float32)
    made = factors(kernel)
    assert made is not None and made.separable
    np.testing.assert_allclose(np.outer(made.column, made.row), kernel, atol=1e-6)
    other = factors(kernel + np.diag(np.ones(kh))[:, :kw].copy() if kw <= kh else kernel + np.eye(kh, kw))
    assert other is not None and not other.separable


def test_nothing_is_said_of_zeros_and_rows() -> None:
    assert separable_words(np.zeros((3, 3))) == separable_words(np.ones((1, 3))) == ""
