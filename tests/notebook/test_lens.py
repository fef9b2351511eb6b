"""`conv_viz.show(..., lens=...)`: alive with anywidget, a still picture without, and a sentence for what cannot be."""

from __future__ import annotations

import sys

import pytest
import torch

import conv_viz
from conv_viz.layers.values import ConvSpecError
from conv_viz.notebook.still import Still
from conv_viz.scenes.payload import decode

LAYER = torch.nn.Conv2d(1, 2, 3)
X = torch.rand(1, 1, 5, 5)


def test_a_layer_of_ones_own_through_a_lens() -> None:
    shown = conv_viz.show(LAYER, X, lens="matrix", form="sparse")
    scene = decode(shown.payload)
    weights = set(LAYER.weight[0].detach().numpy().ravel().tolist())
    assert set(scene.arrays["matrix"].ravel().tolist()) == weights | {0.0}
    assert "data:image/svg+xml" in shown._repr_html_()
    assert "<!DOCTYPE html>" in shown.html("mine") and "<h1>mine</h1>" in shown.html("mine")


def test_without_anywidget_it_is_a_still(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "conv_viz.notebook.lens", raising=False)
    shown = conv_viz.show(LAYER, X, lens="groups")
    assert isinstance(shown, Still) and "data:image/svg+xml" in shown._repr_html_()


def test_what_cannot_be_is_a_sentence() -> None:
    with pytest.raises(ConvSpecError, match="A lens is one of"):
        conv_viz.show(LAYER, X, lens="microscope")
    with pytest.raises(ConvSpecError, match="lets you choose form, not b"):
        conv_viz.show(LAYER, X, lens="matrix", b="stride=2")
    with pytest.raises(ConvSpecError, match="Only a lens has choices"):
        conv_viz.show(LAYER, X, form="sparse")
