"""Layers as programs print them, and as other tools list them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from conv_viz.layers.conv import ConvSpec
from conv_viz.text.paste import read
from conv_viz.text.summaries import explain, find_rows
from conv_viz.text.tidy import tidy

CASES = json.loads((Path(__file__).parents[1] / "data" / "printed_cases.json").read_text(encoding="utf-8"))["cases"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_printed_texts(case):
    pasted = read(case["text"], case.get("values"))
    assert (pasted.spec.code() if pasted.spec else None) == case.get("code")
    assert list(pasted.input_shape or ()) == case.get("input_shape", [])
    assert list(pasted.asked) == case.get("asked", [])
    for words in case.get("says", []):
        assert words in " ".join((*pasted.notes, pasted.cause, pasted.fix))


def test_layers_of_torch_with_children_are_read_as_torch_prints_them():
    plain = nn.Conv2d(3, 8, (3, 5), stride=2, padding=1, bias=False)
    spec = ConvSpec(3, 8, (3, 5), stride=2, padding=1, bias=False)
    printed = [repr(nn.utils.parametrizations.spectral_norm(plain)), repr(nn.Sequential(plain, nn.ReLU()))]
    printed.append(repr(torch.ao.nn.intrinsic.ConvReLU2d(nn.Conv2d(3, 8, (3, 5), 2, 1, bias=False), nn.ReLU())))
    lazy = nn.LazyConv2d(8, (3, 5), stride=2, padding=1, bias=False)
    for text in printed:
        assert read(text).spec == spec
    assert read(repr(lazy)).asked == ("in_channels",)
    assert read(repr(lazy), {"in_channels": 3}).spec == spec


@pytest.mark.parametrize(
    "kernel, stride, padding, bias", [(3, 1, 1, True), (7, 2, 3, False), (5, 1, 0, True), (1, 1, 0, False)]
)
def test_what_is_said_to_fit_a_row_does(kernel, stride, padding, bias):
    layer = nn.Conv2d(4, 8, kernel, stride, padding, bias=bias)
    out = tuple(layer(torch.zeros(1, 4, 24, 20)).shape)
    count = sum(part.numel() for part in layer.parameters())
    row = find_rows(f"Conv2d-1   [1, 4, 24, 20]   {list(out)}   {count:,}")[0]
    said = explain(row)
    first = said.partition(" fits ")[2].partition(" on ")[0]
    fits = eval(first, {"nn": nn})
    assert sum(part.numel() for part in fits.parameters()) == count
    assert tuple(fits(torch.zeros(1, 4, 24, 20)).shape) == out


@pytest.mark.parametrize(
    "text", ["nn.Conv2d(3, 8, 3)", "“nn.Conv2d(3, 8, 3)”", "don’t (x)", 'print("a")', "a & b", "x = [1]\n"]
)
def test_tidy_leaves_code_where_it_is(text):
    assert tidy(text).count("nn.Conv2d(3, 8, 3)") == text.count("nn.Conv2d(3, 8, 3)")
    assert tidy(text).count("\n") == text.count("\n")


def test_a_whole_notebook_is_its_code():
    code = ["import torch\n", "x = torch.rand(1, 3, 9, 9)\n", "conv = nn.Conv2d(3, 8, 3)"]
    cells = [
        {"cell_type": "markdown", "source": ["nn.Conv2d(9, 9, 9)"]},
        {"cell_type": "code", "source": code},
        {"cell_type": "code", "source": ["conv(x)"], "outputs": []},
    ]
    pasted = read(json.dumps({"cells": cells, "nbformat": 4}))
    assert [layer.name for layer in pasted.layers] == ["conv"]
    assert (pasted.spec, pasted.input_shape) == (ConvSpec(3, 8, 3), (1, 3, 9, 9))
