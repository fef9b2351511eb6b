"""What of a picture's numbers becomes 0 and 1, what is said of it, and what can be chosen."""

from __future__ import annotations

import io

import numpy as np
import pytest
import tifffile
from PIL import Image

from conv_viz.images.read import PictureError, preview, read

RAMP = np.linspace(0, 1, 4096).reshape(64, 64)


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def png(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    Image.fromarray(array).save(file, "PNG")
    return file.getvalue()


def tiff(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, metadata=None)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (png(np.rint(RAMP * 4095).astype(np.uint16)), "0 to 4,095 and use 6 % of 0 to 65,535, so the picture is dark"),
        (tiff(np.rint(RAMP * 1023).astype(np.uint16)), "0 to 1,023 and use 2 % of 0 to 65,535, so the picture is dark"),
        (npy(np.rint(RAMP * 4095).astype(np.uint16)), "0 to 4,095 and use 6 % of 0 to 65,535, so the picture is dark"),
        (png(np.rint(RAMP * 20).astype(np.uint8)), "0 to 20 and use 8 % of 0 to 255, so the picture is dark"),
        (tiff((RAMP / 16).astype(np.float32)), "0 to 0.0625 and use 6 % of 0 to 1, so the picture is dark"),
        (npy(RAMP / 1000), "0 to 0.001 and use 1 % of 0 to 1, so the picture is dark"),
        (png((64_000 + RAMP * 1000).astype(np.uint16)), "use 2 % of 0 to 65,535, so the picture is pale"),
        (png((32_000 + RAMP * 1000).astype(np.uint16)), "so the picture is of little contrast"),
    ],
)
def test_a_narrow_range_is_said_and_can_be_stretched(content, said):
    picture = read(content)
    assert said in " ".join(picture.notes) and "stretch" in picture.scalings
    for stretched in (read(content, scaling="stretch"), preview(content, 64, scaling="stretch")):
        np.testing.assert_allclose(stretched.unit()[0], RAMP, atol=0.03)
        assert stretched.scaling == "stretch" and stretched.scalings == picture.scalings
        assert "to 0..1." in stretched.notes[-1] and "dark" not in stretched.notes[-1]


@pytest.mark.parametrize("content", [png(np.zeros((9, 9), np.uint16)), png(np.rint(RAMP * 70).astype(np.uint8))])
def test_one_value_or_an_ordinary_picture_is_not_called_dark(content):
    assert read(content).notes == ()


@pytest.mark.parametrize("dtype", ["i1", "i2", "i4", "i8", "u4", "u8"])
def test_whole_numbers_that_are_no_pixels_are_taken_as_they_are(dtype):
    exercise = np.array([[0, 1, 2], [10, 24, 100]], dtype)
    picture = read(npy(exercise))
    np.testing.assert_array_equal(picture.unit()[0], exercise)
    assert picture.notes == ("Whole numbers from 0 to 100 are taken as they are.",)
    assert (picture.scaling, picture.scalings) == ("raw", ("range", "stretch", "raw"))
    np.testing.assert_allclose(read(npy(exercise), scaling="range").unit()[0], exercise / 255, rtol=1e-6)


@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_pixels_become_zero_to_one_and_can_be_had_raw(dtype):
    array = np.array([[0, 200]], dtype)
    full = np.iinfo(dtype).max
    picture = read(npy(array))
    np.testing.assert_allclose(picture.unit()[0], array / full, rtol=1e-6)
    assert picture.notes[0] == f"Values 0 to {full:,} become 0 to 1."
    np.testing.assert_array_equal(read(npy(array), scaling="raw").unit()[0], array)


def test_floating_point_numbers_can_be_had_raw():
    array = np.array([[-1.5, 0, 3]], np.float32)
    assert read(npy(array)).notes == ("Values from -1.5 to 3 are scaled to 0..1.",)
    raw = read(npy(array), scaling="raw")
    np.testing.assert_array_equal(raw.unit()[0], array)
    assert raw.notes == ("Numbers from -1.5 to 3 are taken as they are.",)


def test_what_raw_cannot_do_is_said():
    assert "rounds whole numbers beyond 16,777,216" in " ".join(read(npy(np.array([[0, 2**40]]))).notes)
    with pytest.raises(PictureError, match=r"beyond 1e\+30 a layer's sums overflow float32; take them as 0 to 1"):
        read(npy(np.array([[0, 3e38]])), scaling="raw")


def test_neighbours_far_from_zero_stay_apart():
    clock = np.array([[0, 500, 1000]]) + 1_700_000_000_000_000_000
    np.testing.assert_allclose(read(npy(clock), scaling="range").unit()[0], [[0, 0.5, 1]], atol=0.3)
    seconds = np.array([[0, 0.5, 1]]) + 1.7e9
    np.testing.assert_allclose(read(npy(seconds)).unit()[0], [[0, 0.5, 1]], atol=1e-6)
