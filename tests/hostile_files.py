"""Files under 60 MB that would hold a core or the memory of a server, made when they are asked for."""

from __future__ import annotations

import io
import json
import struct
import zlib
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image

MOST = 49_000_000  # bytes: just below what is read at all


def _saved(image: Image.Image, format: str, **options) -> bytes:
    file = io.BytesIO()
    image.save(file, format, **options)
    return file.getvalue()


# -- JPEG ------------------------------------------------------------------------------


def jpeg_of_scans(scans: int, side: int) -> bytes:
    """A progressive JPEG whose first refining scan is repeated."""
    content = _saved(Image.new("L", (side, side), 90), "JPEG", progressive=True, quality=90)
    starts = [at for at in range(len(content) - 1) if content[at : at + 2] == b"\xff\xda"]
    second = content[starts[1] : starts[2]]
    table = second.find(b"\xff\xc4")
    scan = second if table < 0 else second[:table]
    return content[: starts[1]] + scan * scans + content[starts[1] :]


def jpeg_of_segments() -> bytes:
    content = _saved(Image.new("L", (8, 8)), "JPEG")
    return content[:2] + b"\xff\xe5\0\x02" * (MOST // 4) + content[2:]


def jpeg_of_fillers() -> bytes:
    content = _saved(Image.new("L", (8, 8)), "JPEG")
    return content[:2] + b"\xff" * MOST + content[2:]


def jpeg_of_escapes() -> bytes:
    content = _saved(Image.new("L", (8, 8)), "JPEG")
    return content[:-2] + b"\xff\0" * (MOST // 2) + b"\xff\xd9"


def exif_of_one_place(block: int) -> bytes:
    """65,535 tags that all point at the same bytes."""
    entries = b"".join(struct.pack("<HHLL", tag, 7, block - 8, 8) for tag in range(1, 65_000) if tag != 0x112)
    return b"II*\0" + struct.pack("<L", block) + bytes(block - 8) + struct.pack("<H", 64_998) + entries + bytes(4)


# -- PNG -------------------------------------------------------------------------------


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png(extra: bytes, width: int = 1, height: int = 1, depth: int = 8, colour: int = 0, rows: bytes = b"\0\0") -> bytes:
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    pixels = b"".join(_chunk(b"IDAT", zlib.compress(rows, 1)[at : at + 2**16]) for at in range(0, 1, 2**16))
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + extra + pixels + _chunk(b"IEND", b"")


@cache
def zeros(count: int) -> bytes:
    """So many zeros, deflated."""
    packer, parts = zlib.compressobj(9), []
    for _ in range(count // 10**6):
        parts.append(packer.compress(bytes(10**6)))
    return b"".join(parts) + packer.flush()


def png_of_text() -> bytes:
    one = _chunk(b"tEXt", b"a\0b")
    return png(one * (MOST // len(one)))


def png_of_large_texts() -> bytes:
    one = _chunk(b"zTXt", b"a\0\0" + zeros(1_000_000))
    return png(one * 20_000)


def png_of_a_profile() -> bytes:
    return png(_chunk(b"iCCP", b"a\0\0" + zeros(400_000_000)))


def png_of_more_than_its_pixels() -> bytes:
    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    body = zeros(400_000_000)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", body) + _chunk(b"IEND", b"")


def png_of_frames() -> bytes:
    one = _chunk(b"fcTL", bytes(26)) + _chunk(b"fdAT", bytes(4))
    return png(_chunk(b"acTL", struct.pack(">II", 400_000, 0)) + one * 400_000)


def png_of_16_bits() -> bytes:
    row = b"\0" + np.tile(np.arange(750 * 4, dtype=">u2"), 8).tobytes()
    header = struct.pack(">IIBBBBB", 6000, 4000, 16, 6, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(row * 4000, 1)) + _chunk(
        b"IEND", b""
    )  # fmt: skip


# -- GIF, WebP, TIFF -------------------------------------------------------------------

GIF_HEAD = b"GIF89a" + struct.pack("<HHBBB", 1, 1, 0x80, 0, 0) + bytes(6)
GIF_FRAME = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02\x02\x44\x01\0"


def gif_of_frames() -> bytes:
    return GIF_HEAD + GIF_FRAME * (MOST // len(GIF_FRAME)) + b";"


def gif_of_comments() -> bytes:
    return GIF_HEAD + b"!\xfe" + (b"\xff" + bytes(255)) * (MOST // 256) + b"\0" + GIF_FRAME + b";"


def gif_of_small_blocks() -> bytes:
    frame = b"," + struct.pack("<HHHHB", 0, 0, 1, 1, 0) + b"\x02" + b"\x01\x44" * (MOST // 2) + b"\0"
    return GIF_HEAD + frame + b";"


def webp_of_frames() -> bytes:
    still = _saved(Image.new("RGB", (1, 1)), "WEBP", lossless=True)[12:]
    frame = bytes(12) + bytes(3) + b"\0" + still
    one = b"ANMF" + struct.pack("<I", len(frame)) + frame
    body = b"WEBP" + b"VP8X" + struct.pack("<I", 10) + b"\x02" + bytes(9) + b"ANIM" + struct.pack("<I", 6) + bytes(6)
    body += one * 40_000
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(entries: list[tuple[int, int, int, int]], body: bytes, following: int = 0) -> bytes:
    """A little-endian TIFF with the directory behind `body`, which begins at byte 8."""
    place = 8 + len(body) + len(body) % 2
    directory = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHLL", *entry) for entry in sorted(entries))
    return b"II*\0" + struct.pack("<L", place) + body + bytes(len(body) % 2) + directory + struct.pack("<L", following)


GREY = [(256, 4, 1, 1), (257, 4, 1, 1), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, 1, 8), (279, 4, 1, 1)]


def tiff_of_one_place() -> bytes:
    """65,000 tags that all point at the same 40 MB."""
    own = {entry[0] for entry in GREY}
    more = [(tag, 7, 40_000_000, 8) for tag in range(1, 65_000) if tag not in own]
    return tiff([*GREY, *more], bytes(40_000_000))


def tiff_of_strips() -> bytes:
    """Six million strips of one pixel each."""
    count = 6_000_000
    entries = [(256, 4, 1, 1), (257, 4, 1, count), (258, 3, 1, 8), (262, 3, 1, 1), (273, 4, count, 8),
               (278, 4, 1, 1), (279, 4, count, 8 + 4 * count)]  # fmt: skip
    return tiff(entries, bytes(8 * count))


def tiff_of_frames() -> bytes:
    """Directories of one entry behind each other."""
    first = tiff(GREY, bytes(2))
    places = range(len(first), len(first) + 18 * 2_500_000, 18)
    one = np.zeros(len(places), [("count", "<u2"), ("entry", "V12"), ("next", "<u4")])
    one["count"], one["next"] = 1, [*places[1:], 0]
    return first[:-4] + struct.pack("<L", len(first)) + one.tobytes()


def tiff_in_a_circle() -> bytes:
    content = tiff(GREY, bytes(2))
    return content[:-4] + content[4:8]


# -- weights ---------------------------------------------------------------------------


def safetensors(entries: str, size: int = 0) -> bytes:
    return struct.pack("<Q", len(entries)) + entries.encode() + bytes(size)


def safetensors_of_keys() -> bytes:
    one = '"{}":{{"dtype":"F32","shape":[0],"data_offsets":[0,0]}}'
    return safetensors("{" + ",".join(one.format(number) for number in range(1_000_000)) + "}")


def safetensors_in_brackets() -> bytes:
    return safetensors("[" * MOST)


def safetensors_of_one_size() -> bytes:
    sizes = json.dumps([1] * 10_000_000)
    return safetensors('{"weight":{"dtype":"F32","shape":' + sizes + ',"data_offsets":[0,4]}}', 4)


PICTURES: dict[str, Callable[[], bytes]] = {
    "JPEG, 5,000 scans": lambda: jpeg_of_scans(5_000, 2_000),
    "JPEG, 80 large scans": lambda: jpeg_of_scans(80, 4_800),
    "JPEG, scans just allowed": lambda: jpeg_of_scans(14, 4_800),
    "JPEG, segments": jpeg_of_segments,
    "JPEG, fillers": jpeg_of_fillers,
    "JPEG, escapes": jpeg_of_escapes,
    "PNG, text": png_of_text,
    "PNG, large texts": png_of_large_texts,
    "PNG, profile": png_of_a_profile,
    "PNG, more than its pixels": png_of_more_than_its_pixels,
    "PNG, frames": png_of_frames,
    "PNG, 16 bits": png_of_16_bits,
    "PNG, exif": lambda: png(_chunk(b"eXIf", exif_of_one_place(40_000_000))),
    "GIF, frames": gif_of_frames,
    "GIF, comments": gif_of_comments,
    "GIF, small blocks": gif_of_small_blocks,
    "WebP, frames": webp_of_frames,
    "TIFF, one place": tiff_of_one_place,
    "TIFF, strips": tiff_of_strips,
    "TIFF, frames": tiff_of_frames,
    "TIFF, circle": tiff_in_a_circle,
}
WEIGHTS: dict[str, Callable[[], bytes]] = {
    "a million keys": safetensors_of_keys,
    "brackets": safetensors_in_brackets,
    "one long shape": safetensors_of_one_size,
}


# -- honest, and as large as they may be -------------------------------------------------


def npy(array: np.ndarray) -> bytes:
    file = io.BytesIO()
    np.save(file, array)
    return file.getvalue()


def _npy_of(kind: str, channels: int, pixels: int) -> bytes:
    return npy(np.resize(np.arange(999), (channels, pixels // 1000, 1000)).astype(kind))


def _rows(mode: str) -> Image.Image:
    """24 megapixels that no compression makes small."""
    noise = np.frombuffer(np.random.default_rng(0).bytes(6000 * len(mode) * 40), np.uint8)
    return Image.frombytes(mode, (6000, 4000), noise.tobytes() * 100)


def npz_of_zeros() -> bytes:
    file = io.BytesIO()
    np.savez_compressed(file, np.zeros((1, 5_000, 40_000), np.uint8))
    return file.getvalue()


def npy_of_a_long_header() -> bytes:
    return b"\x93NUMPY\2\0" + struct.pack("<I", MOST) + b"(" * MOST


def weights_of_a_large_layer() -> bytes:
    """Of `LARGE_LAYER`: 29 MB."""
    from safetensors.numpy import save

    return save({"weight": np.full((896, 896, 3, 3), 0.5, np.float32), "bias": np.zeros(896, np.float32)})


LARGE_LAYER = "in_channels=896&out_channels=896"
LARGE: dict[str, Callable[[], bytes]] = {
    "JPEG of 24 megapixels": lambda: _saved(_rows("RGB"), "JPEG", quality=75),
    "JPEG of 24 megapixels, CMYK": lambda: _saved(_rows("CMYK"), "JPEG", quality=75),
    "JPEG of 24 megapixels, progressive": lambda: _saved(_rows("RGB"), "JPEG", quality=75, progressive=True),
    "PNG of 24 megapixels": lambda: _saved(Image.new("RGBA", (6000, 4000)), "PNG", compress_level=1),
    "WebP of 24 megapixels": lambda: _saved(Image.new("RGBA", (6000, 4000)), "WEBP", lossless=True, method=0),
    "GIF of 24 megapixels": lambda: _saved(Image.new("P", (6000, 4000)), "GIF"),
    "BMP of 16 megapixels": lambda: _saved(Image.new("RGB", (4000, 4000)), "BMP"),
    "TIFF of 24 megapixels, deflated": lambda: _saved(
        Image.new("RGBA", (6000, 4000)), "TIFF", compression="tiff_adobe_deflate"
    ),
    "TIFF of 24 megapixels, 16 bits": lambda: _saved(Image.new("I;16", (6000, 4000)), "TIFF"),
    "TIFF of 12 megapixels, float": lambda: _saved(Image.new("F", (4000, 3000)), "TIFF"),
    ".npy, uint8 in 4 channels": lambda: _npy_of("u1", 4, 12_000_000),
    ".npy, uint16": lambda: _npy_of("u2", 1, 24_000_000),
    ".npy, float64": lambda: _npy_of("f8", 1, 6_000_000),
    ".npy, int64": lambda: _npy_of("i8", 1, 6_000_000),
    ".npy, float16 in 2 channels": lambda: _npy_of("f2", 2, 12_000_000),
    ".npy, bool in 4 channels": lambda: _npy_of("?", 4, 12_000_000),
    ".npy, long header": npy_of_a_long_header,
    ".npz of zeros": npz_of_zeros,
}
