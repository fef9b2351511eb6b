"""conv_viz.show: what it reads, what it refuses, and its traits. The stage itself is tests/browser's subject."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from traitlets import TraitError

import conv_viz
from conv_viz import ConvSpec, ConvSpecError, run, show
from conv_viz.compute.layer import weights_of
from conv_viz.lenses.subject import Subject
from conv_viz.linker import COMMENT, FRONTEND
from conv_viz.notebook.still import Still, still_picture
from conv_viz.scenes.payload import decode
from conv_viz.scenes.scene import Scene
from tests.numbers import assert_same_sums


class OwnForward(nn.Conv2d):
    def forward(self, input: torch.Tensor) -> torch.Tensor:
        return super().forward(input) * 2


def layer(**more: Any) -> nn.Conv2d:
    return nn.Conv2d(3, 20, 3, padding=1, **more)


def shown(stage: Any) -> Scene:
    return decode(stage.payload)


@pytest.mark.numeric
@pytest.mark.parametrize("kind", [torch.float32, torch.float64])
@pytest.mark.parametrize("batch", [(), (2,)])
def test_the_numbers_are_those_of_the_users_own_layer(kind: torch.dtype, batch: tuple[int, ...]) -> None:
    module, x = layer(dtype=kind), torch.rand(*batch, 3, 6, 5, dtype=kind, requires_grad=True)
    with torch.inference_mode():
        output = module(x).reshape(-1, 20, 6, 5).numpy()
    stage = show(module, x)
    n = len(output) - 1
    stage.cell = (n, 17, 2, 3)
    scene = shown(stage)
    assert scene.header["code"] == "nn.Conv2d(3, 20, kernel_size=3, padding=1)"
    assert scene.header["stage"]["filters"] == [16, 20, 20]
    weight, bias = weights_of(module)
    assert_same_sums(scene.arrays["output"], output[n, 16:], x.detach().numpy(), weight, bias)
    assert np.array_equal(scene.arrays["weight"], module.weight.detach().numpy()[16:])


@pytest.mark.numeric
@pytest.mark.parametrize(
    "module",
    [
        nn.Conv2d(4, 6, (3, 2), stride=(2, 1), padding=(2, 1), dilation=(1, 2), groups=2, bias=False),
        nn.Conv2d(2, 2, 4, padding="same", padding_mode="reflect"),
        nn.utils.parametrizations.weight_norm(nn.Conv2d(2, 3, 3)),
    ],
    ids=str,
)
def test_every_argument_is_read_from_the_layer(module: nn.Conv2d) -> None:
    scene = Subject.of(module).scene()
    x = Subject.of(module).input
    output = module(torch.from_numpy(x))[0].detach().numpy()
    assert_same_sums(scene.arrays["output"], output, x, *weights_of(module))


def test_later_changes_of_the_layer_do_not_change_the_picture() -> None:
    module, x = layer(), torch.rand(1, 3, 5, 5)
    subject = Subject.of(module, x)
    before = subject.scene().arrays["output"]
    with torch.no_grad():
        module.weight.zero_()
        x.zero_()
    np.testing.assert_allclose(subject.scene().arrays["output"], before, atol=1e-5)
    assert np.abs(before).max() > 1e-2


@pytest.mark.numeric
def test_specs_and_text_get_the_weights_of_the_seed_or_those_given() -> None:
    spec, x = ConvSpec(3, 4, 3), np.ones((1, 3, 5, 5))
    done = run(spec, x, seed=5)
    assert_same_sums(shown(show(spec.code(), x, seed=5)).arrays["output"], done.output[0], x, done.weight, done.bias)
    weight = np.ones(spec.weight_shape)
    assert (
        shown(show(spec, x, weight=weight, bias=np.zeros(4))).arrays["output"].tolist()
        == np.full((4, 3, 3), 27).tolist()
    )


@pytest.mark.parametrize(
    ("given", "x", "said"),
    [
        ("nn.Conv2d(3, 4, 9)", (3, 5, 5), "The kernel does not fit"),
        ("nn.Conv2d(3, 4, 3)", (1, 5, 5), "reads 3 input channels, but the input has 1"),
        ("nn.Conv2d(3, 4", None, "not a Python call"),
        (ConvSpec(3, 4, 3), torch.rand(3, 5, 5).half(), "The input holds float16"),
        (ConvSpec(3, 4, 3), (torch.rand(3, 5, 5) * 255).byte(), "/ 255 for picture bytes"),
        (ConvSpec(3, 4, 3), np.zeros((3, 5, 5), int), "The input holds int64"),
        (ConvSpec(3, 4, 3), [[1.0]], "a torch tensor, a numpy array or a shape, not a value of type list"),
        (ConvSpec(3, 4, 3), torch.rand(5, 5), "2 dimensions"),
        (ConvSpec(3, 4, 3), (0, 3, 5, 5), "holds no sample"),
        (ConvSpec(3, 4, 3), np.zeros((0, 3, 5, 5), np.float32), "holds no sample"),
        (layer(), torch.rand(3, 5, 5).double(), "holds float64 and the layer float32"),
        (layer().half(), None, "The weight holds float16"),
        (layer(device="meta"), None, "meta device"),
        (nn.LazyConv2d(4, 3), None, "call it once before"),
        (nn.Conv3d(3, 4, 3), None, "not a value of type Conv3d"),
        (nn.ConvTranspose3d(3, 4, 3), None, "not a value of type ConvTranspose3d"),
        (OwnForward(3, 4, 3), None, "in a way of its own"),
        (7, None, "not a value of type int"),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else None,
)
def test_what_cannot_be_is_one_sentence(given: Any, x: Any, said: str) -> None:
    with pytest.raises(ConvSpecError) as caught:
        show(given, x)
    assert said in str(caught.value) and "\n" not in str(caught.value)


def test_own_weights_and_given_weights_exclude_each_other() -> None:
    with pytest.raises(ConvSpecError, match="weights of its own"):
        show(layer(), weight=np.ones((20, 3, 3, 3)))


def test_traits_stay_in_step() -> None:
    stage = show(layer(), torch.rand(2, 3, 6, 5))
    assert (stage.cell, stage.filter) == ((0, 0, 2, 2), 0)
    first = stage.payload
    stage.filter = 15
    assert stage.cell == (0, 15, 2, 2) and stage.payload is first  # in view: the browser has it already
    stage.cell = (0, 3, 5, 4)
    assert stage.filter == 3 and stage.payload is first
    stage.filter = 16
    assert stage.cell == (0, 16, 5, 4) and shown(stage).header["stage"]["filters"] == [16, 20, 20]
    stage.cell = np.unravel_index(7, (2, 20, 6, 5))  # numpy's own whole numbers
    assert stage.cell == (0, 0, 1, 2) and stage.filter == 0 and shown(stage).header["stage"]["filter"] == 0
    stage.cell = [1, 0, 1, 2]
    assert shown(stage).header["stage"]["sample"] == 1


def test_what_the_browser_sends_is_followed() -> None:
    stage = show(nn.Conv2d(20, 4, 1, groups=4), (1, 20, 3, 3))
    stage.set_state({"cell": [0, 3, 1, 1], "filter": 3, "channel": 0})
    assert (stage.cell, stage.filter, stage.channel) == ((0, 3, 1, 1), 3, 8)  # filter 3 reads channels 15 to 19
    stage.set_state({"channel": 16})
    assert shown(stage).header["stage"]["channels"] == [16, 20, 20]
    stage.set_state({"channel": 15})  # the browser asks for a page by any channel in it
    assert stage.channel == 8 and shown(stage).header["stage"]["channels"] == [8, 16, 20]


def test_cells_out_of_a_large_picture_come_into_view() -> None:
    stage = show("nn.Conv2d(1, 1, 3)", (1, 400, 300))
    assert shown(stage).header["stage"]["origin"][:2] == [0, 0]
    stage.cell = (0, 0, 390, 290)
    (top, left), (_, rows, columns) = shown(stage).header["stage"]["origin"][:2], shown(stage).arrays["output"].shape
    assert top <= 390 < top + rows and left <= 290 < left + columns


@pytest.mark.parametrize(
    ("trait", "value", "said"),
    [
        ("filter", 20, "There is no filter 20: the layer has 20, from 0."),
        ("filter", -1, "There is no filter -1"),
        ("cell", (2, 0, 0, 0), "There is no output cell (2, 0, 0, 0): the output has shape (2, 20, 6, 5)."),
        ("cell", (0, 0, 0, -1), "There is no output cell"),
        ("channel", 3, "There is no channel 3: the layer reads 3, from 0."),
    ],
)
def test_what_is_not_there_cannot_be_chosen(trait: str, value: Any, said: str) -> None:
    stage = show(layer(), (2, 3, 6, 5))
    before = stage.cell, stage.filter, stage.channel, stage.payload
    with pytest.raises(TraitError) as caught:
        setattr(stage, trait, value)
    assert said in str(caught.value)
    assert (stage.cell, stage.filter, stage.channel, stage.payload) == before


def test_a_layer_too_large_to_run_says_so() -> None:
    stage = show("nn.Conv2d(1, 1, 999)", (1, 1500, 1500))
    assert "is not run" in shown(stage).header["too_large"]
    assert "is not run" in stage._repr_html_()


def test_widget_and_still_picture_go_to_the_notebook_together() -> None:
    from IPython.core.formatters import DisplayFormatter

    formatter = DisplayFormatter()
    formatter.active_types = formatter.format_types
    data, _ = formatter.format(show(layer(), (1, 3, 6, 5)))
    assert {"application/vnd.jupyter.widget-view+json", "text/html"} <= set(data)
    assert "nn.Conv2d(3, 20, kernel_size=3, padding=1)" in data["text/html"]


KINDS = {
    "nn.ConvTranspose2d(2, 3, 3, stride=2)": (nn.ConvTranspose2d(2, 3, 3, stride=2), (1, 2, 4, 4)),
    "nn.MaxPool2d(kernel_size=2)": (nn.MaxPool2d(2), (2, 3, 6, 8)),
    "nn.AvgPool2d(kernel_size=3, stride=2)": (nn.AvgPool2d(3, 2), (3, 7, 7)),
    "nn.LPPool2d(norm_type=3, kernel_size=2)": (nn.LPPool2d(3, 2), (1, 3, 6, 8)),
    "nn.Conv1d(2, 4, kernel_size=3)": (nn.Conv1d(2, 4, 3), (2, 2, 9)),
    "nn.Conv1d(2, 4, kernel_size=2), one row without a batch": (nn.Conv1d(2, 4, 2), (2, 9)),
}


@pytest.mark.parametrize(("module", "sizes"), KINDS.values(), ids=KINDS)
def test_every_window_layer_is_shown(module: nn.Module, sizes: tuple[int, ...]) -> None:
    x = torch.rand(sizes)
    stage = show(module, x)
    with torch.inference_mode():
        output = module(x)
    dims = 1 if isinstance(module, nn.Conv1d) else 2
    samples = output if output.ndim == dims + 2 else output[None]
    n, c, *place = (size - 1 for size in samples.shape)
    stage.cell = (n, c, *([0] if dims == 1 else []), *place)
    assert stage.filter == c
    drawn = shown(stage).arrays["output"].reshape(samples[n].shape)
    np.testing.assert_allclose(drawn, samples[n].numpy(), rtol=1e-6, atol=1e-6)
    assert "data:image/svg+xml" in stage._repr_html_() and stage.html().startswith("<!DOCTYPE html>")
    still = Still(Subject.of(module, x).scene())
    assert "data:image/svg+xml" in still._repr_html_() and repr(still) == f"<conv_viz: {shown(stage).header['code']}>"
    with pytest.raises(TraitError):
        stage.cell = (n, c, *([1] if dims == 1 else []), *(i + (dims == 2) for i in place))


def test_text_and_defaults_of_every_layer() -> None:
    for code in ("nn.MaxPool2d(2)", "nn.AvgPool2d(2)", "nn.Conv1d(3, 4, 5)", "nn.ConvTranspose2d(3, 4, 5)"):
        assert "stage" in shown(show(code)).header
    with pytest.raises(ConvSpecError, match="no weights"):
        show("nn.MaxPool2d(2)", weight=np.ones((1, 1, 2, 2)))


def test_the_channels_of_a_pool_are_its_outputs() -> None:
    stage = show(nn.MaxPool2d(2), (1, 20, 4, 4))
    stage.filter = 17
    assert (stage.cell, stage.channel) == ((0, 17, 0, 1), 16)
    assert shown(stage).header["stage"]["channels"] == [16, 20, 20]
    stage.channel = 0  # there is no other page of channels than that of the outputs
    assert stage.channel == 16 and shown(stage).header["stage"]["filter"] == 17
    with pytest.raises(TraitError, match="There is no channel 20"):
        stage.filter = 20


def test_cells_of_a_layer_with_one_axis() -> None:
    stage = show(nn.Conv1d(1, 2, 3), (1, 1, 800))
    stage.cell = (0, 1, 0, 700)
    origin, (_, rows, columns) = shown(stage).header["stage"]["origin"], shown(stage).arrays["output"].shape
    assert rows == 1 and origin[1] <= 700 < origin[1] + columns
    with pytest.raises(TraitError, match=r"\(1, 2, 1, 798\), drawn as one row"):
        stage.cell = (0, 1, 1, 0)


@pytest.mark.parametrize("code", ["nn.MaxPool2d(2)", "nn.Conv2d(3, 4, 3)"])
def test_a_large_layer_is_still_as_its_feature_maps(code: str) -> None:
    assert "data:image/png" in still_picture(Subject.of(code, (1, 3, 120, 120)).scene())


def test_the_still_picture_knows_neither_widget_nor_show() -> None:
    script = (
        "import sys, conv_viz.notebook.still; print(*(m for m in sys.modules if m.startswith('conv_viz.notebook.')))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert done.stdout.split() == ["conv_viz.notebook.still"], done.stderr


def test_without_anywidget_a_still_picture_and_a_hint() -> None:
    code = """
import sys
sys.modules["anywidget"] = None
from conv_viz import show
stage = show("nn.Conv2d(1, 2, 3)")
shown = stage._repr_html_()
print(type(stage).__name__, repr(stage), shown.count("pip install anywidget"), "<script" in shown)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stdout == "Still <conv_viz: nn.Conv2d(1, 2, kernel_size=3)> 1 False\n", done.stderr


def test_the_widget_is_the_stage_itself() -> None:
    stage = show("nn.Conv2d(1, 1, 1)")
    for name in ("stage/view.js", "stage/board.js", "scene/codec.js"):
        body = [
            line
            for line in COMMENT.sub("", (FRONTEND / name).read_text(encoding="utf-8")).splitlines()
            if not line.startswith(("import", "export"))
        ]
        assert all(line.strip() in stage._esm for line in body)
    assert ".cv .board" in stage._css
    assert "show" in conv_viz.__all__


@pytest.mark.numeric
def test_drawing_sets_the_input_when_the_pen_is_lifted() -> None:
    module, x = layer(), torch.rand(2, 3, 6, 5)
    stage = show(module, x)
    stage.cell = (1, 0, 0, 0)
    told: list[Any] = []
    stage.observe(lambda change: told.append(change.new), "input")
    stroke = {"act": "paint", "cells": [[2, 5, 4]], "value": 9.5, "all": False}
    stage._handle_custom_msg({"draw": {**stroke, "done": False}}, [])
    assert not told and np.array_equal(stage.input, x.numpy())
    for done, change in ((False, stroke), (True, stroke), (True, {"act": "undo"}), (True, {"act": "redo"})):
        stage._handle_custom_msg({"draw": {**change, "done": done}}, [])
        expected = x.numpy().copy()
        if change["act"] != "undo":
            expected[1, 2, 5, 4] = 9.5
        output = module(torch.from_numpy(expected))[1, :16].detach().numpy()
        assert_same_sums(shown(stage).arrays["output"], output, expected, *weights_of(module))
        assert not done or np.array_equal(stage.input, expected)
    assert len(told) == 3
    with pytest.raises(TraitError, match=r"has shape \(2, 3, 6, 5\), not \(1,\)"):
        stage.input = np.ones(1)


def test_a_row_is_drawn_on_and_nonsense_is_passed_over() -> None:
    stage = show("nn.Conv1d(1, 1, kernel_size=2)", np.zeros((1, 4), np.float32))
    for act in ({"act": "paint", "cells": [[0, 0, 9]], "value": 1}, {"act": "rub"}, "clear", None):
        stage._handle_custom_msg({"draw": act}, [])
        assert not stage.input.any()
    stage._handle_custom_msg({"draw": {"act": "paint", "cells": [[0, 0, 3]], "value": 2}}, [])
    assert stage.input.tolist() == [[0, 0, 0, 2]]
