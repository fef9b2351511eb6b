"""Strips against the whole layer, and the whole layer against scipy."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy import signal
from skimage import data

from conv_viz import ConvSpec, ConvSpecError, run
from conv_viz.compute import strips as strips_module
from conv_viz.compute.strips import keep, run_in_strips
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.rounding import rounding_bound
from tests.numbers import assert_same_sums
from tests.strategies import window_layers

pytestmark = pytest.mark.numeric

NUMPY_MODE = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
CAT = np.ascontiguousarray(data.chelsea().transpose(2, 0, 1)).astype(np.float32) / 255


def weights(spec: ConvSpec, seed: int = 0) -> tuple[np.ndarray, np.ndarray | None]:
    draw = np.random.default_rng(seed)
    bias = draw.normal(size=spec.out_channels).astype(np.float32) if spec.bias else None
    return draw.normal(size=spec.weight_shape).astype(np.float32), bias


def joined(spec: ConvSpec, x: np.ndarray, weight: np.ndarray, bias: np.ndarray | None, rows: int) -> np.ndarray:
    at, blocks = 0, []
    for first, block in run_in_strips(spec, x, weight, bias, rows=rows):
        assert first == at and block.dtype == np.float32 and block.ndim == 3
        at += block.shape[1]
        blocks.append(block)
    return np.concatenate(blocks, axis=1)


@pytest.fixture
def low_strips(monkeypatch):
    """Strips of the asked height, so that a small picture is cut into many."""
    monkeypatch.setattr(strips_module, "LEAST_READ", 1)


@pytest.mark.usefixtures("low_strips")
@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize("padding", [0, (2, 1), (5, 4), "same"])
@pytest.mark.parametrize(("stride", "dilation"), [(1, 1), ((2, 3), 1), (1, (2, 3)), (3, 2)])
@pytest.mark.parametrize("rows", [1, 4, 64])
def test_against_scipy(mode, padding, stride, dilation, rows):
    if padding == "same":
        stride = 1
    spec = ConvSpec(3, 2, (4, 3), stride, padding, dilation, padding_mode=mode)
    x = CAT[:, 100:123, 120:139]
    weight, bias = weights(spec)
    padded = np.pad(x.astype(np.float64), ((0, 0), *spec.padding_sides), NUMPY_MODE[mode])
    spread = np.zeros((*weight.shape[:2], *spec.effective_kernel))
    spread[..., :: spec.dilation[0], :: spec.dilation[1]] = weight
    down, right = spec.stride
    expected = [
        sum(signal.correlate2d(p, k, "valid") for p, k in zip(padded, kernel, strict=True))[::down, ::right] + b
        for kernel, b in zip(spread, bias, strict=True)
    ]
    np.testing.assert_allclose(joined(spec, x, weight, bias, rows), expected, atol=1e-4)


LAYERS = [
    ConvSpec(3, 64, 3, padding=1),
    ConvSpec(3, 64, 3, padding="same", padding_mode="reflect"),
    ConvSpec(3, 16, (4, 6), padding="same", dilation=3, bias=False),
    ConvSpec(3, 8, 7, stride=(2, 3), padding=(3, 1), padding_mode="circular"),
    ConvSpec(3, 6, 5, padding=2, groups=3, padding_mode="replicate"),
    ConvSpec(3, 3, 3, stride=4, groups=3),
    ConvSpec(3, 5, 1, stride=2, padding=(3, 0)),
    ConvSpec(3, 4, (1, 9), padding=(7, 20)),
    ConvSpec(3, 4, 2, stride=3, padding=(0, 5), dilation=4),
]


@pytest.mark.parametrize("spec", LAYERS, ids=repr)
def test_a_photograph_is_the_same_up_to_rounding(spec):
    x = np.tile(CAT, (1, 2, 2))
    weight, bias = weights(spec)
    whole = run(spec, x, weight=weight, bias=bias).output
    first, block = next(run_in_strips(spec, x, weight, bias, rows=64))
    assert first == 0 and block.shape[1] < whole.shape[1], "there is more than one strip"
    assert_same_sums(joined(spec, x, weight, bias, 64), whole, x, weight, bias)
    assert rounding_bound(x, weight, bias) < 1e-3 * np.abs(whole).max()


layers = st.builds(
    dict,
    kernel_size=st.tuples(st.integers(1, 5), st.integers(1, 5)),
    stride=st.tuples(st.integers(1, 4), st.integers(1, 4)),
    padding=st.tuples(st.integers(0, 6), st.integers(0, 6)) | st.just("same"),
    dilation=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    groups=st.sampled_from([1, 3]),
    bias=st.booleans(),
    padding_mode=st.sampled_from(PADDING_MODES),
)


@pytest.mark.usefixtures("low_strips")
@settings(max_examples=150, deadline=None)
@given(layers, st.integers(1, 30), st.integers(1, 30), st.integers(1, 9))
def test_any_layer_in_any_strips_is_the_whole_up_to_rounding(arguments, height, width, rows):
    try:
        spec = ConvSpec(3, 6, **{**arguments, **({"stride": 1} if arguments["padding"] == "same" else {})})
        spec.output_shape((3, height, width))
    except ConvSpecError:
        return
    x = CAT[:, :height, :width].copy()
    weight, bias = weights(spec)
    whole = run(spec, x, weight=weight, bias=bias).output
    assert_same_sums(joined(spec, x, weight, bias, rows), whole, x, weight, bias)
    assert rounding_bound(x, weight, bias) < 1e-3


def test_it_stops_when_nobody_asks_further(monkeypatch):
    calls = []
    real = strips_module.forward

    def counted(*given):
        layer = real(*given)
        return lambda x: calls.append(x.shape) or layer(x)

    monkeypatch.setattr(strips_module, "forward", counted)
    spec = ConvSpec(3, 8, 3)
    x = np.tile(CAT, (1, 4, 4))
    parts = run_in_strips(spec, x, *weights(spec), rows=64)
    assert calls == []
    first, block = next(parts)
    parts.close()
    assert (first, len(calls)) == (0, 1) and 0 < block.shape[1] < 400


def test_strips_are_kept_with_their_progress():
    spec, x = ConvSpec(3, 16, 3, padding=1), np.tile(CAT, (1, 5, 2))
    weight, bias = weights(spec)
    output = np.full(spec.output_shape(x.shape), np.nan, np.float32)
    done = list(keep(run_in_strips(spec, x, weight, bias), output))
    assert len(done) > 2 and done == sorted(done) and done[0] < 0.5 and done[-1] == 1
    assert_same_sums(output, run(spec, x, weight=weight, bias=bias).output, x, weight, bias)


def test_a_strip_is_lower_where_it_would_be_large():
    spec = ConvSpec(1, 512, 1)
    x = np.zeros((1, 8, 4000), np.float32)
    _, block = next(run_in_strips(spec, x, *weights(spec), rows=8))
    assert block.nbytes <= strips_module.BLOCK_BYTES and block.shape[1] == 1


def test_numpy_keeps_no_copy_of_the_whole_picture():
    spec = ConvSpec(3, 1, 3, padding=1, padding_mode="reflect")
    x = np.zeros((3, 2000, 1000), np.float32)
    tracemalloc.start()
    for _ in run_in_strips(spec, x, *weights(spec), rows=16):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < x.nbytes


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((1, 3, 9, 9), np.float32), "one float32 picture"),
        (np.zeros((3, 9, 9)), "float64"),
        (np.zeros((4, 9, 9), np.float32), "3 input channels, but the input has 4"),
        (np.zeros((3, 2, 9), np.float32), "does not fit"),
    ],
)
def test_what_cannot_pass_is_refused_at_once(x, words):
    spec = ConvSpec(3, 2, 3)
    with pytest.raises(ConvSpecError, match=words):
        run_in_strips(spec, x, *weights(spec))


def test_wrong_weights_are_refused_at_once():
    spec, x = ConvSpec(3, 2, 3), np.zeros((3, 9, 9), np.float32)
    weight, bias = weights(spec)
    for wrong in ((weight[:1], bias), (weight, bias[:1]), (weight, None)):
        with pytest.raises(ConvSpecError):
            run_in_strips(spec, x, *wrong)
    with pytest.raises(ConvSpecError, match="at least 1 row"):
        run_in_strips(spec, x, weight, bias, rows=0)


@pytest.mark.usefixtures("low_strips")
@pytest.mark.parametrize("rows", [1, 3, 64])
@given(kind=st.sampled_from(["ConvTranspose2d", "MaxPool2d", "AvgPool2d", "LPPool2d"]), draw=st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_strips_of_every_other_layer_are_the_whole(rows, kind, draw):
    arguments, shape = draw.draw(window_layers(kind))
    try:
        spec = KINDS[kind](**arguments)
        spec.output_shape(shape)
    except ConvSpecError:
        return
    x = np.random.default_rng(0).normal(size=shape[-3:]).astype(np.float32)
    weight, bias = weights(spec) if spec.weight_shape else (None, None)
    whole = run(spec, x, weight=weight, bias=bias).output
    made = joined(spec, x, weight, bias, rows)
    assert made.shape == whole.shape
    if weight is None:
        np.testing.assert_allclose(made, whole, rtol=1e-5, atol=1e-6)
    else:
        assert_same_sums(made, whole, x, spec.as_filters(weight), bias)
