"""A pasted layer in the frame: its input, what is said, what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv_viz.layers.conv import ConvSpec, ConvSpecError
from conv_viz.text.adopt import adopt, least_size
from conv_viz.text.paste import read
from conv_viz.text.pasted import Layer, Pasted, PasteError
from tests.strategies import layers

LIMITS = dict(
    in_channels=4096, out_channels=4096, kernel_size=64, stride=64, padding=64, dilation=64,
    batch_size=1024, height=1024, width=1024,
)  # fmt: skip
SPECS = layers().map(lambda layer: ConvSpec(**layer[0]))
STEM = ConvSpec(3, 64, 7, stride=2, padding=3)


def pasted(spec, said=None, name="conv1"):
    return Pasted((Layer(name, spec, 1),), said)


def test_the_input_of_the_text_is_taken():
    adopted = adopt(pasted(STEM, (2, 3, 224, 200)), (1, 5, 7, 7), LIMITS)
    assert (adopted.arguments, adopted.input_shape, adopted.notes) == (STEM.arguments(), (2, 3, 224, 200), ())
    assert adopt(pasted(STEM, (3, 30, 40)), (8, 5, 7, 7), LIMITS).input_shape == (1, 3, 30, 40)


def test_without_one_the_input_stays():
    assert adopt(pasted(STEM), (2, 5, 7, 9), LIMITS).input_shape == (2, 3, 7, 9)


def test_an_input_with_other_channels_is_said():
    adopted = adopt(pasted(STEM, (1, 1, 28, 28)), (1, 5, 7, 7), LIMITS)
    assert adopted.input_shape == (1, 3, 28, 28)
    assert adopted.notes == ("The input in the text has 1 channel, the layer reads 3: that is shown.",)


def test_an_input_beyond_the_controls_is_cut_and_said():
    adopted = adopt(pasted(STEM, (1, 3, 3000, 4000)), (1, 3, 7, 7), LIMITS)
    assert adopted.input_shape == (1, 3, 1024, 1024)
    assert adopted.notes == ("The input is 3000 × 4000; 1024 × 1024 is shown, as far as the controls reach.",)


@pytest.mark.parametrize(
    "spec, words",
    [
        (ConvSpec(8192, 8192, 3, groups=8192), "in_channels=8192 is more than the controls reach, which is 4,096."),
        (ConvSpec(3, 8, (1, 65)), "kernel_size=(1, 65) is more"),
        (ConvSpec(3, 8, 3, dilation=100), "dilation=100"),
    ],
)
def test_a_layer_beyond_the_controls_is_refused_with_its_name(spec, words):
    with pytest.raises(PasteError, match=r"^big: ") as refused:
        adopt(pasted(spec, name="big"), (1, 3, 7, 7), LIMITS)
    assert words in str(refused.value)


@given(SPECS, st.integers(1, 12), st.integers(1, 12))
def test_every_layer_runs_on_the_input_that_it_is_given(spec, height, width):
    adopted = adopt(pasted(spec), (2, 1, height, width), {})
    spec.output_shape(adopted.input_shape)
    assert bool(adopted.notes) == (adopted.input_shape[-2:] != (height, width))


@given(SPECS)
def test_the_least_size_is_the_least(spec):
    height, width = least_size(spec)
    spec.output_shape((spec.in_channels, height, width))
    for smaller in ((height - 1, width), (height, width - 1)):
        if min(smaller):
            with pytest.raises(ConvSpecError):
                spec.output_shape((spec.in_channels, *smaller))


def test_a_message_without_a_layer_sets_the_input_only():
    found = read("Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [28, 2000]")
    adopted = adopt(found, (4, 3, 7, 7), LIMITS)
    assert (adopted.arguments, adopted.input_shape) == ({}, (1, 3, 28, 1024))


def test_the_input_of_a_model_is_not_that_of_its_later_layers():
    found = read(
        "x = torch.randn(2, 3, 32, 32)\na = nn.Conv2d(3, 8, 3)\nb = nn.Conv2d(8, 8, 9)\nc = nn.Conv2d(3, 1, 1)"
    )
    shapes = [adopt(found, (1, 3, 7, 7), LIMITS, i).input_shape for i in range(3)]
    assert shapes == [(2, 3, 32, 32), (1, 8, 18, 18), (2, 3, 32, 32)]
