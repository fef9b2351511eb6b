"""picture(): a picture, or in words why there is none; the advice works."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from conv_viz import ConvSpec, run
from conv_viz.compute.inputs import FILLS, fill_batch
from conv_viz.layers.part import View
from conv_viz.lenses import layer as picture_module
from conv_viz.lenses.layer import Setup, Weights, picture
from conv_viz.lenses.look import through
from conv_viz.scenes.payload import decode
from tests.numbers import assert_same_sums
from tests.strategies import layers, settings_in_numbers

IMPOSSIBLE = [
    dict(in_channels=1, out_channels=1, kernel_size=9),
    dict(in_channels=3, out_channels=4, kernel_size=3, groups=2),
    dict(in_channels=4, out_channels=6, kernel_size=3, groups=4),
    dict(in_channels=2, out_channels=2, kernel_size=3, dilation=4),
    dict(in_channels=2, out_channels=2, kernel_size=(7, 3), dilation=(1, 4), groups=3),
    dict(in_channels=2, out_channels=2, kernel_size=3, stride=2, padding="same"),
    dict(in_channels=1, out_channels=1, kernel_size=3, padding=5, padding_mode="reflect"),
    dict(in_channels=1, out_channels=1, kernel_size=3, padding=6, padding_mode="circular"),
    dict(in_channels=1, out_channels=1, kernel_size=3, padding=-1),
    dict(in_channels=0, out_channels=1, kernel_size=3),
    dict(in_channels=1, out_channels=1, kernel_size=3, stride=0),
]


def decoded(arguments, shape, view=None, **more):
    return decode(picture(Setup.of(arguments, shape, **more), view))


@pytest.mark.parametrize("arguments", IMPOSSIBLE, ids=str)
def test_an_impossible_setting_says_how_to_mend_it(arguments):
    setup = Setup.of(arguments, (1, max(arguments["in_channels"], 1), 5, 5))
    shown = decode(picture(setup))
    problem = shown.header["problem"]
    assert problem["parameter"] in arguments
    assert problem["rule"].endswith(".") and problem["advice"].startswith("Set ")
    mended = {**arguments, **setup.mended()}
    again = decoded(mended, setup.input_shape)
    assert "stage" in again.header
    assert again.header["code"] == ConvSpec(**mended).code()
    # for who has seen no picture yet: that of the mended layer, and it says so
    assert shown.header["shown"] == again.header["code"] != shown.header["code"]
    assert shown.header["stage"] == again.header["stage"]
    np.testing.assert_allclose(shown.arrays["output"], again.arrays["output"], atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "advice", "words"),
    [
        (IMPOSSIBLE[0], "Set kernel_size=5.", "Kernel size can't be greater than actual input size"),
        (IMPOSSIBLE[1], "Set groups=1.", "in_channels must be divisible by groups"),
        (IMPOSSIBLE[8], "Set padding=0.", "negative padding is not supported"),
        (IMPOSSIBLE[5], "Set padding=1.", "padding='same' is not supported for strided convolutions"),
    ],
)
def test_advice_and_torchs_own_words(arguments, advice, words):
    problem = decoded(arguments, (1, arguments["in_channels"], 5, 5)).header["problem"]
    assert problem["advice"] == advice
    assert words in problem["torch"]


@given(settings_in_numbers(), st.integers(1, 7), st.integers(1, 7))
def test_any_setting_has_a_picture_or_a_problem_that_can_be_mended(arguments, height, width):
    shape = (1, max(arguments["in_channels"], 1), height, width)
    setup = Setup.of(arguments, shape)
    header = decode(picture(setup)).header
    assert ("shown" in header) == ("problem" in header)
    assert "stage" in header
    if "problem" in header:
        assert header["problem"]["rule"]
        changes = setup.mended()
        assert bool(changes) == bool(header["problem"]["advice"])
        assert changes and "stage" in decoded({**arguments, **changes}, shape).header


@pytest.mark.numeric
@given(layers(), st.sampled_from(FILLS), st.integers(0, 9))
def test_the_picture_shows_torchs_own_numbers(layer, fill, seed):
    arguments, shape = layer
    shape = (2, *shape[-3:])
    shown = decoded(arguments, shape, View(sample=1), fill=fill, seed=seed)
    torch.manual_seed(seed)
    conv = nn.Conv2d(**arguments)
    x = fill_batch(fill, shape, seed)
    weight, bias = (None if p is None else p.detach().numpy() for p in (conv.weight, conv.bias))
    with torch.no_grad():
        expected = conv(torch.from_numpy(x))[1]
    assert_same_sums(shown.arrays["output"], expected.numpy(), x, weight, bias)


def test_given_weights_are_used():
    weights = Weights(np.full((1, 1, 3, 3), 2.0), np.array([1.0]))
    setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 5, 5), "checkerboard")
    output = decode(picture(setup, weights=weights)).arrays["output"]
    assert sorted({float(v) for v in output.flat}) == [9.0, 11.0]


def test_a_layer_that_would_take_too_long_is_not_run(monkeypatch):
    monkeypatch.setattr(picture_module, "part_run", None)  # running it would fail here, not hang
    shown = decoded(dict(in_channels=64, out_channels=2, kernel_size=64, padding=32), (1, 64, 1024, 1024))
    assert "stage" not in shown.header
    assert "275,415,040,000 MACs" in shown.header["too_large"]


HUGE = dict(in_channels=4096, out_channels=4096, kernel_size=64, padding=32)


def test_a_layer_beyond_the_budget_is_not_run(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("nothing may be allocated or run")

    for name in ("run", "drawn_weights", "fill_batch", "fill_sample", "part_run", "part_of"):
        monkeypatch.setattr(picture_module, name, refuse)
    shown = decoded(HUGE, (1, 4096, 1024, 1024))
    assert not shown.arrays and "stage" not in shown.header
    assert shown.header["output_shape"] == [1, 4096, 1025, 1025]
    assert "128 MiB" in shown.header["too_large"] and "choose fewer channels" in shown.header["too_large"]
    assert shown.header["facts"][0]["text"] == "(4096, 4096, 64, 64)"


@pytest.mark.numeric
@pytest.mark.parametrize("sample", [0, 3])
def test_a_large_layer_runs_the_filters_in_view_only(monkeypatch, sample):
    """Lowered limits: the same small layer, run whole and run as a part of a large one."""
    arguments, shape = dict(in_channels=12, out_channels=20, kernel_size=3, padding=1, groups=2), (4, 12, 9, 9)
    view = View(sample=sample, filter=17, channel=7)
    whole = decoded(arguments, shape, view, seed=2)
    monkeypatch.setattr(picture_module, "runs_whole", lambda head: False)
    monkeypatch.setattr(picture_module, "run", None)
    part = decoded(arguments, shape, view, seed=2)
    assert part.arrays.keys() == whole.arrays.keys()
    for name, array in whole.arrays.items():
        np.testing.assert_allclose(part.arrays[name], array, atol=1e-5, err_msg=name)
    for key in ("sample", "samples", "filter", "filters", "channels", "reads", "hidden", "cut"):
        assert part.header["stage"][key] == whole.header["stage"][key]


def test_512_channels_on_224_by_224_show_a_stated_part():
    arguments = dict(in_channels=512, out_channels=512, kernel_size=3, padding=1)
    shown = decoded(arguments, (1, 512, 224, 224), View(filter=300, channel=100))
    stage = shown.header["stage"]
    assert shown.header["output_shape"] == [1, 512, 224, 224]
    assert "channels 96–103 of 512" in stage["cut"]
    first, stop, total = stage["filters"]
    assert first <= 300 < stop and total == 512
    output = shown.arrays["output"]
    x = fill_batch("photo", (1, 512, 224, 224))[:, :, 50:53, 70:73]
    weights = picture_module.drawn_weights(ConvSpec(**arguments), 0)
    spec = ConvSpec(512, 512, 3)
    cell = run(spec, x, weight=weights.weight, bias=weights.bias).output[0, first:stop, 0, 0]
    np.testing.assert_allclose(output[:, 51, 71], cell, atol=1e-4)


@pytest.mark.parametrize(
    ("fill", "channels", "names"),
    [
        ("satellite", 1, ["grey"]),
        ("satellite", 2, ["red", "green"]),
        ("satellite", 3, ["red", "green", "blue"]),
        ("satellite", 4, ["red", "green", "blue", "near infrared"]),
        ("satellite", 5, ["red", "green", "blue", "near infrared", "channel 4"]),
        ("photo", 4, ["channel 0", "channel 1", "channel 2", "channel 3"]),
    ],
)
def test_planes_are_called_after_the_bands_of_the_picture(fill: str, channels: int, names: list[str]) -> None:
    setup = Setup.of(dict(in_channels=channels, out_channels=1, kernel_size=3), (1, channels, 5, 5), fill)
    assert decode(picture(setup)).header["stage"]["names"] == names
    planes = {each["array"]: each["labels"] for each in through("compare", setup, {}).header["planes"]}
    assert planes["a.padded"] == planes["b.padded"] == planes["a.weight"] == names
