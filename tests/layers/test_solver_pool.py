"""The solver of pools: every answer does it in torch, none is missing, the simplest comes first."""

from __future__ import annotations

import itertools

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from conv_viz.layers.pool import AvgPoolSpec, MaxPoolSpec
from conv_viz.layers.settings import SolveError, along_both, along_one
from conv_viz.layers.solver_pool import PoolSetting, any_size_pooled, solve_pool
from conv_viz.layers.window import WindowAxis

SMALL = dict(kernels=range(1, 5), strides=range(1, 4), dilations=range(1, 3))


def pooled(setting: PoolSetting, size: int) -> int:
    """The output's length in torch."""
    return nn.MaxPool2d(**setting.arguments())(torch.zeros(1, size, size)).shape[-1]


@given(st.integers(1, 24), st.integers(1, 12), st.data())
def test_every_answer_does_it_in_torch(size: int, wanted: int, data: st.DataObject) -> None:
    try:
        found = solve_pool(size, wanted)
    except SolveError as error:
        assert str(error).endswith(".")
        return
    setting = data.draw(st.sampled_from(found))
    assert pooled(setting, size) == wanted
    if setting.idle:
        assert pooled(PoolSetting(setting.kernel, setting.stride, setting.padding, setting.dilation), size) == wanted
    axis = WindowAxis(
        size, setting.kernel, setting.stride, setting.dilation, setting.padding, setting.padding, ceil=setting.ceil_mode
    )
    assert setting.unread == len(axis.unread)


@given(st.integers(1, 12), st.integers(1, 8))
def test_no_setting_is_missing(size: int, wanted: int) -> None:
    expected = set()
    for kernel, stride, dilation, ceil in itertools.product(*SMALL.values(), (False, True)):
        for padding in range(kernel // 2 + 1):
            setting = PoolSetting(kernel, stride, padding, dilation if kernel > 1 else 1, ceil)
            try:
                made = pooled(setting, size)
            except RuntimeError:
                continue
            expected |= {setting} if made == wanted else set()
    try:
        found = set(solve_pool(size, wanted, **SMALL))
    except SolveError:
        found = set()
    assert found == expected


@pytest.mark.parametrize(
    ("size", "wanted", "first"),
    [
        (8, 4, ["kernel_size=2"]),
        (7, 4, ["kernel_size=2, ceil_mode=True", "kernel_size=2, padding=1"]),
        (112, 56, ["kernel_size=2", "kernel_size=3, stride=2, ceil_mode=True", "kernel_size=3, stride=2, padding=1"]),
        (5, 5, ["kernel_size=1"]),
    ],
)
def test_the_simplest_comes_first(size: int, wanted: int, first: list[str]) -> None:
    assert [str(one) for one in along_one(solve_pool, size, wanted, {})][: len(first)] == first


def test_both_axes_have_one_ceil_mode() -> None:
    found = along_both(solve_pool, (8, 7), (4, 4), ({}, {}), {})
    assert str(found[0]) == "kernel_size=2, ceil_mode=True"
    for both in found:
        arguments = both.arguments()
        assert isinstance(arguments["ceil_mode"], bool)
        assert nn.MaxPool2d(**arguments)(torch.zeros(1, 8, 7)).shape[1:] == (4, 4)


def test_what_is_out_of_reach_is_said() -> None:
    with pytest.raises(SolveError, match="A pool does not enlarge"):
        solve_pool(7, 20)
    with pytest.raises(SolveError, match=r"turns 1000 into 3 \(the nearest: 120\)"):
        solve_pool(1000, 3)


@pytest.mark.parametrize("stride", range(1, 6))
@pytest.mark.parametrize("size", [60, 61, 97])
def test_any_size_is_any_size(stride: int, size: int) -> None:
    for found in any_size_pooled(stride):
        expected = size // stride if "down" in found.effect else -(-size // stride)
        assert pooled(found.setting, size) == expected


def test_an_average_pool_has_no_dilation() -> None:
    assert "dilation" in MaxPoolSpec.solver.names and "dilation" not in AvgPoolSpec.solver.names
    assert (
        {one.dilation for one in AvgPoolSpec.solver.solve(9, 4)}
        == {1}
        == {f.setting.dilation for f in AvgPoolSpec.solver.any_size(2)}
    )
