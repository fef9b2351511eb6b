"""Every lens on every layer: its sums hold, its differences are numpy's, or it says in a sentence why not."""

from __future__ import annotations

import re

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from torch.nn import functional as F

from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import initial, run
from conv_viz.export import export
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.lens import MOST_PRODUCTS
from conv_viz.lenses.look import look_closer, nearest, through
from conv_viz.lenses.pairs import PAIRS
from conv_viz.lenses.shelf import SHELF, find
from conv_viz.lenses.subject import Subject
from conv_viz.weights.edits import Weights
from tests.lenses.checking import assert_sums_hold
from tests.numbers import assert_same_sums
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
    scene = look_closer(name, Subject.of(code, LAYERS[code]), {"step": True} if name == "backwards" else {})
    kind = code.split("(")[0].removeprefix("nn.")
    if (kind, name) in NOTHING or (name == "again" and "stride=2" in code):
        assert scene.header["why_not"].endswith(".")
        return
    assert scene.header["says"]
    assert_sums_hold(scene)


@pytest.mark.numeric
@given(layers(channels=2))
@settings(deadline=None, max_examples=15)
def test_sums_hold_for_any_convolution(layer: tuple[dict, tuple[int, ...]]) -> None:
    arguments, shape = layer
    subject = Subject.of(ConvSpec(**arguments), shape)
    for name, values in (
        ("compare", {}),
        ("padding", {}),
        ("matrix", {}),
        ("matrix", {"form": "sparse"}),
        ("backwards", {}),
        ("backwards", {"loss": "mean square", "step": True}),
        ("backwards", {"loss": "mean square", "target": "another seed"}),
        ("backwards", {"loss": "mean square", "target": "sobel_x"}),
        ("learns", {"steps": 2}),
        ("again", {"rounds": 2}),
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


@pytest.mark.parametrize("layer", KINDS)
def test_a_layer_that_cannot_read_its_output_names_one_that_can(layer: str) -> None:
    kind = KINDS[layer]
    arguments = {"in_channels": 3, "out_channels": 4, "norm_type": 2, "kernel_size": 3, "stride": 2}
    arguments = {name: value for name, value in arguments.items() if name in kind.facts.arguments}
    setup = Setup.of(arguments, (1, 3, 7, 7)[: 2 + kind.dims], name=layer)
    said, made = through("again", setup, {}).header, nearest("again", setup, {})
    assert "is no input for the same layer" in said["why_not"]
    if "padding" not in kind.facts.arguments:
        assert (
            made is None and said["advice"] == ""
        )  # a window of 3 cells makes the output smaller, whatever else is set
        return
    assert made and "stride=1" in said["advice"] and "rows" in through("again", made, {}).header


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


def test_a_bias_goes_in_a_batch_norm() -> None:
    layer = dict(in_channels=3, out_channels=4, kernel_size=3, bias=False)
    words = says("compare", layer)  # a layer without a bias is compared with one that has it
    assert "100 of 100 output numbers differ" in words
    left = float(re.search(r"after it the largest difference is ([\d.e-]+)\.", words)[1])
    there = float(re.search(r"the largest difference is ([\d.e-]+), where", words)[1])
    assert left < 1e-5 and there > 0.01
    assert "needs no bias, 4 parameters here" in words
    assert "batch norm" not in says("compare", {**layer, "bias": True}, b="stride=2")


@pytest.mark.parametrize(
    ("b", "told"),
    [
        ("", "B, an example, is nn.Conv2d(3, 4, kernel_size=3, padding=1): padding=1 instead of 0, with A's weights."),
        (
            "stride=2, groups=1, kernel_size=5",
            "B is nn.Conv2d(3, 4, kernel_size=5, stride=2): kernel_size=5 instead of 3, stride=2 instead of 1; "
            "its weights have another shape and are drawn anew from the same seed.",
        ),
        ("stride=1", "B is nn.Conv2d(3, 4, kernel_size=3): A itself, with A's weights."),
        ("flipped", "B is nn.Conv2d(3, 4, kernel_size=3): A with its kernel turned round."),
        ("nn.MaxPool2d(2)", "B is nn.MaxPool2d(kernel_size=2): nn.MaxPool2d instead of nn.Conv2d."),
        (
            "nn.Conv2d(3, 4, 3); nn.Conv2d(4, 4, 1)",
            "B is nn.Conv2d(3, 4, kernel_size=3); nn.Conv2d(4, 4, kernel_size=1): 2 steps instead of one; "
            "A's weights where the shape is A's, the others drawn anew from the same seed.",
        ),
    ],
)
def test_a_comparison_says_first_what_b_is(b: str, told: str) -> None:
    setup = Setup.of(dict(in_channels=3, out_channels=4, kernel_size=3), (1, 3, 7, 7))
    assert through("compare", setup, {"b": b}).header["says"][0] == told


def test_one_step_of_sgd_before_and_after() -> None:
    layer = dict(in_channels=1, out_channels=1, kernel_size=3)
    scene = through("backwards", Setup.of(layer, (1, 1, 6, 6)), {"loss": "mean square", "rate": "0.01", "step": True})
    before, after, gradient = (scene.arrays[name] for name in ("before", "after", "weight_gradient"))
    np.testing.assert_allclose(after, before - 0.01 * gradient, atol=1e-7)
    first, then = map(
        float, re.search(r"the loss goes from ([\d.e-]+) to ([\d.e-]+)\.", scene.header["says"][-1]).groups()
    )
    assert then < first and "after" not in through("backwards", Setup.of(layer, (1, 1, 6, 6)), {}).arrays


@pytest.mark.numeric
def test_an_output_is_drawn_to_its_target() -> None:
    """Weights that are the target's have no loss; the target is what torch gives, and a file of the lens says it."""
    layer = dict(in_channels=2, out_channels=2, kernel_size=3)
    setup, values = Setup.of(layer, (1, 2, 6, 6)), {"loss": "mean square", "target": "another seed"}
    scene = through("backwards", setup, values)
    own = run(setup.layer(), fill_batch("photo", (2, 6, 6)), seed=1).output
    np.testing.assert_allclose(scene.arrays["target"], own, atol=1e-6)
    n = own.size
    np.testing.assert_allclose(scene.arrays["output_gradient"], 2 / n * (scene.arrays["output"] - own), atol=1e-7)
    assert "with the weights of seed 1" in export(scene, "svg").decode()
    there = Weights(*(array.numpy() for array in initial(setup.layer(), seed=1)))
    says = through("backwards", setup, values, weights=there).header["says"][0]
    assert float(re.match(r"The loss \(mean square\) is ([\d.e-]+)\. ", says)[1]) < 1e-12
    pool = through("backwards", Setup.of(dict(kernel_size=2), (1, 2, 6, 6), name="MaxPool2d"), values)
    assert "its target is zeros" in " ".join(pool.header["says"]) and "target" not in pool.arrays


@pytest.mark.numeric
def test_the_input_gradient_is_a_transposed_convolution() -> None:
    """As the lens says: torch's own, with the same weight, stride and padding."""
    layer = dict(in_channels=2, out_channels=2, kernel_size=3, stride=2, padding=1)
    scene = through("backwards", Setup.of(layer, (1, 2, 7, 7)), {"loss": "mean square"})
    weight, by_output = (torch.from_numpy(scene.arrays[name]) for name in ("weight", "output_gradient"))
    by_input = F.conv_transpose2d(by_output[None], weight.reshape(2, 2, 3, 3), stride=2, padding=1)[0]
    assert_same_sums(
        scene.arrays["input_gradient"], by_input.numpy(), by_output.numpy(), weight.reshape(2, 2, 3, 3).numpy(), None
    )


def test_a_long_training_says_so_beforehand() -> None:
    setup = Setup.of(dict(in_channels=8, out_channels=16, kernel_size=5, padding=2), (1, 8, 128, 128))
    scene = through("learns", setup, {"steps": 300})
    assert "Choose fewer steps, a smaller input" in scene.header["too_large"]
    assert scene.header["advice"].startswith("Set ")


def test_the_kernel_is_turned_round_on_an_impulse() -> None:
    pair = next(pair for pair in PAIRS if "mirror" in pair.title)
    scene = through("compare", Setup.of(pair.arguments, pair.input_shape, pair.fill), pair.values)
    weight = scene.arrays["a.weight"][0]
    np.testing.assert_allclose(scene.arrays["a.output"][0, 2:5, 2:5], weight[::-1, ::-1], atol=1e-7)
    np.testing.assert_allclose(scene.arrays["b.output"][0, 2:5, 2:5], weight, atol=1e-7)


@pytest.mark.parametrize("name", ["compare", "backwards"])
@pytest.mark.parametrize(
    ("line", "words"),
    [("nn.LPPool2d(2, 3, 2)", "no sum of products"), ("nn.AvgPool2d(2, ceil_mode=True)", "a number of its own")],
)
def test_where_pointing_shows_no_cells_a_sentence_says_why(name: str, line: str, words: str) -> None:
    says = look_closer(name, Subject.of(line, (1, 1, 5, 5))).header["says"]
    assert any(words in sentence for sentence in says)
    plain = look_closer(name, Subject.of("nn.MaxPool2d(2)", (1, 1, 5, 5))).header["says"]
    assert not any("shows no cells" in sentence for sentence in plain)
