"""The contact sheet: every map in its place, in colours that say the truth."""

from __future__ import annotations

import io
import time

import numpy as np
import pytest
from PIL import Image
from skimage import color, data

from conv_viz import ConvSpec, run
from conv_viz.images.contact_sheet import DARK, NOT_A_NUMBER, encode, painted, sheet, thumbnails, value_range

CAT = np.ascontiguousarray(data.chelsea().transpose(2, 0, 1)[:, :192, :256]).astype(np.float32) / 255
RUN = run(ConvSpec(3, 12, 3, padding=1), CAT)


def cut(image: np.ndarray, rectangle: tuple[int, int, int, int]) -> np.ndarray:
    left, top, width, height = rectangle
    return image[top : top + height, left : left + width]


def test_every_map_stands_in_its_cell_and_is_found_there():
    made = sheet(RUN.output, RUN.weight)
    span = float(RUN.output.min()), float(RUN.output.max())
    assert len(made.cells) == 12 and made.image.dtype == np.uint8
    seen = np.zeros(made.image.shape[:2], int)
    for cell, values in zip(made.cells, RUN.output, strict=True):
        np.testing.assert_array_equal(cut(made.image, cell.map), painted(values, span))
        assert cell.values == (float(values.min()), float(values.max()))
        left, top, width, height = cell.map
        for x, y in ((left, top), (left + width - 1, top + height - 1), cell.filter[:2]):
            assert made.at(x, y) == cell.index
        for rectangle in (cell.map, cell.filter):
            cut(seen, rectangle)[:] += 1
    assert seen.max() == 1, "no two rectangles overlap"
    assert (made.image[seen == 0] == 255).all() and made.at(-1, 5) is None and made.at(1e6, 1e6) is None


def test_scales():
    maps = np.stack([np.linspace(-1, 1, 96 * 96), np.linspace(0, 0.01, 96 * 96)]).reshape(2, 96, 96)
    shared, each = sheet(maps), sheet(maps, scale="each")
    np.testing.assert_array_equal(cut(shared.image, shared.cells[0].map), painted(maps[0], (-1, 1)))
    np.testing.assert_array_equal(cut(shared.image, shared.cells[1].map), painted(maps[1], (-1, 1)))
    np.testing.assert_array_equal(cut(each.image, each.cells[1].map), painted(maps[1], (0, 0.01)))
    assert each.cells[1].values == shared.cells[1].values == (0, 0.01)


def test_relu_comes_before_the_averaging():
    board = np.where(np.indices((1, 512, 512)).sum(0) % 2, -2.0, 1.0).astype(np.float32)
    np.testing.assert_allclose(thumbnails(board, relu=True), 0.5)
    np.testing.assert_allclose(thumbnails(board), -0.5)
    assert sheet(board, relu=True).cells[0].values == (0, 1)


@pytest.mark.parametrize("dark", [False, True])
def test_diverging_colours_are_ordered_and_zero_is_the_neutral(dark):
    ramp = np.linspace(-3, 3, 255)[None]
    colours = painted(ramp, (-3, 1), dark=dark)
    lightness = color.rgb2lab(colours[None] / 255)[0, 0, :, 0]
    away = -1 if not dark else 1
    assert (np.diff(lightness[128:]) * away > -0.5).all() and (np.diff(lightness[:127]) * away < 0.5).all()
    neutral = colours[0, 127].astype(int)
    assert np.ptp(neutral) < 20 and (neutral.mean() > 240 if not dark else neutral.mean() < 40)
    assert colours[0, 0, 2] > colours[0, 0, 0] and colours[0, -1, 0] > colours[0, -1, 2]
    np.testing.assert_array_equal(painted(np.zeros((1, 1)), (-7, 0.1), dark=dark)[0, 0], neutral)


def test_colours_differ_for_colour_blind_readers():
    """Red-green blindness (Viénot, Brettel & Mollon 1999, protanopia): the two signs stay apart."""
    to_lms = np.array([[17.8824, 43.5161, 4.11935], [3.45565, 27.1554, 3.86714], [0.0299566, 0.184309, 1.46709]])
    blind = np.array([[0, 2.02344, -2.52581], [0, 1, 0], [0, 0, 1]])
    turned = np.linalg.inv(to_lms) @ blind @ to_lms
    low, high = (painted(np.array([[v]]), (-1, 1))[0, 0] / 255 for v in (-0.5, 0.5))
    labs = [color.rgb2lab(np.clip((turned @ c**2.2), 0, 1) ** (1 / 2.2)) for c in (low, high)]
    assert np.linalg.norm(labs[0] - labs[1]) > 25


def test_what_is_no_number_is_yellow_and_infinity_takes_its_end():
    values = np.array([[np.nan, np.inf, -np.inf, 0.0, 1.0]], np.float32)
    assert value_range(values) == (0, 1)
    shown = painted(values, (0, 1))[0].tolist()
    assert shown[0] == list(NOT_A_NUMBER)
    assert shown[1] == shown[4] and shown[2] == painted(np.array([[-1.0]]), (0, 1))[0, 0].tolist()
    made = sheet(np.full((1, 96, 96), np.nan, np.float32))
    assert made.cells[0].values == (0, 0)
    assert (cut(made.image, made.cells[0].map) == NOT_A_NUMBER).all()


def test_grey_goes_from_end_to_end():
    assert painted(np.array([[2.0, 3.0, 4.0]]), (2, 4), colours="grey")[0, :, 0].tolist() == [0, 128, 255]
    assert painted(np.array([[5.0]]), (5, 5), colours="grey").shape == (1, 1, 3)


@pytest.mark.parametrize("span", [(1e38, 3e38), (-3e38, 3e38), (0, 1e-40), (-1e-300, 0)])
def test_extreme_ranges_paint_without_a_warning(span):
    with np.errstate(all="raise", under="ignore"):
        painted(np.array([[span[0], span[1]]]).astype(np.float32), span)


@pytest.mark.parametrize("shape", [(1, 1, 1), (3, 1, 5000), (5, 5000, 1), (512, 8, 8), (70, 300, 200), (2, 7, 7)])
@pytest.mark.parametrize("kernel", [(1, 1, 1), (3, 3, 3), (4, 1, 31), (600, 5, 5), (2, 300, 300)])
def test_any_shape_makes_a_sheet_of_sensible_size(shape, kernel):
    maps = np.random.default_rng(0).normal(size=shape).astype(np.float32)
    made = sheet(maps, np.ones((shape[0], *kernel), np.float32), dark=True)
    assert made.image.size < 3 * 12_000_000 and len(made.cells) == shape[0]
    for cell in made.cells:
        for left, top, width, height in (cell.map, cell.filter):
            assert width > 0 and height > 0 and left + width <= made.image.shape[1]
            assert top + height <= made.image.shape[0]
    assert made.image[0, 0].tolist() == list(DARK)


def test_filters_share_one_scale_and_show_their_channels():
    weight = np.zeros((2, 2, 2, 2), np.float32)
    weight[0, 0, 0, 0], weight[1, 1, 1, 1] = 1, -0.5
    made = sheet(np.zeros((2, 100, 100), np.float32), weight)
    first, second = (cut(made.image, cell.filter) for cell in made.cells)
    assert first[0, 0].tolist() == painted(np.array([[1.0]]), (-1, 1))[0, 0].tolist()
    assert second[-1, -1].tolist() == painted(np.array([[-0.5]]), (-1, 1))[0, 0].tolist()
    deep = np.zeros((2, 5, 1, 1), np.float32)
    deep[0] = np.array([5, 0, 0, 0, 0])[:, None, None]
    made = sheet(np.zeros((2, 100, 100), np.float32), deep)
    assert cut(made.image, made.cells[0].filter)[0, 0].tolist() == [103, 0, 31]


def test_wrong_arguments_are_refused():
    maps = np.zeros((2, 4, 4), np.float32)
    for call in (
        lambda: sheet(maps[0]),
        lambda: sheet(maps[:0]),
        lambda: sheet(maps, scale="log"),
        lambda: sheet(maps, colours="jet"),
        lambda: sheet(maps, np.zeros((3, 1, 1, 1))),
    ):
        with pytest.raises(ValueError, match=r"\.$"):
            call()


def test_encoding_png_is_exact_and_jpeg_is_near():
    image = sheet(RUN.output, RUN.weight).image
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(encode(image, "PNG")))), image)
    jpeg = np.asarray(Image.open(io.BytesIO(encode(image)))).astype(int)
    assert np.abs(jpeg - image).mean() < 4 and len(encode(image)) < len(encode(image, "PNG"))


def test_sixty_four_maps_cost_little_beside_drawing_them_one_by_one():
    maps = np.tile(RUN.output, (6, 1, 1))[:64]
    weight = np.tile(RUN.weight, (6, 1, 1, 1))[:64]

    def best(work):
        taken = []
        for _ in range(3):
            start = time.process_time()
            work()
            taken.append(time.process_time() - start)
        return min(taken)

    one_by_one = best(lambda: [encode(painted(m, (-1, 1)), "PNG") for m in maps])
    assert best(lambda: sheet(maps, weight)) < one_by_one / 3
