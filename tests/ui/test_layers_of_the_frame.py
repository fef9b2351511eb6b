"""The frame of every layer without a browser: its own arguments, what it shares, its presets, what is impossible."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from conv_viz import ConvSpec
from conv_viz.layers.budget import fits
from conv_viz.layers.facts import FACTS
from conv_viz.layers.kinds import KINDS, parse
from conv_viz.layers.presets import PRESETS
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice, smaller
from conv_viz.ui.arguments import USUAL, control_values, query, setup_of, used
from conv_viz.weights.edits import Weights
from conv_viz.weights.history import Form, History
from tests.ui.looking import SHOWN, checked, header, held, named, opened, page

FIRST = {
    "Conv2d": "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)",
    "ConvTranspose2d": "nn.ConvTranspose2d(3, 4, kernel_size=3, stride=2, padding=1)",
    "MaxPool2d": "nn.MaxPool2d(kernel_size=3, stride=2, padding=1)",
    "AvgPool2d": "nn.AvgPool2d(kernel_size=3, stride=2, padding=1)",
    "LPPool2d": "nn.LPPool2d(norm_type=2, kernel_size=3, stride=2)",
    "Conv1d": "nn.Conv1d(3, 4, kernel_size=3, stride=2, padding=1)",
}
WINDOW = [
    ("slider", "kernel_size", 2, {"kernel_size": 2}),
    ("slider", "stride", 3, {"stride": 3}),
    ("slider", "padding", 0, {"padding": 0}),
]
DILATION = ("slider", "dilation", 2, {"dilation": 2})
CHANNELS = [
    ("slider", "in_channels", 5, {"in_channels": 5}),
    ("slider", "out_channels", 9, {"out_channels": 9}),
    ("toggle", "bias", False, {"bias": False}),
    DILATION,
]
CEIL = ("toggle", "ceil_mode", True, {"ceil_mode": True})
MOVES = {
    "ConvTranspose2d": [*WINDOW, *CHANNELS, ("slider", "output_padding", 1, {"output_padding": 1})],
    "MaxPool2d": [*WINDOW, DILATION, CEIL, ("toggle", "return_indices", True, {"return_indices": True})],
    "AvgPool2d": [
        *WINDOW, CEIL, ("toggle", "count_include_pad", False, {"count_include_pad": False}),
        ("slider", "divisor_override", 5, {"divisor_override": 5}),
    ],
    "LPPool2d": [*WINDOW[:2], CEIL, ("slider", "norm_type", 1.5, {"norm_type": 1.5})],
    "Conv1d": [*WINDOW, *CHANNELS, ("selectbox", "padding_mode", "reflect", {"padding_mode": "reflect"})],
}  # fmt: skip


def chosen(at: AppTest, layer: str) -> AppTest:
    at.selectbox(key="layer").set_value(layer)
    return checked(at.run())


def controls(at: AppTest) -> set[str]:
    kinds = (at.slider, at.toggle, at.selectbox, at.select_slider, at.segmented_control)
    return {control.key for kind in kinds for control in kind if control.key in USUAL}


@pytest.mark.parametrize("layer", KINDS)
def test_the_frame_holds_exactly_the_arguments_of_the_layer(layer):
    at = opened(layer=layer)
    assert header(at)["code"] == FIRST.get(layer, FIRST[f"{layer[:-2]}2d"].replace("2d", "1d"))
    assert "stage" in header(at)
    mine = {name for name in FACTS[layer].arguments if FACTS[layer].pads_in_words or name != "padding_mode"}
    known = {name for signature in FACTS.values() for name in signature.arguments}
    # the channels of a pool are those of its input
    assert (controls(at) & known) - {"in_channels"} == mine - {"in_channels"}
    assert ("height" in controls(at)) == ("square" in controls(at)) == (KINDS[layer].dims == 2)
    labels = [slider.label for slider in at.slider]
    assert ("in_channels" in labels, "channels" in labels) == (("in_channels" in mine), ("in_channels" not in mine))


@pytest.mark.parametrize(
    ("layer", "kind", "name", "value", "change"),
    [(layer, *move) for layer, moves in MOVES.items() for move in moves],
)
def test_a_control_changes_the_code_as_torch_writes_it(layer, kind, name, value, change):
    at = opened(layer=layer)
    getattr(at, kind)(key=name).set_value(value)
    shown = header(checked(at.run()))
    assert shown["code"] == parse(FIRST[layer]).replace(**change).code()
    assert "problem" in shown or "stage" in shown


def test_groups_of_a_transposed_layer():
    at = opened(layer="ConvTranspose2d", in_channels="4")
    at.select_slider(key="groups").set_value(4)
    assert "groups=4" in header(checked(at.run()))["code"]


def test_padding_in_words_of_conv1d():
    at = opened(layer="Conv1d", stride="1")
    at.segmented_control(key="padding_as").set_value("same")
    assert header(checked(at.run()))["code"] == "nn.Conv1d(3, 4, kernel_size=3, padding='same')"


@pytest.mark.parametrize("layer", ["ConvTranspose2d", "MaxPool2d", "AvgPool2d"])
def test_height_and_width_apart(layer):
    at = opened(layer=layer, square="false", kernel_size="3", kernel_size_w="4", stride_w="1")
    assert "kernel_size=(3, 4), stride=(2, 1)" in header(at)["code"]


def test_the_channels_of_a_pool_are_those_of_its_input():
    at = opened(layer="MaxPool2d", in_channels="5", batch_size="2")
    assert header(at)["input_shape"] == [2, 5, 7, 7]
    assert header(at)["output_shape"] == [2, 5, 4, 4]


def test_one_axis_has_a_width_only():
    shown = header(opened(layer="Conv1d", width="16", batch_size="2"))
    assert (shown["input_shape"], shown["output_shape"]) == ([2, 3, 16], [2, 4, 8])


def test_a_stride_of_the_kernel_is_left_out():
    assert header(opened(layer="MaxPool2d", kernel_size="2", padding="0"))["code"] == "nn.MaxPool2d(kernel_size=2)"


def test_what_two_layers_share_keeps_its_value():
    at = opened(kernel_size="5", stride="3", in_channels="2", out_channels="6", width="20", height="11", bias="false")
    for layer in ("MaxPool2d", "Conv1d", "AvgPool2d", "ConvTranspose2d", "Conv2d"):
        at = chosen(at, layer)
        code, shape = header(at)["code"], header(at)["input_shape"]
        assert "kernel_size=5, stride=3, padding=1" in code
        assert shape == ([1, 2, 20] if layer == "Conv1d" else [1, 2, 11, 20])
        if "Conv" in layer:
            assert "(2, 6, " in code and "bias=False" in code


def test_what_a_layer_does_not_have_comes_back_with_it():
    at = opened(padding_as="same", stride="1", padding_mode="reflect", square="false", kernel_size_w="5", stride_w="1")
    first = header(at)["code"]
    for layer in ("MaxPool2d", "Conv1d", "Conv2d"):
        at = chosen(at, layer)
    assert header(at)["code"] == first


@pytest.mark.parametrize("start", ["Conv2d", "Conv1d", "MaxPool2d"])
def test_one_preset_after_another_of_every_layer(start):
    at = opened(layer=start, **({} if start == "Conv1d" else {"square": "false", "kernel_size_w": "2"}))
    every = [next(p for p in PRESETS if p.spec.kind == f"nn.{layer}") for layer in KINDS]
    for preset in (*every, *reversed(every)):
        named(at.selectbox, "preset").set_value(preset.title)
        checked(at.run())
        assert header(at)["code"] == preset.spec.code()
        assert header(at)["input_shape"] == list(preset.input_shape)
        assert header(at)["example"]["title"] == preset.title


IMPOSSIBLE = [
    (dict(layer="ConvTranspose2d", output_padding="4"), "output_padding", "Set output_padding=1."),
    (dict(layer="ConvTranspose2d", padding="8", height="2", width="2"), "padding", "padding"),
    (dict(layer="MaxPool2d", padding="3"), "padding", "Set padding=1."),
    (dict(layer="MaxPool2d", dilation="8"), "kernel_size", "dilation"),
    (dict(layer="AvgPool2d", kernel_size="11", padding="0"), "kernel_size", "Set kernel_size=7."),
    (dict(layer="Conv1d", kernel_size="11"), "kernel_size", "Set kernel_size=9."),
    (dict(layer="Conv1d", padding_as="same"), "padding", "Set padding=1."),
    (dict(layer="Conv1d", padding="8", padding_mode="reflect"), "padding", "Set padding=6."),
]


@pytest.mark.parametrize(("link", "parameter", "advice"), IMPOSSIBLE)
def test_an_impossible_setting_has_a_fix_that_the_controls_take(link, parameter, advice):
    shown = header(opened(**link))
    assert shown["problem"]["parameter"] == parameter and advice in shown["problem"]["advice"]
    values = {name: whole if not whole.isdigit() else int(whole) for name, whole in link.items()}
    setup = setup_of(values)
    mended = setup_of({**values, **control_values(setup.mended(), layer=setup.name)})
    assert mended.summary().output_shape


@pytest.mark.parametrize("layer", SHOWN)
@pytest.mark.parametrize("garbage", ["inf", "-1", "0", "99999", "<script>", "", "None"])
def test_garbage_in_a_link_never_raises(layer, garbage):
    names = (USUAL.keys() | {"sample", "filter", "channel", "cell"}) - {"layer"}
    shown = header(opened(layer=layer, **dict.fromkeys(names, garbage)))
    assert "stage" in shown or "problem" in shown or "too_large" in shown


def test_an_unknown_layer_is_the_usual_one_and_said():
    at = opened(layer="Linear")
    assert header(at)["code"] == FIRST["Conv2d"]
    assert "layer=Linear" in at.main.caption[0].value.replace("\\", "")


@pytest.mark.parametrize(
    ("link", "words"),
    [
        (dict(layer="MaxPool2d", out_channels="9"), "out_channels=9 (nn.MaxPool2d has no out_channels)"),
        (dict(layer="AvgPool2d", dilation="2"), "dilation=2 (nn.AvgPool2d has no dilation)"),
        (dict(layer="Conv1d", height="9"), "height=9 (nn.Conv1d has no height)"),
        (dict(layer="Conv1d", kernel_size_w="9"), "kernel_size_w=9 (nn.Conv1d has one axis)"),
        (
            dict(layer="ConvTranspose2d", padding_as="same"),
            "padding_as=same (nn.ConvTranspose2d has no padding in words)",
        ),
        (dict(layer="MaxPool2d", groups="3"), "groups=3 (nn.MaxPool2d has no groups)"),
        (dict(ceil_mode="true"), "ceil_mode=true (nn.Conv2d has no ceil_mode)"),
        (dict(layer="AvgPool2d", divisor_override="-2"), "divisor_override=-2 (0 to 4096 are possible)"),
        (dict(layer="MaxPool2d", filter="9"), "filter=9 (0 to 2 are possible)"),
    ],
)
def test_what_a_link_says_of_another_layer_is_told(link, words):
    assert words in opened(**link).main.caption[0].value.replace("\\", "")


@pytest.mark.parametrize("layer", SHOWN[1:])
def test_all_that_is_taken_is_not_told(layer):
    more = {"norm_type": "2.5"} if layer == "LPPool2d" else {"padding": "0"}
    at = opened(layer=layer, kernel_size="2", filter="2", seed="3", **more)
    assert not at.main.caption


@pytest.mark.parametrize("layer", SHOWN)
def test_the_link_to_take_along_holds_every_layer(layer):
    at = page("take_along", "conv_viz.ui.take.page", layer=layer, kernel_size="4", padding="0")
    address = next(code.value for code in at.code if code.value.startswith(("http", "/")))
    assert ("layer=" in address) == (layer != "Conv2d")
    assert "kernel_size=4" in address


def test_edited_weights_wait_while_another_layer_of_the_same_weight_shape_is_chosen():
    at = opened(in_channels="3", out_channels="4")
    spec = ConvSpec(3, 4, 3)
    weights = Weights(np.zeros((4, 3, 3, 3), np.float32), np.ones(4, np.float32))
    held(at).weights.kept = {Form.of(spec): History().then("zeros", weights, spec)}
    edited = header(checked(at.run()))["id"]
    at.slider(key="in_channels").set_value(4)
    at.slider(key="out_channels").set_value(3)
    at.run()
    at = chosen(at, "ConvTranspose2d")
    assert header(at)["stage"] and header(at)["facts"][0]["text"] == "(4, 3, 3, 3)"
    said = "Edited weights of nn.Conv2d (4, 3, 3, 3); this layer's are nn.ConvTranspose2d (4, 3, 3, 3)."
    assert any(said in line.value for line in at.main.markdown)
    next(button for button in at.button if button.key.startswith("notice_return")).click()
    checked(at.run())
    assert header(at)["id"] == edited


@pytest.mark.parametrize("layer", KINDS)
def test_values_say_the_frame_and_the_frame_says_the_values(layer):
    setup = setup_of({"layer": layer, "kernel_size": 2, "padding": 0, "divisor_override": 3})
    values = control_values(dict(setup.arguments), setup.input_shape, setup.fill, setup.name)
    assert setup_of(values) == setup
    assert values.keys() <= used({"layer": layer}) | {f"{name}_w" for name in USUAL}
    assert isinstance(setup, Setup) and all(isinstance(text, str) for text in query(values).values())


@pytest.mark.parametrize("layer", SHOWN[1:])
def test_a_pasted_conv2d_chooses_its_layer_and_undo_goes_back(layer):
    at = opened(layer=layer, width="9")
    before = header(at)["code"], header(at)["input_shape"]
    at.chat_input(key="paste").set_value("nn.Conv2d(3, 8, 5)")
    at = checked(at.run())
    assert header(at)["code"] == "nn.Conv2d(3, 8, kernel_size=5)"
    assert header(at)["input_shape"] == [1, 3, 7, 9]
    at.button(key="paste_undo").click()
    at = checked(at.run())
    assert (header(at)["code"], header(at)["input_shape"]) == before


@pytest.mark.parametrize("layer", SHOWN)
def test_a_layer_that_is_too_large_has_a_smaller_one(layer):
    sizes = {"in_channels": 4096, "out_channels": 4096, "kernel_size": 64, "stride": 1, "padding": 32,
             "height": 1024, "width": 1024}  # fmt: skip
    setup = setup_of({"layer": layer, **sizes})
    assert not fits(setup)
    nearest = smaller(setup, fits)
    assert nearest is not None and fits(nearest) and advice(setup, nearest)
    changed = {name: value for name, value in nearest.arguments if value != dict(setup.arguments)[name]}
    values = control_values(changed, nearest.input_shape, layer=layer)
    assert setup_of({"layer": layer, **sizes, **values}) == nearest


MESSAGES = (
    "RuntimeError: Given groups=1, weight of size [64, 3, 7, 7], expected input[1, 1, 32, 30] to have 3 channels, "
    "but got 1 channels instead",
    "RuntimeError: Calculated padded input size per channel: (4 x 4). Kernel size: (5 x 5). "
    "Kernel size can't be greater than actual input size",
    "RuntimeError: pad should be at most half of effective kernel size, but got pad=2, kernel_size=3 and dilation=1",
)


@pytest.mark.parametrize("layer", SHOWN)
@pytest.mark.parametrize("message", MESSAGES, ids=range(len(MESSAGES)))
def test_a_pasted_message_beside_any_layer_is_answered(layer, message):
    at = opened(layer=layer)
    at.chat_input(key="paste").set_value(message)
    shown = header(checked(at.run()))
    assert "stage" in shown or "problem" in shown
    assert at.sidebar.markdown or at.sidebar.warning


def test_a_preset_of_a_transposed_layer_leaves_the_mode_of_the_others():
    at = opened(padding_mode="reflect")
    preset = next(preset for preset in PRESETS if preset.spec.kind == "nn.ConvTranspose2d")
    named(at.selectbox, "preset").set_value(preset.title)
    at = chosen(checked(at.run()), "Conv2d")
    assert at.selectbox(key="padding_mode").value == "reflect"


def test_a_row_has_a_length_under_the_key_of_the_width():
    at = opened(layer="Conv1d", width="9")
    assert (at.slider(key="width").label, at.slider(key="width").value) == ("length", 9)
    at.selectbox(key="layer").set_value("Conv2d").run()
    assert (at.slider(key="width").label, at.slider(key="width").value) == ("width", 9)
