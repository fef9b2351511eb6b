"""The weight as one picture, what a slice responds to, and where the weights lie: against torch, scipy and by hand."""

from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy.signal import convolve2d, correlate2d

from conv_viz import Conv1dSpec, ConvSpec, ConvTransposeSpec
from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.compute.responses import response
from conv_viz.scenes.panels import frequency_words, panels_scene
from conv_viz.scenes.payload import decode, encode
from conv_viz.scenes.weights import page_size, reads_words, tensor_scene
from conv_viz.weights import kernels
from conv_viz.weights.edits import Weights, filters
from conv_viz.weights.initialisation import figure, histogram, init_bound, largest
from tests.strategies import layers


def drawn(spec: ConvSpec) -> Weights:
    return drawn_weights(spec, 0)


@given(layers(), st.integers(-1, 99), st.integers(-1, 99))
def test_the_part_in_view_is_that_of_the_weight_and_holds_the_chosen_slice(case, filter, slice):
    spec = ConvSpec(**case[0])
    weights = drawn(spec)
    shown = decode(encode(tensor_scene(spec, weights, filter, slice)))
    header = shown.header
    (f0, f1, filters), (s0, s1, slices) = header["filters"], header["slices"]
    assert (filters, slices) == spec.weight_shape[:2]
    np.testing.assert_array_equal(shown.arrays["weight"], weights.weight[f0:f1, s0:s1])
    assert ("bias" in shown.arrays) == spec.bias
    chosen = header["chosen"]
    assert f0 <= chosen[0] < f1 and s0 <= chosen[1] < s1
    assert len(header["reads"]) == len(header["group_of_filter"]) == f1 - f0 and len(header["columns"]) == s1 - s0
    for f in range(f0, f1):  # the label names the channels that torch's group reads
        group = header["group_of_filter"][f - f0]
        named = [int(n) for n in header["reads"][f - f0].replace("–", " ").split() if n.isdigit()]
        assert [named[0], named[-1]] == [group * slices, group * slices + slices - 1]
    assert header["most"] == np.abs(weights.weight).max()


def test_torchs_groups_read_what_the_labels_say():
    spec = ConvSpec(6, 4, 1, groups=2, bias=False)
    layer = torch.nn.Conv2d(**spec.arguments())
    for f in range(4):
        x = torch.eye(6).reshape(6, 6, 1, 1)  # sample i is a one in channel i
        heard = layer(x)[:, f, 0, 0].nonzero().ravel().tolist()
        assert reads_words(spec, f) == f"reads channels {heard[0]}–{heard[-1]}"


@pytest.mark.parametrize("shape", [(512, 512, 3), (4096, 64, 1), (64, 64, 11), (8, 8, 64)])
def test_a_large_layer_shows_a_part_that_a_screen_holds(shape):
    spec = ConvSpec(*shape)
    whole = Weights(np.broadcast_to(np.float32(1), spec.weight_shape), np.ones(spec.out_channels, np.float32))
    shown = tensor_scene(spec, whole, filter=5)
    f, s, kh, kw = shown.arrays["weight"].shape
    assert f * kh <= 128 and s * kw <= 128
    assert f == min(page_size(kh), spec.out_channels)


def test_512_by_512_are_drawn_once_and_then_answer_at_once():
    spec = ConvSpec(512, 512, 3)
    weights = drawn_weights(spec, 3)
    start = time.process_time()
    for filter in range(0, 512, 64):
        encode(tensor_scene(spec, drawn_weights(spec.replace(stride=2), 3), filter))
    assert drawn_weights(spec.replace(stride=2), 3).weight is weights.weight
    assert (time.process_time() - start) / 8 < 0.1
    with pytest.raises(ValueError, match="read-only"):
        weights.weight[0] = 0


def test_the_scale_survives_what_is_no_number():
    weight = np.array([[[[1.0, np.nan, -3.0, np.inf]]]], np.float32)
    assert largest(weight) == 3
    assert largest(np.full((1, 1, 1, 1), np.nan, np.float32)) == 0


# -- responses -------------------------------------------------------------------------------

SIDES = st.integers(1, 4)


@pytest.mark.numeric
@given(SIDES, SIDES, st.integers(1, 3), st.integers(1, 3), st.booleans(), st.integers(0, 2**16))
def test_the_answer_to_an_impulse_is_the_kernel_turned_round_or_as_it_is(kh, kw, dy, dx, flip, seed):
    kernel = np.random.default_rng(seed).normal(size=(kh, kw)).astype(np.float32)
    spec = ConvSpec(2, 4, (kh, kw), stride=3, padding=1, dilation=(dy, dx), groups=2)
    shown = response(spec, kernel, flip=flip)
    spread = np.zeros(((kh - 1) * dy + 1, (kw - 1) * dx + 1), np.float32)
    spread[::dy, ::dx] = kernel
    theirs = (convolve2d if flip else correlate2d)(shown.impulse, spread, mode="valid")
    np.testing.assert_array_equal(shown.response, theirs)
    np.testing.assert_array_equal(shown.response, spread if flip else spread[::-1, ::-1])
    # the table says where each weight is seen again
    np.testing.assert_array_equal(shown.response[np.ix_(shown.lands_y, shown.lands_x)], kernel)


@pytest.mark.numeric
@given(SIDES, SIDES, st.integers(1, 3), st.integers(1, 3), st.booleans(), st.integers(0, 2**16))
def test_a_transposed_convolution_answers_with_the_kernel_as_it_is(kh, kw, dy, dx, flip, seed):
    kernel = np.random.default_rng(seed).normal(size=(kh, kw)).astype(np.float32)
    spec = ConvTransposeSpec(2, 4, (kh, kw), stride=4, padding=1, output_padding=1, dilation=(dy, dx), groups=2)
    shown = response(spec, kernel, flip=flip)
    spread = np.zeros(((kh - 1) * dy + 1, (kw - 1) * dx + 1), np.float32)
    spread[::dy, ::dx] = kernel
    np.testing.assert_array_equal(shown.response, spread[::-1, ::-1] if flip else spread)
    np.testing.assert_array_equal(shown.response[np.ix_(shown.lands_y, shown.lands_x)], kernel)


@pytest.mark.numeric
@pytest.mark.parametrize("flip", [False, True])
def test_a_row_answers_with_a_row(flip):
    kernel = np.float32([[1, 2, 4]])
    shown = response(Conv1dSpec(2, 3, 3, dilation=2, stride=2, padding=1), kernel, flip=flip)
    assert shown.impulse.shape == (1, 9)
    assert shown.response.tolist() == [[1, 0, 2, 0, 4] if flip else [4, 0, 2, 0, 1]]
    np.testing.assert_array_equal(shown.response[np.ix_(shown.lands_y, shown.lands_x)], kernel)


@pytest.mark.parametrize(
    "spec", [ConvTransposeSpec(4, 6, 3, groups=2), Conv1dSpec(4, 6, 3, groups=2), ConvSpec(4, 6, 3, groups=2)]
)
def test_the_picture_of_every_layer_says_where_torch_has_each_weight(spec):
    weights = drawn_weights(spec, 0)
    shown = decode(encode(tensor_scene(spec, filters(spec, weights), filter=5)))
    assert tuple(shown.header["weight_shape"]) == spec.weight_shape
    assert len(shown.header["weight_axes"]) == len(spec.weight_shape)
    seen, index = shown.arrays["weight"], shown.arrays["index"]
    for f, s in np.ndindex(*seen.shape[:2]):
        np.testing.assert_array_equal(seen[f, s].ravel(), weights.weight[tuple(index[f, s])].ravel())
        assert shown.header["first_channel"][f] == spec.channels_of(f).start


@pytest.mark.numeric
def test_the_layers_module_runs_the_impulse():
    kernel = np.float32([[1, 2], [3, 4]])
    layer = torch.nn.Conv2d(1, 1, 2, bias=False)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(kernel)[None, None])
        theirs = layer(torch.from_numpy(response(ConvSpec(1, 1, 2), kernel).impulse)[None])[0].numpy()
    np.testing.assert_array_equal(response(ConvSpec(1, 1, 2), kernel).response, theirs)


def test_a_kernel_spread_too_far_is_shown_without_dilation():
    shown = response(ConvSpec(1, 1, 11, dilation=64), np.ones((11, 11), np.float32))
    assert shown.response.shape == (11, 11)


@given(SIDES, SIDES, st.integers(0, 2**16))
def test_gain_at_zero_frequency_is_the_sum_of_the_weights(kh, kw, seed):
    kernel = np.random.default_rng(seed).normal(size=(kh, kw)).astype(np.float32)
    shown = panels_scene(response(ConvSpec(1, 1, (kh, kw)), kernel))
    middle = shown.arrays["gain"].shape[0] // 2
    assert shown.arrays["gain"][middle, middle] == pytest.approx(abs(kernel.sum(dtype=np.float64)), abs=1e-4)
    assert shown.header["words"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("box", "fine detail is lost"),
        ("identity", "× 1, the sum of the weights, and nothing comes out stronger."),
        ("sobel_x", "× 0, the sum of the weights. The strongest answer, × 8, is to stripes every 4.0 cells across."),
        ("sobel_y", "cells down."),
        ("laplacian", "every 1.4 cells along a diagonal."),
    ],
)
def test_words_for_the_frequency_response(name, said):
    assert said in frequency_words(kernels.KERNELS[name].make(3, 3))


def test_words_for_nothing():
    assert "nothing comes through" in frequency_words(np.zeros((3, 3)))


# -- where the weights lie -------------------------------------------------------------------


@given(layers())
def test_torchs_own_weights_lie_within_the_bound(case):
    spec = ConvSpec(**case[0])
    shown = histogram(drawn(spec).weight, init_bound(spec).bound)
    assert shown.outside == 0 and shown.counts.sum() == shown.total == np.prod(spec.weight_shape)
    assert shown.words.startswith("All")


def test_the_height_of_a_uniform_draw_is_its_mean_count():
    spec = ConvSpec(64, 64, 3)
    bound = init_bound(spec).bound
    shown = histogram(drawn(spec).weight, bound)
    inside = (shown.edges[:-1] >= -bound) & (shown.edges[1:] <= bound)
    assert shown.counts[inside].mean() == pytest.approx(shown.expected, rel=0.02)


def test_edited_weights_outside_the_bound_are_counted_and_drawn():
    weight = np.array([0.1, -0.2, 0.9, np.nan, 5], np.float32)
    shown = histogram(weight, 0.5)
    assert (shown.outside, shown.total, int(shown.counts.sum())) == (2, 4, 4)
    assert "2 outside: those are not" in shown.words


def test_a_weight_is_counted_in_parts(monkeypatch):
    weight = np.random.default_rng(0).normal(size=1000).astype(np.float32)
    whole = histogram(weight, 0.5)
    monkeypatch.setattr("conv_viz.weights.initialisation.CHUNK", 7)
    parts = histogram(weight, 0.5)
    assert parts.counts.tolist() == whole.counts.tolist() and parts.outside == whole.outside


def test_the_chart_carries_counts_and_both_bounds():
    spec = ConvSpec(3, 4, 3)
    init = init_bound(spec)
    shown = histogram(drawn(spec).weight, init.bound)
    chart = figure(shown, init)
    assert list(chart.data[0].y) == shown.counts.tolist()
    lines = [shape.x0 for shape in chart.layout.shapes if shape.x0 == shape.x1]
    assert lines == [-init.bound, init.bound]
    assert [a.text for a in chart.layout.annotations] == ["−0.1925", "0.1925"]
