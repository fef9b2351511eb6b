"""The parts of a picture's file, counted before anything is decoded, and only those that make the pixels.

A decoder goes over a file part by part, and over the picture once for each scan. A small file can hold so many parts
that this takes minutes. So the parts are counted here, and what only describes the picture (comments, previews,
colour profiles, further frames) is left out of what the decoder gets.

JPEG: ITU-T T.81, annex B. PNG: https://www.w3.org/TR/png-3. GIF: https://www.w3.org/Graphics/GIF/spec-gif89a.txt.
WebP: https://developers.google.com/speed/webp/docs/riff_container.
"""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass

from conv_viz.images import tiff_bands
from conv_viz.images.pixels import PictureError
from conv_viz.limits import FILE_PARTS, FRAMES_COUNTED, JPEG_SCANNED, JPEG_SCANS, PICTURE_NUMBERS, PICTURE_PIXELS

DAMAGED = "The picture is damaged or cut short, its pixels cannot be decoded; copy or download the file again."


@dataclass(frozen=True)
class Parts:
    """What a file says of its picture: `size` is (height, width), and `data` what the decoder gets.

    `frames` are counted up to `FRAMES_COUNTED`, 0 where nobody counted that far; `orientation` is EXIF's, 1 to 8;
    `scans` is how often all pixels are gone over; `samples` of a TIFF say how it stores a pixel.
    """

    format: str
    data: bytes
    size: tuple[int, int]
    frames: int = 1
    orientation: int = 1
    scans: int = 1
    depth: int = 8
    samples: tiff_bands.Samples | None = None


def parts(data: bytes) -> Parts | None:
    """The parts of a file, told by its first bytes; None where they are those of no picture.

    Raises `PictureError` where there are too many, too many pixels, or where the file breaks off.
    """
    for starts, format, reader in READERS:
        if data.startswith(starts) and (format != "WEBP" or data[8:12] == b"WEBP"):
            try:
                found = reader(data)
            except (struct.error, IndexError):
                raise PictureError(DAMAGED) from None
            checked_size(*found.size)
            return found
    return None


def millions(count: int) -> str:
    """A count in words, whatever its length.

    >>> millions(24_500_000), millions(10**400)
    ('24.5 million', 'more than a million million')
    """
    return f"{count / 1e6:,.1f} million" if count < 10**12 else "more than a million million"


def checked_size(height: int, width: int, channels: int = 1) -> None:
    """Raises `PictureError` where a picture of this size has no pixels or too many."""
    if min(height, width, channels) < 1:
        raise PictureError("The picture has no pixels: one of its sides is 0; choose another one.")
    if height * width > PICTURE_PIXELS:
        sides = f"{height} × {width}, " if max(height, width) < 10**9 else ""
        raise PictureError(
            f"The picture has {sides}{millions(height * width)} pixels and at most {PICTURE_PIXELS / 1e6:.0f} million "
            "are read; make it smaller."
        )
    if height * width * channels > PICTURE_NUMBERS:
        raise PictureError(
            f"The array holds {millions(height * width * channels)} numbers and at most "
            f"{PICTURE_NUMBERS / 1e6:.0f} million are read; cut it or take fewer channels."
        )


def _too_many(what: str, most: int = FILE_PARTS) -> PictureError:
    return PictureError(
        f"The file has more than {most:,} {what}, which no usual program writes; save the picture again."
    )


def _counted(frames: int) -> int:
    return frames if 1 <= frames <= FRAMES_COUNTED else 0


# -- JPEG ------------------------------------------------------------------------------

MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")  # not a byte 255 of the pixels, nor a restart, nor a filler
STEP = 2**20  # bytes
SCAN, END, APPLICATION, COMMENT = 0xDA, 0xD9, range(0xE0, 0xF0), 0xFE
KEPT = (0xE0, 0xEE)  # JFIF's and Adobe's: they say what the colours are
FRAME_HEADERS = {*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC}


def _jpeg(data: bytes) -> Parts:
    kept, size, turned, scans, begin = [data[:2]], (0, 0), 1, 0, 0
    at, count = 2, 0
    while found := _marker(data, at):
        marker, at = data[found - 1], found
        if marker == END:
            break
        count += 1
        if count > FILE_PARTS:
            raise _too_many("segments")
        (length,) = struct.unpack_from(">H", data, at)
        if marker == SCAN:
            scans += 1
            begin = begin or found - 2
            _check_scans(scans, *size)
        elif marker in FRAME_HEADERS and not begin:
            size = struct.unpack_from(">HH", data, at + 3)
        elif marker == 0xE1 and turned == 1:
            turned = _jpeg_orientation(data[at + 2 : at + length])
        if not begin and marker != COMMENT and (marker in KEPT or marker not in APPLICATION):
            kept.append(data[at - 2 : at + length])
        at += length
    if not begin:
        raise PictureError(DAMAGED)
    kept.append(data[begin : found or len(data)])
    return Parts("JPEG", b"".join(kept), size, 1, turned, scans)


def _marker(data: bytes, at: int) -> int:
    """The place behind the next marker, 0 where there is none. In steps, so that other visitors have their turn."""
    for start in range(at, len(data), STEP):
        if found := MARKER.search(data, start, start + STEP + 1):
            return found.end()
    return 0


def _check_scans(scans: int, height: int, width: int) -> None:
    if scans > JPEG_SCANS or scans * height * width > JPEG_SCANNED:
        most = min(JPEG_SCANS, JPEG_SCANNED // max(1, height * width))
        raise PictureError(
            f"This JPEG goes over its {height * width / 1e6:.1f} million pixels in more than {most} scans, "
            "which takes too long; save it as a baseline JPEG or as PNG."
        )


def _jpeg_orientation(segment: bytes) -> int:
    if segment.startswith(b"Exif\0\0"):
        return tiff_bands.orientation(segment[6:])
    said = re.search(rb'tiff:Orientation(?:="|>)([1-8])', segment)  # the same in XMP
    return int(said[1]) if said else 1


# -- PNG -------------------------------------------------------------------------------

PIXEL_CHUNKS = {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"}


def _png(data: bytes) -> Parts:
    width, height, depth = struct.unpack_from(">IIB", data, 16)
    checked_size(height, width)
    kept, frames, hidden, turned = [data[:8]], 1, 1, 1
    at, count, pixels = 8, 0, False
    while at + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        count += 1
        if count > FILE_PARTS:
            raise _too_many("chunks")
        if kind in PIXEL_CHUNKS:
            kept.append(data[at : at + 12 + length])
            pixels = pixels or kind == b"IDAT"
        elif kind == b"acTL":
            (frames,) = struct.unpack_from(">I", data, at + 8)
        elif kind == b"fcTL" and not pixels:
            hidden = 0
        elif kind == b"eXIf":
            turned = tiff_bands.orientation(data[at + 8 : at + 8 + length])
        at += 12 + length
        if kind == b"IEND":
            break
    if not pixels:
        raise PictureError(DAMAGED)
    frames = _counted(frames + hidden) if frames > 1 else 1
    return Parts("PNG", b"".join(kept), (height, width), frames, turned, depth=depth)


# -- GIF -------------------------------------------------------------------------------

FRAME, EXTENSION, CONTROL = 0x2C, 0x21, 0xF9
GIF_BLOCKS = 10 * FILE_PARTS  # of at most 255 bytes each


def _gif(data: bytes) -> Parts:
    """Frames are counted; the decoder gets the first one alone."""
    width, height, packed = struct.unpack_from("<HHB", data, 6)
    at = head = 13 + _table(packed)
    kept, control, frames, count = b"", b"", 0, 0
    while at < len(data) and data[at] in (FRAME, EXTENSION):
        start, kind = at, data[at]
        at += 2 if kind == EXTENSION else 11 + _table(data[at + 9])
        while at < len(data) and data[at]:
            at, count = at + 1 + data[at], count + 1
            if count > GIF_BLOCKS and not kept:
                raise _too_many("blocks", GIF_BLOCKS)
            if count > GIF_BLOCKS:
                return Parts("GIF", data[:head] + kept + b";", (height, width), 0)
        at += 1
        if kind == FRAME:
            frames += 1
            kept = kept or control + data[start:at]
        elif data[start + 1] == CONTROL and not frames:
            control = data[start:at]
        if frames > FRAMES_COUNTED:
            break
    return Parts("GIF", data[:head] + kept + b";", (height, width), _counted(frames))


def _table(packed: int) -> int:
    """Bytes of a table of colours."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


# -- WebP, BMP, TIFF -------------------------------------------------------------------


def _webp(data: bytes) -> Parts:
    at, count, frames, turned = 12, 0, 0, 1
    size: tuple[int, int] | None = None
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        body, count = at + 8, count + 1
        if count > FILE_PARTS:
            raise _too_many("chunks")
        if size is None:
            size = _webp_size(kind, data[body : body + 10])
        frames += kind == b"ANMF"
        if kind == b"EXIF":
            turned = tiff_bands.orientation(data[body : body + length].removeprefix(b"Exif\0\0"))
        at = body + length + length % 2
    return Parts("WEBP", data, size or (0, 0), _counted(max(frames, 1)), turned)


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int] | None:
    match kind:
        case b"VP8X":
            width, height = (1 + int.from_bytes(head[at : at + 3], "little") for at in (4, 7))
        case b"VP8 ":
            width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", head, 6))
        case b"VP8L":
            bits = int.from_bytes(head[1:5], "little")
            width, height = 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
        case _:
            return None
    return height, width


def _bmp(data: bytes) -> Parts:
    old = data[14] == 12
    width, height = struct.unpack_from("<HH" if old else "<ii", data, 18)
    return Parts("BMP", data, (abs(height), width))


def _tiff(data: bytes) -> Parts:
    directory = tiff_bands.read_directory(data)
    found = tiff_bands.samples(directory)
    if found.refusal:
        raise PictureError(found.refusal)
    turned = directory.number(tiff_bands.ORIENTATION, 1)
    return Parts(
        "TIFF",
        tiff_bands.for_decoder(data, directory, found),
        (directory.number(tiff_bands.HEIGHT, 0), directory.number(tiff_bands.WIDTH, 0)),
        tiff_bands.count_frames(data),
        turned if turned in range(1, 9) else 1,
        depth=found.bits,
        samples=found,
    )


READERS = (
    (b"\x89PNG\r\n\x1a\n", "PNG", _png),
    (b"\xff\xd8\xff", "JPEG", _jpeg),
    ((b"GIF87a", b"GIF89a"), "GIF", _gif),
    (b"RIFF", "WEBP", _webp),
    (b"BM", "BMP", _bmp),
    ((b"II*\0", b"MM\0*"), "TIFF", _tiff),
)
