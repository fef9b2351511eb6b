"""Pasted arrays: read by `ast`, in every form that people have them in, or refused with one sentence."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from conv_viz.images.packed import pack, unpack
from conv_viz.text.array import read_array
from conv_viz.text.pasted import PasteError

SMALL = arrays(np.float32, array_shapes(min_dims=3, max_dims=3, max_side=4), elements=st.integers(-99, 999).map(float))
ANY = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(SMALL)
def test_what_torch_numpy_and_python_print_is_read(planes: np.ndarray) -> None:
    printed = repr(torch.tensor(planes))
    for text in (str(planes.tolist()), f"x = {planes.tolist()!r}", repr(planes), str(planes), printed):
        read = read_array(text)
        assert read is not None, text
        assert np.array_equal(read, planes), text


@given(SMALL, st.sampled_from("\t;, "))
def test_a_block_of_a_spreadsheet_is_read(planes: np.ndarray, between: str) -> None:
    plane = planes[0]
    read = read_array("\n".join(between.join(f"{v:g}" for v in row) for row in plane))
    assert (read is None and plane.size == 1) or np.array_equal(read, plane[None])


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[[1, 2], [3]]", "different lengths"),
        ("1\t2\n3", "different lengths"),
        ("[[1, x]]", "numbers only"),
        ("[[1, __import__('os').system('true')]]", "numbers only"),
        ("np.array([[1, 'a']])", "numbers only"),
        ("[[[[[[1]]]]]]", "numbers only"),
        ("[]", "has 0 numbers"),
        ("[[1e39]]", "too large for float32"),
        ("[[" + "9" * 400 + "]]", "too large for float32"),
        ("np.array([[[[1]]], [[[2]]]])", "one sample"),
    ],
)
def test_an_array_that_cannot_be_an_input_is_refused(text: str, words: str) -> None:
    with pytest.raises(PasteError, match=words):
        read_array(text)


@pytest.mark.parametrize(
    "text",
    ["nn.Conv2d(3, 64, 7)", "(conv1): Conv2d(3, 4, 3)", "torch.Size([1, 3])", "224", "", "[" * 9000, "1 " * 30_000],
)
def test_what_is_no_array_is_left_to_others(text: str) -> None:
    assert read_array(text) is None


def test_a_table_of_a_layer_with_one_axis_is_channels_and_length() -> None:
    assert read_array("[[1, 2, 3], [4, 5, 6]]", 1).shape == (2, 1, 3)
    assert read_array("1 2 3", 1).shape == (1, 1, 3)


@given(
    arrays(
        np.float32,
        st.tuples(st.integers(1, 4), st.integers(1, 16), st.integers(1, 16)),
        elements=st.one_of(st.integers(-128, 127).map(float), ANY),
    )
)
def test_a_link_holds_them_bit_for_bit(planes: np.ndarray) -> None:
    packed = pack(planes)
    assert 0 < len(packed) < 6000
    assert unpack(packed).tobytes() == planes.tobytes()


@given(st.text(max_size=200))
def test_a_damaged_link_holds_nothing_and_does_no_harm(text: str) -> None:
    unpack(text)
    assert unpack("x" * 6001) is None
