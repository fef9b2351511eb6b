"""What fills the input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv_viz import ConvSpecError
from conv_viz.compute.inputs import FILLS, fill_batch, fill_sample

sides = st.integers(1, 9)


@given(st.sampled_from(FILLS), st.integers(1, 14), sides, sides, st.integers(0, 20))
def test_every_fill_has_the_shape_and_finite_numbers(fill, channels, height, width, sample):
    x = fill_sample(fill, (channels, height, width), 3, sample)
    assert x.shape == (channels, height, width)
    assert x.dtype == np.float32
    assert np.isfinite(x).all()
    np.testing.assert_array_equal(x, fill_sample(fill, (channels, height, width), 3, sample))


@given(st.sampled_from(FILLS), st.integers(1, 4), sides, sides)
def test_a_batch_is_its_samples(fill, batch, height, width):
    x = fill_batch(fill, (batch, 2, height, width), 5)
    for n, sample in enumerate(x):
        np.testing.assert_array_equal(sample, fill_sample(fill, (2, height, width), 5, n))
    np.testing.assert_array_equal(fill_batch(fill, (2, height, width), 5), x[0])


def test_the_photograph_is_a_photograph():
    colour = fill_sample("photo", (3, 32, 32))
    assert 0 <= colour.min() < 0.3 < 0.7 < colour.max() <= 1
    assert np.abs(colour[0] - colour[2]).max() > 0.1
    grey = fill_sample("photo", (1, 32, 32))[0]
    assert (colour.min(0) - 1e-5 <= grey).all() and (grey <= colour.max(0) + 1e-5).all()


def test_more_channels_show_it_turned():
    x = fill_sample("photo", (13, 8, 9))
    np.testing.assert_array_equal(x[:3], fill_sample("photo", (3, 8, 9)))
    np.testing.assert_array_equal(x[3:6], x[:3, ::-1])
    np.testing.assert_array_equal(x[6:9], x[:3, :, ::-1])
    np.testing.assert_array_equal(x[9:12], x[:3, ::-1, ::-1])
    np.testing.assert_array_equal(x[12], x[0])


@pytest.mark.parametrize("fill", ["photo", "random", "ramp", "checkerboard", "digit", "satellite"])
def test_samples_of_a_batch_differ(fill):
    x = fill_batch(fill, (3, 3, 16, 16))
    assert not np.array_equal(x[0], x[1])


def test_random_depends_on_the_seed():
    assert not np.array_equal(fill_sample("random", (1, 4, 4), 0), fill_sample("random", (1, 4, 4), 1))


def test_an_unknown_fill_names_those_that_exist():
    with pytest.raises(ConvSpecError, match="checkerboard") as error:
        fill_sample("noise", (1, 2, 2))
    assert error.value.fix == {"fill": "photo"}


def test_the_satellite_is_brightest_in_near_infrared_where_plants_are_and_darkest_on_water():
    red, _, blue, infrared = fill_sample("satellite", (4, 9, 9))
    plants, water = infrared - red > 0.3, infrared < 0.1
    assert plants.sum() >= 9
    assert water.sum() >= 4
    assert (blue[water] > infrared[water]).all()


def test_the_digit_is_a_digit():
    x = fill_sample("digit", (1, 32, 32))[0]
    assert {x[:3].max(), x[-3:].max(), x[:, :3].max(), x[:, -3:].max()} == {0}
    assert x.max() == 1
    assert 0.05 < x.mean() < 0.25
