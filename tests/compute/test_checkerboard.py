"""The maps of a transposed convolution: counts by the taps tables, flat outputs by torch's own layers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from torch import nn

from conv_viz.layers.checkerboard import counts_inside
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.subject import Subject
from tests.strategies import window_layers


@pytest.mark.numeric
@given(window_layers("ConvTranspose2d"))
def test_the_counts_are_what_torch_makes_of_ones(case: tuple[dict[str, Any], tuple[int, ...]]) -> None:
    arguments, shape = case
    try:
        subject = Subject.of(ConvTransposeSpec(**arguments), shape)
    except ConvSpecError:
        return
    same = {name: arguments[name] for name in ("kernel_size", "stride", "padding", "output_padding", "dilation")}
    layer = nn.ConvTranspose2d(1, 1, bias=False, **same)
    nn.init.ones_(layer.weight)
    expected = layer(torch.ones(1, *shape[-2:])).detach()[0, :24, :24].round()
    np.testing.assert_array_equal(subject.scene().arrays["counts"], expected)


@pytest.mark.numeric
@pytest.mark.parametrize("groups", [1, 2])
@pytest.mark.parametrize("shape", [(4, 3, 5), (4, 60, 3)])
def test_both_flat_maps_are_torchs_own_layers(groups: int, shape: tuple[int, ...]) -> None:
    up = nn.ConvTranspose2d(4, 6, (3, 2), stride=2, padding=1, output_padding=1, groups=groups)
    scene = Subject.of(up, torch.zeros(shape)).scene()
    ones = torch.ones(1, *shape)
    whole = up(ones).detach()[0]
    assert scene.arrays["flat"].shape == (6, min(24, whole.shape[1]), whole.shape[2])
    np.testing.assert_allclose(scene.arrays["flat"], whole[:, :24, :24], rtol=1e-5, atol=1e-6)
    words = scene.header["stage"]["checkerboard"]
    assert ("first 24" in words["maps"][0]["title"]) == (whole.shape[1] > 24)

    instead = eval(words["code"], {"nn": nn})  # the code that is shown, which the test trusts
    filters = up.weight.detach().reshape(groups, 4 // groups, 6 // groups, 3, 2).transpose(1, 2).flip(-1, -2)
    with torch.no_grad():
        instead[1].weight.copy_(filters.reshape(6, 4 // groups, 3, 2))
        instead[1].bias.copy_(up.bias)
    resized = instead(ones).detach()[0]
    assert resized.shape == whole.shape
    np.testing.assert_allclose(scene.arrays["resized"], resized[:, :24, :24], rtol=1e-5, atol=1e-6)


@pytest.mark.numeric
def test_resizing_first_leaves_no_checkerboard() -> None:
    scene = Subject.of("nn.ConvTranspose2d(2, 3, 3, stride=2)", (2, 6, 6)).scene()
    inside = slice(3, -3)
    for name, is_flat in (("flat", False), ("resized", True)):
        maps = scene.arrays[name][:, inside, inside]
        assert (np.ptp(maps, axis=(1, 2)) < 1e-5).all() == is_flat, name


@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "counts"),
    [(3, 2, 1, (1, 2, 4)), (4, 2, 1, (4,)), (2, 2, 1, (1,)), (5, 3, 1, (1, 2, 4)), (6, 3, 1, (4,)), (3, 2, 2, (0, 9))],
)
def test_how_many_products_reach_a_cell_away_from_the_border(
    kernel: int, stride: int, dilation: int, counts: tuple[int, ...]
) -> None:
    assert counts_inside(ConvTransposeSpec(1, 1, kernel, stride=stride, dilation=dilation)) == counts


def test_other_layers_have_no_such_maps() -> None:
    for code in ("nn.Conv2d(1, 1, 3)", "nn.MaxPool2d(2)"):
        scene = Subject.of(code).scene()
        assert scene.header["stage"]["checkerboard"] is None and "counts" not in scene.arrays


def test_a_layer_that_would_take_long_has_none() -> None:
    stage = Subject.of("nn.ConvTranspose2d(2048, 16, 4, stride=2)", (2048, 16, 16)).scene().header["stage"]
    assert stage["checkerboard"] is None and stage["switch"]
