"""What a user may bring: read as a person expects, or refused with one sentence."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import matplotlib.cbook
import numpy as np
import pytest
import skimage
import tifffile
from PIL import Image, ImageOps
from skimage import data

from conv_viz.images.read import (
    FORMATS,
    MAX_BYTES,
    Picture,
    PictureError,
    crop,
    preview,
    read,
    resized,
    shrunk,
    to_channels,
)

SKIMAGE = Path(skimage.__file__).parent / "data"
ASSETS = Path(__file__).parents[2] / "assets"
HOPPER = Path(str(matplotlib.cbook.get_sample_data("grace_hopper.jpg", asfileobj=False)))
CAT = data.chelsea()


def saved(image: Image.Image | np.ndarray, format: str = "PNG", **options) -> bytes:
    file = io.BytesIO()
    if isinstance(image, np.ndarray):
        image = Image.fromarray(image)
    image.save(file, format, **options)
    return file.getvalue()


def npy(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    np.save(file, array, **options)
    return file.getvalue()


def tiff(array: np.ndarray, **options) -> bytes:
    file = io.BytesIO()
    tifffile.imwrite(file, array, metadata=None, **options)
    return file.getvalue()


def chw(array: np.ndarray) -> np.ndarray:
    return array[None] if array.ndim == 2 else array.transpose(2, 0, 1)


def refused(content: bytes, name: str = "") -> str:
    sentences = []
    for reader in (read, preview):
        with pytest.raises(PictureError) as caught:
            reader(content, name=name)
        sentences.append(str(caught.value))
    assert sentences[0] == sentences[1]
    assert sentences[0].endswith(".") and sentences[0].count(". ") == 0 and "\n" not in sentences[0]
    return sentences[0]


# -- real pictures ------------------------------------------------------------------------


DEEP = SKIMAGE / "multipage_rgb.tif"  # three bands of 64-bit floats
SAMPLES = sorted(p for p in SKIMAGE.iterdir() if p.suffix in (".png", ".jpg", ".tif", ".gif") and p != DEEP)


@pytest.mark.parametrize("path", SAMPLES, ids=lambda p: p.name)
def test_every_sample_of_scikit_image_is_read_as_pillow_reads_it(path):
    content = path.read_bytes()
    picture = read(content, path.name)
    with Image.open(path) as image:
        expected = image.convert("L" if picture.channels == 1 else "RGB")
        assert picture.size == (image.height, image.width) == picture.full_size
        if not image.has_transparency_data and picture.array.dtype == np.uint8:
            np.testing.assert_array_equal(picture.array, chw(np.asarray(expected)))
    small = preview(content, 100, path.name)
    assert max(small.size) <= 100 and small.full_size == picture.full_size and small.channels == picture.channels
    assert small.unit().mean() == pytest.approx(picture.unit().mean(), abs=0.02)


@pytest.mark.parametrize("name", ["photo.png", "astronaut.jpg", "camera.png", "cat_4_bands.tif"])
def test_the_shipped_samples(name):
    picture = read((ASSETS / name).read_bytes(), name)
    assert picture.channels == {"camera.png": 1, "cat_4_bands.tif": 4}.get(name, 3)
    assert (ASSETS / name).stat().st_size < 350_000
    if name == "cat_4_bands.tif":
        np.testing.assert_array_equal(picture.array[:3], chw(CAT))
        assert picture.notes == ("A TIFF of 4 bands: all four are kept, as channels 0 to 3.",)
    else:
        assert picture.notes == ()


@pytest.mark.parametrize("format", FORMATS)
def test_formats_and_their_truncation(format):
    options = {"lossless": True} if format == "WEBP" else {}
    content = saved(CAT, format, **options)
    picture = read(content, f"cat.{format.lower()}")
    assert np.abs(picture.array.astype(int) - chw(CAT)).mean() < (6 if format in ("JPEG", "GIF") else 1e-9)
    for length in (len(content) // 2, 60, 20, 5):
        assert "damaged" in (said := refused(content[:length])) or "no picture" in said or "no pixels" in said


def test_a_preview_uses_the_jpegs_own_reduction():
    hopper = HOPPER.read_bytes()
    small = preview(hopper, 150)
    assert max(small.size) == 150 and small.full_size == read(hopper).size
    exact = shrunk(read(hopper), 150)
    assert np.abs(small.unit() - exact.unit()).mean() < 0.01


# -- kinds of pixels ----------------------------------------------------------------------


def test_sixteen_bits_grey_are_kept():
    deep = (CAT[..., 0].astype(np.uint16) << 8) + 7
    for content in (saved(deep), tiff(deep), tiff(deep, byteorder=">"), npy(deep)):
        picture = read(content)
        assert picture.array.dtype == np.uint16 and (content == npy(deep) or picture.notes == ())
        np.testing.assert_array_equal(picture.array[0], deep)
        np.testing.assert_allclose(picture.unit()[0], deep / 65535, rtol=1e-6)
    assert preview(saved(deep), 100).array.dtype == np.uint16


def png_chunks(width: int, height: int, depth: int, colour: int, rows: bytes) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    signature = b"\x89PNG\r\n\x1a\n"
    return signature + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def test_sixteen_bits_of_colour_are_cut_and_said():
    picture = read(png_chunks(1, 1, 16, 2, b"\0\x12\x34\x56\x78\x9a\xbc"))
    assert picture.array.ravel().tolist() == [0x12, 0x56, 0x9A]
    assert "upper 8" in picture.notes[0]


def test_cmyk_palette_and_one_bit():
    cmyk = Image.fromarray(CAT).convert("CMYK")
    picture = read(saved(cmyk, "TIFF"))
    np.testing.assert_array_equal(picture.array, chw(np.asarray(cmyk.convert("RGB"))))
    assert picture.notes == ("CMYK converted to RGB, without a colour profile.",)
    palette = Image.fromarray(CAT).quantize(16)
    picture = read(saved(palette))
    np.testing.assert_array_equal(picture.array, chw(np.asarray(palette.convert("RGB"))))
    assert picture.notes == ("Palette colours looked up.",)
    bits = Image.fromarray(CAT).convert("1")
    assert set(np.unique(read(saved(bits)).array)) == {0, 255}


def test_alpha_is_laid_on_white_or_kept():
    rgba = np.array([[[255, 0, 0, 255], [0, 0, 0, 0], [0, 0, 0, 51]]], np.uint8)
    picture = read(saved(rgba))
    assert picture.array.transpose(1, 2, 0).tolist() == [[[255, 0, 0], [255, 255, 255], [204, 204, 204]]]
    assert picture.notes == ("Alpha laid on white.",)
    kept = read(saved(rgba), alpha="channel")
    np.testing.assert_array_equal(kept.array, chw(rgba))
    grey = read(saved(Image.fromarray(rgba).convert("LA")))
    assert grey.array.tolist() == [[[76, 255, 204]]]
    rgba[..., 3] = 255
    assert read(saved(rgba)).notes == ("Alpha dropped: it is opaque everywhere.",)
    see_through = Image.fromarray(CAT).quantize(8)
    assert "Alpha laid on white." in read(saved(see_through, "GIF", transparency=3)).notes


FOUR = np.random.default_rng(0).integers(0, 256, (40, 30, 4), dtype=np.uint8)


@pytest.mark.parametrize("photometric", ["minisblack", "rgb"])
@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("byteorder", "<>")
def test_four_bands_stay_four_bands(photometric, compression, planar, byteorder):
    stored = FOUR if planar == "contig" else np.ascontiguousarray(chw(FOUR))
    extra = [0, 0, 0] if photometric == "minisblack" else [0]
    content = tiff(
        stored,
        photometric=photometric,
        compression=compression,
        planarconfig=planar,
        extrasamples=extra,
        byteorder=byteorder,
    )
    picture = read(content)
    np.testing.assert_array_equal(picture.array, chw(FOUR))
    assert "4 bands" in picture.notes[0]
    assert preview(content, 20).size == (20, 15)


def test_a_tiff_that_calls_its_fourth_sample_alpha_is_transparent():
    picture = read(tiff(FOUR, photometric="rgb", extrasamples=[2]))
    assert picture.channels == 3 and picture.notes == ("Alpha laid on white.",)


def test_tiffs_that_would_lose_bands_are_refused():
    assert "5 bands" in refused(tiff(np.zeros((4, 4, 5), np.uint8), photometric="minisblack", planarconfig="contig"))
    deep = tiff(FOUR.astype(np.float32), photometric="minisblack", planarconfig="contig")
    assert "4 bands of 32 bits" in refused(deep)
    assert "3 bands of 64 bits" in refused(DEEP.read_bytes())
    picture = read(tiff(FOUR.astype(np.uint16) * 257, photometric="rgb", extrasamples=[0]))
    np.testing.assert_array_equal(picture.array, chw(FOUR))
    assert "upper 8" in picture.notes[0]


def test_animation_gives_the_first_frame():
    frames = [Image.fromarray(np.full((9, 7), v, np.uint8)) for v in (10, 200, 90)]
    for format in ("GIF", "TIFF", "PNG"):
        picture = read(saved(frames[0], format, save_all=True, append_images=frames[1:]))
        assert (picture.array == 10).all() and "First of 3 frames." in picture.notes


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF"])
def test_exif_orientation_is_applied(orientation, format):
    image = Image.fromarray(CAT[:40, :64])
    exif = Image.Exif()
    exif[0x0112] = orientation
    content = saved(image, format, exif=exif)
    picture, small = read(content), preview(content, 16)
    expected = ImageOps.exif_transpose(Image.open(io.BytesIO(content)))
    np.testing.assert_array_equal(picture.array, chw(np.asarray(expected)))
    assert ("EXIF orientation applied." in picture.notes) == (orientation > 1)
    assert picture.size == picture.full_size == small.full_size == ((64, 40) if orientation > 4 else (40, 64))
    assert small.size == ((16, 10) if orientation > 4 else (10, 16))


@pytest.mark.parametrize("size", [(1, 1), (1, 5000), (5000, 1)])
def test_thin_pictures(size):
    grey = np.arange(size[0] * size[1], dtype=np.uint8).reshape(size)
    for content in (saved(grey), npy(grey)):
        np.testing.assert_array_equal(read(content).array[0], grey)
        assert preview(content, 1000).size == (min(size[0], 1000), min(size[1], 1000))


# -- files that are no pictures -------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9", "EPS"),
        (b"\xc5\xd0\xd3\xc6" + bytes(30), "EPS"),
        (b"<!DOCTYPE html><html><script>alert(1)</script>", "web page"),
        (b'\xef\xbb\xbf <?xml version="1.0"?>\n<svg xmlns="x"/>', "SVG"),
        (b"hello", "no picture"),
        (b"\0\0\0\x18ftypheic" + bytes(9), "HEIC"),
        (b"PK\x03\x04" + bytes(30), "zip"),
        (b"II+\0" + bytes(30), "BigTIFF"),
        (bytes(MAX_BYTES + 1), "50.0 MB and at most 50 MB"),
        (b"\x89PNG\r\n\x1a\n", "damaged"),
        (b"II*\0" + bytes(40), ""),
        (b"\xff\xd8\xff\xe0" + bytes(200), ""),
    ],
)
def test_what_is_no_picture_is_refused(content, words):
    assert words in refused(content, "holiday.png")


def test_sixty_megabytes_are_refused():
    assert "60.0 MB" in refused(b"\x89PNG" + bytes(59_999_996))


@pytest.mark.parametrize("size", [(5000, 4801), (9000, 9000), (20_000, 20_000), (60_000, 60_000)])
def test_a_bomb_is_refused_before_it_is_decoded(size):
    content = png_chunks(*size, 8, 0, b"")
    assert "million" in (said := refused(content)) and "24 million" in said


def test_a_name_is_never_repeated():
    name = '"><img src=x onerror=alert(1)>.jpg'
    picture = read(saved(CAT), name)
    assert picture.notes == ("The file is named .jpg but holds a PNG; read as that.",)
    assert read(saved(CAT), "<b>bold</b>.<script>").notes == ()
    assert "<" not in refused(b"hello", name)


def test_broken_exif_does_not_lose_the_picture():
    content = saved(CAT, "JPEG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert read(content).size == CAT.shape[:2]


# -- arrays ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("shape", "layout", "expected", "guess"),
    [
        ((30, 40), "auto", (1, 30, 40), None),
        ((30, 40, 3), "auto", (3, 30, 40), False),
        ((4, 30, 40), "auto", (4, 30, 40), False),
        ((1, 3, 30, 40), "auto", (3, 30, 40), False),
        ((2, 30, 40, 1), "auto", (1, 30, 40), False),
        ((3, 50, 3), "auto", (3, 3, 50), True),
        ((8, 30, 40), "auto", (8, 30, 40), True),
        ((30, 40, 8), "auto", (8, 30, 40), True),
        ((3, 50, 3), "CHW", (3, 50, 3), None),
        ((3, 30, 40), "HWC", (40, 3, 30), None),
    ],
)
def test_layouts_of_arrays(shape, layout, expected, guess):
    array = np.random.default_rng(0).integers(0, 255, shape, dtype=np.uint8)
    picture = read(npy(array), layout=layout)
    assert picture.array.shape == expected and picture.array.flags.c_contiguous
    one = array[0] if array.ndim == 4 else array
    straight = one.reshape(expected) if expected[-1] == one.shape[-1] else one.transpose(2, 0, 1)
    np.testing.assert_array_equal(picture.array, straight)
    said = " ".join(picture.notes)
    assert ("read as" in said) == (guess is not None) and ("guess" in said) == bool(guess)
    assert ("First of 2 pictures." in said) == (shape[0] == 2 and len(shape) == 4)


@pytest.mark.parametrize(
    ("array", "dtype", "unit"),
    [
        (np.array([[True, False]]), np.uint8, [1, 0]),
        (np.array([[0, 51]], np.uint8), np.uint8, [0, 0.2]),
        (np.array([[0, 13107]], np.uint16), np.uint16, [0, 0.2]),
        (np.array([[0, 51]], np.int64), np.float32, [0, 51]),
        (np.array([[-1, 3]], np.int8), np.float32, [-1, 3]),
        (np.array([[0.25, 0.5]], np.float64), np.float32, [0.25, 0.5]),
        (np.array([[0.0, 255.0]], np.float16), np.float32, [0, 1]),
        (np.array([[7.0, 7.0]]), np.float32, [0, 0]),
        (np.asfortranarray(np.array([[0.0], [1.0]], ">f4")), np.float32, [0, 1]),
    ],
)
def test_numbers_of_arrays(array, dtype, unit):
    picture = read(npy(array))
    assert picture.array.dtype == dtype
    np.testing.assert_allclose(picture.unit().ravel(), unit, atol=1e-6)


def test_arrays_that_are_refused():
    assert "1 NaN" in refused(npy(np.array([[1.0, np.nan]])))
    assert "1 NaN or infinite" in refused(npy(np.array([[1e300, -np.inf]])))
    assert "pickled" in refused(npy(np.array([[{}]], dtype=object), allow_pickle=True))
    assert "complex64" in refused(npy(np.zeros((2, 2), np.complex64)))
    assert "1 dimensions" in refused(npy(np.zeros(3)))
    assert "no pixels" in refused(npy(np.zeros((0, 3))))
    assert "24 million" in refused(npy(np.zeros((1, 24_000_001), np.uint8)))
    assert "cut short" in refused(npy(np.zeros((30, 30)))[:-1])
    huge = npy(np.zeros((30, 30), np.uint8)).replace(b"(30, 30), }  ", b"(30, 300000), }")
    assert "cut short" in refused(huge)
    header = npy(np.zeros((3, 3), np.uint8))
    assert "header" in refused(header.replace(b"(3, 3)", b"(3, x)"))
    assert "header" in refused(b"\x93NUMPY\x09\0" + header[8:])


# -- fitting ----------------------------------------------------------------------------------


def test_channels_fit_and_say_how():
    cat = Picture(chw(CAT), 0, 255)
    grey, said = to_channels(cat, 1)
    pillow = np.asarray(Image.fromarray(CAT).convert("L"))
    assert np.abs(grey.array[0].astype(int) - pillow).max() <= 1 and "luminance" in said
    assert to_channels(cat, 3)[0] is cat
    three, said = to_channels(grey, 3)
    assert (three.array == grey.array).all() and three.channels == 3 and said == "Grey is repeated 3 times."
    seven, said = to_channels(cat, 7)
    np.testing.assert_array_equal(seven.array[5], cat.array[2])
    assert "repeat in turn" in said
    two, said = to_channels(cat, 2)
    np.testing.assert_array_equal(two.array, cat.array[:2])
    assert "dropped" in said
    four = read((ASSETS / "cat_4_bands.tif").read_bytes())
    assert "first 3 of 4" in to_channels(four, 1)[1]
    np.testing.assert_array_equal(to_channels(four, 1)[0].array, grey.array)
    with pytest.raises(PictureError):
        to_channels(cat, 0)


def test_crop_and_resize():
    cat = Picture(chw(CAT), 0, 255, ("kept",), CAT.shape[:2])
    piece = crop(cat, 10, 20, 56, 56)
    np.testing.assert_array_equal(piece.array, cat.array[:, 10:66, 20:76])
    small = resized(piece, 7, 7)
    blocks = piece.array.reshape(3, 7, 8, 7, 8).mean((2, 4))
    assert np.abs(small.array - blocks).max() <= 1 and small.notes == ("kept",)
    for box in ((-1, 0, 2, 2), (0, 0, 0, 2), (299, 0, 2, 2), (0, 450, 1, 2)):
        with pytest.raises(PictureError, match="leaves the picture"):
            crop(cat, *box)
