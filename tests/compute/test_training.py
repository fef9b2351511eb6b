"""Training: the same every time, and what a book prints of it."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from conv_viz.compute.training import OPTIMISERS, Training
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.setup import Setup
from conv_viz.lenses.learns import edge
from conv_viz.lenses.look import through

SPEC = ConvSpec(2, 3, 3, padding=1)
X = np.random.default_rng(1).standard_normal((2, 8, 8)).astype(np.float32)
WANTED = np.zeros((3, 8, 8), np.float32)


def test_the_edge_of_the_book() -> None:
    """d2l's section 7.2.4 at seed 0: ten epochs at 3e-2, of which the last began with a loss of 0.0433."""
    spec, x, wanted = edge()
    made = Training(spec, x, wanted, rate=3e-2, total=True).until(10)
    np.testing.assert_allclose(made.weight[-1].ravel(), [1.0063, -0.9662], atol=5e-5)
    assert made.loss[-2] == pytest.approx(0.0433, abs=5e-5)


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_it_is_the_same_under_its_seed_at_once_and_step_by_step(optimiser: str) -> None:
    a, b, other = (Training(SPEC, X, WANTED, rate=0.05, optimiser=optimiser, seed=s, filter=1) for s in (4, 4, 5))
    whole = a.until(5)
    for steps in (2, 1, 3, 5):  # back and forth: what was taken is kept, and goes on where it was
        made = b.until(steps)
        for name in ("loss", "weight", "bias", "output"):
            assert getattr(made, name).tobytes() == getattr(whole, name)[: steps + 1].tobytes(), name
    assert whole.weight.tobytes() != other.until(5).weight.tobytes()
    assert whole.loss[-1] < whole.loss[0]


def test_outputs_of_a_large_picture_are_kept_for_the_last_step_alone() -> None:
    spec, x, wanted = edge()
    made = Training(spec, x, wanted, rate=3e-2, keep=100)
    last = made.until(4)
    assert last.output.shape == (1, 6, 7) and last.loss.shape == (5,)
    made.until(7)
    assert made.until(4).output.tobytes() == last.output.tobytes()


def test_one_step_more_is_one_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lens goes on with a training that it has begun, and begins anew where a setting differs."""
    steps = []
    step = Training._step
    monkeypatch.setattr(Training, "_step", lambda self: (steps.append(self), step(self)))
    setup = Setup.of(dict(in_channels=1, out_channels=2, kernel_size=3), (1, 1, 9, 9), seed=977)
    through("learns", setup, {"steps": 10})
    assert len(steps) == 11
    more = through("learns", setup, {"steps": 11})
    assert len(steps) == 12 and len(more.arrays["curve"]) == 12
    through("learns", setup, {"steps": 11, "rate": "0.01"})
    assert len(steps) == 24 and len(set(map(id, steps))) == 2


def test_a_rate_without_end_is_said() -> None:
    setup = Setup.of(dict(in_channels=3, out_channels=1, kernel_size=3), (1, 3, 9, 9))
    scene = through("learns", setup, {"on": "a flat input", "rate": "1.0", "steps": 300})
    assert "The loss grew without end" in " ".join(scene.header["says"])


def test_the_optimisers_are_torchs_and_leave_its_compiler_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch._dynamo", None)  # importing it would fail
    plain, momentum, adam = (Training(SPEC, X, WANTED, rate=0.05, optimiser=name).until(2) for name in OPTIMISERS)
    # One step from where momentum stood after its first, for the filter that is looked at: filters do not meet.
    weight = np.repeat(momentum.weight[1][None], 3, axis=0)
    bias = np.repeat(momentum.bias[1], 3)
    again = Training(SPEC, X, WANTED, rate=0.05, weight=weight, bias=bias).until(1)
    first, second = np.diff(momentum.weight, axis=0)
    np.testing.assert_allclose(second, 0.9 * first + np.diff(again.weight, axis=0)[0], atol=1e-6)
    np.testing.assert_allclose(first, np.diff(plain.weight, axis=0)[0], atol=1e-7)
    np.testing.assert_allclose(np.abs(np.diff(adam.weight[:2], axis=0)), 0.05, rtol=1e-3)
