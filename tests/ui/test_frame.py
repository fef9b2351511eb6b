"""The frame without a browser: each control, each preset, links of any kind."""

from __future__ import annotations

from math import gcd

import pytest
from streamlit.testing.v1 import AppTest

from conv_viz import ConvSpec
from conv_viz.compute.inputs import FILLS
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.groups import divisors
from conv_viz.layers.presets import PRESETS
from conv_viz.scenes.payload import decode
from tests.ui.looking import checked, header, named, opened

COUNTS = ("in_channels", "out_channels", "batch_size", "height", "width")
PAIRS = ("kernel_size", "stride", "padding", "dilation")
DEFAULTS = dict(in_channels=3, out_channels=4, kernel_size=3, stride=2, padding=1)


def agrees(at: AppTest, shape=(1, 3, 7, 7), **changes) -> None:
    """The headline on screen is what ConvSpec says of these arguments."""
    spec = ConvSpec(**{**DEFAULTS, **changes})
    shown = header(at)
    assert shown["code"] == spec.code()
    assert shown["input_shape"] == list(shape)
    assert shown["output_shape"] == list(spec.output_shape(shape))
    assert {fact["label"]: fact["text"] for fact in shown["facts"]}["weight"] == str(spec.weight_shape)


def test_the_labels_are_the_names_of_the_arguments():
    at = opened()
    assert [s.label for s in at.slider] == [
        "in_channels",
        "out_channels",
        *PAIRS,
        "batch_size",
        "height",
        "width",
        "seed",
    ]
    assert [s.label for s in at.select_slider] == ["groups"]
    assert [s.label for s in at.selectbox] == ["layer", "example", "padding_mode", "fill"]
    assert [t.label for t in at.toggle] == ["bias", "h = w"]
    assert list(at.selectbox(key="padding_mode").options) == list(PADDING_MODES)
    assert list(at.selectbox(key="fill").options) == list(FILLS)
    agrees(at)


def test_the_frame_writes_nothing_above_the_page():
    assert [element.value for element in opened().markdown] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [("out_channels", 9), ("kernel_size", 5), ("stride", 3), ("padding", 0), ("padding", 4), ("dilation", 2)],
)
def test_an_argument_changes_the_headline(name, value):
    at = opened()
    at.slider(key=name).set_value(value)
    agrees(checked(at.run()), **{name: value})


def test_in_channels_changes_layer_and_input():
    at = opened()
    at.slider(key="in_channels").set_value(5)
    agrees(checked(at.run()), (1, 5, 7, 7), in_channels=5)


@pytest.mark.parametrize(
    ("name", "value", "shape"),
    [("batch_size", 16, (16, 3, 7, 7)), ("height", 31, (1, 3, 31, 7)), ("width", 64, (1, 3, 7, 64))],
)
def test_the_input_changes_the_headline(name, value, shape):
    at = opened()
    at.slider(key=name).set_value(value)
    agrees(checked(at.run()), shape)


@pytest.mark.parametrize("mode", PADDING_MODES)
def test_padding_mode(mode):
    at = opened()
    at.selectbox(key="padding_mode").set_value(mode)
    agrees(checked(at.run()), padding_mode=mode)
    assert header(at)["stage"]["mode"] == mode


def test_bias():
    at = opened()
    at.toggle(key="bias").set_value(False)
    agrees(checked(at.run()), bias=False)
    assert "bias" not in decode(at.main.get("bidi_component")[0].proto.bytes).arrays


@pytest.mark.parametrize("word", ["same", "valid"])
def test_padding_in_words(word):
    at = opened()
    at.slider(key="stride").set_value(1)
    at.segmented_control(key="padding_as").set_value(word)
    checked(at.run())
    agrees(at, stride=1, padding=word)
    assert "padding" not in [s.label for s in at.slider]


def test_same_with_a_stride_is_a_problem_in_words():
    at = opened()
    at.segmented_control(key="padding_as").set_value("same")
    problem = header(checked(at.run()))["problem"]
    assert problem["parameter"] == "padding"
    assert problem["advice"] == "Set padding=1."


@pytest.mark.parametrize(("name", "width"), [("kernel_size", 2), ("stride", 1), ("padding", 3), ("dilation", 2)])
def test_height_and_width_apart(name, width):
    at = opened()
    at.toggle(key="square").set_value(False)
    checked(at.run())
    agrees(at)
    for pair in PAIRS:
        assert {f"{pair} h", f"{pair} w"} <= {s.label for s in at.slider}
    at.slider(key=f"{name}_w").set_value(width)
    checked(at.run())
    agrees(at, **{name: (DEFAULTS.get(name, 1), width)})


def test_width_starts_at_the_height():
    at = opened(kernel_size="5", stride="3")
    at.toggle(key="square").set_value(False)
    agrees(checked(at.run()), kernel_size=5, stride=3)


@pytest.mark.parametrize(("name", "choices"), [("fill", FILLS[1:]), ("seed", (1, 7))])
def test_what_fills_the_input_changes_the_numbers_only(name, choices):
    at = opened()
    seen = {header(at)["id"]}
    for choice in choices:
        widget = at.selectbox(key="fill") if name == "fill" else at.slider(key="seed")
        widget.set_value(choice)
        agrees(checked(at.run()))
        seen.add(header(at)["id"])
    assert len(seen) == 1 + len(choices)


def test_groups_offers_divisors_only_and_stays_valid():
    at = opened(in_channels="8", out_channels="12")
    groups = at.select_slider(key="groups")
    assert [int(o) for o in groups.options] == [1, 2, 4]
    groups.set_value(4)
    agrees(checked(at.run()), (1, 8, 7, 7), in_channels=8, out_channels=12, groups=4)
    for name, count in (("in_channels", 6), ("out_channels", 9), ("in_channels", 7), ("out_channels", 14)):
        at.slider(key=name).set_value(count)
        checked(at.run())
        counts = at.slider(key="in_channels").value, at.slider(key="out_channels").value
        groups = at.select_slider(key="groups")
        assert [int(o) for o in groups.options] == divisors(gcd(*counts))
        assert "problem" not in header(at)
        agrees(at, (1, counts[0], 7, 7), in_channels=counts[0], out_channels=counts[1], groups=int(groups.value))


@pytest.mark.parametrize("preset", PRESETS, ids=lambda p: p.title)
def test_a_preset_sets_every_control(preset):
    at = opened(square="false", kernel_size="4", kernel_size_w="2", dilation_w="3", groups="1", bias="false")
    named(at.selectbox, "preset").set_value(preset.title)
    checked(at.run())
    shown = header(at)
    assert shown["code"] == preset.spec.code()
    assert shown["input_shape"] == list(preset.input_shape)
    assert at.selectbox(key="fill").value == preset.fill
    assert "stage" in shown


def test_one_preset_after_another():
    at = opened()
    for preset in (*PRESETS, *reversed(PRESETS)):
        named(at.selectbox, "preset").set_value(preset.title)
        checked(at.run())
        assert header(at)["code"] == preset.spec.code()
        assert header(at)["input_shape"] == list(preset.input_shape)


def test_controls_stay_free_after_a_preset():
    at = opened()
    named(at.selectbox, "preset").set_value("well-known layers: ResNet stem")
    checked(at.run())
    at.slider(key="height").set_value(100)
    checked(at.run())
    assert header(at)["input_shape"] == [1, 3, 100, 224]
    assert header(at)["code"] == "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)"


# -- links -------------------------------------------------------------------------------


def test_a_link_sets_every_control():
    at = opened(
        in_channels="4", out_channels="6", square="false", kernel_size="3", kernel_size_w="5", stride="1", stride_w="2",
        padding="2", padding_w="0", dilation="1", dilation_w="2", padding_mode="circular", groups="2", bias="false",
        batch_size="2", height="9", width="12", fill="ramp", seed="5",
    )  # fmt: skip
    spec = dict(kernel_size=(3, 5), stride=(1, 2), padding=(2, 0), dilation=(1, 2), padding_mode="circular", groups=2)
    agrees(at, (2, 4, 9, 12), in_channels=4, out_channels=6, bias=False, **spec)
    assert at.selectbox(key="fill").value == "ramp"
    assert at.slider(key="seed").value == 5


def test_a_link_says_what_is_looked_at():
    at = opened(sample="1", filter="3", batch_size="2")
    stage = header(at)["stage"]
    assert (stage["sample"], stage["filter"]) == (1, 3)


@pytest.mark.parametrize(
    ("name", "value"), [("in_channels", 64), ("kernel_size", 13), ("height", 224), ("seed", 12345)]
)
def test_a_link_moves_the_end_of_a_slider(name, value):
    slider = opened(**{name: str(value)}).slider(key=name)
    assert slider.value == value
    assert slider.max >= value


GARBAGE = (
    "inf",
    "nan",
    "9" * 400,
    "-1",
    "0.5",
    "1e9",
    "<script>alert(1)</script>",
    "",
    "٣",
    "²",
    "None",
    "True",
    "99999",
    "0",
)
NAMES = (*COUNTS, *PAIRS, *(f"{n}_w" for n in PAIRS), "groups", "seed", "sample", "filter", "channel")
WORDS = ("square", "bias", "padding_as", "padding_mode", "fill", "preset", "frame", "view", "stage", "_ceiling_height")


@pytest.mark.parametrize("garbage", GARBAGE, ids=lambda g: ascii(g)[:12])
def test_garbage_in_a_link_never_raises(garbage):
    shown = header(opened(**{**dict.fromkeys((*NAMES, *WORDS), garbage), "square": "false"}))
    assert "stage" in shown or "problem" in shown or "too_large" in shown


@pytest.mark.parametrize("name", WORDS)
def test_garbage_instead_of_a_word_never_raises(name):
    agrees(opened(**{name: "<script>"}))


def test_out_of_range_falls_back_to_the_usual():
    agrees(opened(in_channels="4097", out_channels="0", kernel_size="-3", stride="inf", height="9" * 400))


def test_a_large_linked_layer_shows_a_stated_part():
    at = opened(in_channels="512", out_channels="512", height="224", width="224", stride="1")
    agrees(at, (1, 512, 224, 224), in_channels=512, out_channels=512, stride=1)
    assert "channels 0–7 of 512" in header(at)["stage"]["cut"]
    assert "of 512" in header(at)["stage"]["cut"].split("filters ")[1]


def test_a_layer_beyond_the_budget_shows_its_numbers_and_the_reason():
    at = opened(in_channels="4096", out_channels="4096", kernel_size="64", height="1024", width="1024")
    shown = header(at)
    assert "128 MiB" in shown["too_large"]
    assert shown["output_shape"] == [1, 4096, 482, 482]


@pytest.mark.parametrize(
    ("query", "parameter"),
    [
        (dict(kernel_size="11", padding="0"), "kernel_size"),
        (dict(dilation="8"), "dilation"),
        (dict(padding="8", padding_mode="reflect"), "padding"),
    ],
)
def test_an_impossible_link_names_the_control(query, parameter):
    problem = header(opened(**query))["problem"]
    assert problem["parameter"] == parameter
    assert problem["advice"]
