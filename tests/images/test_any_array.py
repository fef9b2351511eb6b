"""Arrays of every type, range and shape: always a picture in finite numbers, or one sentence."""

from __future__ import annotations

import io
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv_viz import ConvSpec
from conv_viz.compute.filtering import layer_filters
from conv_viz.compute.full_resolution import maps_in_strips, offer
from conv_viz.images.numbers import SCALINGS
from conv_viz.images.read import PictureError, preview, read
from conv_viz.layers.setup import Setup
from conv_viz.lenses.image import filter_view
from conv_viz.scenes.gallery import Look

TYPES = ("b1", "i1", "u1", "<i2", ">u2", "i4", "u4", "i8", "u8", "f2", ">f4", "f4", "f8", "g")
SIDES = st.sampled_from([0, 1, 2, 3, 5, 40])
SHAPES = st.one_of(
    st.tuples(SIDES, SIDES),
    st.tuples(st.sampled_from([1, 2, 3, 4]), SIDES, SIDES),
    st.tuples(st.sampled_from([(1, 70_000), (70_000, 1), (1, 1_000_000), (3, 66_000), (2, 1, 70_000)])).map(
        lambda s: s[0]
    ),
)


def ends(kind: str) -> tuple[float, float]:
    dtype = np.dtype(kind)
    if dtype.kind == "b":
        return 0, 1
    limits = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return limits.min, limits.max


@st.composite
def arrays(draw) -> np.ndarray:
    kind = draw(st.sampled_from(TYPES))
    low, high = ends(kind)
    few = st.sampled_from([low, high, 0, 1, high // 2, 7])
    rare = st.just(0)
    if np.dtype(kind).kind == "f":
        small = float(np.finfo(kind).smallest_subnormal) if kind != "g" else 1e-300
        rare = st.sampled_from([0.25, -1.5, small, np.nan, np.inf, -np.inf, np.float64(3e38), np.float64(-3e38)])
    values = draw(st.lists(st.one_of(few, few, rare), min_size=1, max_size=4))
    with np.errstate(over="ignore"):
        return np.resize(np.array(values, object).astype(kind), draw(SHAPES))


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def is_sentence(said: str) -> bool:
    return said.endswith(".") and said.count(". ") == 0 and "\n" not in said and "Error" not in said and len(said) < 250


def check(content: bytes, scaling: str = "auto") -> None:
    setup = Setup.of(dict(in_channels=1, out_channels=2, kernel_size=1), (1, 1, 7, 7))
    try:
        small, whole = (reader(content, scaling=scaling) for reader in (preview, read))
    except PictureError as error:
        assert is_sentence(str(error)), error
        return
    assert small.full_size == whole.size and small.scaling == whole.scaling
    unit = whole.unit()
    assert np.isfinite(unit).all()
    if whole.scaling != "raw":
        assert unit.min() >= 0 and unit.max() <= 1
    for named, look in ((False, Look()), (True, Look(colours="grey", scale="shared"))):
        shown = filter_view(setup, small, "array", named=named, look=look)
        json.dumps(shown.header, allow_nan=False)
        assert "maps" in shown.header
        assert shown.arrays["before"].size and shown.arrays["sheet"].size
        assert np.isfinite(shown.arrays["output"]).all()
    filters = layer_filters(ConvSpec(whole.channels, 2, 1), 0)
    offered = offer(filters, small, 0)
    if isinstance(offered, str):
        assert is_sentence(offered), offered
    elif offered is not None:
        maps, values = maps_in_strips(whole, filters, offered, lambda _: True)
        assert np.isfinite(maps).all() and np.isfinite(values).all()


@settings(max_examples=150, deadline=None)
@given(arrays(), st.sampled_from(["auto", *SCALINGS]))
def test_every_array_is_a_picture_or_a_sentence(array, scaling):
    check(npy(array), scaling)


@pytest.mark.parametrize("value", [1e17, 3e38, -3e38, 1e308, 5e-324, np.uint64(2**64 - 1), np.int64(-(2**63))])
def test_one_value_everywhere(value):
    picture = preview(npy(np.full((4, 5), value)))
    check(npy(np.full((4, 5), value)))
    if np.asarray(value).dtype.kind == "f":
        assert (picture.unit() == 0).all()


@pytest.mark.parametrize("kind", ["f4", "f8", "g"])
def test_the_widest_range_becomes_zero_to_one(kind):
    low, high = ends(kind if kind != "g" else "f8")
    picture = preview(npy(np.array([[low, 0, high]], kind)))
    np.testing.assert_allclose(picture.unit()[0], [[0, 0.5, 1]], atol=1e-6)


@pytest.mark.parametrize("size", ["1" + "0" * 400, "9" * 4000, "9" * 5000, "-3", "True", "0"])
@pytest.mark.parametrize("rest", ["", ", 3", ", 3, 1"])
def test_a_header_may_name_any_size(size, rest):
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({size}, 2{rest}), }}".encode()
    header += b" " * (-len(header) % 64) + b"\n"
    content = b"\x93NUMPY\x02\0" + len(header).to_bytes(4, "little") + header
    with pytest.raises(PictureError) as caught:
        read(content)
    assert is_sentence(str(caught.value))
