"""The lens Padding: sides that differ are torch's own F.pad, and what cannot be is a sentence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional as F

from conv_viz.layers.setup import Setup
from conv_viz.lenses.look import look_closer, through
from conv_viz.lenses.subject import Subject
from tests.lenses.checking import assert_sums_hold
from tests.numbers import assert_same_sums

LAYER = dict(in_channels=2, out_channels=3, kernel_size=3, stride=2)
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


@pytest.mark.numeric
@given(st.tuples(*[st.integers(0, 4)] * 4))
@settings(deadline=None, max_examples=20)
def test_four_sides_are_what_f_pad_makes_of_them(sides: tuple[int, int, int, int]) -> None:
    subject = Subject.of("nn.Conv2d(2, 3, 3, stride=2)", (1, 2, 5, 6))
    scene = look_closer("padding", subject, {"pad": ", ".join(map(str, sides))})
    assert_sums_hold(scene)
    for mode, torchs in MODES.items():
        if f"padded.{mode}" not in scene.arrays:
            assert f"{mode} pads at most" in " ".join(scene.header["says"])
            continue
        padded = F.pad(torch.from_numpy(subject.input), sides, mode=torchs)
        np.testing.assert_array_equal(scene.arrays[f"padded.{mode}"][0], padded[0, 0])
        output = F.conv2d(padded, torch.from_numpy(subject.weight), torch.from_numpy(subject.bias), stride=2)
        shown = scene.arrays[f"output.{mode}"][0]
        assert_same_sums(shown, output[0, 0].numpy(), padded.numpy(), subject.weight, subject.bias)
    assert f"F.pad(x, {sides}, mode='constant')" in scene.header["snippet"]


def test_the_edges_are_labelled_in_the_order_of_f_pad() -> None:
    scene = through("padding", Setup.of(LAYER, (1, 2, 7, 7)), {"pad": "1, 2, 0, 3"})
    edges = [planes["edges"] for planes in scene.header["planes"] if planes["edges"]]
    assert edges == [["1. left: 1", "2. right: 2", "3. top: 0", "4. bottom: 3"]]


def test_causal_pads_before_alone_and_no_output_sees_what_comes_after_it() -> None:
    setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3, dilation=2), (1, 1, 9), name="Conv1d")
    scene = through("padding", setup, {"pad": "causal"})
    assert "Causal: dilation·(kernel_size − 1) = 4 columns before, none after." in scene.header["says"]
    assert scene.header["snippet"].splitlines()[1:] == [
        "x = F.pad(x, (4, 0), mode='constant')", "y = nn.Conv1d(1, 1, kernel_size=3, dilation=2)(x)",
    ]  # fmt: skip
    assert scene.arrays["output.zeros"].shape == (1, 1, 9)


@pytest.mark.parametrize("text", ["1, 2, 3", "1, 2, 3, 41", "-1, 0", "left", "1; 2", "__import__('os')", "9" * 400])
def test_sides_that_cannot_be_are_a_sentence(text: str) -> None:
    rule = through("padding", Setup.of(LAYER, (1, 2, 7, 7)), {"pad": text}).header["problem"]["rule"]
    assert rule.startswith("F.pad takes two numbers (left, right) or four") and "40" in rule


def test_the_first_cell_that_is_seen_is_one_that_copies() -> None:
    scene = through("padding", Setup.of({**LAYER, "padding": 1}, (1, 2, 7, 7)), {})
    assert (scene.header["walk"], scene.header["first"]) == ("padded.reflect", 0)
    assert scene.arrays["padded.reflect.cells"].ravel()[0] == 1
