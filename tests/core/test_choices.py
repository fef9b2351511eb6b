"""The solver's answers as rows: each is a layer that does what was wished, and stays what was to be kept."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conv_viz.choices import LIMIT, any_size, fixable, from_to
from conv_viz.frame import Frame
from conv_viz.solver import SolveError
from conv_viz.spec import ConvSpec
from tests.core.strategies import layers

sizes = st.tuples(st.integers(1, 40), st.integers(1, 40))


@settings(max_examples=60)
@given(layers(), sizes, sizes, st.sets(st.sampled_from(["kernel_size", "stride", "padding", "dilation"])))
def test_every_row_does_it_on_the_layer_of_the_frame(case, size, wanted, keep):
    arguments, shape = case
    arguments = ConvSpec(**arguments).arguments()
    frame = Frame.of(arguments, shape if len(shape) == 4 else (1, *shape))
    try:
        found = from_to(frame, size, wanted, keep)
    except SolveError as error:
        assert str(error).endswith(".")
        assume(False)
    kept = {name: arguments[name] for name in keep & fixable(frame).keys()}
    for row in found.rows:
        spec = ConvSpec(**{**arguments, **row.arguments})
        assert spec.output_shape(found.input_shape)[-2:] == wanted
        assert found.input_shape[-2:] == size
        assert {name: spec.arguments()[name] for name in kept} == kept
        assert row.cells[4] == f"{spec.parameters:,}"
    assert len(found.rows) == min(found.count, LIMIT)


def test_what_the_padding_mode_cannot_copy_is_left_out():
    frame = Frame.of(ConvSpec(1, 1, 3, padding=1, padding_mode="reflect").arguments(), (1, 1, 2, 2))
    zeros = Frame.of(ConvSpec(1, 1, 3, padding=1).arguments(), (1, 1, 2, 2))
    assert 0 < from_to(frame, (2, 2), (2, 2)).count < from_to(zeros, (2, 2), (2, 2)).count
    with pytest.raises(SolveError, match="pads more than padding_mode='reflect' can"):
        from_to(frame, (2, 2), (6, 6))


@pytest.mark.parametrize("divisor", range(1, 9))
def test_any_size_is_any_size(divisor):
    frame = Frame.of(ConvSpec(3, 4, 3, stride=2, padding=1).arguments(), (1, 3, 7, 7))
    found = any_size(frame, divisor)
    assert found.input_shape is None
    for row in found.rows:
        spec = ConvSpec(**{**dict(frame.arguments), **row.arguments})
        for size in (60, 61, 97):
            expected = size // divisor if row.cells[-1] == "rounded down" else -(-size // divisor)
            assert spec.output_shape((3, size, size))[-1] == (size if divisor == 1 else expected)
    assert found.current(frame) == (1 if divisor == 2 else None)


def test_what_no_setting_keeps_is_said():
    frame = Frame.of(ConvSpec(3, 4, (3, 5), stride=2, padding=1).arguments(), (1, 3, 7, 7))
    with pytest.raises(SolveError, match=r"With kernel_size=\(3, 5\) no setting"):
        any_size(frame, 2, ["kernel_size"])
