"""What the page draws: every number in it leads back to torch's."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from skimage import data

from conv_viz import ConvSpec, ConvSpecError, MaxPoolSpec
from conv_viz.compute.filtering import filtered, layer_filters, named_filters
from conv_viz.images.maps import Filtered
from conv_viz.images.read import Picture
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.scenes.gallery import Look, gallery_scene, histogram, map_picture, sheet_of, span_of
from conv_viz.scenes.payload import decode, encode

pytestmark = pytest.mark.numeric

CAT = np.ascontiguousarray(data.chelsea()[100:160, 120:210].transpose(2, 0, 1))


def bytes_picture(height: int = 60, width: int = 90) -> Picture:
    return Picture(CAT[:, :height, :width], 0, 255, (), (height, width))


def numbers_picture(height: int, width: int) -> Picture:
    array = CAT[:2, :height, :width].astype(np.float32) / 7 - 10
    return Picture(array, -10, float(array.max()), (), (height, width))


def done(spec: ConvSpec, picture: Picture | None = None) -> Filtered:
    return filtered(picture or bytes_picture(), layer_filters(spec, 3))


def opened(array: np.ndarray) -> Image.Image:
    return Image.open(io.BytesIO(array.tobytes()), formats=["JPEG", "PNG"])


@given(
    st.integers(1, 5), st.sampled_from([1, 2, 3]), st.integers(1, 4), st.integers(1, 3), st.integers(0, 3),
    st.integers(1, 2), st.sampled_from(PADDING_MODES), st.integers(1, 20), st.integers(1, 20), st.booleans(), st.data(),
)  # fmt: skip
def test_tables_pixels_and_weights_give_torchs_number(
    width, groups, kernel, stride, padding, dilation, mode, rows, columns, floats, draw
):
    spec = ConvSpec(width * groups, 2 * groups, kernel, stride, padding, dilation, groups, padding_mode=mode)
    picture = numbers_picture(rows, columns) if floats else bytes_picture(rows, columns)
    try:
        made = done(spec, picture)
    except ConvSpecError:
        return
    index = draw.draw(st.integers(0, spec.out_channels - 1))
    scene = decode(encode(gallery_scene(made, Look(chosen=index))))
    arrays, detail = scene.arrays, scene.header["detail"]
    y, x = (draw.draw(st.integers(0, n - 1)) for n in detail["size"])
    source_y, source_x = (arrays[f"source_{a}"][arrays[f"window_{a}"][at]] for a, at in (("y", y), ("x", x)))
    low, high = np.float32(detail["low"]), np.float32(detail["high"] - detail["low"])
    unit = (arrays["pixels"].astype(np.float32) - low) / high
    window = unit[np.ix_(detail["planes"], np.maximum(source_y, 0), np.maximum(source_x, 0))].astype(np.float64)
    window[:, source_y < 0] = 0
    window[:, :, source_x < 0] = 0
    total = float((window * arrays["weight"][0]).sum() + arrays["bias"][0])
    assert total == pytest.approx(float(made.maps[index, y, x]), abs=1e-4)
    assert float(arrays["output"][y, x]) == float(made.maps[index, y, x])


@pytest.mark.parametrize("colours", ["diverging", "grey"])
@pytest.mark.parametrize("scale", ["each", "shared"])
def test_map_and_sheet_have_the_same_colours(scale, colours):
    made = done(ConvSpec(3, 4, 3))
    look = Look(scale=scale, colours=colours, chosen=2, relu=True)
    sheet = sheet_of(made, look)
    left, top, width, height = sheet.cells[2].map
    shown = sheet.image[top : top + height, left : left + width]
    np.testing.assert_array_equal(shown, map_picture(made.maps[2], span_of(made, look, 2), look))
    scene = gallery_scene(made, look)
    assert opened(scene.arrays["after"]).size == (88, 58) and opened(scene.arrays["before"]).size == (90, 60)
    assert opened(scene.arrays["sheet"]).size == tuple(scene.header["sheet"])


def test_what_the_header_says():
    scene = gallery_scene(done(ConvSpec(3, 4, 3, stride=2, padding=1)), Look(chosen=9))
    header = scene.header
    assert header["code"] == "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
    assert header["picture"] == [60, 90] and header["page"] == [0, 4, 4]
    assert header["detail"]["index"] == 0, "a map that is not there is the first one"
    assert [m["name"] for m in header["maps"]] == [f"filter {i}" for i in range(4)]
    assert all(m["values"][0] < m["values"][1] for m in header["maps"])


def test_names_of_named_filters_and_their_pictures_in_full_contrast():
    made = filtered(bytes_picture(), named_filters(ConvSpec(3, 1, 3)))
    scene = gallery_scene(made, Look())
    assert scene.header["named"] and scene.header["maps"][2]["name"] == "Box blur"
    sheet = sheet_of(made, Look())
    left, top, width, height = sheet.cells[2].filter
    assert np.ptp(sheet.image[top : top + height, left : left + width].reshape(-1, 3), axis=0).max() == 0
    assert sheet.image[top, left].tolist() == [103, 0, 31], "the weights of the box are small, but shown in full colour"


@pytest.mark.parametrize(
    ("spec", "place"),
    [
        (ConvSpec(3, 1, 3, padding=1), (0, 60, 0, 90)),
        (ConvSpec(3, 1, 3), (1, 58, 1, 88)),
        (ConvSpec(3, 1, 1, padding=2), (-2, 64, -2, 94)),
        (ConvSpec(3, 1, 2, stride=2), (0, 60, 0, 90)),
        (ConvSpec(3, 1, (60, 90)), (0, 60, 0, 90)),
        (ConvSpec(3, 1, 3, stride=3, dilation=2), (1, 57, 1, 87)),
    ],
    ids=repr,
)
def test_each_output_stands_over_the_middle_of_its_window(spec, place):
    assert gallery_scene(done(spec), Look()).header["detail"]["place"] == list(place)


def test_histogram_counts_every_finite_number():
    values = np.array([[0.0, 1.0, np.nan, np.inf], [0.5, 1.0, -np.inf, 0.1]], np.float32)
    counts, edges = histogram(values)
    assert counts.sum() == 5 and len(counts) == 64 and edges == (0.0, 1.0) and counts[-1] == 2
    counts, edges = histogram(np.full((3, 3), 2.0, np.float32))
    assert counts.tolist() == [9] and edges == (2.0, 2.0)


def test_relu_is_in_the_histogram_and_the_range():
    made = done(ConvSpec(3, 1, 3))
    scene = gallery_scene(made, Look(relu=True))
    assert scene.header["detail"]["edges"][0] == 0 and scene.header["detail"]["values"][0] == 0
    assert scene.arrays["counts"][0] >= (made.maps[0] <= 0).sum()
    assert scene.arrays["output"].min() < 0, "the numbers themselves are torch's"


def test_repeated_channels_cross_once():
    scene = gallery_scene(done(ConvSpec(16, 2, 3)), Look())
    assert scene.arrays["pixels"].shape == (3, 60, 90) and scene.arrays["pixels"].dtype == np.uint8
    assert scene.header["detail"]["planes"] == [c % 3 for c in range(16)]


@pytest.mark.parametrize(
    ("channels", "groups", "bands", "names"),
    [
        (3, 1, (), ["red", "green", "blue"]),
        (4, 2, (), ["channel 2", "channel 3"]),
        (4, 2, ("red", "green", "blue", "near infrared"), ["blue", "near infrared"]),
        (1, 1, ("red", "green", "blue", "near infrared"), ["grey"]),
        (6, 1, ("red", "near infrared"), ["red", "near infrared", "channel 2", "channel 3", "channel 4", "channel 5"]),
    ],
)
def test_the_channels_of_a_map_have_the_names_of_the_pictures_bands(channels, groups, bands, names):
    picture = replace(bytes_picture(), array=np.repeat(CAT[:1], channels, 0), bands=bands)
    scene = gallery_scene(done(ConvSpec(channels, 2, 3, groups=groups), picture), Look(chosen=1))
    assert scene.header["detail"]["names"] == names


def test_the_maps_of_a_pool_have_the_names_of_the_bands():
    picture = replace(bytes_picture(), bands=("red", "near infrared"))
    scene = gallery_scene(filtered(picture, layer_filters(MaxPoolSpec(2), 0)), Look(chosen=1))
    assert [one["name"] for one in scene.header["maps"]] == ["red", "near infrared", "blue"]
    assert scene.header["detail"]["name"] == "near infrared"
