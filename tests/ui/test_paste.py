"""The field for pasted text: it sets every control, says what it read, and goes back in one click."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.ui.looking import checked, header, named, opened

PUBLISHED = json.loads((Path(__file__).parents[1] / "data" / "paste_cases.json").read_text(encoding="utf-8"))["cases"]
FIRST = "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
STEM = "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)"
MODEL = """Net(
  (conv1): Conv2d(3, 16, kernel_size=(3, 3), stride=(1, 1))
  (conv2): Conv2d(16, 32, kernel_size=(3, 11), stride=(1, 2), padding_mode=reflect, bias=False)
)"""
GIVEN_GROUPS = (
    "RuntimeError: Given groups=1, weight of size [64, 3, 7, 7], expected input[1, 1, 32, 30] to have 3 channels, "
    "but got 1 channels instead"
)


def paste(at: AppTest, text: str) -> AppTest:
    at.chat_input(key="paste").set_value(text)
    return checked(at.run())


def said(at: AppTest) -> str:
    """Everything that stands under the field, as a reader sees it."""
    return "\n".join(m.value for m in (*at.sidebar.markdown, *at.sidebar.warning)).replace("\\", "")


def buttons(at: AppTest) -> list[str]:
    return [button.label for button in at.sidebar.button]


def test_idle_it_is_one_element():
    at = opened()
    assert buttons(at) == [] and said(at) == ""
    assert len(at.sidebar.chat_input) == 1


def test_a_line_sets_every_control_and_undo_goes_back():
    at = opened(height="9", fill="ramp", padding_mode="circular", square="false", stride_w="1")
    before = header(at)
    paste(at, f"self.conv1 = {STEM}  # the stem")
    assert (header(at)["code"], header(at)["input_shape"]) == (STEM, [1, 3, 9, 7])
    assert at.slider(key="out_channels").value == 64 and at.toggle(key="bias").value is False
    assert at.toggle(key="square").value is True
    assert buttons(at) == ["undo", "close"]
    at.button(key="paste_undo").click()
    checked(at.run())
    assert header(at)["id"] == before["id"]
    assert buttons(at) == [] and at.selectbox(key="fill").value == "ramp"


def test_close_keeps_the_layer():
    at = paste(opened(), STEM)
    at.button(key="paste_close").click()
    assert header(checked(at.run()))["code"] == STEM
    assert buttons(at) == []


def test_one_of_several_layers_is_chosen():
    at = paste(opened(), MODEL)
    menu = named(at.selectbox, "paste_layer")
    assert menu.label == "2 layers"
    assert menu.options == [
        "conv1 (3, 16, kernel_size=3)",
        "conv2 (16, 32, kernel_size=(3, 11), stride=(1, 2), bias=False, padding_mode='reflect')",
    ]
    assert header(at)["code"] == "nn.Conv2d(3, 16, kernel_size=3)"
    menu.set_value(1)
    checked(at.run())
    assert "nn.Conv2d" + menu.options[1].removeprefix("conv2 ") == header(at)["code"]
    assert header(at)["input_shape"] == [1, 16, 22, 22]
    assert "7 × 7 is too small for this layer: 22 × 22 is shown." in said(at)
    at.button(key="paste_undo").click()
    assert header(checked(at.run()))["code"] == FIRST


def test_variables_are_asked_for_by_name():
    at = paste(opened(), "nn.Conv2d(dims[i], 2 * dims[i+1], 3, stride=stride)")
    assert [n.label.replace("\\", "") for n in at.sidebar.number_input] == ["dims[i]", "dims[i + 1]", "stride"]
    assert [n.value for n in at.sidebar.number_input] == [None, None, 1]
    assert header(at)["code"] == FIRST and buttons(at) == ["set", "close"]
    at.number_input(key="asked_0").set_value(6)
    at.button(key="FormSubmitter:paste_values-set").click()
    checked(at.run())
    assert [n.label.replace("\\", "") for n in at.sidebar.number_input] == ["dims[i + 1]"]
    at.number_input(key="asked_0").set_value(4)
    at.button(key="FormSubmitter:paste_values-set").click()
    assert header(checked(at.run()))["code"] == "nn.Conv2d(6, 8, kernel_size=3)"
    assert buttons(at) == ["undo", "close"]


def test_another_framework_is_named_and_its_input_channels_are_those_of_the_frame():
    at = paste(opened(in_channels="5"), "layers.Conv2D(32, 3, strides=2, padding='same')")
    assert "does not say in_channels" in said(at)
    assert at.number_input(key="asked_0").value == 5
    at.button(key="FormSubmitter:paste_values-set").click()
    checked(at.run())
    assert header(at)["code"] == "nn.Conv2d(5, 32, kernel_size=3, stride=2, padding=1)"
    assert "Keras Conv2D is nn.Conv2d with in_channels written first" in said(at)


def test_an_error_sets_layer_and_input_and_is_explained():
    at = paste(opened(), GIVEN_GROUPS)
    assert (header(at)["code"], header(at)["input_shape"]) == ("nn.Conv2d(3, 64, kernel_size=7)", [1, 3, 32, 30])
    assert "**The layer was built for 3 input channels (RGB), but the picture is grey: it has 1.**" in said(at)
    assert "x.repeat(1, 3, 1, 1)" in said(at) and "torch's defaults are shown" in said(at)


def test_an_error_about_the_padding_is_shown_on_the_stage():
    at = paste(opened(kernel_size="3"), "RuntimeError: Argument #4: Padding size should be less than the corresponding "
               "input dimension, but got: padding (5, 5) at dimension 3 of input [1, 3, 5, 5]")  # fmt: skip
    assert header(at)["problem"]["parameter"] == "padding"
    assert "mirrors the input once" in said(at)
    at.button(key="paste_undo").click()
    assert header(checked(at.run()))["code"] == FIRST


def test_an_error_without_a_layer_leaves_the_layer_as_it_is():
    at = paste(opened(), "RuntimeError: expected scalar type Double but found Float")
    assert header(at)["code"] == FIRST and buttons(at) == ["close"]
    assert "x.float()" in said(at)


@pytest.mark.parametrize(
    "text, words",
    [
        ("hello <script>alert(1)</script>", "No convolution layer is in this text"),
        ("nn.Conv2d(3, 8, 3", "not closed"),
        ("x" * 60_000, "at most 50,000"),
        ("nn.Conv2d(3, 5000, 3)", "out_channels=5000 is more than the controls reach, which is 4,096."),
        ("nn.Conv2d(3, 8)", "kernel_size is missing"),
    ],
)
def test_what_cannot_be_shown_gets_one_sentence_and_the_layer_stays(text, words):
    at = opened()
    before = header(at)["id"]
    paste(at, text)
    assert header(at)["id"] == before
    assert said(at).count("\n") == 0 and words in said(at)
    assert buttons(at) == ["close"]


def test_after_a_refusal_the_earlier_paste_can_still_be_undone():
    at = paste(paste(opened(), STEM), "hello")
    assert header(at)["code"] == STEM and buttons(at) == ["undo", "close"]
    at.button(key="paste_undo").click()
    assert header(checked(at.run()))["code"] == FIRST


def test_words_of_the_text_are_no_markdown():
    at = paste(opened(), "nn.Conv2d(f('![x](http://a.b/c.png)'), 8, 3)")
    assert "![x](" not in at.sidebar.number_input[0].label and "![x](" not in at.sidebar.markdown[0].value
    assert "![x](" in said(at)


@pytest.mark.parametrize("case", [c for c in PUBLISHED if c["layers"]][::3], ids=lambda case: case["id"])
def test_published_calls_reach_the_stage(case):
    at = paste(opened(height="64", width="64"), case["text"])
    for i, name in enumerate(case.get("asked", ())):
        at.number_input(key=f"asked_{i}").set_value(case["values"][name])
    if case.get("asked"):
        at.button(key="FormSubmitter:paste_values-set").click()
        checked(at.run())
    assert header(at)["code"] == case["layers"][0][1]


def test_a_sentence_about_a_fault_goes_away_with_the_fault():
    at = paste(opened(), "nn.Conv2d(3, 6, 3, groups=2)  # RGB")
    assert "cannot be split into 2 equal groups" in said(at)
    at.slider(key="stride").set_value(2)
    checked(at.run())
    assert "groups" not in said(at)
    assert buttons(at) == ["undo", "close"]


def test_a_fault_on_the_stage_goes_with_its_sentence():
    at = paste(opened(kernel_size="3"), "RuntimeError: Argument #4: Padding size should be less than the corresponding "
               "input dimension, but got: padding (5, 5) at dimension 3 of input [1, 3, 5, 5]")  # fmt: skip
    assert "mirrors the input once" in said(at)
    at.slider(key="padding").set_value(1)
    checked(at.run())
    assert "problem" not in header(at)
    assert said(at) == ""


def test_padding_on_each_side_is_drawn_on_the_padded_input():
    at = paste(opened(), "nn.Conv2d(3, 8, 3, padding=(1, 2, 3, 4))")
    assert (header(at)["code"], header(at)["input_shape"]) == ("nn.Conv2d(3, 8, kernel_size=3)", [1, 3, 14, 10])
    assert "Write F.pad(x, (1, 2, 3, 4)) before the layer, with padding=0" in said(at)
    assert "The input shown is the padded one: 7 × 7 is 14 × 10" in said(at)


def test_a_later_layer_is_shown_on_what_the_text_brings_to_it():
    at = paste(opened(), "net = nn.Sequential(nn.Conv2d(1, 6, 5), nn.ReLU(), nn.MaxPool2d(2), nn.Conv2d(6, 16, 5))\n"
               "net(torch.rand(2, 1, 28, 28))")  # fmt: skip
    assert header(at)["input_shape"] == [2, 1, 28, 28]
    named(at.selectbox, "paste_layer").set_value(1)
    checked(at.run())
    assert header(at)["input_shape"] == [2, 6, 12, 12]
    assert "net.3 reads (2, 6, 12, 12): (2, 1, 28, 28) after" in said(at)


def test_pasted_numbers_are_the_input_and_in_the_link():
    at = paste(opened(), "torch.tensor([[[0, 1, 2, 3], [4, 5, 6, -7.5], [0, 1, 2, 3]]])")
    assert "1×3×4 numbers. They are in the link." in said(at)
    assert header(at)["input_shape"] == [1, 1, 3, 4]
    assert at.selectbox(key="fill").value == "own numbers"
    packed = at.query_params["input"]
    again = opened(in_channels="1", height="3", width="4", fill="own numbers", input=packed)
    assert header(again)["id"] == header(at)["id"]
    assert again.query_params["input"] == packed
    at.button(key="paste_undo").click()
    checked(at.run())
    assert header(at)["code"] == FIRST and "input" not in at.query_params


def test_more_numbers_than_a_link_holds_stay_in_the_session():
    at = paste(opened(), str([[float(i + j) for i in range(17)] for j in range(3)]))
    assert "too many for the link" in said(at)
    assert header(at)["input_shape"] == [1, 1, 3, 17]
    assert "input" not in at.query_params


def test_an_array_that_is_none_says_so_and_changes_nothing():
    at = paste(opened(), "[[1, 2], [3]]")
    assert "different lengths" in said(at) and header(at)["code"] == FIRST


def test_a_link_without_its_numbers_says_so():
    for query in (dict(fill="own numbers"), dict(fill="own numbers", input="damaged")):
        at = opened(**query)
        assert at.selectbox(key="fill").value == "photo"
        assert "the link does not hold its numbers" in at.main.caption[0].value.replace("\\", "")


def test_a_number_can_be_typed():
    at = paste(opened(), "224")
    assert header(at)["input_shape"] == [1, 3, 224, 224] and not said(at)
    paste(at, "kernel_size=7, stride 4")
    assert header(at)["code"] == "nn.Conv2d(3, 4, kernel_size=7, stride=4, padding=1)"
    paste(at, "stride=65")
    assert "stride goes from 1 to 64, not to 65." in said(at)
    row = paste(opened(layer="Conv1d"), "99")
    assert header(row)["input_shape"] == [1, 3, 99]
