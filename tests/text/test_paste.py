"""Pasting: published calls, printed models, what stands around them, other frameworks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from conv_viz.layers.conv import ConvSpec
from conv_viz.text.paste import Pasted, read

DATA = Path(__file__).parents[1] / "data"
PUBLISHED = json.loads((DATA / "paste_cases.json").read_text(encoding="utf-8"))["cases"]


def codes(pasted: Pasted) -> list[list[str]]:
    return [[layer.name, layer.spec.code()] for layer in pasted.layers]


@pytest.mark.parametrize("case", PUBLISHED, ids=lambda case: case["id"])
def test_published_calls(case):
    assert read(case["text"]).asked == tuple(case.get("asked", ()))
    pasted = read(case["text"], case.get("values"))
    assert pasted.asked == ()
    assert codes(pasted) == case["layers"]
    for layer in pasted.layers:
        assert layer.kind == case.get("kind", "nn.Conv2d")
    assert case.get("note", "") in " ".join(pasted.notes)


# -- code -> spec -> code ----------------------------------------------------------------


@st.composite
def specs(draw) -> ConvSpec:

    def pair(low: int, high: int) -> st.SearchStrategy:
        return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))

    groups, stride = draw(st.integers(1, 6)), draw(pair(1, 5))
    words = ["valid", "same"] if stride in (1, (1, 1)) else ["valid"]
    return ConvSpec(
        groups * draw(st.integers(1, 64)),
        groups * draw(st.integers(1, 64)),
        draw(pair(1, 11)),
        stride,
        draw(pair(0, 9) | st.sampled_from(words)),
        draw(pair(1, 4)),
        groups,
        draw(st.booleans()),
        draw(st.sampled_from(["zeros", "reflect", "replicate", "circular"])),
    )


@given(
    specs(),
    st.sampled_from(["{}", "self.conv1 = {}", "x = {}(x)", "    nn.Sequential({},", ">>> layer = {}  # why", "`{}`"]),
)
def test_code_to_spec_to_code(spec, around):
    pasted = read(around.format(spec.code()))
    assert pasted.spec == spec == ConvSpec.parse(spec.code())
    assert pasted.spec.code() == spec.code()
    assert (pasted.notes, pasted.cause, pasted.asked) == ((), "", ())


@settings(max_examples=50)
@given(st.lists(specs(), min_size=1, max_size=4))
def test_a_printed_model_gives_every_layer_with_its_name(found):
    with torch.device("meta"):
        blocks = [nn.Sequential(nn.Conv2d(**spec.arguments()), nn.ReLU()) for spec in found]
    model = nn.Sequential()
    for i, block in enumerate(blocks):
        model.add_module(f"layer{i}", block)
    pasted = read(repr(model))
    assert [layer.name for layer in pasted.layers] == [f"layer{i}.0" for i in range(len(found))]
    assert [layer.spec for layer in pasted.layers] == found


def test_a_printed_network_as_large_as_resnet152():
    def bottleneck(width: int) -> nn.Module:
        block = nn.Module()
        for i, (a, b, k) in enumerate([(4 * width, width, 1), (width, width, 3), (width, 4 * width, 1)], start=1):
            block.add_module(f"conv{i}", nn.Conv2d(a, b, k, padding=k // 2, bias=False))
            block.add_module(f"bn{i}", nn.BatchNorm2d(b))
        block.add_module("relu", nn.ReLU(inplace=True))
        return block

    model = nn.Module()
    with torch.device("meta"):
        model.add_module("conv1", nn.Conv2d(3, 64, 7, 2, 3, bias=False))
        for i, blocks in enumerate((3, 8, 36, 3), start=1):
            model.add_module(f"layer{i}", nn.Sequential(*(bottleneck(64 * 2 ** (i - 1)) for _ in range(blocks))))
    pasted = read(repr(model))
    assert len(pasted.layers) == 151
    assert pasted.layers[0].name == "conv1"
    assert pasted.layers[-1].name == "layer4.2.conv3"
    assert pasted.layers[-1].spec == ConvSpec(512, 2048, 1, bias=False)


# -- surroundings ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, expected",
    [
        (
            "Here is my layer:\n```python\nself.conv1: nn.Conv2d = torch.nn.Conv2d(\n    3,  # RGB\n    8,\n"
            "    kernel_size=(3, 5),  # wide (very)\n)\n```\nIt doesn't work.",
            [["conv1", "nn.Conv2d(3, 8, kernel_size=(3, 5))"]],
        ),
        (
            ">>> m = nn.Conv2d(16, 33,\n...               3, stride=2)",
            [["m", "nn.Conv2d(16, 33, kernel_size=3, stride=2)"]],
        ),
        (
            "In [12]: c = nn.Conv2d(1, 2, 3)\nOut[12]: Conv2d(1, 2, kernel_size=(3, 3), stride=(1, 1))",
            [["c", "nn.Conv2d(1, 2, kernel_size=3)"], ["line 2", "nn.Conv2d(1, 2, kernel_size=3)"]],
        ),
        ("# self.old = nn.Conv2d(1, 2, 3)", [["old", "nn.Conv2d(1, 2, kernel_size=3)"]]),
        (
            "-    a = nn.Conv2d(1, 2, 3)\n+    a = nn.Conv2d(1, 2,\n+                  5)",
            [["a", "nn.Conv2d(1, 2, kernel_size=3)"], ["a", "nn.Conv2d(1, 2, kernel_size=5)"]],
        ),
        ("nn.Conv2d(1, 2, 3, device=device, dtype=torch.float64)", [["line 1", "nn.Conv2d(1, 2, kernel_size=3)"]]),
        (
            "eqx.nn.Conv2d(1, 3, kernel_size=4, use_bias=False, key=key1)",
            [["line 1", "nn.Conv2d(1, 3, kernel_size=4, bias=False)"]],
        ),
        (
            "OrderedDict([('stem', nn.Sequential(nn.ReLU(), nn.Conv2d(1, 2, 3)))])",
            [["stem.1", "nn.Conv2d(1, 2, kernel_size=3)"]],
        ),
        ('print("nn.Conv2d(9, 9, 9)")\nc = nn.Conv2d(1, 2, 3)', [["c", "nn.Conv2d(1, 2, kernel_size=3)"]]),
        (
            "class Conv2d(nn.Module):\n    def f(self):\n        return nn.Conv2d(1, 2, 3)",
            [["line 3", "nn.Conv2d(1, 2, kernel_size=3)"]],
        ),
        ("don't (nn.Conv2d(1, 2, 3)", [["line 1", "nn.Conv2d(1, 2, kernel_size=3)"]]),
        (
            "nn.Conv2d(1, 2, 3)\r\nnn.Conv2d(2, 4, 3)\r\n",
            [["line 1", "nn.Conv2d(1, 2, kernel_size=3)"], ["line 2", "nn.Conv2d(2, 4, kernel_size=3)"]],
        ),
    ],
)
def test_what_stands_around_a_call_does_not_matter(text, expected):
    assert codes(read(text)) == expected


def test_the_line_of_each_layer():
    assert [layer.line for layer in read("x = 1\n\na = nn.Conv2d(\n  1, 2, 3)\nb = nn.Conv2d(2, 4, 3)").layers] == [
        3,
        5,
    ]


def test_a_number_named_once_in_the_text_is_used_and_said():
    pasted = read("width = 32\nnn.Conv2d(3, 2 * width, 3)")
    assert pasted.spec == ConvSpec(3, 64, 3)
    assert pasted.notes == ("width = 32 is taken from the text.",)
    assert read("width = 32\nwidth = 16\nnn.Conv2d(3, width, 3)").asked == ("width",)
    assert read("width = 32\nnn.Conv2d(3, width, 3)", {"width": 5}).spec == ConvSpec(3, 5, 3)


@pytest.mark.parametrize(
    "text, shape",
    [
        ("nn.Conv2d(3, 8, 3)(torch.randn(1, 3, 32, 40))", (1, 3, 32, 40)),
        ("x = torch.zeros((3, 32, 40))\nnn.Conv2d(3, 8, 3)", (3, 32, 40)),
        ("nn.Conv2d(3, 8, 3)  # x.shape\ntorch.Size([2, 3, 32, 40])", (2, 3, 32, 40)),
        ("keras.Input(shape=(32, 40, 3)), layers.Conv2D(8, 3)", (3, 32, 40)),
        ("x = jnp.ones((2, 32, 40, 3)); nn.Conv(features=8, kernel_size=(3, 3))(x)", (2, 3, 32, 40)),
        ("torch.randn(5), nn.Conv2d(3, 8, 3)", None),
    ],
)
def test_the_input_of_the_text(text, shape):
    pasted = read(text)
    assert pasted.input_shape == shape
    assert pasted.spec == ConvSpec(3, 8, 3, padding="same" if "jnp" in text else 0)


def test_a_layer_that_cannot_be_is_mended_and_explained():
    pasted = read("self.mix = nn.Conv2d(3, 6, 3, groups=2)")
    assert pasted.layers[0].mended == {"groups": 1}
    assert pasted.spec == ConvSpec(3, 6, 3)
    assert pasted.cause.startswith("mix: 3 input channels cannot be split into 2 equal groups")
    assert pasted.fix == "Set groups=1."


@pytest.mark.parametrize(
    "text, words",
    [
        ("nn.Conv2d(3, 8)", "kernel_size is missing"),
        ("nn.Conv2d(3, 8, 3, kernel=5)", "no argument 'kernel'"),
        ("nn.Conv2d(3, 8, 3, kernel_size=5)", "kernel_size is given twice"),
        ("nn.Conv2d(3, 8, 3, stride=1, stride=2)", "given twice"),
        ("nn.Conv2d(3, 8, 3, *rest)", "write the arguments out"),
        ("nn.Conv2d(3, 8, 3, **options)", "write the arguments out"),
        ("nn.Conv2d(3, 8, 3, padding=1.5)", "whole numbers"),
        ("nn.Conv2d(3, 8, 2 ** 9)", "Only +, -, * and //"),
        ("nn.Conv2d(3, 8 // 0, 3)", "Only +, -, * and //"),
        ("nn.Conv2d(3, 99999999, 3)", "above 1,000,000"),
        ("nn.Conv2d(3, 999999 * 999999, 3)", "above 1,000,000"),
        ("nn.Conv2d(3, 8, 3 4)", "as Python writes"),
        ("nn.Conv2d(3, 8, {3})", "no plain number"),
        ("nn.Conv2d(3, 8, b'3')", "no plain number"),
    ],
)
def test_a_call_that_cannot_be_read_says_why(text, words):
    pasted = read(text)
    assert pasted.layers == () and len(pasted.notes) == 1
    assert words in pasted.notes[0]


# -- other frameworks --------------------------------------------------------------------


@pytest.mark.parametrize(
    "text, words, code",
    [
        (
            "Conv2D(32, (3, 3), strides=2, padding='same', input_shape=(224, 224, 3))",
            "F.pad(x, (0, 1, 0, 1))",
            "nn.Conv2d(3, 32, kernel_size=3, stride=2)",
        ),
        (
            "Conv2D(32, (3, 3), strides=2, padding='same', input_shape=(225, 225, 3))",
            "at this size",
            "nn.Conv2d(3, 32, kernel_size=3, stride=2, padding=1)",
        ),
        (
            "Conv2D(32, 3, padding='same', dilation_rate=2, use_bias=False, input_shape=(9, 9, 1))",
            "Keras Conv2D",
            "nn.Conv2d(1, 32, kernel_size=3, padding='same', dilation=2, bias=False)",
        ),
        (
            "torch.zeros(1, 3, 8, 8); nn.Conv(features=4, kernel_size=(3, 3), padding=((1, 1), (0, 0)))",
            "written out",
            "nn.Conv2d(3, 4, kernel_size=3, padding=(1, 0))",
        ),
        (
            "nnx.Conv(3, 4, (3, 3), padding=[(0, 1), (2, 1)], rngs=rngs)",
            "pads its sides differently, which nn.Conv2d cannot: F.pad(x, (2, 1, 0, 1)) before padding=0.",
            "nn.Conv2d(3, 4, kernel_size=3)",
        ),
        (
            "nn.Conv3d(3, 64, kernel_size=(1, 7, 7), stride=(1, 2, 2), padding=(0, 3, 3))",
            "on each slice",
            "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)",
        ),
        ("nn.Conv3d(3, 64, 3)", "slides through depth", None),
        (
            "torch.rand(2, 16, 50); nn.LazyConv1d(33, 3, stride=2)",
            "takes in_channels from its first input; give the number and it is nn.Conv1d.",
            "nn.Conv1d(16, 33, kernel_size=3, stride=2)",
        ),
        (
            "torch.rand(2, 16, 5, 5); nn.LazyConvTranspose2d(8, 2, 2)",
            "give the number and it is nn.ConvTranspose2d.",
            "nn.ConvTranspose2d(16, 8, kernel_size=2, stride=2)",
        ),
        (
            "torch.rand(1, 3, 8, 8); nn.LazyConv2d(8, 3, padding=1)",
            "takes in_channels from its first input",
            "nn.Conv2d(3, 8, kernel_size=3, padding=1)",
        ),
        (
            "paddle.nn.Conv2D(3, 8, 3, padding=1, bias_attr=False)",
            "Paddle",
            "nn.Conv2d(3, 8, kernel_size=3, padding=1, bias=False)",
        ),
        ("tf.nn.conv2d(x, w, strides=[1, 1, 1, 1], padding='SAME')", "takes its weight as a tensor", None),
        ("F.conv2d(x, self.weight, stride=2)", "takes its weight as a tensor", None),
        ("layers.SeparableConv2D(32, 3)", "groups=in_channels", None),
        ("layers.Conv2DTranspose(32, 3)", "write it as nn.ConvTranspose2d", None),
        ("self.c = Conv(c1, c2, 3)", "class of that code's own", None),
    ],
)
def test_other_layers_are_named_and_told_in_torch(text, words, code):
    pasted = read(text)
    assert words in " ".join(pasted.notes)
    assert (pasted.spec.code() if pasted.spec else None) == code


@pytest.mark.parametrize("text", ["Conv2D(8, 3)", "nn.LazyConv2d(8, 3)", "nn.Conv(features=8, kernel_size=(3, 3))"])
def test_a_layer_without_in_channels_asks_for_it(text):
    pasted = read(text)
    assert pasted.asked == ("in_channels",) and "does not say in_channels" in pasted.notes[0]
    assert read(text, {"in_channels": 3}).spec.in_channels == 3


@pytest.mark.parametrize(
    "text",
    [
        "keras.Input((32, 32, 3)), layers.Conv2D(8, 3), layers.MaxPooling2D(), layers.Conv2D(16, 3, input_shape=None)",
        "nn.Sequential(nn.Conv2d(3, 8, 3), nn.LazyConv2d(16, 3))",
        "x = torch.zeros(1, 3, 9, 9)\nnn.LazyConv2d(8, 3)\nnn.LazyConv2d(16, 3)",
    ],
)
def test_a_layer_that_does_not_say_in_channels_follows_on_the_one_before_it(text):
    pasted = read(text)
    assert [layer.spec for layer in pasted.layers] == [ConvSpec(3, 8, 3), ConvSpec(8, 16, 3)]
    assert "in_channels=8 are the filters of the layer before it." in " ".join(pasted.notes)
    asked = read("Conv2D(8, 3)\nConv2D(16, 3)", {"in_channels": 5})
    assert [layer.spec.in_channels for layer in asked.layers] == [5, 8]
