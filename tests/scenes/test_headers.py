"""What scenes hold is what their headers say, in Python and in JavaScript."""

from __future__ import annotations

from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

import numpy as np
import pytest

from conv_viz.compute.digits import examples, steps
from conv_viz.compute.responses import response
from conv_viz.images.read import Picture
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.setup import Setup
from conv_viz.lenses.image import filter_view
from conv_viz.lenses.layer import picture
from conv_viz.lenses.look import look_closer, through
from conv_viz.lenses.shelf import SHELF
from conv_viz.lenses.subject import Subject
from conv_viz.networks.presets import PRESETS as NETWORKS
from conv_viz.networks.walk import walk
from conv_viz.scenes import headers
from conv_viz.scenes.digits import digits_scene
from conv_viz.scenes.later import later
from conv_viz.scenes.network import Looked, network_scene
from conv_viz.scenes.panels import panels_scene
from conv_viz.scenes.payload import decode, encode
from conv_viz.scenes.scene import Scene
from conv_viz.scenes.weights import tensor_scene
from conv_viz.weights.edits import Weights
from tests.js import make_types

LAYER: dict[str, Any] = dict(in_channels=1, out_channels=2, kernel_size=3)
LARGE: dict[str, Any] = dict(in_channels=4096, out_channels=4096, kernel_size=3)
GREY = Picture(np.zeros((1, 12, 15), np.uint8), 0, 255, full_size=(12, 15))
SPEC = ConvSpec(1, 2, 3)
WEIGHTS = Weights(np.zeros((2, 1, 3, 3), np.float32), np.zeros(2, np.float32))


def stage(channels: int = 1, size: int = 7, **changes: Any) -> Scene:
    arguments = {**LAYER, "in_channels": channels, **changes}
    return decode(picture(Setup.of(arguments, (1, channels, size, size))))


def gallery(**changes: Any) -> Scene:
    return filter_view(Setup.of({**LAYER, **changes}, (1, 1, 7, 7)), GREY, "a picture")


def trained(steps: int) -> Scene:
    return look_closer("learns", Subject.of("nn.Conv2d(1, 1, 3)", (1, 1, 5, 5)), {"steps": steps})


SCENES = {
    "a layer": stage(),
    "an example": stage(3, out_channels=4, stride=2, padding=1),
    "an impossible layer": stage(kernel_size=9),
    "a layer that is too large": stage(4096, 4096, out_channels=4096),
    "a picture": gallery(),
    "a picture that is too small": gallery(kernel_size=40),
    "a picture with too many filters": gallery(in_channels=10**5, out_channels=10**5),
    "a digit": digits_scene(
        examples()[3], steps(examples()[3] / 16)[0], [np.full(10, 0.1)] * 2, [np.zeros((8, 1, 3, 3))] * 2, examples()
    ),
    **{f"lens {name}": look_closer(name, Subject.of("nn.Conv2d(2, 4, 3, padding=1)", (1, 2, 7, 7))) for name in SHELF},
    "one step more of a training": later(trained(3), trained(2), "9f"),
    "an impossible layer through a lens": through("padding", Setup.of({**LAYER, "kernel_size": 9}, (1, 1, 7, 7)), {}),
    "too large a layer through a lens": through("padding", Setup.of(LARGE, (1, 4096, 4096, 4096)), {}),
    "a lens without a meaning": through("again", Setup.of(LAYER, (1, 1, 7, 7)), {}),
    "weights": tensor_scene(SPEC, WEIGHTS),
    "a network": network_scene(walk(NETWORKS["lenet5"].network, (1, 1, 32, 32)), Looked("S4", (0, 0))),
    "responses": panels_scene(response(SPEC, np.eye(3, dtype=np.float32))),
}
HEADERS = {
    get_args(get_type_hints(thing)["kind"])[0]: thing
    for name, thing in make_types.declared().items()
    if name.endswith("Header")
}


def differences(value: Any, hint: Any, where: str) -> list[str]:
    """Where a value of JSON has other keys than its type says, or is None where that is not said."""
    if get_origin(hint) is NotRequired:
        return differences(value, get_args(hint)[0], where)
    if get_origin(hint) is list:
        return [d for i, each in enumerate(value) for d in differences(each, get_args(hint)[0], f"{where}[{i}]")]
    if not is_typeddict(hint):
        return [f"{where} is None"] if value is None and type(None) not in get_args(hint) else []
    hints = get_type_hints(hint, include_extras=True)
    wrong = [f"{where}.{key} is not declared" for key in value.keys() - hints.keys()]
    wrong += [f"{where}.{key} is missing" for key in hint.__required_keys__ - value.keys()]
    known = value.keys() & hints.keys()
    return wrong + [d for key in known for d in differences(value[key], hints[key], f"{where}.{key}")]


@pytest.mark.parametrize("name", SCENES)
def test_a_scene_holds_what_its_header_says(name: str) -> None:
    header = decode(encode(SCENES[name])).header
    said = {key: value for key, value in header.items() if key not in ("id", "arrays")}
    assert differences(said, HEADERS[header["kind"]], header["kind"]) == []
    assert next(iter(header)) == "kind"  # the browser looks for it at the beginning


def test_every_declared_field_is_in_some_scene() -> None:
    seen = {(scene.header["kind"], key) for scene in SCENES.values() for key in scene.header}
    told = {("stage", "handles"), ("stage", "pull")}  # beside the scene, see ui/handles.py
    assert {(kind, key) for kind, thing in HEADERS.items() for key in thing.__annotations__} - seen == told


def test_javascript_is_told_the_same() -> None:
    """Otherwise: python tests/js/make_types.py"""
    assert make_types.TARGET.read_text(encoding="utf-8") == make_types.text()


def test_another_field_and_a_missing_one_are_seen() -> None:
    header = SCENES["weights"].header | {"more": 1}
    del header["most"]
    wrong = differences(header, headers.WeightsHeader, "weights")
    assert wrong == ["weights.more is not declared", "weights.most is missing"]
