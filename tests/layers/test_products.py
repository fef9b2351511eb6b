"""Every product of a layer: their sums are what torch gives, forwards and backwards."""

from __future__ import annotations

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings

from conv_viz.compute.gradients import gradients
from conv_viz.compute.layer import run
from conv_viz.compute.unfolded import unfolded
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.products import count, grouped, products
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import gather, taps
from conv_viz.lenses.matrix import matrix_of
from tests.numbers import assert_same_sums
from tests.strategies import layers

pytestmark = pytest.mark.numeric


def case(layer: tuple[dict, tuple[int, ...]]) -> tuple[ConvSpec, Summary, np.ndarray, np.ndarray, np.ndarray | None]:
    arguments, shape = layer
    spec, sides = ConvSpec(**arguments), shape[-3:]
    rng = np.random.default_rng(0)
    x = rng.standard_normal(sides).astype(np.float32)
    weight = rng.standard_normal(spec.weight_shape).astype(np.float32)
    bias = rng.standard_normal(spec.out_channels).astype(np.float32) if spec.bias else None
    return spec, Summary.of(spec, sides), x, weight, bias


def padded_of(x: np.ndarray, head: Summary) -> np.ndarray:
    rows, columns = (taps(axis).source for axis in head.axes)
    return gather(x, rows, columns)


@given(layers())
@settings(deadline=None)
def test_grouped_by_output_they_are_the_forward_pass(layer: tuple[dict, tuple[int, ...]]) -> None:
    spec, head, x, weight, bias = case(layer)
    made = products(head)
    padded = padded_of(x, head)
    terms = weight.ravel()[made.weight].astype(np.float64) * padded.ravel()[made.padded]
    output = run(spec, x, weight=weight, bias=bias).output
    total = np.bincount(made.output, terms, output.size).reshape(output.shape)
    total += 0 if bias is None else bias[:, None, None]
    assert_same_sums(total, output, x, weight, bias)
    assert len(made.output) == count(head)


@given(layers())
@settings(deadline=None)
def test_the_matrix_is_torch_s_unfold_and_product(layer: tuple[dict, tuple[int, ...]]) -> None:
    spec, head, x, weight, bias = case(layer)
    columns = unfolded(head, x)
    taps_of = columns.shape[0] // head.in_channels
    output = run(spec, x, weight=weight, bias=bias).output
    for filter in range(head.out_channels):
        reads = spec.channels_of(filter)
        made = weight[filter].ravel() @ columns[reads.start * taps_of : reads.stop * taps_of]
        made = made.reshape(output.shape[1:]) + (0 if bias is None else bias[filter])
        assert_same_sums(made[None], output[filter : filter + 1], x, weight, bias)


@given(layers())
@settings(deadline=None)
def test_the_sparse_matrix_is_torch_s_jacobian(layer: tuple[dict, tuple[int, ...]]) -> None:
    spec, head, x, weight, bias = case(layer)
    matrix = matrix_of(head, products(head, range(1)), weight.ravel(), 0)
    cells = list(np.ndindex(*run(spec, x, weight=weight, bias=bias).output.shape[1:]))[:6]
    by_one = [gradients(spec, x, weight, bias, "one cell", (0, *cell)).by_input.ravel() for cell in cells]
    np.testing.assert_allclose(matrix[: len(by_one)], by_one, atol=1e-5)


@given(layers())
@settings(deadline=None)
def test_grouped_by_weight_and_input_they_are_torch_s_gradients(layer: tuple[dict, tuple[int, ...]]) -> None:
    spec, head, x, weight, bias = case(layer)
    back = gradients(spec, x, weight, bias, "mean square")
    made = products(head)
    padded = padded_of(x, head).ravel().astype(np.float64)
    sent = back.by_output.ravel().astype(np.float64)[made.output]
    by_weight = np.bincount(made.weight, sent * padded[made.padded], weight.size).reshape(weight.shape)
    np.testing.assert_allclose(by_weight, back.by_weight, atol=1e-4 * (1 + np.abs(by_weight).max()))
    inside = made.input >= 0
    by_input = np.bincount(made.input[inside], (sent * weight.ravel()[made.weight])[inside], x.size).reshape(x.shape)
    np.testing.assert_allclose(by_input, back.by_input, atol=1e-4 * (1 + np.abs(by_input).max()))
    if bias is not None:
        np.testing.assert_allclose(back.by_bias, back.by_output.sum((1, 2)), atol=1e-4)


def test_groups_of_products() -> None:
    made = grouped(np.array([2, 0, -1, 2]), 3)
    assert made.starts.tolist() == [0, 1, 1, 3]
    assert made.order.tolist() == [1, 0, 3]


def test_what_is_said_of_the_gradients_is_so() -> None:
    """The input's is a transposed convolution; the weight's a convolution with stride and dilation exchanged."""
    spec = ConvSpec(1, 1, 3, stride=2, dilation=3, bias=False)
    x = torch.linspace(-1, 2, 225, dtype=torch.float64).mul(7).sin().reshape(1, 1, 15, 15).requires_grad_()
    weight = torch.linspace(0, 3, 9, dtype=torch.float64).cos().reshape(1, 1, 3, 3).requires_grad_()
    output = F.conv2d(x, weight, stride=2, dilation=3)
    sent = torch.linspace(-1, 1, output.numel(), dtype=torch.float64).reshape(output.shape)
    by_x, by_weight = torch.autograd.grad(output, (x, weight), sent)
    assert spec.weight_shape == tuple(weight.shape)
    back = F.conv_transpose2d(sent, weight.detach(), stride=2, dilation=3)
    assert torch.allclose(by_x[..., : back.shape[-2], : back.shape[-1]], back)
    again = F.conv2d(x.detach(), sent, stride=3, dilation=2)[..., :3, :3]
    assert torch.allclose(by_weight, again)
    assert F.conv2d(x.detach(), sent, stride=2, dilation=3).shape != by_weight.shape  # without the exchange
