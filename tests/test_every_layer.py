"""Every layer by every way into the house and out of it: one row a layer, one test a way."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image
from torch import nn

import conv_viz
from conv_viz.__main__ import main
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.presets import PRESETS
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import picture
from conv_viz.scenes.payload import decode
from conv_viz.text.adopt import adopt
from conv_viz.text.paste import read
from conv_viz.ui.arguments import control_values, query, setup_of

LAYERS: dict[str, tuple[str, tuple[int, ...], str]] = {
    # the layer, an input that passes, what torch says of an input that does not
    "Conv2d": ("nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)", (1, 3, 8, 9), "to have 3 channels"),
    "ConvTranspose2d": (
        "nn.ConvTranspose2d(3, 4, kernel_size=3, stride=2, padding=1, output_padding=1)", (1, 3, 4, 5),
        "to have 3 channels",
    ),
    "MaxPool2d": ("nn.MaxPool2d(kernel_size=3, stride=2, padding=1, ceil_mode=True)", (1, 3, 8, 9), "too small"),
    "AvgPool2d": ("nn.AvgPool2d(kernel_size=2, stride=3, ceil_mode=True)", (1, 3, 7, 8), "too small"),
    "LPPool2d": ("nn.LPPool2d(norm_type=2, kernel_size=2, stride=3, ceil_mode=True)", (1, 3, 7, 8), "too small"),
    "Conv1d": ("nn.Conv1d(3, 4, kernel_size=3, padding=2, dilation=2)", (1, 3, 16), "to have 3 channels"),
    "ConvTranspose1d": (
        "nn.ConvTranspose1d(3, 4, kernel_size=3, stride=2, padding=1, output_padding=1)", (1, 3, 8),
        "to have 3 channels",
    ),
    "MaxPool1d": ("nn.MaxPool1d(kernel_size=3, stride=2, padding=1, ceil_mode=True)", (1, 3, 8), "output size"),
    "AvgPool1d": ("nn.AvgPool1d(kernel_size=2, stride=3, ceil_mode=True)", (1, 3, 16), "too small"),
    "LPPool1d": ("nn.LPPool1d(norm_type=2, kernel_size=2, stride=3, ceil_mode=True)", (1, 3, 16), "too small"),
}  # fmt: skip
each = pytest.mark.parametrize("name", KINDS)


def test_every_layer_has_a_row() -> None:
    assert list(LAYERS) == list(KINDS)


@each
def test_text_spec_and_module_say_the_same(name: str) -> None:
    line, shape, _ = LAYERS[name]
    spec, module = conv_viz.parse(line), eval(line)
    heads = [conv_viz.describe(each, shape).as_dict() for each in (line, spec, module)]
    assert heads[0] == heads[1] == heads[2]
    assert heads[0]["code"] == line
    assert tuple(heads[0]["output_shape"]) == tuple(module(torch.zeros(shape)).shape)
    assert heads[0].keys() == conv_viz.describe(LAYERS["Conv2d"][0], LAYERS["Conv2d"][1]).as_dict().keys()


@each
@pytest.mark.numeric
def test_it_runs_as_text_spec_and_module(name: str) -> None:
    line, shape, _ = LAYERS[name]
    module = eval(line)
    x = torch.randn(shape, generator=torch.Generator().manual_seed(0))
    own = {}
    if module.state_dict():
        own = {"weight": module.weight.detach().numpy(), "bias": module.bias.detach().numpy()}
    expected = module(x).detach().numpy()
    for made in (
        conv_viz.run(module, x),
        *(conv_viz.run(each, x.numpy(), **own) for each in (line, conv_viz.parse(line))),
    ):
        np.testing.assert_allclose(made.output, expected, atol=1e-5)


@each
def test_the_address_holds_it(name: str) -> None:
    line, shape, _ = LAYERS[name]
    spec = conv_viz.parse(line)
    values = control_values(spec.arguments(), shape, "ramp", name)
    texts = query(values)
    assert all(re.fullmatch(r"[\w.-]+", text) for text in texts.values())
    setup = setup_of(values)
    assert setup.layer() == spec and setup.input_shape == shape
    header = decode(picture(setup)).header
    assert header["code"] == line and header["input_shape"] == list(shape)


@each
@pytest.mark.parametrize("written", [str, lambda line: f"self.one = {line}", lambda line: repr(eval(line))])
def test_a_paste_is_that_layer(name: str, written: Callable[[str], str]) -> None:
    line = LAYERS[name][0]
    expected = conv_viz.parse(line)
    if "nn." not in written(line) and name.startswith("AvgPool"):
        expected = expected.replace(ceil_mode=False)  # torch's own print of an average pool leaves it out
    limits = {"height": 1024, "width": 1024, "kernel_size": 64}
    pasted = read(f"{written(line)}\n", {}, size=(8, 8))
    adopted = adopt(pasted, (1, 3, 32, 32), limits)
    assert adopted.name == name
    assert KINDS[name](**adopted.arguments) == expected


@each
def test_what_torch_says_of_a_wrong_input_is_answered(name: str) -> None:
    line, shape, words = LAYERS[name]
    wrong = (shape[0], 5, *shape[2:]) if "channels" in words else (1, 3, *([1] * (len(shape) - 2)))
    smaller = line.replace(", padding=1", "") if "Pool" in name else line
    smaller = smaller.replace("kernel_size=2", "kernel_size=5") if name[:-2] in ("AvgPool", "LPPool") else smaller
    with pytest.raises(RuntimeError) as caught:
        eval(smaller)(torch.zeros(wrong))
    assert words in str(caught.value)
    pasted = read(f"RuntimeError: {caught.value}", {}, size=(8, 8))
    assert pasted.cause and pasted.fix


@each
def test_it_has_presets_whose_pictures_say_which_they_are(name: str) -> None:
    mine = [preset for preset in PRESETS if preset.spec.name() == name]
    assert mine
    for preset in mine:
        setup = Setup.of(preset.spec.arguments(), preset.input_shape, preset.fill, name=name)
        header = decode(picture(setup)).header
        assert header["example"]["title"] == preset.title and header["code"] == preset.spec.code()


def command(name: str, *arguments: str) -> list[str]:
    line, shape, _ = LAYERS[name]
    return [arguments[0], line, "--input", ",".join(map(str, shape)), *arguments[1:]]


@each
def test_describe_on_the_command_line(name: str, capsys: Any) -> None:
    assert main(command(name, "describe", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["code"] == LAYERS[name][0]
    assert main(command(name, "describe")) == 0
    assert capsys.readouterr().out.startswith(LAYERS[name][0])


@each
@pytest.mark.parametrize("ending", ["gif", "webp", "png", "svg", "html"])
def test_every_kind_of_file_on_the_command_line(name: str, ending: str, tmp_path: Any, capsys: Any) -> None:
    path = tmp_path / f"layer.{ending}"
    assert main(command(name, "export", "--fill", "ramp", "--every", "3", "-o", str(path))) == 0
    data = path.read_bytes()
    if ending in ("gif", "webp", "png"):
        with Image.open(io.BytesIO(data)) as image:
            image.seek(getattr(image, "n_frames", 1) - 1)
            assert image.size[0] > 200
            assert (getattr(image, "n_frames", 1) > 1) == (ending != "png")
    else:
        text = data.decode()
        assert f"nn.{name}(" in text and text.rstrip().endswith({"svg": "</svg>", "html": "</html>"}[ending])


@each
def test_a_notebook_shows_the_module(name: str) -> None:
    line, shape, _ = LAYERS[name]
    shown = conv_viz.show(eval(line), torch.randn(shape))
    assert line in repr(shown)
    decoded = decode(shown.payload)
    assert decoded.header["code"] == line and decoded.header["stage"]["kind"] == f"nn.{name}"
    assert isinstance(eval(line), nn.Module)
