"""The rounding bound holds for torch on every processor, and is small enough to notice a wrong number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv_viz import ConvSpec, run
from conv_viz.compute.layer import LayerRun, initial
from conv_viz.layers.rounding import rounding_bound
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.view import View
from conv_viz.lenses.layer import run_scene
from tests.strategies import layers

pytestmark = pytest.mark.numeric


def exact(done: LayerRun) -> np.ndarray:
    """The output from the taps tables, added up in float64."""
    rows, columns = (taps(axis) for axis in done.spec.axes(done.input.shape))
    padded = gather(done.input.astype(np.float64), rows.source, columns.source)
    cells = padded[..., rows.window, :][..., columns.window]  # (..., C, OH, kH, OW, kW)
    planes = []
    for f in range(done.spec.out_channels):
        read = cells[..., done.spec.channels_of(f), :, :, :, :]
        plane = np.einsum("...crksl,ckl->...rs", read, done.weight[f].astype(np.float64))
        planes.append(plane + (0 if done.bias is None else float(done.bias[f])))
    return np.stack(planes, axis=-3)


def assert_within_half(done: LayerRun) -> None:
    """One result is at most half of the bound away from the exact sum, so two of them at most the whole."""
    bound = rounding_bound(done.input, done.weight, done.bias)
    assert np.abs(done.output - exact(done)).max() <= bound / 2


@given(layers(), st.integers(0, 2**16), st.sampled_from([1.0, 1e-20, 1e-38, 1e15]))
def test_any_layer_is_within_it(layer, seed, scale):
    arguments, shape = layer
    draw = np.random.default_rng(seed)
    spec = ConvSpec(**arguments)
    weight = draw.normal(size=spec.weight_shape) * scale
    assert_within_half(run(spec, draw.normal(size=shape).astype(np.float32), weight=weight, seed=seed))


@pytest.mark.parametrize(
    ("spec", "size"),
    [
        (ConvSpec(512, 4, 3, padding=1), 9),
        (ConvSpec(2048, 16, 1), 7),
        (ConvSpec(8, 4, 33), 40),
        (ConvSpec(256, 64, 3, groups=32, padding=1), 9),
        (ConvSpec(64, 16, 3, stride=2, padding=1, padding_mode="reflect"), 28),
    ],
    ids=repr,
)
@pytest.mark.parametrize("kind", ["usual", "cancelling"])
def test_a_large_fan_in_is_within_it(spec, size, kind):
    draw = np.random.default_rng(0)
    x = draw.normal(size=(spec.in_channels, size, size)).astype(np.float32)
    weight = draw.normal(size=spec.weight_shape)
    if kind == "cancelling":  # large products of both signs, and next to nothing left of them
        weight = np.resize([1000.0, -1000.0], spec.weight_shape)
        x = 1 + x / 10000
    assert_within_half(run(spec, x, weight=weight))


def test_it_notices_a_wrong_number():
    x = np.random.default_rng(0).random((3, 9, 9), np.float32)
    weight, bias = (values.numpy() for values in initial(ConvSpec(3, 4, 3), 0))
    bound = rounding_bound(x, weight, bias)
    assert bound < 1e-5
    wrong = weight.copy()
    wrong[0, 0, 1, 1] *= 1.001
    spec = ConvSpec(3, 4, 3)
    changed = run(spec, x, weight=wrong, bias=bias).output - run(spec, x, weight=weight, bias=bias).output
    assert np.abs(changed).max() > bound


def test_a_filter_counts_the_channels_of_its_own_group_only():
    x = np.ones((2, 3, 3), np.float32)
    x[1] = 1e6
    weight = np.ones((2, 1, 1, 1))
    weight[1] = 1e-6
    assert rounding_bound(x, weight) < 1e-6


def test_what_is_not_finite_does_not_make_it_infinite():
    x = np.ones((1, 4, 4), np.float32)
    x[0, 0, 0], x[0, 3, 3] = np.nan, -np.inf
    assert rounding_bound(x, np.ones((1, 1, 2, 2))) == rounding_bound(np.ones_like(x), np.ones((1, 1, 2, 2)))


@settings(max_examples=20)
@given(st.integers(1, 3), st.integers(9, 30), st.integers(0, 2**16))
def test_the_size_of_the_rest_is_no_smaller_than_any_sum_out_of_view(groups, channels, seed):
    spec = ConvSpec(groups * channels, 2 * groups, 3, groups=groups)
    draw = np.random.default_rng(seed)
    done = run(spec, draw.normal(size=(spec.in_channels, 5, 5)), seed=seed)
    shown = run_scene(done, View(filter=int(draw.integers(2 * groups)), channel=int(draw.integers(spec.in_channels))))
    first, stop, _ = shown.header["stage"]["filters"]
    visible = range(*shown.header["stage"]["channels"][:2])
    for f in range(first, stop):
        hidden = [c for c in spec.channels_of(f) if c not in visible]
        slices = np.abs(done.weight[f][[c - spec.channels_of(f).start for c in hidden]])
        windows = np.lib.stride_tricks.sliding_window_view(np.abs(done.input[hidden]), (3, 3), axis=(1, 2))
        sums = np.einsum("crskl,ckl->rs", windows, slices)
        assert sums.max() <= shown.arrays["rest_size"][f - first] * (1 + 1e-12)
        assert shown.arrays["rest_size"][f - first] <= 20 * sums.max()
