"""Named filters against scikit-image and scipy.ndimage, and the operations on one filter."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage, signal
from skimage import color, data, filters

from conv_viz import ConvSpec
from conv_viz.weights.initialisation import init_bound
from conv_viz.weights.kernels import (
    KERNELS,
    KernelError,
    as_filter,
    flip,
    frequency_response,
    impulse_response,
    normalise,
    transpose,
)

PHOTO = color.rgb2gray(data.chelsea())[100:180, 120:220]


def filtered(kernel: np.ndarray) -> np.ndarray:
    """Cross-correlation with scipy, zeros outside."""
    return ndimage.correlate(PHOTO, kernel.astype(np.float64), mode="constant")


def inner(picture: np.ndarray, border: int = 8) -> np.ndarray:
    return picture[border:-border, border:-border]


@pytest.mark.parametrize(
    ("name", "values", "size", "expected"),
    [
        ("identity", {}, 5, lambda p: p),
        ("shift", {"direction": "right"}, 3, lambda p: np.roll(p, 1, 1)),
        ("shift", {"direction": "left"}, 3, lambda p: np.roll(p, -1, 1)),
        ("shift", {"direction": "down"}, 5, lambda p: np.roll(p, 1, 0)),
        ("shift", {"direction": "up"}, 5, lambda p: np.roll(p, -1, 0)),
        ("box", {}, 5, lambda p: ndimage.uniform_filter(p, 5)),
        ("gaussian", {"sigma": 1.2}, 11, lambda p: filters.gaussian(p, 1.2, truncate=5 / 1.2)),
        ("unsharp", {"sigma": 1.0, "amount": 1.5}, 9, lambda p: p + 1.5 * (p - filters.gaussian(p, 1.0, truncate=4))),
        ("sharpen", {}, 3, lambda p: p - ndimage.laplace(p)),
        ("sobel_x", {}, 3, lambda p: 4 * filters.sobel_v(p)),
        ("sobel_y", {}, 3, lambda p: 4 * filters.sobel_h(p)),
        ("sobel_x", {}, 3, lambda p: ndimage.sobel(p, axis=1)),
        ("scharr_x", {}, 3, lambda p: 16 * filters.scharr_v(p)),
        ("scharr_y", {}, 5, lambda p: 16 * filters.scharr_h(p)),
        ("laplacian", {}, 3, lambda p: ndimage.laplace(p)),
        ("laplacian", {}, 3, lambda p: -filters.laplace(p)),
        ("log", {"sigma": 1.5}, 15, lambda p: ndimage.gaussian_laplace(p, 1.5, radius=7)),
        ("motion_blur", {"angle": 0}, 5, lambda p: ndimage.uniform_filter1d(p, 5, axis=1)),
        ("motion_blur", {"angle": 90}, 5, lambda p: ndimage.uniform_filter1d(p, 5, axis=0)),
    ],
)
def test_against_the_oracle(name, values, size, expected):
    ours, theirs = filtered(KERNELS[name].make(size, size, **values)), expected(PHOTO)
    sign = np.sign((inner(ours) * inner(theirs)).sum()) if name.startswith(("sobel", "scharr")) else 1
    # scikit-image's derivative may point the other way; ours is fixed by the next test
    np.testing.assert_allclose(inner(ours), sign * inner(theirs), atol=5e-5)


@pytest.mark.parametrize("name", ["sobel_x", "scharr_x", "sobel_y", "scharr_y"])
@pytest.mark.parametrize("size", [3, 4, 5, 7])
def test_a_ramp_to_the_right_or_down_is_positive(name, size):
    ramp = np.tile(np.arange(size, dtype=float), (size, 1))
    kernel = KERNELS[name].make(size, size)
    assert ((kernel * (ramp if name.endswith("x") else ramp.T)).sum()) > 0
    assert kernel.sum() == pytest.approx(0, abs=1e-5)
    assert (kernel * (ramp.T if name.endswith("x") else ramp)).sum() == pytest.approx(0, abs=1e-3)


def test_larger_sobel_is_the_small_one_smoothed_by_binomials():
    smooth = np.outer([1, 2, 1], [1, 2, 1])
    np.testing.assert_array_equal(
        KERNELS["sobel_x"].make(5, 5), signal.convolve2d(KERNELS["sobel_x"].make(3, 3), smooth)
    )


@pytest.mark.parametrize("angle", [0, 30, 45, 90, 120])
def test_gabor_is_scikit_images_without_its_mean(angle):
    sigma = 0.56 * 5
    theirs = filters.gabor_kernel(1 / 5, theta=math.radians(-angle), sigma_x=sigma, sigma_y=sigma, n_stds=4).real
    cy, cx = theirs.shape[0] // 2, theirs.shape[1] // 2
    theirs = theirs[cy - 5 : cy + 6, cx - 5 : cx + 6]
    theirs = theirs - theirs.mean()
    np.testing.assert_allclose(
        KERNELS["gabor"].make(11, 11, angle=angle, wavelength=5), theirs / np.abs(theirs).sum(), atol=1e-7
    )


def test_motion_blur_at_45_degrees_rises_to_the_right():
    np.testing.assert_allclose(KERNELS["motion_blur"].make(5, 5, angle=45), np.fliplr(np.eye(5)) / 5, atol=1e-7)


@pytest.mark.parametrize("name", KERNELS)
@pytest.mark.parametrize("size", [(1, 1), (2, 2), (3, 3), (4, 4), (5, 3), (1, 7), (7, 1), (11, 11), (32, 31)])
def test_every_kernel_fits_its_size_or_says_why_not(name, size):
    refusal = KERNELS[name].refusal(*size)
    if refusal is None:
        kernel = KERNELS[name].make(*size)
        assert kernel.shape == size and kernel.dtype == np.float32 and np.isfinite(kernel).all() and kernel.any()
    else:
        assert f"{size[0]}×{size[1]}" in refusal and refusal.endswith(".")
        assert min(size) < 3, "only a kernel with a side below 3 is too small for a default"


@pytest.mark.parametrize("angle", range(-360, 361, 15))
@pytest.mark.parametrize("size", [(2, 2), (3, 5), (6, 7)])
def test_motion_blur_keeps_brightness_and_is_symmetric(angle, size):
    kernel = KERNELS["motion_blur"].make(*size, angle=angle)
    assert kernel.sum() == pytest.approx(1, abs=1e-6)
    np.testing.assert_allclose(kernel, flip(kernel), atol=1e-6)


@pytest.mark.parametrize(
    ("name", "values", "words"),
    [
        ("gaussian", {"sigma": -1}, "sigma is a number from 0 to 100"),
        ("gaussian", {"sigma": math.nan}, "not nan"),
        ("shift", {"direction": "<b>"}, "direction is one of right, left, down, up"),
        ("box", {"sigma": 1}, "takes no parameters, not sigma"),
        ("gabor", {"wavelength": "4"}, "wavelength is a number"),
    ],
)
def test_wrong_parameters_are_refused(name, values, words):
    with pytest.raises(KernelError, match=words.replace("(", r"\(")):
        KERNELS[name].make(5, 5, **values)


def test_impulse_response_is_what_scipy_answers():
    kernel = np.arange(6.0).reshape(2, 3)
    impulse = np.zeros((3, 5))
    impulse[1, 2] = 1
    np.testing.assert_array_equal(impulse_response(kernel), signal.correlate2d(impulse, kernel, "valid")[:2, :3])
    np.testing.assert_array_equal(
        impulse_response(kernel, flip=True), signal.convolve2d(impulse, kernel, "valid")[:2, :3]
    )


def test_frequency_response():
    response = frequency_response(KERNELS["sobel_x"].make(3, 3), 32)
    assert response.shape == (32, 32) and response[16, 16] == pytest.approx(0, abs=1e-6)
    assert response[16].max() > 1 and response[:, 16].max() == pytest.approx(0, abs=1e-6)
    w, kernel = 2 * np.pi * 3 / 32, KERNELS["gaussian"].make(5, 5, sigma=1)
    along = abs(sum(kernel.sum(0)[j] * np.exp(-1j * w * j) for j in range(5)))
    assert frequency_response(kernel, 32)[16, 19] == pytest.approx(along, rel=1e-5)
    assert frequency_response(np.ones((70, 3)))[35, 35] == pytest.approx(210)


def test_normalise_transpose_flip_as_filter():
    kernel, said = normalise(np.array([[2, 2], [2, -4]], np.float32))
    assert kernel.sum() == pytest.approx(1) and said == "The weights now sum to 1."
    edge, said = normalise(KERNELS["sobel_x"].make(3, 3))
    assert (edge**2).sum() == pytest.approx(1) and "sum to zero" in said
    for bad, words in ((np.zeros((2, 2)), "zeros"), (np.array([[np.nan]]), "NaN")):
        with pytest.raises(KernelError, match=words):
            normalise(bad)
    with pytest.raises(KernelError, match="2×3"):
        transpose(np.zeros((2, 3)))
    square = np.arange(8).reshape(2, 2, 2)
    np.testing.assert_array_equal(transpose(square)[1], square[1].T)
    np.testing.assert_array_equal(flip(flip(square)), square)
    assert as_filter(np.full((2, 3), 6.0), 3).shape == (3, 2, 3) and as_filter(np.full((2, 3), 6.0), 3).max() == 2


def test_init_bound_reads_the_groups():
    bound = init_bound(ConvSpec(4, 8, (3, 5), groups=2, bias=False))
    assert bound.fan_in == 30 and bound.bound == pytest.approx(30**-0.5)
    assert "2 × 3 × 5 = 30" in bound.text and bound.text.startswith("Weights are")
