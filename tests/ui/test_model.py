"""The page My model without a browser: the list, what is said of a layer, and the weights that a click takes."""

from __future__ import annotations

import numpy as np
from streamlit.testing.v1 import AppTest

from conv_viz.networks.packed import pack
from tests.models.onnx_nets import Summed, exported
from tests.ui.looking import held, page

NETWORK = "from conv_viz.ui.network.page import network_page\nnetwork_page()"


def opened() -> AppTest:
    at = page("model_page", "conv_viz.ui.model.page")
    at.button(key="model_example").click().run()
    assert not at.exception
    return at


def test_the_small_network_is_listed_and_its_first_layer_looked_at() -> None:
    at = opened()
    assert any("2 convolutions in 7 tensors" in text.value for text in at.markdown)
    assert [code.value for code in at.main.code] == ["nn.Conv2d(1, 8, kernel_size=3)"]


def test_what_is_said_changes_the_layer() -> None:
    at = opened()
    field = next(n for n in at.number_input if n.label == "padding")
    field.set_value(1).run()
    groups = next(box for box in at.selectbox if box.label == "groups")
    groups.set_value(4).run()
    assert [code.value for code in at.main.code] == ["nn.Conv2d(4, 8, kernel_size=3, padding=1, groups=4)"]


def test_what_is_printed_is_told() -> None:
    at = opened()
    at.text_area(key="model_printed").set_value(
        "Net(\n  (conv1): Conv2d(1, 8, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1))\n)"
    ).run()
    assert [info.value for info in at.info] == ["The text tells 1 of 2 layers\\."]
    assert [code.value for code in at.main.code] == ["nn.Conv2d(1, 8, kernel_size=3, padding=1)"]


def test_an_opened_layer_is_in_use_and_the_next_one_takes_its_place() -> None:
    at = opened()
    at.button(key="model_layer.py").click()
    at.run()  # goes to a page that this script does not have
    assert held(at).model.opened
    form, step = held(at).model.opened
    assert (form.kind, form.shape) == ("nn.Conv2d", (8, 1, 3, 3)) and np.isfinite(step.weights.weight).all()
    assert held(at).weights.kept[form].now is step


def test_the_graph_of_a_file_is_one_click_from_the_page_network() -> None:
    from conv_viz.models.read import read_model

    at = page("model_page", "conv_viz.ui.model.page")
    held(at).model.model = read_model(exported(Summed(), (1, 3, 9, 9)), "summed.onnx")
    at.run().button(key="model_network").click()
    at.run()  # goes to a page that this script does not have
    there = AppTest.from_string(NETWORK, default_timeout=60)
    held(there).network = held(at).network
    there.run()
    assert not there.exception and there.text_input(key="net_typed").value == "3x9x9"
    assert there.text_area(key="net_text").value.splitlines()[1] == "gate: nn.Conv2d(4, 4, kernel_size=1)"
    assert any("left out\\: CumSum" in text.value for text in there.caption)
    there.text_area(key="net_text").set_value("a: nn.ReLU()").run()
    assert not any("left out" in text.value for text in there.caption)


def test_a_pasted_text_is_the_network_too() -> None:
    at = opened()
    assert "model_network" not in [button.key for button in at.button]
    text = "Net(\n  (conv1): Conv2d(1, 8, kernel_size=(3, 3), stride=(1, 1))\n  (relu): ReLU()\n)"
    at.text_area(key="model_printed").set_value(text).run()
    at.button(key="model_network").click()
    at.run()
    assert (look := held(at).network.look) and look.text == text


def test_the_maps_of_the_network_run_with_the_files_weights() -> None:
    at = opened()
    there = AppTest.from_string(NETWORK, default_timeout=60)
    held(there).model = held(at).model
    there.query_params["net"], there.query_params["net_maps"] = "own", "true"
    there.query_params["net_input"] = "1x12x12"
    there.query_params["net_code"] = pack("conv1: nn.Conv2d(1, 8, 3)\nrelu: nn.ReLU()")
    there.run()
    assert "with the weights of digits.safetensors" in words(there)
    there.text_area(key="net_text").set_value("conv1: nn.Conv2d(1, 8, 5)").run()
    assert "with torch's random weights" in words(there)
    assert any("conv1 has another shape" in text.value for text in there.caption)


def words(at: AppTest) -> str:
    assert not at.exception
    (picture,) = at.get("image")
    return picture.proto.imgs[0].caption.replace("\\", "")
