"""The solver's answers as rows: each is a layer that does what was wished, and stays what was to be kept."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conv_viz.layers.choices import LIMIT, any_size, columns, fixable, from_to
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.settings import SolveError
from conv_viz.layers.setup import Setup
from tests.strategies import layers, usual

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@settings(max_examples=60)
@given(layers(), sizes, sizes, st.sets(st.sampled_from(["kernel_size", "stride", "padding", "dilation"])))
def test_every_row_does_it_on_the_layer_of_the_frame(case, size, wanted, keep):
    arguments, shape = case
    arguments = ConvSpec(**arguments).arguments()
    setup = Setup.of(arguments, shape if len(shape) == 4 else (1, *shape))
    try:
        found = from_to(setup, size, wanted, keep)
    except SolveError as error:
        assert str(error).endswith(".")
        assume(False)
    kept = {name: arguments[name] for name in keep & fixable(setup).keys()}
    for row in found.rows:
        spec = ConvSpec(**{**arguments, **row.arguments})
        assert spec.output_shape(found.input_shape)[-2:] == wanted
        assert found.input_shape[-2:] == size
        assert {name: spec.arguments()[name] for name in kept} == kept
        assert row.cells[4] == f"{spec.parameters:,}"
    assert len(found.rows) == min(found.count, LIMIT)


def test_what_the_padding_mode_cannot_copy_is_left_out():
    setup = Setup.of(ConvSpec(1, 1, 3, padding=1, padding_mode="reflect").arguments(), (1, 1, 2, 2))
    zeros = Setup.of(ConvSpec(1, 1, 3, padding=1).arguments(), (1, 1, 2, 2))
    assert 0 < from_to(setup, (2, 2), (2, 2)).count < from_to(zeros, (2, 2), (2, 2)).count
    with pytest.raises(SolveError, match="pads more than padding_mode='reflect' can"):
        from_to(setup, (2, 2), (6, 6))


@pytest.mark.parametrize("divisor", range(1, 9))
def test_any_size_is_any_size(divisor):
    setup = Setup.of(ConvSpec(3, 4, 3, stride=2, padding=1).arguments(), (1, 3, 7, 7))
    found = any_size(setup, divisor)
    assert found.input_shape is None
    for row in found.rows:
        spec = ConvSpec(**{**dict(setup.arguments), **row.arguments})
        for size in (60, 61, 97):
            expected = size // divisor if row.cells[-1] == "rounded down" else -(-size // divisor)
            assert spec.output_shape((3, size, size))[-1] == (size if divisor == 1 else expected)
    assert found.current(setup) == (1 if divisor == 2 else None)


def test_what_no_setting_keeps_is_said():
    setup = Setup.of(ConvSpec(3, 4, (3, 5), stride=2, padding=1).arguments(), (1, 3, 7, 7))
    with pytest.raises(SolveError, match=r"With kernel_size=\(3, 5\) no setting"):
        any_size(setup, 2, ["kernel_size"])


def frame(name: str, **changes: Any) -> Setup:
    layer = KINDS[name](**usual(name, **changes))
    return Setup.of(layer.arguments(), (2, 3, *(9, 7)[-layer.dims :]), name=name)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("sizes", [((8, 8), (4, 4)), ((9, 7), (5, 4)), ((7, 9), (14, 17)), ((11, 11), (6, 4))])
def test_every_row_does_it_in_every_layer(name: str, sizes: tuple[tuple[int, int], tuple[int, int]]) -> None:
    setup = frame(name)
    dims = KINDS[name].dims
    size, wanted = (each[:dims] for each in sizes)
    try:
        found = from_to(setup, size, wanted)
    except SolveError as error:
        assert str(error).endswith(".")
        return
    assert found.input_shape == (2, 3, *size)
    for row in found.rows:
        layer = KINDS[name](**{**dict(setup.arguments), **row.arguments})
        assert layer.output_shape((2, 3, *size))[-dims:] == wanted
        assert len(row.cells) == len(found.columns) == len(columns(setup))
        assert row.arguments.keys() == set(KINDS[name].solver.names)
    assert ("parameters" in found.columns) == (KINDS[name].weight_shape is not None)


@pytest.mark.parametrize("name", KINDS)
def test_what_is_kept_is_kept_in_every_layer(name: str) -> None:
    setup = frame(name, stride=2)
    kept = fixable(setup)
    assert set(kept) == set(KINDS[name].solver.names)
    dims = KINDS[name].dims
    size = setup.input_shape[-dims:]
    wanted = setup.summary().output_shape[-dims:]
    found = from_to(setup, size, wanted, kept)
    assert found.count == 1 and found.current(setup) == 0


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("factor", [1, 2, 3])
def test_any_size_in_every_layer(name: str, factor: int) -> None:
    found = any_size(frame(name), factor)
    grows = KINDS[name].turned
    assert found.title == ("any size stays" if factor == 1 else f"any size {'×' if grows else '/'} {factor}")
    for row in found.rows[:20]:
        layer = KINDS[name](**usual(name, **row.arguments))
        for size in (60, 61):
            expected = size * factor if grows else size // factor if "down" in row.cells[-1] else -(-size // factor)
            assert layer.output_shape((3, *[size] * layer.dims))[-1] == expected
