"""The solver of ``nn.ConvTranspose2d``: every answer does it in torch, none is missing."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from conv_viz.layers.settings import SolveError
from conv_viz.layers.solver_transposed import TransposedSetting, solve_transposed, solve_transposed_2d, times_any_size
from conv_viz.layers.transposed import ConvTransposeSpec


def answers(size: int, wanted: int, **ranges) -> list[TransposedSetting]:
    try:
        return solve_transposed(size, wanted, **ranges)
    except SolveError:
        return []


@given(st.integers(1, 40), st.integers(1, 120), st.data())
def test_every_answer_does_it_in_torch(size: int, wanted: int, data: st.DataObject) -> None:
    found = answers(size, wanted)
    if not found:
        return
    defaults = {"kernel_size": 1, "stride": 1, "padding": 0, "output_padding": 0, "dilation": 1}  # of the other axis
    for setting in data.draw(st.lists(st.sampled_from(found), max_size=5)):
        sides = {name: (defaults[name], value) for name, value in setting.arguments().items()}
        layer = nn.ConvTranspose2d(1, 1, **sides)
        nn.init.ones_(layer.weight)
        nn.init.zeros_(layer.bias)
        output = layer(torch.ones(1, 1, size))[0, 0]
        assert len(output) == wanted
        assert setting.blank == bool((output == 0).any())


@given(st.integers(1, 9), st.integers(1, 30))
def test_no_setting_is_missing(size: int, wanted: int) -> None:
    kernels, strides, paddings, dilations = range(1, 5), range(1, 5), range(4), range(1, 4)
    expected = set()
    for k, s, p, d in itertools.product(kernels, strides, paddings, dilations):
        for extra in range(max(s, d if k > 1 else 1)):
            spec = ConvTransposeSpec(1, 1, (1, k), (1, s), (0, p), (0, extra), dilation=(1, d))
            try:
                reached = spec.output_shape((1, 1, size))[-1]
            except ValueError:
                continue
            if reached == wanted:
                expected.add(TransposedSetting(k, s, p, extra, d if k > 1 else 1))
    found = answers(size, wanted, kernels=kernels, strides=strides, paddings=paddings, dilations=dilations)
    assert set(found) == expected
    assert len(found) == len(set(found))


@pytest.mark.parametrize(
    ("size", "wanted", "first"),
    [
        (7, 14, ["kernel_size=2, stride=2", "kernel_size=4, stride=2, padding=1"]),
        (1, 4, ["kernel_size=4", "kernel_size=4, stride=2"]),
        (16, 64, ["kernel_size=4, stride=4", "kernel_size=6, stride=4, padding=1"]),
        (4, 9, ["kernel_size=3, stride=2"]),
    ],
)
def test_the_simplest_come_first(size: int, wanted: int, first: list[str]) -> None:
    assert [str(setting) for setting in solve_transposed(size, wanted)[: len(first)]] == first


def test_both_axes() -> None:
    for setting in solve_transposed_2d((7, 8), (14, 15))[:50]:
        assert ConvTransposeSpec(1, 1, **setting.arguments()).output_shape((1, 7, 8)) == (1, 14, 15)


def test_what_is_out_of_reach_is_said() -> None:
    with pytest.raises(SolveError, match=r"No transposed layer .* turns 7 into 1000; use two layers"):
        solve_transposed(7, 1000)


def test_what_output_padding_alone_reaches_is_said() -> None:
    kept = dict(kernels=(3,), strides=(2,), paddings=(1,), dilations=(1,))
    assert [solve_transposed(4, wanted, **kept)[0].output_padding for wanted in (7, 8)] == [0, 1]
    with pytest.raises(SolveError, match="output_padding makes 7 to 8 of 4, not 9; keep less"):
        solve_transposed(4, 9, **kept)


@pytest.mark.parametrize("factor", range(1, 6))
def test_any_size_times_a_factor(factor: int) -> None:
    found = times_any_size(factor)
    assert found
    for each in found:
        layer = ConvTransposeSpec(1, 1, **each.setting.arguments())
        assert [layer.output_shape((1, n, n))[-1] for n in (1, 7, 12)] == [factor, 7 * factor, 12 * factor]
    assert str(found[0].setting) == ("kernel_size=1" if factor == 1 else f"kernel_size={factor}, stride={factor}")
