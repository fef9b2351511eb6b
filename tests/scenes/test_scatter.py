"""The picture of a transposed convolution from its input: the spread products add up to torch's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from conv_viz import run
from conv_viz.layers.part import View
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.layer import run_scene
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.scatter import CUT_OFF, OUT_OF_VIEW
from conv_viz.scenes.scene import Scene
from tests.scenes.test_stage import small_screen
from tests.strategies import window_layers


def spread(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    """The output in view and how many products reach each cell, from the arrays of the scatter picture alone."""
    arrays, stage = scene.arrays, scene.header["stage"]
    values = arrays["padded"][:, arrays["input_y"]][:, :, arrays["input_x"]]
    kernels = arrays["weight"][..., ::-1, ::-1]  # as torch has them
    planes = np.zeros(arrays["output"].shape)
    counts = np.zeros(planes.shape[1:], int)
    for i, rows in enumerate(arrays["lands_y"]):
        for j, columns in enumerate(arrays["lands_x"]):
            for (ky, y), (kx, x) in ((a, b) for a in enumerate(rows) for b in enumerate(columns)):
                if y < 0 or x < 0:
                    continue
                counts[y, x] += 1
                for f, reads in enumerate(stage["reads"]):
                    planes[f, y, x] += values[reads, i, j] @ kernels[f, : len(reads), ky, kx]
    planes += arrays.get("rest", 0)
    return planes + arrays["bias"][:, None, None] if "bias" in arrays else planes, counts


def scene_of(case: tuple[dict[str, Any], tuple[int, ...]], view: View) -> Scene | None:
    arguments, shape = case
    try:
        spec = ConvTransposeSpec(**arguments)
        spec.output_shape(shape)
    except ConvSpecError:
        return None
    return run_scene(run(spec, np.random.default_rng(0).standard_normal(shape)), view)


@pytest.mark.numeric
@given(window_layers("ConvTranspose2d"), st.builds(View, *(st.integers(0, 9),) * 5), st.integers(1, 12))
def test_what_is_spread_adds_up_to_torchs_output(case: Any, view: View, side: int) -> None:
    with small_screen(2, 2, side):
        scene = scene_of(case, view)
    if scene is None or not scene.header["stage"]["switch"]:
        return
    planes, counts = spread(scene)
    np.testing.assert_allclose(planes, scene.arrays["output"], rtol=1e-10, atol=1e-10)
    np.testing.assert_array_equal(counts, np.outer(scene.arrays["reached_y"], scene.arrays["reached_x"]))


@given(window_layers("ConvTranspose2d"))
def test_the_number_of_products_is_what_torch_makes_of_ones(case: Any) -> None:
    scene = scene_of(case, View())
    if scene is None or not scene.header["stage"]["switch"]:
        return
    same = {name: case[0][name] for name in ("kernel_size", "stride", "padding", "output_padding", "dilation")}
    layer = nn.ConvTranspose2d(1, 1, bias=False, **same)
    nn.init.ones_(layer.weight)
    counts = np.outer(scene.arrays["reached_y"], scene.arrays["reached_x"])
    np.testing.assert_array_equal(counts, layer(torch.ones(1, *case[1][-2:])).detach()[0].round())


def test_padding_cuts_products_off_at_every_edge() -> None:
    arrays = Subject.of("nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1, output_padding=1)", (1, 2, 2)).scene().arrays
    assert arrays["lands_y"].tolist() == [
        [CUT_OFF, 0, 1],
        [1, 2, 3],
    ]  # output_padding saves the last row, not the first


def test_a_product_may_land_on_a_cell_that_is_not_in_view() -> None:
    with small_screen(2, 2, 4):
        arrays = Subject.of("nn.ConvTranspose2d(1, 1, 3)", (1, 9, 9)).scene(View(row=3)).arrays
    assert OUT_OF_VIEW in arrays["lands_y"] and CUT_OFF not in arrays["lands_y"]


def test_the_view_says_which_picture_it_is() -> None:
    up = Subject.of("nn.ConvTranspose2d(1, 2, 3)")
    assert [up.scene(View(picture=name)).header["stage"]["picture"] for name in ("gather", "scatter", "no such")] == [
        "gather", "scatter", "gather",
    ]  # fmt: skip
    titles = up.scene().header["stage"]["scatter_titles"]
    assert titles["filters"] == ["filter 0", "filter 1"] and titles["input"] == "input"
    other = Subject.of("nn.Conv2d(1, 2, 3)").scene(View(picture="scatter")).header["stage"]
    assert (other["picture"], other["switch"], other["scatter_titles"]) == ("gather", {}, None)


def test_there_is_no_second_picture_where_padding_cuts_the_input_off() -> None:
    stage = (
        Subject.of("nn.ConvTranspose2d(1, 1, 1, stride=5, padding=2)", (1, 2, 2)).scene(View(picture="scatter")).header
    )
    assert stage["stage"]["picture"] == "gather" and not stage["stage"]["switch"]
