"""The page of what one takes along: each kind of code, and a link that shows the same picture again."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlsplit

import pytest
from streamlit.testing.v1 import AppTest

from conv_viz.take import KINDS
from tests.app.looking import header, opened, page


def taken(**query: str) -> AppTest:
    return page("take_along", "conv_viz.ui.take", **query)


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
    assert at.segmented_control(key="code").options == list(KINDS)
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
