"""A frame as a notebook: its cells run, and give the numbers of the app."""

from __future__ import annotations

import json

import nbformat
import numpy as np
import pytest

from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import run
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.text.ipynb import MOST_NUMBERS, notebook
from conv_viz.ui.arguments import setup_of


def namespace(text: str) -> dict:
    """What the code cell leaves behind."""
    found: dict = {}
    nbformat.validate(nbformat.reads(text, as_version=4))
    exec("".join(json.loads(text)["cells"][1]["source"]), found)
    return found


@pytest.mark.parametrize("name", KINDS)
def test_its_cell_runs_the_layer_of_the_frame(name: str) -> None:
    setup = setup_of({"layer": name, "seed": 3, "fill": "random", "padding": 1})
    done = run(setup.layer(), fill_batch("random", setup.input_shape, 3, KINDS[name].dims), seed=3)
    found = namespace(notebook(setup))
    assert np.array_equal(found["x"].numpy(), done.input) and found["y"].shape == done.output.shape
    if done.weight is not None:
        assert np.array_equal(found["layer"].weight.detach().numpy(), done.weight)


def test_own_numbers_and_edited_weights_are_in_it_bit_for_bit() -> None:
    setup = Setup.of(dict(in_channels=1, out_channels=2, kernel_size=2), (1, 1, 3, 3), fill="own numbers")
    own, weight, bias = (
        np.random.default_rng(0).standard_normal(shape, np.float32) for shape in ((1, 1, 3, 3), (2, 1, 2, 2), (2,))
    )
    found = namespace(notebook(setup, own, weight, bias))
    held = (found["x"], found["layer"].weight, found["layer"].bias)
    for made, given in zip(held, (own, weight, bias), strict=True):
        assert np.array_equal(made.detach().numpy(), given)


def test_too_many_numbers_are_said_and_left_out() -> None:
    setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 65, 65), fill="own numbers")
    text = notebook(setup, np.zeros((1, 1, 65, 65), np.float32))
    assert "The input of the app are too many numbers" in text and len(text) < MOST_NUMBERS
    assert namespace(text)["x"].shape == (1, 1, 65, 65)
