"""Training: the same every time, and what a book prints of it."""

from __future__ import annotations

import numpy as np
import pytest

from conv_viz.compute.training import OPTIMISERS, train
from conv_viz.layers.conv import ConvSpec
from conv_viz.lenses.learns import edge


def test_the_edge_of_the_book() -> None:
    """d2l's section 7.2.4 at seed 0: ten epochs at 3e-2, of which the last began with a loss of 0.0433."""
    spec, x, wanted = edge()
    made = train(spec, x, wanted, steps=10, rate=3e-2, total=True)
    np.testing.assert_allclose(made.weight[-1].ravel(), [1.0063, -0.9662], atol=5e-5)
    assert made.loss[-2] == pytest.approx(0.0433, abs=5e-5)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_it_is_the_same_under_its_seed(optimiser: str) -> None:
    spec = ConvSpec(2, 3, 3, padding=1)
    x = np.random.default_rng(1).standard_normal((2, 8, 8)).astype(np.float32)
    wanted = np.zeros((3, 8, 8), np.float32)
    a, b, other = (train(spec, x, wanted, steps=5, rate=0.05, optimiser=optimiser, seed=s) for s in (4, 4, 5))
    assert a.weight.tobytes() == b.weight.tobytes() and a.loss.tobytes() == b.loss.tobytes()
    assert a.weight.tobytes() != other.weight.tobytes()
    assert a.loss[-1] < a.loss[0]


def test_outputs_of_a_large_picture_are_kept_for_the_last_step_alone() -> None:
    spec, x, wanted = edge()
    made = train(spec, x, wanted, steps=4, rate=3e-2, keep=100)
    assert made.output.shape == (1, 1, 6, 7) and made.loss.shape == (5,)
