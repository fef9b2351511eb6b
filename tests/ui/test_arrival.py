"""A link that says what the page does not show: one line, literal, until something is changed."""

from __future__ import annotations

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

from conv_viz.limits import LINK_LETTERS, LINK_VALUES
from conv_viz.scenes.payload import decode
from conv_viz.ui.arrival import OWN_SOURCES
from conv_viz.ui.image import choose as choose_picture
from conv_viz.weights.edits import Weights
from conv_viz.weights.packed import pack
from tests.ui.looking import header, opened, page

EDITED = Weights(np.random.default_rng(0).normal(size=(4, 3, 3, 3)).astype(np.float32), np.float32([0.1, -0.0, 2, 3]))
SMALL = pack(EDITED)


def note(at: AppTest) -> str:
    """What the line says, without the signs that make it literal."""
    found = [caption.value for caption in at.main.caption]
    return found[0].replace("\\", "") if found else ""


@pytest.mark.parametrize(
    ("query", "words"),
    [
        (dict(kernel_size="abc"), "kernel_size=abc (no whole number)"),
        (dict(height="4096"), "height=4096 (1 to 1024 are possible)"),
        (dict(seed="-1"), "seed=-1 (0 to 2147483647 are possible)"),
        (dict(width="9" * 400), "no whole number"),
        (dict(stride=""), "stride=nothing (no whole number)"),
        (dict(groups="2"), "groups=2 (groups divides in_channels=3 and out_channels=4: 1)"),
        (dict(groups="x"), "groups=x (possible are 1)"),
        (dict(padding_mode="mirror"), "padding_mode=mirror (possible are zeros, reflect, replicate, circular)"),
        (dict(bias="perhaps"), "bias=perhaps (possible are true, false)"),
        (dict(fill="noise"), "fill=noise (possible are photo, random"),
        (dict(fill="own picture"), "fill=own picture (it is a picture of the sender's own, which a link does not hold"),
        (dict(kernel_size_w="5"), "kernel_size_w=5 (it counts with square=false only)"),
        (dict(padding="3", padding_as="same", stride="1"), "padding=3 (padding_as=same is)"),
        (dict(picture="satellite"), "picture=satellite (possible are astronaut, "),
        (dict(picture="your file"), "picture=your file (a link does not hold the sender's own picture"),
        (dict(filters="named"), "filters=named (possible are the layer's, named filters)"),
        (dict(colours="red"), "colours=red (possible are blue – red, grey)"),
        (dict(scale="log"), "scale=log (possible are for each map, for all maps)"),
        (dict(relu="perhaps"), "relu=perhaps (possible are false, true)"),
        (dict(filter="9"), "filter=9 (0 to 3 are possible)"),
        (dict(sample="1"), "sample=1 (0 to 0 are possible)"),
        (dict(kernelsize="5"), "kernelsize=5 (perhaps kernel_size is meant)"),
        (dict(In_Channels="5"), "In_Channels=5 (perhaps in_channels is meant)"),
        (dict(only="strid"), "only=strid (strid is no name of a control; perhaps stride is meant)"),
        (dict(ask="answer"), "ask=answer (possible are code, output)"),
        (dict(present="yes"), "present=yes (possible are 1)"),
        (dict(speed="3"), "speed=3 (possible are 0.5, 1, 2"),
        (dict(weights="<b>x</b>"), "weights=<b>x</b> (its numbers cannot be read"),
        (dict(weights="x" * 9000), "(its numbers cannot be read"),
        (dict(weights=SMALL, kernel_size="2"), "(they are of another layer; you see torch's own)"),
        (dict(weights=SMALL, out_channels="3", in_channels="4"), "(they are of another layer"),
        (dict(weights=SMALL, layer="MaxPool2d"), "(they are of another layer"),
    ],
)
def test_what_is_not_taken_is_said_with_the_reason(query, words):
    at = opened(**query)
    assert note(at).startswith("Not taken from the link: ") and words in note(at)
    assert "stage" in header(at)


@pytest.mark.parametrize(
    "query",
    [
        {},
        dict(kernel_size="5", bias="false", fill="ramp", padding_mode="reflect", seed="7", height="900"),
        dict(square="false", kernel_size="5", kernel_size_w="3", stride="1", stride_w="1"),
        dict(in_channels="4", groups="4", filter="3", channel="2", cell="1,1"),
        dict(utm_source="news", utm_campaign="kernels", fbclid="x", ref="you", lang="de"),
        dict(padding_as="same", stride="1"),
        dict(speed="0.5", filters="named filters", relu="true", scale="for all maps", colours="grey"),
        dict(padding_pad="1, 2, 0, 3", at="padded.reflect:0"),
    ],
)
def test_where_all_is_taken_nothing_is_said(query):
    assert note(opened(**query)) == ""


def test_text_of_the_address_is_literal_and_bounded():
    at = opened(fill="![x](http://a.b/c.png)", kernel_size="x" * 5000, **{f"heigh{i}": "1" for i in range(20)})
    raw = at.main.caption[0].value
    assert "![x]" not in raw and "\\!\\[x\\]" in raw
    assert "x" * (LINK_LETTERS + 1) not in raw and len(note(at)) < 900
    assert f"and {22 - LINK_VALUES} more" in note(at)


def test_the_line_goes_when_something_is_changed():
    at = opened(kernel_size="abc")
    assert note(at)
    at.run()
    assert note(at), "nobody changed anything"
    at.slider(key="kernel_size").set_value(5).run()
    assert note(at) == ""
    at.slider(key="kernel_size").set_value(3).run()
    assert note(at) == ""


def test_the_line_can_be_closed():
    at = opened(kernel_size="abc")
    at.button(key="link_note_close").click().run()
    assert note(at) == "" and not at.exception


def test_the_sources_of_own_pictures_are_those_of_the_page():
    assert OWN_SOURCES == (choose_picture.FILE, choose_picture.CAMERA)


def test_a_sample_picture_is_in_the_link():
    at = page("filter_page", "conv_viz.ui.image.page", picture="coffee")
    assert at.segmented_control(key="picture").value == "coffee"


def weights(at: AppTest) -> dict[str, np.ndarray]:
    """Weight and bias on the stage."""
    return decode(at.main.get("bidi_component")[0].proto.bytes).arrays


@pytest.mark.parametrize("bias", ["true", "false"])
def test_small_edited_weights_come_with_the_link_bit_for_bit(bias):
    at = opened(weights=SMALL, bias=bias)
    assert note(at) == ""
    assert any("edited weights" in line.value and "from the link" in line.value for line in at.main.markdown)
    arrays = weights(at)
    assert arrays["weight"].tobytes() == EDITED.weight.tobytes()
    assert "bias" not in arrays if bias == "false" else arrays["bias"].tobytes() == EDITED.bias.tobytes()
    at.button(key="notice_undo").click()
    assert weights(at.run())["weight"].tobytes() != EDITED.weight.tobytes()
