"""Presets: each one runs, and says the truth about itself."""

from __future__ import annotations

import pytest

from conv_viz.compute.inputs import FILLS
from conv_viz.layers.presets import BACK, FIRST, GUIDE, GUIDE_SOURCE, KNOWN, POOLS, PRESETS, ROW, find
from conv_viz.layers.summary import Summary
from conv_viz.lenses.layer import Setup, picture
from conv_viz.scenes.payload import decode


def shapes(title):
    preset = find(title)
    head = Summary.of(preset.spec, preset.input_shape)
    return preset.spec.weight_shape, head.output_shape


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.title)
def test_every_preset_is_drawn(preset):
    header = decode(
        picture(Setup.of(preset.spec.arguments(), preset.input_shape, preset.fill, name=preset.spec.kind[3:]))
    ).header
    assert header["code"] == preset.spec.code()
    assert header["output_shape"] == list(preset.spec.output_shape(preset.input_shape))
    assert "stage" in header and "problem" not in header and "too_large" not in header
    assert preset.fill in FILLS and preset.about.endswith(".") and len(preset.input_shape) == preset.spec.dims + 2


def test_titles_are_unique_and_found():
    assert len({p.title for p in PRESETS}) == len(PRESETS)
    assert all(find(p.title) is p for p in PRESETS)
    assert find("no such layer") is None
    assert {p.group for p in PRESETS} == {FIRST, GUIDE, KNOWN, BACK, POOLS, ROW}


@pytest.mark.parametrize(
    ("title", "weight"),
    [
        ("first steps: black and white, 3 filters", (3, 1, 4, 5)),
        ("first steps: 5 filters", (5, 1, 4, 5)),
        ("first steps: 2 input channels", (5, 2, 4, 5)),
        ("well-known layers: depthwise", (6, 1, 3, 3)),
    ],
)
def test_weight_shapes(title, weight):
    assert shapes(title)[0] == weight
    assert str(weight) in find(title).about


def test_the_batch_of_16_pictures():
    preset = find("first steps: a batch of 16 pictures")
    head = Summary.of(preset.spec, preset.input_shape)
    assert (preset.input_shape, head.output_shape) == ((16, 3, 28, 28), (16, 10, 28, 28))
    assert (head.activations, preset.spec.parameters) == (125_440, 760)


def test_the_satellite_picture_has_four_channels():
    assert find("first steps: a satellite picture").spec.in_channels == 4


@pytest.mark.parametrize(
    ("name", "size", "output"),
    [  # input and output sizes as in the guide's chapters 2 and 5.1
        ("no padding", 4, 2),
        ("arbitrary padding", 5, 6),
        ("half padding", 5, 5),
        ("full padding", 5, 7),
        ("strides", 5, 2),
        ("padding with strides", 5, 3),
        ("odd", 6, 3),
        ("dilation", 7, 3),
    ],
)
def test_the_animations_of_the_arithmetic_guide(name, size, output):
    preset = find(f"arithmetic guide: {name}")
    assert preset.input_shape == (1, 1, size, size)
    assert preset.spec.output_shape(preset.input_shape) == (1, 1, output, output)
    assert preset.source == GUIDE_SOURCE


def test_odd_leaves_the_last_padded_row_unread():
    preset = find("arithmetic guide: odd")
    assert [axis.remainder for axis in preset.spec.axes(preset.input_shape)] == [1, 1]


@pytest.mark.parametrize(
    ("name", "output"),
    [
        ("LeNet-5 C1", (1, 6, 28, 28)),
        ("AlexNet conv1", (1, 64, 55, 55)),
        ("ResNet stem", (1, 64, 112, 112)),
        ("dilated", (1, 4, 24, 24)),
        ("'same' with reflected edges", (1, 4, 9, 9)),
    ],
)
def test_well_known_layers(name, output):
    assert shapes(f"well-known layers: {name}")[1] == output


def test_every_known_layer_of_a_paper_names_its_source():
    assert [p.name for p in PRESETS if p.group == KNOWN and not p.source] == ["'same' with reflected edges"]


def test_pictures_are_what_their_layers_are_about():
    assert {p.name: p.fill for p in PRESETS if p.fill in ("digit", "satellite")} == {
        "LeNet-5 C1": "digit",
        "a satellite picture": "satellite",
    }
