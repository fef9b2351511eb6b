"""A part of a picture as the layer's input: from a pixel of the photograph to the same number on the Layer page."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from skimage import data

from conv_viz import ConvSpec, run
from conv_viz.images.crop import LARGEST, OwnInput, around_pixel, from_view, of_rectangle
from conv_viz.images.read import Picture, to_channels
from conv_viz.layers.conv import PADDING_MODES, ConvSpecError
from conv_viz.layers.setup import Setup
from conv_viz.layers.taps import taps
from conv_viz.lenses.layer import picture
from conv_viz.scenes.payload import decode
from tests.numbers import assert_same_sums

CAT = Picture(np.ascontiguousarray(data.chelsea()[60:200, 100:260].transpose(2, 0, 1)), 0, 255, (), (140, 160))


BOX = {"top": 0, "left": 0, "height": 1, "width": 1}


def cut(height: int, width: int) -> Picture:
    return Picture(CAT.array[:, :height, :width], 0, 255, (), (height, width))


@pytest.mark.numeric
@given(
    st.integers(1, 120), st.integers(1, 120), st.integers(1, 5), st.integers(1, 4), st.integers(0, 3),
    st.integers(1, 3), st.sampled_from(PADDING_MODES), st.data(),
)  # fmt: skip
def test_the_pixel_has_the_same_number_in_its_crop(height, width, kernel, stride, padding, dilation, mode, draw):
    spec = ConvSpec(3, 2, kernel, stride, padding, dilation, padding_mode=mode)
    whole = cut(height, width)
    try:
        axes = spec.axes((3, height, width))
    except ConvSpecError:
        assume(False)
    pixel = tuple(draw.draw(st.integers(0, axis.output - 1)) for axis in axes)
    own, (rows, columns) = around_pixel(whole, axes, pixel)
    assert own.scale == 1 and rows <= height and columns <= width
    assert 0 <= own.top <= height - rows and 0 <= own.left <= width - columns
    piece = own.sample((3, rows, columns))
    np.testing.assert_array_equal(piece, whole.unit()[:, own.top : own.top + rows, own.left : own.left + columns])
    crop_axes = spec.axes(piece.shape)
    assert all(0 <= at < axis.output for at, axis in zip(own.cell, crop_axes, strict=True))
    reads = [taps(axis).inputs[at] for axis, at in zip(crop_axes, own.cell, strict=True)]
    original = [taps(axis).inputs[at] for axis, at in zip(axes, pixel, strict=True)]
    corner = own.top, own.left
    same = all((r + c == o).all() and (r >= 0).all() for r, c, o in zip(reads, corner, original, strict=True))
    windows_inside = all((o >= 0).all() for o in original)
    if windows_inside and min(height, width) > 60 and mode == "zeros":
        assert same, "only the edge of the crop may stand in the way"
    if same:
        a, b = run(spec, whole.unit(), seed=1), run(spec, piece, seed=1)
        there, here = a.output[:, pixel[0], pixel[1]], b.output[:, own.cell[0], own.cell[1]]
        assert_same_sums(here, there, a.input, a.weight, a.bias)


def test_moving_the_sliders_changes_the_extent_of_the_crop():
    own = OwnInput(CAT, 30, 40)
    small, large = own.sample((3, 7, 9)), own.sample((3, 12, 20))
    np.testing.assert_array_equal(large[:, :7, :9], small)
    np.testing.assert_array_equal(small, CAT.unit()[:, 30:37, 40:49])
    grey, _ = to_channels(CAT, 1)
    np.testing.assert_array_equal(own.sample((1, 3, 3)), grey.unit()[:, 30:33, 40:43])
    assert own.sample((5, 2, 2)).shape == (5, 2, 2)


@given(
    st.integers(1, 50), st.integers(1, 50), st.integers(-9, 60), st.integers(-9, 60), st.integers(1, 9),
    st.integers(1, 5), st.integers(1, 70), st.integers(1, 70), st.integers(0, 3),
)  # fmt: skip
def test_any_crop_of_any_picture_fills_any_input(rows, columns, top, left, scale, channels, height, width, number):
    made = OwnInput(cut(rows, columns), top, left, scale).sample((channels, height, width), number)
    assert made.shape == (channels, height, width) and made.dtype == np.float32
    assert made.min() >= 0 and made.max() <= 1


def test_further_samples_lie_beside_the_first():
    own = OwnInput(CAT, 10, 20)
    batch = own.batch((3, 3, 8, 8))
    np.testing.assert_array_equal(batch[1], CAT.unit()[:, 10:18, 28:36])
    np.testing.assert_array_equal(batch[2], CAT.unit()[:, 10:18, 36:44])


def test_a_large_rectangle_is_averaged_to_what_the_sliders_hold():
    own, (rows, columns) = of_rectangle(CAT, 8, 4, 130, 100)
    assert (own.scale, rows, columns) == (3, 43, 33) and max(rows, columns) <= LARGEST
    made = own.sample((3, rows, columns))
    blocks = CAT.array[:, 8 : 8 + 129, 4 : 4 + 99].reshape(3, 43, 3, 33, 3).mean((2, 4)) / 255
    assert np.abs(made - blocks).max() <= 1.01 / 255


@pytest.mark.parametrize(
    "said",
    [
        None,
        3,
        [],
        {},
        {"top": 1},
        {"y": 3, "x": 4},
        *({**BOX, "top": wrong} for wrong in ("x", None, float("nan"), 1e9)),
    ],
)
def test_nonsense_from_the_browser_chooses_nothing(said):
    assert from_view(CAT, said) is None


def test_a_rectangle_from_the_browser_is_moved_inside():
    own, shape = from_view(CAT, {"top": 130, "left": -5, "height": 30.0, "width": 9999})
    assert (own.top, own.left, own.scale) == (110, 0, 3) and shape == (10, 53)


def test_the_picture_of_the_frame_shows_the_crop():
    setup = Setup.of(dict(in_channels=3, out_channels=2, kernel_size=3), (1, 3, 10, 12), "own picture")
    own = OwnInput(CAT, 5, 6)
    shown = decode(picture(setup, own=own))
    np.testing.assert_array_equal(shown.arrays["padded"], own.sample((3, 10, 12)))


def test_a_large_layer_reads_the_crop_too(monkeypatch):
    from conv_viz.lenses import layer as module

    monkeypatch.setattr(module, "runs_whole", lambda head: False)
    setup = Setup.of(dict(in_channels=3, out_channels=2, kernel_size=3), (2, 3, 10, 12), "own picture")
    shown = decode(picture(setup, own=OwnInput(CAT, 5, 6)))
    np.testing.assert_array_equal(shown.arrays["padded"], CAT.unit()[:, 5:15, 6:18])
