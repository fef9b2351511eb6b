"""Scene: what is drawn explains torch's numbers, whatever part of the layer is in view."""

from __future__ import annotations

from contextlib import contextmanager
from unittest.mock import patch

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from torch import nn

from conv_viz import ConvSpec, run
from conv_viz.compute.part import part_run
from conv_viz.layers import part as part_module
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.part import MAX_CHANNELS, MAX_FILTERS, MAX_OUTPUT_CELLS, MAX_SIDE, View, choose
from conv_viz.layers.summary import Summary
from conv_viz.lenses.layer import run_scene
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.scene import Scene
from conv_viz.scenes.stage import stage_scene
from tests.strategies import layers


def made(arguments, shape, seed=0):
    """A run of the real layer in float64 on numbers of both signs."""
    return run(ConvSpec(**arguments), np.random.default_rng(seed).standard_normal(shape), seed=seed)


def explained(shown: Scene) -> np.ndarray:
    """Every output in view, from nothing but the scene's own arrays."""
    arrays, stage = shown.arrays, shown.header["stage"]
    windows = arrays["padded"][:, arrays["window_y"]][..., arrays["window_x"]]  # (C, R, kH, S, kW)
    planes = []
    for f, reads in enumerate(stage["reads"]):
        plane = np.einsum("crksl,ckl->rs", windows[reads], arrays["weight"][f, : len(reads)])
        plane = plane + arrays["rest"][f] if "rest" in arrays else plane
        planes.append(plane + arrays["bias"][f] if "bias" in arrays else plane)
    return np.stack(planes)


def in_view(done, stage) -> np.ndarray:
    """The part of torch's whole output that the scene says it shows."""
    outputs = done.output if done.output.ndim == 4 else done.output[None]
    first, stop, _ = stage["filters"]
    return outputs[stage["sample"]][first:stop]


@contextmanager
def small_screen(channels, filters, side):
    """A screen that holds next to nothing, so that small layers are cut too."""
    with patch.multiple(part_module, MAX_CHANNELS=channels, MAX_FILTERS=filters, MAX_SIDE=side):
        yield


views = st.builds(View, *(st.integers(0, 40),) * 5)


@pytest.mark.numeric
@given(layers())
def test_a_whole_layer_is_explained(layer):
    done = made(*layer)
    shown = run_scene(done)
    if done.spec.in_channels <= MAX_CHANNELS and done.spec.out_channels <= MAX_FILTERS:
        assert shown.header["stage"]["cut"] == ""
        assert "rest" not in shown.arrays
    np.testing.assert_array_equal(shown.arrays["output"], in_view(done, shown.header["stage"]))
    np.testing.assert_allclose(explained(shown), shown.arrays["output"], rtol=1e-10, atol=1e-10)


@pytest.mark.numeric
@given(layers(), views, st.integers(1, 4), st.integers(1, 4), st.integers(1, 12))
def test_any_part_of_a_layer_is_explained(layer, view, channels, filters, side):
    done = made(*layer)
    with small_screen(channels, filters, side):
        shown = run_scene(done, view)
    arrays, stage = shown.arrays, shown.header["stage"]
    top, left, _, _ = stage["origin"]
    rows, columns = arrays["output"].shape[1:]
    expected = in_view(done, stage)[:, top : top + rows, left : left + columns]
    np.testing.assert_array_equal(arrays["output"], expected)
    np.testing.assert_allclose(explained(shown), expected, rtol=1e-10, atol=1e-10)
    assert arrays["padded"].shape[0] <= channels and arrays["weight"].shape[0] <= filters
    assert ("rest" in arrays) == any(stage["hidden"])


@given(layers(), views, st.integers(1, 12))
def test_the_padded_planes_are_torchs(layer, view, side):
    done = made(*layer)
    mode = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}[done.spec.padding_mode]
    with small_screen(2, 2, side):
        shown = run_scene(done, view)
    stage, padded = shown.header["stage"], shown.arrays["padded"]
    samples = done.input if done.input.ndim == 4 else done.input[None]
    first, stop, _ = stage["channels"]
    whole = np.pad(samples[stage["sample"]][first:stop], ((0, 0), *done.spec.padding_sides), mode)
    _, _, top, left = stage["origin"]
    np.testing.assert_array_equal(padded, whole[:, top : top + padded.shape[1], left : left + padded.shape[2]])
    (y0, y1), (x0, x1) = stage["inside"]
    assert (
        shown.arrays["source_y"][y0:y1] == np.arange(y1 - y0) + shown.arrays["source_y"][y0:y1].min(initial=9**9)
    ).all()
    (before, _), (left_of, _) = done.spec.padding_sides
    for cell, is_inside in ((y0, y0 < y1), (y1 - 1, y0 < y1)):
        assert not is_inside or 0 <= cell + top - before < samples.shape[2]
    for cell, is_inside in ((x0, x0 < x1), (x1 - 1, x0 < x1)):
        assert not is_inside or 0 <= cell + left - left_of < samples.shape[3]


@pytest.mark.numeric
@given(layers())
def test_unread_cells_are_those_that_torch_ignores(layer):
    """The gradient of the output's sum, with positive weights, is zero just where nothing reads."""
    arguments, shape = layer
    done = made(arguments, shape)
    conv = nn.Conv2d(**{**arguments, "bias": False})
    nn.init.ones_(conv.weight)
    x = torch.ones(shape, requires_grad=True)
    conv(x).sum().backward()
    gradient = x.grad.reshape(-1, *shape[-2:]).sum(0)
    assume(gradient.any())  # else one axis meets nothing but padding, and hides what the other reads
    stage = run_scene(done).header["stage"]
    for axis, unread in enumerate(stage["unread"]):
        start, stop = stage["inside"][axis]
        expected = (gradient.sum(1 - axis) == 0).nonzero().flatten().tolist()
        assert [cell - start for cell in unread if start <= cell < stop] == expected


@pytest.mark.numeric
@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize("groups", [1, 3, 16])
def test_channels_out_of_view_are_added_up_as_the_rest(mode, groups):
    done = made(
        dict(in_channels=48, out_channels=48, kernel_size=3, padding=2, groups=groups, padding_mode=mode), (48, 6, 7)
    )
    shown = run_scene(done, View(filter=20, channel=11))
    stage = shown.header["stage"]
    assert stage["channels"] == ([8, 16, 48] if groups == 1 else [16, 24, 48])
    assert stage["filters"] == [16, 32, 48]
    assert "rest" in shown.arrays
    assert all(h + len(r) == 48 // groups for h, r in zip(stage["hidden"], stage["reads"], strict=True))
    np.testing.assert_allclose(explained(shown), shown.arrays["output"], rtol=1e-10, atol=1e-10)
    assert "of 48" in stage["cut"]


@pytest.mark.numeric
def test_depthwise_filters_beside_the_page_read_nothing_in_view():
    done = made(dict(in_channels=16, out_channels=16, kernel_size=3, groups=16), (16, 5, 5))
    shown = run_scene(done)
    assert shown.header["stage"]["reads"][7:9] == [[7], []]
    np.testing.assert_allclose(explained(shown), done.output, rtol=1e-10, atol=1e-10)
    assert np.isnan(shown.arrays["weight"][8]).all()


@given(st.integers(-3, 600), st.integers(-3, 600), st.integers(-3, 2000), st.integers(-3, 2000), st.integers(-3, 40))
def test_choose_stays_within_the_layer_and_the_screen(filter, channel, row, column, sample):
    spec = ConvSpec(512, 256, 3, padding=1, groups=4)
    part = choose(Summary.of(spec, (2, 512, 1000, 300)), View(sample, filter, channel, row, column))
    assert part.sample in (0, 1)
    assert part.filter in part.filters and part.filters.stop <= 256
    assert 0 < len(part.channels) <= MAX_CHANNELS and part.channels.stop <= 512
    assert set(part.channels) & set(spec.channels_of(part.filter))
    assert len(part.rows) + 2 <= MAX_SIDE and part.rows.stop <= 1000
    assert part.columns.stop <= 300
    assert len(part.filters) * len(part.rows) * len(part.columns) <= MAX_OUTPUT_CELLS


@pytest.mark.numeric
@settings(max_examples=30)
@given(layers(), views)
def test_a_part_alone_is_the_same_picture(layer, view):
    """What a large layer runs (the filters in view) is what the whole run shows."""
    arguments, shape = layer
    done = made(arguments, (1, *shape[-3:]))
    head = Summary.of(done.spec, done.input.shape)
    part = choose(head, view)
    alone = stage_scene(head, part_run(head, part, done.input[0], done.weight, done.bias))
    whole = run_scene(done, view)
    assert alone.header["stage"]["reads"] == whole.header["stage"]["reads"]
    assert alone.arrays.keys() == whole.arrays.keys()
    for name, array in whole.arrays.items():
        np.testing.assert_allclose(alone.arrays[name], array, rtol=1e-12, atol=1e-12, err_msg=name)


def test_numbers_that_are_not_finite_leave_the_colour_ranges_finite():
    x = np.ones((1, 4, 4))
    x[0, 0, 0], x[0, 3, 3] = np.nan, np.inf
    shown = run_scene(run(ConvSpec(1, 1, 2), x))
    assert np.isfinite(np.concatenate(list(shown.header["stage"]["ranges"].values()))).all()
    assert np.isnan(shown.arrays["output"][0, 0, 0])


def cells_of(scene: Scene) -> list[str]:
    """A letter for each padded cell: input, copy, zero, hole, beyond."""
    names = scene.header["stage"]["cells"]
    cells = np.maximum.outer(scene.arrays["cells_y"], scene.arrays["cells_x"])
    return ["".join(names[kind][0] for kind in row) for row in cells]


@pytest.mark.parametrize(
    ("code", "shape", "expected", "title"),
    [
        ("nn.Conv2d(1, 1, 2)", (1, 2, 2), ["ii", "ii"], "input"),
        ("nn.Conv2d(1, 1, 1, padding=(1, 0))", (1, 2, 2), ["zz", "ii", "ii", "zz"], "input, padded"),
        (
            "nn.Conv2d(1, 1, 1, padding=(0, 1), padding_mode='replicate')",
            (1, 2, 2),
            ["ciic", "ciic"],
            "input, padded",
        ),
        ("nn.ConvTranspose2d(1, 1, 1, stride=2)", (1, 2, 2), ["ihi", "hhh", "ihi"], "input, stretched"),
        (
            "nn.ConvTranspose2d(1, 1, 2, stride=2, padding=(1, 0), output_padding=(0, 1))",
            (1, 2, 2),
            ["zihizz", "zhhhzz", "zihizz"],
            "input, stretched and padded",
        ),
        ("nn.AvgPool2d(2, ceil_mode=True)", (1, 3, 2), ["ii", "ii", "ii", "bb"], "input"),
        (
            "nn.MaxPool2d(3, stride=2, padding=1, ceil_mode=True)",
            (1, 2, 2),
            ["zzzzb", "ziizb", "ziizb", "zzzzb", "bbbbb"],
            "input, padded",
        ),
        ("nn.Conv1d(1, 1, 3, padding=1)", (1, 3), ["ziiiz"], "input, padded"),
    ],
)
def test_what_each_padded_cell_is(code, shape, expected, title):
    shown = Subject.of(code, shape).scene()
    assert cells_of(shown) == expected
    assert shown.header["stage"]["titles"]["input"] == title


@pytest.mark.parametrize(
    ("code", "titles"),
    [
        ("nn.Conv2d(1, 2, 2)", (["filter 0", "filter 1"], "tap by tap", "sum", "all filters")),
        ("nn.ConvTranspose2d(1, 1, 2)", (["filter 0, turned round"], "tap by tap", "sum", "all filters")),
        ("nn.MaxPool2d(2)", ([], "window", "largest", "all channels")),
        ("nn.AvgPool2d(2)", ([], "window", "sum", "all channels")),
    ],
)
def test_what_stands_over_each_column(code, titles):
    said = Subject.of(code).scene().header["stage"]["titles"]
    assert (said["filters"], said["taps"], said["sum"], said["outputs"]) == titles


def test_what_is_cut_off_in_the_words_of_each_layer():
    pool = Subject.of("nn.MaxPool2d(2)", (20, 6, 6)).scene().header["stage"]
    assert pool["cut"] == pool["cut_of_one"] == "channels 0–7 of 20"
    conv = Subject.of("nn.Conv2d(10, 20, 3)", (10, 6, 6)).scene().header["stage"]
    assert conv["cut"] == "channels 0–7 of 10, filters 0–15 of 20" and conv["cut_of_one"] == "channels 0–7 of 10"


@pytest.mark.parametrize(
    ("channels", "names"), [(1, ["grey"]), (3, ["red", "green", "blue"]), (2, ["channel 0", "channel 1"])]
)
def test_names_of_channels(channels, names):
    assert (
        run_scene(made(dict(in_channels=channels, out_channels=1, kernel_size=1), (channels, 2, 2))).header["stage"][
            "names"
        ]
        == names
    )
