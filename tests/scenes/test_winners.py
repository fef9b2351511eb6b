"""The winning tap of a max pool is the one that torch names, also where values are equal or NaN."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from conv_viz.compute.layer import run
from conv_viz.export.terms import terms
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.pool import MaxPoolSpec
from conv_viz.layers.taps import taps
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.layer import run_scene
from tests.strategies import window_layers


def winner_of(spec: MaxPoolSpec, x: np.ndarray) -> np.ndarray:
    return run_scene(run(spec, x)).arrays["winner"]


@pytest.mark.numeric
@pytest.mark.parametrize("flag", (False, True))
def test_of_equal_values_the_first_wins(flag: bool) -> None:
    spec = MaxPoolSpec(3, stride=2, padding=1, return_indices=flag)
    expected = [[[4, 3, 3], [1, 0, 0], [1, 0, 0]]]  # the first tap of each window that is not padding
    assert winner_of(spec, np.zeros((1, 5, 5), np.float32)).tolist() == expected
    assert winner_of(spec, np.full((1, 5, 5), -np.inf, np.float32)).tolist() == expected


@pytest.mark.numeric
def test_what_is_no_number_wins_and_the_last_of_them() -> None:
    x = np.array([[[1, np.nan], [np.nan, 9]]], np.float32)
    done = run(MaxPoolSpec(2), x)
    assert np.isnan(done.output).all() and done.indices is not None and done.indices.tolist() == [[[2]]]
    part = terms(run_scene(done), 0, 0, 0).channels[0]
    assert part.won == (1, 0) and np.isnan(part.sum)


@pytest.mark.numeric
@given(data=st.data())
def test_the_winner_is_the_first_of_the_largest_input_cells(data: st.DataObject) -> None:
    """By the taps tables alone, on numbers of which many are equal."""
    arguments, shape = data.draw(window_layers("MaxPool2d"))
    try:
        spec = KINDS["MaxPool2d"](**arguments)
        rows, columns = map(taps, spec.axes(shape))
    except ConvSpecError:
        return
    x = torch.randint(0, 3, shape[-3:], generator=torch.Generator().manual_seed(1)).float().numpy()
    found = winner_of(spec, x)
    for channel, y, x_ in np.ndindex(*found.shape):
        cells = [(row, column) for row in rows.inputs[y] for column in columns.inputs[x_]]
        values = [x[channel, row, column] if min(row, column) >= 0 else -np.inf for row, column in cells]
        assert found[channel, y, x_] == (int(np.argmax(values)) if np.isfinite(values).any() else -1)
