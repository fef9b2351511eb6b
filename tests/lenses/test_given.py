"""The functions that take a layer as text, as a spec or as torch's own."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
import torch
from torch import nn

import conv_viz
from conv_viz import ConvSpecError
from conv_viz.layers.kinds import KINDS
from tests.strategies import usual

X = np.random.default_rng(0).random((2, 4, 9, 9), np.float32)


@pytest.mark.parametrize("name", KINDS)
def test_text_spec_and_module_are_the_same_layer(name: str) -> None:
    spec = KINDS[name](**usual(name, in_channels=4, out_channels=2, stride=2))
    x, line = spec.from_planes(X), spec.code()
    torch.manual_seed(3)
    module = getattr(nn, name)(**spec.arguments())
    expected = module(torch.from_numpy(x)).detach().numpy()
    for layer in (line, spec, module):
        for given in (x, torch.from_numpy(x)):
            np.testing.assert_array_equal(conv_viz.run(layer, given, seed=3).output, expected)
        assert conv_viz.describe(layer, x.shape).output_shape == expected.shape


def test_what_is_no_layer_is_said() -> None:
    for do in (conv_viz.run, conv_viz.describe):
        with pytest.raises(ConvSpecError, match=r"One of nn\.Conv2d"):
            do(nn.Linear(1, 1), X)
        with pytest.raises(ConvSpecError, match=r"One of nn\.Conv2d"):
            do("nn.Linear(1, 1)", X)
    with pytest.raises(ConvSpecError, match="own"):
        conv_viz.run(nn.Conv2d(4, 2, 1), X, weight=np.ones((2, 4, 1, 1)))


def test_describe_needs_no_torch() -> None:
    code = "import sys; sys.modules['torch'] = sys.modules['numpy'] = None; import conv_viz; "
    code += "print(conv_viz.describe('nn.MaxPool2d(2)', (3, 8, 8)).output_shape, conv_viz.AvgPoolSpec(2))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("(3, 4, 4) AvgPoolSpec(kernel_size=2)\n", "")
