"""Payload: what goes in comes out, it stays small, and foreign bytes are refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays_of

from conv_viz import ConvSpec, run
from conv_viz.lenses.layer import Setup, picture, run_scene
from conv_viz.scenes.payload import decode, encode
from conv_viz.scenes.scene import Scene
from tests.strategies import layers

KINDS = ("float32", "float64", "int16", "int32")
any_array = st.sampled_from(KINDS).flatmap(
    lambda kind: arrays_of.arrays(kind, arrays_of.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=5))
)
any_header = st.dictionaries(st.sampled_from(("code", "stage", "naïve ×")), st.text() | st.integers() | st.booleans())


@given(any_header, st.dictionaries(st.text(min_size=1, max_size=12), any_array, max_size=5))
def test_round_trip_of_anything(header, arrays):
    data = encode(Scene(header, arrays))
    back = decode(data)
    assert {name: back.header[name] for name in header} == header
    assert list(back.arrays) == list(arrays)
    for name, array in arrays.items():
        np.testing.assert_array_equal(back.arrays[name], array)
        assert back.arrays[name].dtype.kind == array.dtype.kind
        assert back.arrays[name].shape == array.shape


@pytest.mark.parametrize("numbers", [[-40_000, 0], [0, 40_000], [-32_768, 32_767], [-1, 3]])
def test_index_tables_keep_their_numbers(numbers):
    table = np.array(numbers, np.int32)
    assert decode(encode(Scene({}, {"source_y": table}))).arrays["source_y"].tolist() == numbers


@given(layers(), st.sampled_from((np.float32, np.float64)))
def test_round_trip_of_a_layer(layer, dtype):
    arguments, shape = layer
    shown = run_scene(run(ConvSpec(**arguments), np.random.default_rng(1).standard_normal(shape).astype(dtype)))
    back = decode(encode(shown))
    for name, array in shown.arrays.items():
        np.testing.assert_array_equal(back.arrays[name], array)  # bit for bit, NaN fill included
        assert array.dtype == np.int32 or back.arrays[name].dtype == array.dtype
    assert {k: v for k, v in back.header.items() if k not in ("arrays", "id")} == json.loads(json.dumps(shown.header))


@given(layers())
def test_every_array_is_aligned(layer):
    """A browser makes typed arrays in place, which need it."""
    arguments, shape = layer
    data = encode(run_scene(run(ConvSpec(**arguments), np.zeros(shape, np.float32))))
    start = 8 + int.from_bytes(data[4:8], "little")
    start += -start % 8
    offsets = [offset for *_, offset in decode(data).header["arrays"]]
    assert start % 8 == 0 and all(offset % 8 == 0 for offset in offsets)
    assert len(data) % 8 == 0


def test_the_id_names_the_picture():
    def name(**changes):
        setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3, **changes), (1, 1, 6, 6))
        return decode(picture(setup)).header["id"]

    assert name() == name()
    assert len({name(), name(bias=False), name(stride=2), name(padding=1)}) == 4


@pytest.mark.parametrize("bad", [b"", b"CVZ", b"PNG1" + bytes(40)])
def test_foreign_bytes_are_refused(bad):
    with pytest.raises(ValueError, match="CVZ1"):
        decode(bad)


def test_an_unknown_type_is_refused():
    data = encode(Scene({}, {"bias": np.zeros(1, np.float32)})).replace(b'"f4"', b'"u8"')
    with pytest.raises(ValueError, match="unknown type 'u8'"):
        decode(data)


def test_a_header_that_json_cannot_say_is_an_error_here_not_in_the_browser():
    with pytest.raises(ValueError):
        encode(Scene({"range": float("nan")}))


def size(side, **arguments):
    return len(picture(Setup.of(dict(in_channels=1, out_channels=1, **arguments), (1, 1, side, side), "random")))


def test_28_by_28_in_and_out_is_at_most_16_kb():
    assert size(28, kernel_size=3, padding=1) <= 16_000
    assert size(28, kernel_size=11, padding=5) <= 16_000


def test_the_size_does_not_grow_with_steps_times_taps():
    """More taps for each of the 784 outputs cost only the weights and tables: far below a byte a product."""
    small, large = size(28, kernel_size=3, padding="same"), size(28, kernel_size=11, padding="same")
    products = 28 * 28 * (11**2 - 3**2)
    padded = 4 * (38**2 - 30**2)
    assert large - small <= padded + 4 * (11**2 - 3**2) + 2 * 2 * 28 * 8 + 2 * 2 * 8 + 200
    assert large - small < products / 10


def test_the_same_cells_at_another_stride_take_the_same_room():
    """57 cells at stride 2 and 30 at stride 1 both give 28 x 28 outputs: the difference is the input alone."""
    dense, sparse = size(30, kernel_size=3), size(57, kernel_size=3, stride=2)
    assert sparse - dense <= 4 * (57**2 - 30**2) + 2 * 2 * 27 + 200
