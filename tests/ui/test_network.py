"""The page Network without a browser: what its view is sent, what the controls do, what the address brings."""

from __future__ import annotations

from typing import Any

from streamlit.testing.v1 import AppTest

from conv_viz.networks.packed import pack
from conv_viz.scenes.payload import decode
from conv_viz.scenes.scene import Scene

SCRIPT = """
import streamlit as st
from unittest.mock import patch
from conv_viz.ui.network import page
mounted = page.view_component
def told(**given):
    said = st.session_state.pop("told", None)
    if said:
        with patch.object(page, "told_by", lambda key, name: said):
            given["on_look_change"]()
        st.rerun()
    mounted(**given)
with patch.object(page, "view_component", told):
    page.network_page()
"""
UNET = {"net": "unet", "net_input": "1x230x230"}


def opened(**query: str) -> AppTest:
    at = AppTest.from_string(SCRIPT, default_timeout=60)
    for name, value in query.items():
        at.query_params[name] = value
    return ran(at)


def ran(at: AppTest) -> AppTest:
    at.run()
    assert not at.exception
    return at


def scene(at: AppTest) -> Scene:
    (view,) = at.get("bidi_component")
    return decode(view.proto.bytes)


def chosen(at: AppTest) -> dict[str, Any]:
    return scene(at).header["chosen"]


def test_vgg16_is_there_with_the_field_of_its_last_map() -> None:
    at = opened()
    assert scene(at).header["totals"][0][:2] == ["parameters", "138,357,544"]
    assert chosen(at)["words"].startswith("Unit (3, 3) of features.30 sees rows 6–217")
    assert scene(at).arrays["picture"].shape == (224, 224, 3)


def test_a_link_brings_network_input_layer_and_unit() -> None:
    at = opened(net="lenet5", net_layer="C3", net_unit="0,0")
    assert chosen(at)["words"] == "Unit (0, 0) of C3 sees rows 0–13 and columns 0–13: 196 of 1,024 pixels."
    assert opened(net="nothing", net_input="0x0", net_unit="x").text_input(key="net_typed").value == "3x224x224"


def test_another_network_and_another_input() -> None:
    at = opened()
    at.selectbox(key="net_chosen").select("resnet18")
    assert scene(ran(at)).header["rows"][-1]["name"] == "fc"
    at.text_input(key="net_typed").set_value("3 x 64 x 96")
    assert scene(ran(at)).header["input"] == [1, 3, 64, 96]


def test_same_is_one_switch() -> None:
    at = opened(net="mobilenet1", net_layer="conv13.pointwise.act")
    before = {row["name"]: row for row in scene(at).header["rows"]}["conv13.pointwise.act"]["start"]
    at.toggle(key="net_switch").set_value(True)
    after = {row["name"]: row for row in scene(ran(at)).header["rows"]}["conv13.pointwise.act"]["start"]
    assert float(after) - float(before) == 31


def test_where_it_breaks() -> None:
    broken = scene(opened(**UNET)).header["broken"]
    assert (broken["name"], broken["fix"][:34]) == ("up3.concat", "Pad the input to a multiple of 16:")


def test_a_click_mends_the_break() -> None:
    at = opened(**UNET)
    view_says(at, mend="up3.concat")
    assert at.text_input(key="net_typed").value == "1x240x240" and scene(at).header["broken"] is None
    at = opened(net="own", net_code=pack("a: nn.Conv2d(1, 16, 5)\nfc: nn.Linear(16, 9)"), net_input="1x9x9")
    view_says(at, mend="fc")
    assert "nn.Linear(400, 9)" in at.text_area(key="net_text").value and scene(at).header["broken"] is None


def view_says(at: AppTest, **said: Any) -> None:
    """What the browser tells: no browser is here, so its message is given to the page's own function."""
    at.session_state["told"] = said
    ran(at)


def test_a_pasted_text_that_leaves_its_joints_open_asks() -> None:
    text = "Net(\n  (a): Block(\n    (c): Conv2d(3, 3, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n  )\n)"
    at = opened(net="own", net_code=pack(text))
    assert [row["name"] for row in scene(at).header["rows"]] == ["a.c"]
    at.segmented_control(key="net_joined").set_value("residual")
    assert [row["name"] for row in scene(ran(at)).header["rows"]] == ["a.c", "a.add"]


def test_what_cannot_be_read_is_said_as_text() -> None:
    at = opened(net="own", net_code=pack("a: nn.<img src=x onerror=alert(1)>()"))
    assert len(at.warning) == 1 and not at.get("bidi_component")
    assert r"\<img" in at.warning[0].value or "no layer" in at.warning[0].value.lower()


def test_rows_are_added_and_removed_by_hand() -> None:
    at = opened(net="lenet5", net_layer="act1")
    at.button(key="net_remove").click()
    assert scene(ran(at)).header["rows"][1]["name"] == "S2"
    at.text_input(key="net_new").set_value("nn.ReLU()")
    assert "ReLU()" in [row["code"] for row in scene(ran(at)).header["rows"]]
    at.text_input(key="net_new").set_value("nonsense")
    assert "is no layer" in ran(at).warning[0].value


def test_the_effective_field_stands_beside_it() -> None:
    at = opened(net="lenet5", net_effective="true", net_layer="S4")
    assert scene(at).arrays["gradient"].shape == (32, 32)


def test_the_maps_come_when_asked_for() -> None:
    assert [len(list(opened(net="lenet5", net_maps=on).get("image"))) for on in ("false", "true")] == [0, 1]
