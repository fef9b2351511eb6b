"""Gradients, and one step down: torch's, against finite differences."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from conv_viz.compute.gradients import LOSSES, gradients, stepped
from conv_viz.compute.layer import run
from conv_viz.layers.conv import ConvSpec

SPEC = ConvSpec(2, 3, 3, stride=2, padding=1, padding_mode="reflect")
RNG = np.random.default_rng(3)
X, W, B = RNG.standard_normal((2, 5, 6)), RNG.standard_normal((3, 2, 3, 3)), RNG.standard_normal(3)
CELL = (1, 1, 2)


def loss(x: np.ndarray, weight: np.ndarray, which: str) -> float:
    output = run(SPEC, x, weight=weight, bias=B).output
    return float({"sum": output.sum(), "one cell": output[CELL], "mean square": (output**2).mean()}[which])


@pytest.mark.parametrize("which", LOSSES)
def test_they_are_the_finite_differences(which: str) -> None:
    made = gradients(SPEC, X, W, B, which, CELL)
    assert made.loss == pytest.approx(loss(X, W, which))
    for array, by in ((X, made.by_input), (W, made.by_weight)):
        assert by is not None
        for index in [tuple(RNG.integers(0, array.shape)) for _ in range(12)]:
            change = np.zeros_like(array)
            change[index] = 1e-5
            x, w = (X + change, W) if array is X else (X, W + change)
            x2, w2 = (X - change, W) if array is X else (X, W - change)
            slope = (loss(x, w, which) - loss(x2, w2, which)) / 2e-5
            assert by[index] == pytest.approx(slope, abs=1e-6)


def test_the_mean_square_from_a_target_is_torchs_own() -> None:
    target = RNG.standard_normal((3, 3, 3))
    made = gradients(SPEC, X, W, B, "mean square", target=target)
    x, weight, bias = (torch.tensor(array, requires_grad=True) for array in (X, W, B))
    output = F.conv2d(F.pad(x, (1, 1, 1, 1), mode="reflect"), weight, bias, stride=2)
    output.retain_grad()
    loss = F.mse_loss(output, torch.from_numpy(target))
    loss.backward()
    assert made.loss == pytest.approx(loss.item())
    for given, by in ((output, made.by_output), (weight, made.by_weight), (bias, made.by_bias), (x, made.by_input)):
        np.testing.assert_allclose(by, given.grad, rtol=0, atol=1e-12)


@pytest.mark.parametrize("target", [None, RNG.standard_normal((3, 3, 3))], ids=["zeros", "target"])
def test_a_step_goes_down_by_the_gradient(target: np.ndarray | None) -> None:
    made = gradients(SPEC, X, W, B, "mean square", target=target)
    assert made.by_weight is not None
    weight, after = stepped(SPEC, X, W, B, 0.01, "mean square", target=target)
    np.testing.assert_allclose(weight, W - 0.01 * made.by_weight, rtol=1e-12)
    assert after < made.loss
