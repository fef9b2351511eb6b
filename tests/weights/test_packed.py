"""Weights in a link: exact bits, and nothing of what somebody else made of it."""

from __future__ import annotations

import struct
import zlib
from base64 import urlsafe_b64encode

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from conv_viz.weights.edits import Weights
from conv_viz.weights.packed import MOST_LETTERS, MOST_NUMBERS, pack, unpack

NUMBERS = st.floats(width=32, allow_nan=False, allow_infinity=False)


def text(data: bytes) -> str:
    return urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


@given(arrays(np.float32, array_shapes(min_dims=3, max_dims=4, max_side=4), elements=NUMBERS), st.data())
def test_what_was_packed_comes_back_bit_for_bit(weight: np.ndarray, data: st.DataObject) -> None:
    bias = data.draw(arrays(np.float32, data.draw(st.integers(1, 6)), elements=NUMBERS))
    packed = pack(Weights(weight, bias))
    if weight.size + bias.size > MOST_NUMBERS:
        assert packed == ""
        return
    assert len(packed) <= MOST_LETTERS and packed.replace("-", "").replace("_", "").isalnum()
    made = unpack(packed)
    assert made and made.weight.shape == weight.shape
    assert made.weight.tobytes() == weight.tobytes() and made.bias.tobytes() == bias.tobytes()


@given(st.one_of(st.text(max_size=60), st.binary(max_size=200).map(text)))
def test_any_other_text_is_none_or_finite_numbers(said: str) -> None:
    made = unpack(said)
    assert made is None or (np.isfinite(made.weight).all() and made.weight.size + made.bias.size <= MOST_NUMBERS)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x04",
        struct.pack("<B4H2f", 4, 1, 1, 1, 1, np.nan, 0),
        struct.pack("<B4H2f", 4, 1, 1, 1, 1, 0, np.inf),
        struct.pack("<B4H2f", 4, 1, 1, 1, 0, 0, 0),
        struct.pack("<B4H2f", 4, 9, 9, 9, 9, 0, 0),
        struct.pack("<B4H2f", 4, *[65_535] * 4, 0, 0),
        struct.pack("<B2H2f", 2, 1, 1, 0, 0),
        struct.pack("<B4H2f", 4, 1, 1, 1, 1, 0, 0) + b"\x00",
        struct.pack("<B4H300f", 4, 1, 1, 1, 1, *[0] * 300),
        bytes(10_000_000),
    ],
)
def test_hostile_numbers_are_none(data: bytes) -> None:
    assert unpack(text(data)) is None
