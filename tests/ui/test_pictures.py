"""The choices of a picture to take along, without a browser: what is previewed, what is offered, what is refused."""

from __future__ import annotations

import base64
import xml.etree.ElementTree as ET

import pytest
from streamlit.testing.v1 import AppTest

from conv_viz.export.numbers import signed
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn
from conv_viz.ui.take.pictures import KINDS

SVG = "{http://www.w3.org/2000/svg}"


def script(side: int, kernel: int) -> None:
    from conv_viz.layers.setup import Setup
    from conv_viz.ui.take.pictures import pictures

    pictures(Setup.of(dict(in_channels=1, out_channels=2, kernel_size=kernel), (1, 1, side, side)))


def opened(side: int = 5, kernel: int = 3) -> AppTest:
    at = AppTest.from_function(script, default_timeout=60, args=(side, kernel)).run()
    assert not at.exception
    return at


def preview(at: AppTest) -> ET.Element:
    url = at.get("image")[0].proto.imgs[0].url
    return ET.fromstring(base64.b64decode(url.removeprefix("data:image/svg+xml;base64,")))


def texts(root: ET.Element) -> list[str]:
    return [node.text or "" for node in root.iter(f"{SVG}text")]


def choose(at: AppTest, kind: str) -> AppTest:
    at.segmented_control(key="picture_kind").set_value(kind)
    at.run()
    assert not at.exception
    return at


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_preview_and_a_download(kind: str) -> None:
    at = choose(opened(), kind)
    ending, animated = KINDS[kind]
    root = preview(at)
    assert (root.find(f"{SVG}style") is not None) == animated
    made = drawn(Setup.of(dict(in_channels=1, out_channels=2, kernel_size=3), (1, 1, 5, 5)), View())
    last = made.arrays["output"][0, 0 if not animated else -1, 0]
    assert signed(last) in texts(root)
    assert at.get("download_button")[0].proto.label == f"download .{ending}"


def test_colours_products_and_cell_reach_the_picture() -> None:
    at = choose(opened(), "SVG, one frame")
    at.segmented_control(key="picture_theme").set_value("dark")
    at.toggle(key="picture_products").set_value(False)
    for field in at.number_input:
        field.set_value(2)
    at.run()
    root = preview(at)
    assert root.find(f"{SVG}path").get("fill") == "#14171c"
    assert "tap by tap" not in texts(root) and "output[0, 0, 2, 2]" in texts(root)


def test_long_animations_take_fewer_frames_and_say_so() -> None:
    at = opened(side=40)
    assert [caption.value for caption in at.caption] == [
        "One of 361 frames. Making all of them takes a while after the click.",
        "A frame at every 4th output cell: 361 frames in all.",
    ]
    assert preview(at).find(f"{SVG}style") is None, "the preview is a still"


def test_a_single_output_cell_and_a_setting_that_is_no_layer() -> None:
    at = choose(opened(side=3), "PNG, one frame")
    assert [(field.min, field.max) for field in at.number_input] == [(0, 0), (0, 0)]
    at = opened(side=3, kernel=5)
    assert "The kernel does not fit" in at.info[0].value
    assert not at.get("image") and not at.get("download_button")
