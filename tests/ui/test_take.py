"""The page of what one takes along: each kind of code, and a link that shows the same picture again."""

from __future__ import annotations

from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from conv_viz import ConvSpec
from conv_viz.layers.presets import find
from conv_viz.text.take import KINDS as FORMS
from conv_viz.text.take import code
from conv_viz.ui.arguments import control_values, query
from conv_viz.ui.take import page as take
from conv_viz.ui.take.pictures import KINDS as PICTURES
from conv_viz.ui.take.pictures import PAGE, STRIP, WORKSHEET
from conv_viz.weights.edits import Weights
from conv_viz.weights.history import Form, History
from conv_viz.weights.packed import pack
from tests.ui.looking import SHOWN, header, held, opened, page


def taken(**query: str) -> AppTest:
    return page("take_along", "conv_viz.ui.take.page", **query)


def link(at: AppTest) -> dict[str, str]:
    """The query of the link on the page."""
    return dict(parse_qsl(urlsplit(at.code[-2].value).query))


@pytest.mark.parametrize(
    "kind, words",
    [
        ("layer", "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"),
        ("with input", "assert y.shape == (1, 4, 4, 4)"),
        ("F.pad", "y = layer(F.pad(x, (1, 1, 1, 1)))"),
        ("Keras", "conv = layers.Conv2D(4, (3, 3), strides=(2, 2))"),
        ("JAX / Flax", "nn.Conv(features=4, kernel_size=(3, 3), strides=(2, 2), padding=((1, 1), (1, 1)))"),
    ],
)
def test_each_kind_of_code(kind, words):
    at = taken()
    assert at.segmented_control(key="code").options == list(FORMS)
    at.segmented_control(key="code").set_value(kind)
    at.run()
    assert words in at.code[0].value and len(at.code) == 3
    assert at.main.markdown[0].value


def test_where_there_is_no_code_the_page_says_why():
    at = taken(padding_mode="circular")
    at.segmented_control(key="code").set_value("Keras")
    at.run()
    assert len(at.code) == 2 and "Keras has no padding" in at.info[0].value.replace("\\", "")


def test_same_with_a_stride_is_there_as_a_pad():
    at = taken(padding_as="same", height="8", width="8")
    assert "F.pad form" in at.info[0].value.replace("\\", "")
    at.segmented_control(key="code").set_value("F.pad")
    at.run()
    assert "F.pad(x, (0, 1, 0, 1))" in at.code[0].value


def test_each_side_of_the_padding_has_a_field():
    at = taken()
    at.segmented_control(key="code").set_value("F.pad")
    at.run()
    at.segmented_control(key="pad_as").set_value("each side")
    at.run()
    assert [field.value for field in at.main.number_input] == [1, 1, 1, 1]
    at.number_input(key="pad_bottom").set_value(0)
    at.run()
    assert "F.pad(x, (1, 1, 1, 0))" in at.code[0].value
    assert "differ" in at.main.markdown[0].value


EVERYTHING = dict(
    in_channels="4", out_channels="64", square="false", kernel_size="3", kernel_size_w="5", stride="1", stride_w="2",
    padding="2", padding_w="0", dilation="1", dilation_w="2", padding_mode="circular", groups="2", bias="false",
    batch_size="2", height="9", width="12", fill="ramp", seed="5", sample="1", filter="17",
)  # fmt: skip


@pytest.mark.parametrize(
    "query",
    [
        {},
        EVERYTHING,
        dict(padding_as="same", stride="1"),
        dict(padding_as="valid"),
        dict(kernel_size="9", height="5", width="5", padding="0"),
        dict(square="false"),
        dict(seed="123456", height="224", width="224", out_channels="1024"),
    ],
    ids=lambda query: "-".join(query)[:24],
)
def test_the_link_shows_the_same_picture(query):
    again = link(taken(**query))
    assert header(opened(**again))["id"] == header(opened(**query))["id"]
    if query is EVERYTHING:  # the stride's width is 2, which is its default
        assert again == {
            name: value for name, value in query.items() if name not in ("kernel_size", "stride_w", "dilation")
        }


def test_what_is_the_default_is_not_in_the_link():
    assert link(taken()) == {}
    at = taken(height="20")
    assert link(at) == {"height": "20"}
    at.slider(key="height").set_value(7)
    at.slider(key="seed").set_value(3)
    at.run()
    assert link(at) == {"seed": "3"}


def test_the_html_holds_the_link():
    at = taken(kernel_size="5", bias="false")
    assert 'kernel_size=5&amp;bias=false&amp;embed=true"' in at.code[-1].value


@pytest.mark.parametrize("garbage", ["inf", "<script>", "9" * 400, "-1", "٣", ""])
def test_garbage_in_a_link_never_raises(garbage):
    at = taken(code=garbage, pad_as=garbage, filter=garbage, sample=garbage, top=garbage)
    assert "<script>" not in at.code[-1].value and link(at) == {}


def test_a_paste_works_on_this_page_too():
    at = taken()
    at.chat_input(key="paste").set_value("nn.Conv2d(3, 64, 7, stride=2, padding=3)")
    at.run()
    assert at.code[0].value == "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3)"
    assert link(at) == {"out_channels": "64", "kernel_size": "7", "padding": "3"}
    at.button(key="paste_undo").click()
    at.run()
    assert not at.exception and link(at) == {}


def test_edited_weights_are_said_to_stay_behind():
    at = taken()
    assert not any("edited weights" in m.value for m in at.main.markdown)
    spec = ConvSpec(3, 4, 3, stride=2, padding=1)
    edited = Weights(np.ones(spec.weight_shape, np.float32), np.zeros(4, np.float32))
    with patch.object(take, "weights_of", lambda frame: edited):
        at.run()
    assert any("too many for a link" in m.value for m in at.main.markdown)


def test_a_few_edited_weights_are_in_the_link():
    spec, edited = ConvSpec(3, 4, 3), Weights(np.ones((4, 3, 3, 3), np.float32), np.zeros(4, np.float32))
    at = taken()
    held(at).weights.kept = {Form.of(spec): History().then("ones", edited, spec)}
    assert link(at.run()) == {"weights": pack(edited)}
    assert not any("too many for a link" in m.value for m in at.main.markdown)


# -- every layer ------------------------------------------------------------------------------------


def formed(form: str, **query: str) -> AppTest:
    at = taken(**query)
    at.segmented_control(key="code").set_value(form)
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("layer", SHOWN)
@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_every_layer_is_code_or_one_sentence(layer, form):
    at = formed(form, layer=layer)
    wanted = code(form, held(at).frame)
    if wanted.code:
        assert at.code[0].value == wanted.code and len(at.code) == 3 and not at.main.info
    else:
        assert len(at.main.info) == 1 and len(at.code) == 2
    keys = [control.key for control in at.segmented_control]
    assert ("pad_as" in keys) == (form == "F.pad" and layer != "ConvTranspose2d")


def test_the_sides_of_a_row_are_two_and_it_may_be_causal():
    at = formed("F.pad", layer="Conv1d")
    at.segmented_control(key="pad_as").set_value("causal")
    at.run()
    assert "F.pad(x, (2, 0))" in at.code[0].value and "Causal" in at.main.markdown[0].value
    at.segmented_control(key="pad_as").set_value("each side")
    at.run()
    assert [field.label for field in at.main.number_input][:2] == ["left", "right"]
    at.number_input(key="pad_left").set_value(3)
    at.run()
    assert "F.pad(x, (3, 1))" in at.code[0].value
    assert "causal" not in formed("F.pad").segmented_control(key="pad_as").options


def test_the_causal_example_begins_with_its_own_code():
    preset = find("one row: causal")
    values = control_values(preset.spec.arguments(), preset.input_shape, preset.fill, "Conv1d")
    at = formed("F.pad", **{name: text for name, text in query(values).items() if name != "layer"}, layer="Conv1d")
    assert "layer = nn.Conv1d(1, 2, kernel_size=3, dilation=2)" in at.code[0].value
    assert "y = layer(F.pad(x, (4, 0)))" in at.code[0].value


@pytest.mark.parametrize("layer", SHOWN)
@pytest.mark.parametrize("kind", [*PICTURES, PAGE])
def test_every_picture_of_every_layer_can_be_taken_under_its_name(layer, kind):
    at = taken(layer=layer)
    with patch("streamlit.download_button") as button:
        at.segmented_control(key="picture_kind").set_value(kind)
        at.run()
    assert not at.exception
    ending = "html" if kind == PAGE else PICTURES[kind][0]
    files = [call.kwargs["file_name"] for call in button.call_args_list]
    assert files == [f"{layer.lower()}.ipynb", f"{layer.lower()}.{ending}"]


@pytest.mark.parametrize("layer", SHOWN)
def test_the_link_of_every_layer_shows_the_same_picture(layer):
    query = dict(layer=layer, kernel_size="4", stride="3", padding="2", in_channels="2", width="12", seed="4")
    assert header(opened(**link(taken(**query))))["id"] == header(opened(**query))["id"]


def test_a_link_that_is_an_exercise_opens_as_it_was_made() -> None:
    at = taken(stride="3")
    usual = link(at)
    at.multiselect(key="exercise_only").set_value(["stride", "padding"])
    at.multiselect(key="exercise_ask").set_value(["output"])
    at.multiselect(key="exercise_hide").set_value(["example", "seed"])
    at.toggle(key="exercise_present").set_value(True).run()
    query = dict(parse_qsl(urlsplit(at.code[-1].value).query))
    more = {"only": "stride,padding", "ask": "output", "hide": "example,seed", "present": "1"}
    assert query == {**usual, **more}
    again = opened(**query)
    assert {slider.key for slider in again.slider if not slider.disabled} == {"stride", "padding"}
    assert all(box.disabled for box in again.selectbox)
    assert {name: again.query_params[name] for name in more} == more


def test_a_fix_moves_nothing_that_the_link_of_an_exercise_locks() -> None:
    at = opened(only="stride", kernel_size="9", padding="0")  # mended by another kernel_size
    assert header(at)["problem"]["advice"] == "Set kernel_size=7."
    with patch("conv_viz.ui.stage.view_component", lambda **more: more["on_fix_change"]()):
        at.run()
    assert at.toast[0].value == "This link lets only stride move."
    assert at.slider(key="kernel_size").value == 9


@pytest.mark.parametrize(
    "kind, query, file",
    [
        (STRIP, {}, "conv2d_steps.svg"),
        (STRIP, dict(layer="ConvTranspose2d", drawn="scatter"), "convtranspose2d_steps.svg"),
        (WORKSHEET, {}, "conv2d_worksheet.pdf"),
    ],
)
def test_pictures_for_paper(kind, query, file):
    at = taken(**query)
    with patch("streamlit.download_button") as button:
        at.segmented_control(key="picture_kind").set_value(kind).run()
    assert not at.exception
    assert button.call_args.kwargs["file_name"] == file
    assert button.call_args.kwargs["data"]()[:4] in (b"<svg", b"%PDF")


def test_a_worksheet_that_nobody_can_read_says_what_to_do():
    at = taken(height="64", width="64")
    at.segmented_control(key="picture_kind").set_value(WORKSHEET).run()
    assert "too small to work with" in at.info[0].value
