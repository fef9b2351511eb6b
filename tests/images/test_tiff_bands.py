"""What a TIFF's samples mean: every naming of the same bands gives the same picture, or one sentence."""

from __future__ import annotations

import io
import struct

import numpy as np
import pytest
import tifffile
from PIL import Image

from conv_viz.images.read import PictureError, preview, read

DRAW = np.random.default_rng(0)


def tiff(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, metadata=None, **options)
    return file.getvalue()


def renamed(content: bytes, **tags: int) -> bytes:
    """The file with other values in tags that hold one short number."""
    numbers = {"photometric": 262, "samples": 277, "planar": 284, "format": 339}
    order = "<" if content[:2] == b"II" else ">"
    changed = bytearray(content)
    (start,) = struct.unpack_from(f"{order}L", content, 4)
    (count,) = struct.unpack_from(f"{order}H", content, start)
    wanted = {numbers[name]: value for name, value in tags.items()}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        (tag,) = struct.unpack_from(f"{order}H", content, at)
        if tag in wanted:
            struct.pack_into(f"{order}HHLHH", changed, at, tag, 3, 1, wanted.pop(tag), 0)
    assert not wanted, f"no such tags in the file: {wanted}"
    return bytes(changed)


ORDERS = pytest.mark.parametrize("byteorder", "<>")
PACKED = pytest.mark.parametrize("compression", [None, "zlib"])


@ORDERS
@PACKED
@pytest.mark.parametrize("dtype", ["u1", "u2"])
def test_white_is_zero_in_whole_numbers(byteorder, compression, dtype):
    deep = np.full((6, 9), np.iinfo(dtype).max, dtype)
    deep[0, 0] = 0
    content = tiff(deep, photometric="miniswhite", byteorder=byteorder, compression=compression)
    for picture in (read(content), preview(content, 9)):
        assert picture.array.dtype == deep.dtype
        assert picture.unit()[0, 0, 0] == 1 and picture.unit().sum() == 1
    stretched = read(content, scaling="stretch")
    assert stretched.unit()[0, 0, 0] == 1 and stretched.unit().sum() == 1


@ORDERS
@pytest.mark.parametrize(
    ("values", "unit"),
    [
        (np.array([[0, 0.25, 1]], "f4"), [1, 0.75, 0]),
        (np.array([[0, 50, 200]], "f4"), [1, 0.75, 0]),
        (np.array([[-3, 0, 9]], "i2"), [1, 0.75, 0]),
        (np.array([[-3, 0, 9]], "i4"), [1, 0.75, 0]),
    ],
)
def test_white_is_zero_in_other_numbers(byteorder, values, unit):
    content = tiff(values, photometric="miniswhite", byteorder=byteorder)
    np.testing.assert_allclose(read(content).unit()[0, 0], unit, atol=1e-6)
    assert "White is zero in this file; turned round." in read(content).notes


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize("photometric", [0, 1])
def test_few_bits(bits, photometric):
    values = np.tile(np.arange(2**bits, dtype=np.uint8), 8 // bits)[None]
    packed = np.packbits(np.unpackbits(values[..., None], axis=-1)[..., 8 - bits :].reshape(1, -1))
    content = renamed(tiff(values), photometric=photometric)
    content = content.replace(struct.pack("<HHLHH", 258, 3, 1, 8, 0), struct.pack("<HHLHH", 258, 3, 1, bits, 0))
    at = content.rindex(values.tobytes())
    content = content[:at] + packed.tobytes() + content[at + len(packed) :]
    unit = values / (2**bits - 1)
    np.testing.assert_allclose(read(content).unit()[0], 1 - unit if photometric == 0 else unit, atol=0.01)


@pytest.mark.parametrize("photometric", [0, 1])
def test_twelve_bits_have_a_range_of_their_own(photometric):
    values = np.array([[0, 1365, 4095, 2730]], np.uint16)
    bits = np.unpackbits(values.byteswap().view(np.uint8).reshape(-1, 2), axis=1)[:, 4:]
    content = tiff(values).replace(struct.pack("<HHLHH", 258, 3, 1, 16, 0), struct.pack("<HHLHH", 258, 3, 1, 12, 0))
    content = renamed(content, photometric=photometric)
    at = content.rindex(values.tobytes())
    content = content[:at] + np.packbits(bits).tobytes() + content[at + 6 :]
    unit = values / 4095
    np.testing.assert_allclose(read(content).unit()[0], 1 - unit if photometric == 0 else unit, atol=1e-4)


@ORDERS
@PACKED
@pytest.mark.parametrize("dtype", ["u1", "u2"])
@pytest.mark.parametrize("extra", [None, [0, 0]])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("photometric", [0, 1])
def test_three_bands_called_grey(byteorder, compression, dtype, extra, planar, photometric):
    bands = DRAW.integers(0, np.iinfo(dtype).max, (3, 8, 9), dtype)
    stored = bands if planar == "separate" else np.ascontiguousarray(bands.transpose(1, 2, 0))
    more = {"planarconfig": planar, "byteorder": byteorder, "compression": compression}
    grey = renamed(
        tiff(stored, photometric="minisblack", extrasamples=extra or [0, 0], **more), photometric=photometric
    )
    if extra is None:
        grey = renamed(tiff(stored, photometric="rgb", **more), photometric=photometric)
    if dtype == "u2" and planar == "separate":
        with pytest.raises(PictureError, match="3 bands of 16 bits one after the other"):
            read(grey)
        return
    expected = read(tiff(stored, photometric="rgb", **more))
    assert expected.channels == 3
    same = 255 - expected.array if photometric == 0 else expected.array
    np.testing.assert_array_equal(read(grey).array, same)


@PACKED
@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_two_bands_are_both_kept(compression, planar):
    bands = DRAW.integers(0, 255, (2, 8, 9), np.uint8)
    stored = bands if planar == "separate" else np.ascontiguousarray(bands.transpose(1, 2, 0))
    more = {"photometric": "minisblack", "planarconfig": planar, "compression": compression}
    if planar == "separate":
        with pytest.raises(PictureError, match="2 bands of 8 bits one after the other"):
            read(tiff(stored, extrasamples=[0], **more))
        return
    picture = read(tiff(stored, extrasamples=[0], **more))
    np.testing.assert_array_equal(picture.array, bands)
    assert picture.notes == ("A TIFF of 2 bands: both are kept, as channels 0 to 1.",)


@pytest.mark.parametrize("photometric", ["minisblack", "rgb"])
def test_premultiplied_alpha_is_undone(photometric):
    count = 2 if photometric == "minisblack" else 4
    straight = np.full((3, 4, count), 200, np.uint8)
    straight[..., -1] = 128
    premultiplied = straight.copy()
    premultiplied[..., :-1] = 100
    kept = read(tiff(premultiplied, photometric=photometric, extrasamples=[1]), alpha="channel")
    np.testing.assert_allclose(kept.array, straight.transpose(2, 0, 1), atol=2)
    white = read(tiff(premultiplied, photometric=photometric, extrasamples=[1]))
    assert white.notes == ("Alpha laid on white.",) and abs(int(white.array[0, 0, 0]) - 227) <= 2


def test_signed_bytes_and_long_unsigned_numbers_keep_their_sign():
    np.testing.assert_allclose(read(tiff(np.array([[-128, 127]], "i1"))).unit()[0], [[0, 1]])
    big = read(tiff(np.array([[0, 2**31, 2**32 - 1]], "u4")))
    np.testing.assert_allclose(big.unit()[0, 0], [0, 0.5, 1], atol=1e-6)


@pytest.mark.parametrize("dtype", ["f2", "f8", "u8", "i8"])
def test_numbers_that_are_not_read_are_named(dtype):
    with pytest.raises(PictureError, match=r"This TIFF stores 1 band of \d+ bits as .*numbers, which cannot be read"):
        read(tiff(np.zeros((4, 5), dtype)))


@pytest.mark.parametrize("count", [5, 7])
@pytest.mark.parametrize("photometric", ["minisblack", "rgb"])
def test_more_bands_are_refused_and_counted(count, photometric):
    extra = [0] * (count - (1 if photometric == "minisblack" else 3))
    with pytest.raises(PictureError, match=f"This TIFF has {count} bands, and only 1 to 4 can be read"):
        read(tiff(np.zeros((4, 5, count), "u1"), photometric=photometric, extrasamples=extra, planarconfig="contig"))


def test_colours_that_are_not_read_are_named():
    file = io.BytesIO()
    Image.new("LAB", (4, 5)).save(file, "TIFF")
    with pytest.raises(PictureError, match=r"L\*a\*b\* colours"):
        read(file.getvalue())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "CMYK", "YCbCr", "I;16", "I", "F"])
@pytest.mark.parametrize("compression", [None, "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_what_pillow_writes_is_read(mode, compression):
    file = io.BytesIO()
    Image.new(mode, (9, 8)).save(file, "TIFF", compression=compression)
    assert read(file.getvalue()).size == (8, 9)
