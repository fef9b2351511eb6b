"""`conv_viz.show` of a network: the page's own scene, followed both ways; the table alone without anywidget."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import traitlets
from torch import nn

import conv_viz
from conv_viz.layers.values import ConvSpecError
from conv_viz.networks.presets import PRESETS
from conv_viz.notebook.network import NetworkTable
from conv_viz.scenes.network import looked_at, network_scene
from conv_viz.scenes.payload import decode, encode

LENET = conv_viz.network("lenet5")


def chosen(shown: Any) -> dict[str, Any]:
    return decode(shown.payload).header["chosen"]


def test_it_is_the_scene_of_the_page() -> None:
    shown = conv_viz.show(LENET)
    assert bytes(shown.payload) == bytes(encode(network_scene(LENET.walk, looked_at(LENET.walk))))
    assert shown._repr_html_() == LENET._repr_html_() and repr(shown) == repr(LENET)


def test_what_the_browser_tells_is_followed() -> None:
    shown = conv_viz.show(LENET)
    shown.set_state({"look": {"layer": "C1"}})
    assert (shown.layer, shown.unit, shown.look) == ("C1", (14, 14), {})
    shown.set_state({"look": {"step": [0, 1], "from": [14, 14]}})
    assert chosen(shown)["unit"] == [14, 15]
    shown.set_state({"look": {"pixel": [0, 31]}})
    assert (shown.unit, chosen(shown)["rows"]) == ((0, 27), [0, 5])
    before = shown.payload
    for nonsense in ({"layer": "no"}, {"pixel": [1]}, {"step": "x"}, {"layer": 7}):
        shown.set_state({"look": nonsense})
    assert shown.payload == before


def test_python_chooses_too() -> None:
    shown = conv_viz.show(PRESETS["lenet5"].network, (1, 1, 32, 32))
    shown.layer = "C3"
    shown.unit = (0, 1)
    assert chosen(shown)["words"].startswith("Unit (0, 1) of C3 sees rows 0–13 and columns 2–15")
    with pytest.raises(traitlets.TraitError, match="no layer 'C9'"):
        shown.layer = "C9"


def test_a_network_that_breaks_at_once_is_shown() -> None:
    shown = conv_viz.show(conv_viz.network(nn.Sequential(nn.Conv2d(3, 8, 9)), (1, 3, 4, 4)))
    assert decode(shown.payload).header["broken"]["name"] == "0" and shown.layer == shown.words == ""


def test_the_effective_field_and_the_way_out_are_here_too() -> None:
    shown = conv_viz.show(LENET)
    shown.effective = True
    assert decode(shown.payload).arrays["gradient"].shape == (32, 32)
    broken = conv_viz.show(conv_viz.network("nn.Sequential(nn.Conv2d(3, 8, 3), nn.Conv2d(4, 2, 1))", (1, 3, 6, 6)))
    broken.set_state({"look": {"mend": "nobody"}})
    assert decode(broken.payload).header["broken"]["mends"]
    broken.set_state({"look": {"mend": "1", "of": "x"}})
    assert decode(broken.payload).header["broken"] is None and broken.table.walk.output_shape == (1, 2, 4, 4)


def test_a_network_has_no_lens() -> None:
    with pytest.raises(ConvSpecError, match="A lens looks at one layer"):
        conv_viz.show(LENET, lens="matrix")


def test_without_anywidget_it_is_the_table(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "conv_viz.notebook.network_widget", raising=False)
    assert isinstance(conv_viz.show(LENET), NetworkTable)
