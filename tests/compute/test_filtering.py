"""A picture through the layer: against scipy and torch, and never slower than the budget allows."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from scipy import signal
from skimage import data

from conv_viz import ConvSpec, ConvSpecError, limits
from conv_viz.compute import filtering
from conv_viz.compute.filtering import TooLarge, filtered, in_full, layer_filters, named_filters, page_of, preview_size
from conv_viz.images.maps import as_seen
from conv_viz.images.read import Picture, to_channels
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.cost import filters_cost
from conv_viz.weights.edits import Weights
from conv_viz.weights.kernels import KERNELS

pytestmark = pytest.mark.numeric

NUMPY_MODE = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}
CAT = Picture(np.ascontiguousarray(data.chelsea()[100:140, 120:170].transpose(2, 0, 1)), 0, 255, (), (40, 50))


def blank(channels: int, height: int, width: int) -> Picture:
    return Picture(np.zeros((channels, height, width), np.uint8), 0, 255, (), (height, width))


@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize(("padding", "stride", "dilation"), [(0, 1, 1), ((2, 1), (2, 3), 1), ("same", 1, (2, 1))])
def test_feature_maps_are_those_of_scipy(mode, padding, stride, dilation):
    spec = ConvSpec(3, 4, (4, 3), stride, padding, dilation, padding_mode=mode)
    filters = layer_filters(spec, seed=7)
    done = filtered(CAT, filters)
    padded = np.pad(CAT.array / 255, ((0, 0), *spec.padding_sides), NUMPY_MODE[mode])
    spread = np.zeros((*filters.weight.shape[:2], *spec.effective_kernel))
    spread[..., :: spec.dilation[0], :: spec.dilation[1]] = filters.weight
    down, right = spec.stride
    expected = [
        sum(signal.correlate2d(p, k, "valid") for p, k in zip(padded, kernel, strict=True))[::down, ::right] + b
        for kernel, b in zip(spread, filters.bias, strict=True)
    ]
    np.testing.assert_allclose(done.maps, expected, atol=1e-5)
    assert done.said == "Picture and layer agree: 3 channels." and done.shown == range(4)


def test_the_layers_filters_are_torchs_own_or_the_edited_ones():
    torch.manual_seed(5)
    own = torch.nn.Conv2d(3, 6, 5)
    made = layer_filters(ConvSpec(3, 6, 5), seed=5)
    np.testing.assert_array_equal(made.weight, own.weight.detach().numpy())
    np.testing.assert_array_equal(made.bias, own.bias.detach().numpy())
    edited = Weights(np.ones((6, 3, 5, 5), np.float32), np.zeros(6, np.float32))
    assert layer_filters(ConvSpec(3, 6, 5), 5, edited).weight is edited.weight


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_named_filters_side_by_side_are_each_that_filter_on_the_mean_of_the_channels(mode):
    made = named_filters(ConvSpec(3, 7, 5, padding=2, groups=1, padding_mode=mode))
    done = filtered(CAT, made)
    assert made.names == tuple(kernel.title for kernel in KERNELS.values()) and not made.refused
    mean = np.pad(CAT.array.mean(axis=0) / 255, 2, NUMPY_MODE[mode])
    for kernel, values in zip(KERNELS.values(), done.maps, strict=True):
        np.testing.assert_allclose(values, signal.correlate2d(mean, kernel.make(5, 5), "valid"), atol=2e-4)


def test_named_filters_that_do_not_fit_are_named():
    made = named_filters(ConvSpec(1, 1, (1, 2)))
    assert "Identity" in made.names and "Laplacian" not in made.names
    assert any(reason.startswith("Laplacian needs") for reason in made.refused)
    assert len(made.names) + len(made.refused) == len(KERNELS)


@pytest.mark.parametrize(("channels", "distinct"), [(1, 1), (2, 2), (3, 3), (4, 3), (7, 3)])
def test_the_picture_becomes_what_the_layer_reads(channels, distinct):
    done = filtered(CAT, layer_filters(ConvSpec(channels, 2, 3), 0))
    expected, said = to_channels(CAT, channels)
    np.testing.assert_array_equal(done.picture.array, expected.array)
    assert done.said == said and done.distinct == distinct
    repeated = done.picture.array[np.arange(channels) % distinct]
    np.testing.assert_array_equal(repeated, done.picture.array)


@given(
    st.integers(1, 300), st.integers(1, 300), st.integers(1, 9), st.integers(1, 4), st.integers(1, 900),
    st.integers(1, 900), st.sampled_from([1, 3, 4, 60]),
)  # fmt: skip
def test_any_layer_is_within_the_budget_or_refused(channels, filters, kernel, stride, height, width, planes):
    spec = ConvSpec(channels, filters, kernel, stride, padding=kernel // 2)
    shown = len(page_of(0, filters))
    try:
        rows, columns = preview_size(spec, blank(planes, height, width), shown)
    except TooLarge:
        return
    assert 1 <= rows <= height and 1 <= columns <= width
    outputs = shown * math.prod(spec.output_shape((channels, rows, columns))[1:])
    assert outputs <= filtering.MOST_MAPS and channels * rows * columns <= filtering.MOST_INPUT
    cost = filters_cost(spec, spec.axes((channels, rows, columns)), range(shown))
    assert cost.seconds <= limits.GALLERY_SECONDS and cost.bytes <= limits.GALLERY_BYTES
    assert planes * rows * columns <= filtering.MOST_PIXELS
    if min(rows, columns) > 20 and (rows, columns) != (height, width):
        assert abs(rows / height - columns / width) < 0.1, "it keeps its shape"


def test_only_what_is_too_much_is_made_smaller():
    assert preview_size(ConvSpec(3, 10, 3, padding=1), blank(3, 600, 800), 10) == (600, 800)
    assert in_full(layer_filters(ConvSpec(3, 4, 3), 0), blank(3, 600, 800))
    many = layer_filters(ConvSpec(3, 64, 3, padding=1), 0)
    assert not in_full(many, blank(3, 600, 800))
    assert not in_full(many, Picture(np.zeros((3, 60, 80), np.uint8), 0, 255, (), (600, 800)))


def test_a_kernel_larger_than_the_picture_is_the_pictures_problem():
    with pytest.raises(ConvSpecError, match="does not fit") as caught:
        filtered(blank(1, 1, 1), layer_filters(ConvSpec(1, 1, 3), 0))
    assert caught.value.fix == {"kernel_size": (1, 1)}


def test_what_cannot_answer_at_once_is_said_before_anything_is_allocated():
    with pytest.raises(TooLarge, match=r"256 GiB.*fewer channels"):
        layer_filters(ConvSpec(4096, 4096, 64), 0)
    with pytest.raises(TooLarge, match="too much work"):
        preview_size(ConvSpec(4096, 128, 64, padding=64), blank(1, 1, 1), 128)


def test_many_maps_are_paged():
    spec = ConvSpec(1, 300, 1, bias=False)
    done = filtered(CAT, layer_filters(spec, 0), first=299)
    assert done.shown == range(256, 300) and len(done.maps) == 44
    weight = layer_filters(spec, 0).weight[256:]
    np.testing.assert_allclose(done.maps, weight[:, 0] * done.picture.unit(), atol=1e-6)


def test_a_picture_as_it_is_seen():
    np.testing.assert_array_equal(as_seen(CAT.array, 0, 255), CAT.array.transpose(1, 2, 0))
    four = np.concatenate([CAT.array, CAT.array[:1]])
    np.testing.assert_array_equal(as_seen(four, 0, 255), CAT.array.transpose(1, 2, 0))
    grey = as_seen(np.array([[[-1.0, 1.0, 3.0]]], np.float32), -1, 3)
    assert grey.tolist() == [[[0, 0, 0], [128, 128, 128], [255, 255, 255]]]
    assert as_seen(np.array([[[0, 10]], [[10, 20]]], np.uint8), 0, 255)[0, :, 0].tolist() == [5, 15]
