"""Pasting window layers of every kind: code and printed forms, several kinds in one text, what they are shown on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.text.adopt import adopt
from conv_viz.text.paste import Pasted, PasteError, read
from tests.strategies import window_layers as cases

LIMITS = {"batch_size": 8, "height": 64, "width": 64, "kernel_size": 64}
NET = """
self.pool = nn.MaxPool2d(2)
self.conv = nn.Conv2d(3, 6, 5)
self.up = nn.ConvTranspose2d(6, 3, 2, stride=2)
self.line = nn.Conv1d(3, 4, 3)
"""


def codes(pasted: Pasted) -> list[tuple[str, str]]:
    return [(layer.name, layer.spec.code()) for layer in pasted.layers]


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_code_and_what_torch_prints_are_the_layer(name: str, data: st.DataObject) -> None:
    arguments, shape = data.draw(cases(name))
    try:
        spec: WindowLayer = KINDS[name](**arguments)
        spec.output_shape(shape)
    except ConvSpecError:
        return
    printed = spec
    if name.startswith("AvgPool"):  # torch prints these three not
        not_printed = dict(ceil_mode=False, count_include_pad=True, divisor_override=None)
        printed = spec.replace(
            **{argument: value for argument, value in not_printed.items() if argument in spec.arguments()}
        )
    real = getattr(nn, name)(**spec.arguments())
    for text, meant in ((f"self.a = {spec.code()}", spec), (f"(a): {real}", printed)):
        pasted = read(text)
        assert codes(pasted) == [("a", meant.code())]
        assert pasted.layers[0].kind == f"nn.{name}" and pasted.notes == ()
        current = (2, 3, 5) if spec.dims == 1 else (2, 3, 5, 5)
        for of in (current, (2, 3, 5, 5), (2, 3, 5)):
            adopted = adopt(pasted, of, {})
            setup = Setup.of(adopted.arguments, adopted.input_shape, name=adopted.name)
            assert setup.layer() == meant
            assert len(setup.summary().output_shape) == spec.dims + 2  # it runs on it


def test_all_kinds_of_a_text_are_listed_and_the_first_conv2d_is_shown() -> None:
    assert codes(read(NET)) == [
        ("conv", "nn.Conv2d(3, 6, kernel_size=5)"),
        ("pool", "nn.MaxPool2d(kernel_size=2)"),
        ("up", "nn.ConvTranspose2d(6, 3, kernel_size=2, stride=2)"),
        ("line", "nn.Conv1d(3, 4, kernel_size=3)"),
    ]
    assert [adopt(read(NET), (1, 3, 9, 9), LIMITS, i).name for i in range(4)] == [
        *("Conv2d", "MaxPool2d", "ConvTranspose2d", "Conv1d"),
    ]


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("x = torch.rand(4, 16, 9, 8)\nnn.MaxPool2d(2)(x)", (4, 16, 9, 8)),
        ("x = torch.rand(16, 9, 8)\nnn.AvgPool2d(2)(x)", (1, 16, 9, 8)),
        ("x = torch.rand(4, 16, 50)\nnn.Conv1d(16, 33, 3)(x)", (4, 16, 50)),
        ("nn.Conv1d(16, 33, 11)", (2, 16, 22)),
        ("nn.MaxPool2d(7)", (2, 3, 14, 14)),
        ("nn.ConvTranspose2d(8, 4, 4, 2, 1)", (2, 8, 5, 5)),
        ("nn.ConvTranspose2d(8, 4, 1, 1, 4)", (2, 8, 9, 9)),
        (f"x = torch.rand(1, 8, 20, 20)\nnet = nn.Sequential({'nn.MaxPool2d(2), ' * 2})\nnet(x)", (1, 8, 20, 20)),
    ],
)
def test_the_input(text: str, shape: tuple[int, ...]) -> None:
    assert adopt(read(text), (2, 3, 5, 5), LIMITS).input_shape == shape


def test_a_published_call_that_asks() -> None:
    # milesial/Pytorch-UNet, unet/unet_parts.py
    text = "            self.up = nn.ConvTranspose2d(in_channels , in_channels // 2, kernel_size=2, stride=2)"
    assert read(text).asked == ("in_channels",)
    assert codes(read(text, {"in_channels": 128})) == [("up", "nn.ConvTranspose2d(128, 64, kernel_size=2, stride=2)")]


def test_the_shape_is_followed_to_a_pool() -> None:
    text = "net = nn.Sequential(nn.Conv2d(3, 6, 5), nn.MaxPool2d(2), nn.ConvTranspose2d(6, 1, 2, 2))\n"
    pasted = read(f"{text}net(torch.rand(1, 3, 20, 20))")
    assert [layer.input_shape for layer in pasted.layers] == [(1, 3, 20, 20), (1, 6, 16, 16), (1, 6, 8, 8)]
    assert adopt(pasted, (1, 3, 5, 5), LIMITS, 1).input_shape == (1, 6, 16, 16)


@pytest.mark.parametrize(
    ("text", "cause", "fix", "code"),
    [
        ("nn.MaxPool2d(2, padding=2)", "at most half of its kernel", "Set padding=1.", "kernel_size=2, padding=1"),
        (
            "nn.ConvTranspose2d(8, 4, 3, output_padding=1)",
            "output_padding must be smaller than stride or dilation",
            "Set output_padding=0.",
            "8, 4, kernel_size=3",
        ),
    ],
)
@pytest.mark.parametrize("message", ["", "\nRuntimeError: pad should be at most half of kernel size, but got pad=2"])
def test_a_layer_that_cannot_be_is_mended(text: str, cause: str, fix: str, code: str, message: str) -> None:
    pasted = read(text + message)
    assert cause in pasted.cause and pasted.fix == fix
    assert f"({code})" in codes(pasted)[0][1]


def test_a_message_about_a_convolution_comes_before_the_pools_around_it() -> None:
    said = "weight of size [6, 3, 5, 5], expected input[1, 1, 28, 28] to have 3 channels, but got 1 channels instead"
    pasted = read(f"self.pool = nn.MaxPool2d(2)\nRuntimeError: Given groups=1, {said}")
    assert codes(pasted)[0] == ("the message", "nn.Conv2d(3, 6, kernel_size=5)")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("nn.MaxPool2d(2, return_mask=True)", "no argument 'return_mask'"),
        ("eqx.nn.MaxPool2d(2, 2)", "Equinox has other arguments here"),
        ("nn.AvgPool2d(k)", "line 1 uses k; give its value"),
        ("nn.MaxPool2d(2.5)", "whole numbers"),
    ],
)
def test_what_cannot_be_read_is_said(text: str, words: str) -> None:
    assert words in " ".join(read(text).notes)


def test_a_bracket_that_is_not_closed() -> None:
    with pytest.raises(PasteError, match="The bracket after MaxPool2d is not closed"):
        read("nn.MaxPool2d(2")
