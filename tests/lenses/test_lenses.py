"""Every lens on every layer: its sums hold, its differences are numpy's, or it says in a sentence why not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings

from conv_viz.compute.layer import run
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.lens import MOST_PRODUCTS
from conv_viz.lenses.look import look_closer, nearest, through
from conv_viz.lenses.pairs import PAIRS
from conv_viz.lenses.shelf import SHELF, find
from conv_viz.lenses.subject import Subject
from tests.lenses.checking import assert_sums_hold
from tests.strategies import layers

LAYERS = {
    "nn.Conv2d(3, 4, 3, stride=2, padding=1)": (1, 3, 7, 7),
    "nn.Conv2d(4, 4, 3, padding=1, groups=2, padding_mode='reflect')": (1, 4, 6, 5),
    "nn.ConvTranspose2d(4, 4, 3, stride=2, padding=1, groups=2)": (1, 4, 4, 4),
    "nn.MaxPool2d(2, padding=1)": (1, 2, 6, 6),
    "nn.AvgPool2d(2)": (1, 2, 6, 6),
    "nn.LPPool2d(2, 3, 2)": (1, 2, 6, 6),
    "nn.Conv1d(2, 2, 3, padding=1)": (1, 2, 9),
}
NOTHING = {
    ("MaxPool2d", "padding"), ("MaxPool2d", "groups"), ("MaxPool2d", "matrix"), ("MaxPool2d", "learns"),
    ("AvgPool2d", "padding"), ("AvgPool2d", "groups"), ("AvgPool2d", "learns"), ("ConvTranspose2d", "padding"),
    *(("LPPool2d", name) for name in ("padding", "groups", "matrix", "learns", "again")),
    *((kind, "again") for kind in ("MaxPool2d", "AvgPool2d", "ConvTranspose2d")),
}  # fmt: skip


@pytest.mark.numeric
@pytest.mark.parametrize("name", SHELF)
@pytest.mark.parametrize("code", LAYERS)
def test_every_sum_is_the_number_that_is_shown(code: str, name: str) -> None:
    scene = look_closer(name, Subject.of(code, LAYERS[code]))
    kind = code.split("(")[0].removeprefix("nn.")
    if (kind, name) in NOTHING or (name == "again" and "stride=2" in code):
        assert scene.header["why_not"].endswith(".")
        return
    assert scene.header["says"]
    assert_sums_hold(scene)


@pytest.mark.numeric
@given(layers(channels=2))
@settings(deadline=None, max_examples=25)
def test_sums_hold_for_any_convolution(layer: tuple[dict, tuple[int, ...]]) -> None:
    arguments, shape = layer
    subject = Subject.of(ConvSpec(**arguments), shape)
    for name, values in (
        ("compare", {}),
        ("padding", {}),
        ("matrix", {}),
        ("matrix", {"form": "sparse"}),
        ("backwards", {}),
    ):
        scene = look_closer(name, subject, values)
        if "sums" in scene.header:
            assert_sums_hold(scene)


@pytest.mark.numeric
@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: pair.title)
def test_the_difference_is_numpys(pair: object) -> None:
    setup = Setup.of(pair.arguments, pair.input_shape, pair.fill)
    scene = through("compare", setup, pair.values)
    assert_sums_hold(scene)
    a, b = scene.arrays["a.output"], scene.arrays["b.output"]
    np.testing.assert_array_equal(scene.arrays["apart"], np.subtract(a, b))
    assert {line["name"] for line in scene.header["table"] if line["differs"]} >= {"code"}


@pytest.mark.numeric
def test_b_is_padded_as_b_is() -> None:
    """B drawn with A's padding is a fault that people would not see."""
    scene = look_closer(
        "compare", Subject.of("nn.Conv2d(1, 1, 3, padding=1)", (1, 1, 5, 5)), {"b": "padding_mode='reflect'"}
    )
    a, b = scene.arrays["a.padded"][0], scene.arrays["b.padded"][0]
    assert not a[0].any() and b[0].any()
    spec = ConvSpec(1, 1, 3, padding=1, padding_mode="reflect")
    weight = scene.arrays["b.weight"][None]
    own = run(spec, a[None, 1:-1, 1:-1].copy(), weight=weight, bias=scene.arrays["b.bias"]).output
    np.testing.assert_allclose(scene.arrays["b.output"], own, atol=1e-6)


def test_a_layer_with_no_rest_of_a_lens_says_so() -> None:
    with pytest.raises(ConvSpecError, match="A lens is one of"):
        find("microscope")
    with pytest.raises(ConvSpecError, match="lets you choose b, not c"):
        look_closer("compare", Subject.of("nn.Conv2d(1, 1, 3)"), {"c": 1})


def test_what_is_too_large_says_so_and_names_the_nearest_that_is_not() -> None:
    setup = Setup.of(dict(in_channels=8, out_channels=16, kernel_size=5), (1, 8, 64, 64))
    for name in ("compare", "matrix", "backwards"):
        scene = through(name, setup, {})
        assert f"{MOST_PRODUCTS:,} products" in scene.header["too_large"] and "rows" not in scene.header
        mended = nearest(name, setup, {})
        assert scene.header["advice"] == advice(setup, mended)
        assert "rows" in through(name, mended, {}).header
    huge = Setup.of(dict(in_channels=64, out_channels=64, kernel_size=5), (1, 64, 1024, 1024))
    assert "rows" in through("groups", nearest("groups", huge, {}), {}).header


@pytest.mark.parametrize(
    "text", ["stride=", "__import__('os')", "nn.Linear(3, 4)", "in_channels=5", "nn.ZeroPad2d(1)", "5"]
)
def test_another_layer_that_is_none_is_a_sentence(text: str) -> None:
    scene = through("compare", Setup.of(dict(in_channels=3, out_channels=4, kernel_size=3), (1, 3, 7, 7)), {"b": text})
    assert scene.header["problem"]["rule"].endswith(".")


# -- the questions that people ask -------------------------------------------------------------


def says(name: str, arguments: dict, size: int = 7, **values: object) -> str:
    shape = (1, arguments["in_channels"], size, size)
    return " ".join(through(name, Setup.of(arguments, shape), values).header["says"])


def test_depthwise_with_a_multiplier() -> None:
    words = says("groups", dict(in_channels=4, out_channels=12, kernel_size=3, groups=4))
    assert "(12, 1, 3, 3)" in words and "a channel multiplier of 3" in words
    assert "120 parameters instead of 444" in words


def test_a_3x3_on_4x4_has_36_numbers_that_are_not_zero() -> None:
    words = says("matrix", dict(in_channels=1, out_channels=1, kernel_size=3), 4, form="sparse")
    assert "4 × 16, of which 36 of 64" in words


def test_the_limits_of_padding_modes() -> None:
    words = says("padding", dict(in_channels=1, out_channels=1, kernel_size=3, padding=7))
    assert "reflect pads at most 6 cells here, one less than the 7 rows" in words
    assert "circular pads" not in words
    words = says("padding", dict(in_channels=1, out_channels=1, kernel_size=3, padding=8))
    assert "circular pads at most 7 cells here" in words


def test_much_padding_is_bias_alone() -> None:
    setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3, padding=10), (1, 1, 5, 5))
    scene = through("padding", setup, {})
    blank = scene.arrays["output.zeros.hatched"][0].astype(bool)
    bias = scene.arrays["output.zeros"][0][blank]
    assert blank[:8].all() and blank[-8:].all() and blank.sum() > 300
    assert len(set(bias.tolist())) == 1


def test_an_even_kernel_with_same_has_its_extra_cell_after() -> None:
    words = says("padding", dict(in_channels=1, out_channels=1, kernel_size=4, padding="same"))
    assert "1 before and 2 after" in words


def test_the_kernel_is_turned_round_on_an_impulse() -> None:
    pair = next(pair for pair in PAIRS if "mirror" in pair.title)
    scene = through("compare", Setup.of(pair.arguments, pair.input_shape, pair.fill), pair.values)
    weight = scene.arrays["a.weight"][0]
    np.testing.assert_allclose(scene.arrays["a.output"][0, 2:5, 2:5], weight[::-1, ::-1], atol=1e-7)
    np.testing.assert_allclose(scene.arrays["b.output"][0, 2:5, 2:5], weight, atol=1e-7)
