"""Pictures that a user brings: bytes -> `Picture`, safely, or one sentence why not.

Nothing is trusted: not the file's name, not its size, not its header. The format is told from the content, its parts
and pixels are counted before they are decoded, and what would take long is decoded in a process of its own, with a
limit of time. What was done to the picture on the way is said in `Picture.notes`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from conv_viz.images.arrays import STARTS, read_array
from conv_viz.images.decode_process import decoded_apart, nothing
from conv_viz.images.decoding import Wish, decoded
from conv_viz.images.numbers import SCALINGS
from conv_viz.images.parts import Parts, parts
from conv_viz.images.pixels import Picture, PictureError, crop, resized, shrunk, to_channels
from conv_viz.limits import DECODE_HERE_BYTES, DECODE_HERE_PIXELS
from conv_viz.limits import PICTURE_BYTES as MAX_BYTES
from conv_viz.limits import PICTURE_PIXELS as MAX_PIXELS

__all__ = [
    "ALPHAS", "FORMATS", "LAYOUTS", "MAX_BYTES", "MAX_PIXELS", "Picture", "PictureError", "crop", "preview", "read",
    "resized", "shrunk", "to_channels",
]  # fmt: skip

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
LAYOUTS = ("auto", "HWC", "CHW")
ALPHAS = ("white", "channel")
ENDINGS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP", "tif": "TIFF"}
ENDINGS |= {"tiff": "TIFF", "npy": "NPY", "eps": "EPS", "svg": "SVG"}


def read(
    data: bytes, name: str = "", *, layout: str = "auto", alpha: str = "white", scaling: str = "auto",
    waiting: Callable[[], object] = nothing,
) -> Picture:  # fmt: skip
    """A file's bytes -> the whole picture. Raises `PictureError`.

    `name` is used for its ending only, to say when it misleads. `layout` is for ``.npy``:
    ``"auto"``, ``"HWC"`` or ``"CHW"``. `alpha` ``"white"`` lays transparency on white, ``"channel"`` keeps
    it as the last channel. `scaling` says what becomes 0 and 1: ``"range"`` the ends of the type's range,
    ``"stretch"`` the smallest and the largest value, ``"raw"`` nothing; ``"auto"`` is ``"raw"`` for whole numbers in a
    ``.npy`` that are not of type uint8 or uint16, else ``"range"``. `waiting` is called now and then while a picture
    that takes long is decoded; it ends that by raising something, which goes on to the caller.
    """
    return _read(data, name, layout, Wish(alpha, scaling), waiting)


def preview(
    data: bytes, longest: int = 1000, name: str = "", *, layout: str = "auto", alpha: str = "white",
    scaling: str = "auto", waiting: Callable[[], object] = nothing,
) -> Picture:  # fmt: skip
    """As `read`, no side longer than `longest`: a JPEG is decoded at a fraction of its size, which is fast."""
    return shrunk(_read(data, name, layout, Wish(alpha, scaling, longest), waiting), longest)


def _read(data: bytes, name: str, layout: str, wish: Wish, waiting: Callable[[], object]) -> Picture:
    if layout not in LAYOUTS or wish.alpha not in ALPHAS or wish.scaling not in ("auto", *SCALINGS):
        raise ValueError(f"layout is one of {LAYOUTS}, alpha one of {ALPHAS}, scaling one of {('auto', *SCALINGS)}.")
    refusal = _refused_at_sight(data)
    if refusal:
        raise PictureError(refusal)
    if data.startswith(STARTS):
        return read_array(data, layout, wish.scaling)
    found = parts(data)
    if found is None:
        raise PictureError(f"This is no picture that can be read; save it as one of {', '.join(FORMATS)} or .npy.")
    picture = decoded(found, wish) if is_quick(found) else decoded_apart(data, wish, waiting)
    notes = (*_misnamed(name, found.format), *picture.notes)
    return replace(picture, notes=notes)


def is_quick(found: Parts) -> bool:
    """Whether decoding takes too little time to begin a process for it."""
    height, width = found.size
    pixels = height * width * found.scans * (2 if found.depth > 8 else 1)
    plain_jpeg = found.format == "JPEG" and found.scans <= 1  # the longest of them takes half a second
    return plain_jpeg or (len(found.data) <= DECODE_HERE_BYTES and pixels <= DECODE_HERE_PIXELS)


def _misnamed(name: str, holds: str) -> list[str]:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending not in ENDINGS or ENDINGS[ending] == holds:
        return []
    return [f"The file is named .{ending} but holds a {holds}; read as that."]


def _refused_at_sight(data: bytes) -> str | None:
    """The sentence for what is no picture, told from its size and first bytes."""
    if not data:
        return "The file is empty; choose another one."
    if len(data) > MAX_BYTES:
        return (
            f"The file has {len(data) / 1e6:.1f} MB and at most {MAX_BYTES / 1e6:.0f} MB are read; "
            "make the picture smaller or save it as JPEG."
        )
    head = data[:1024].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if head.startswith(b"<"):
        if b"<svg" in head:
            return "This is an SVG: drawing commands, not pixels; export it as PNG."
        return "This is a web page or other marked-up text, not a picture; save the picture itself."
    if head.startswith((b"%!ps", b"%pdf", b"\xc5\xd0\xd3\xc6")):
        return "This is an EPS or PDF: drawing commands, not pixels; export it as PNG."
    if head[4:8] == b"ftyp":
        return "HEIC, AVIF and video files are not read; save the picture as JPEG or PNG."
    if head.startswith(b"pk\x03\x04"):
        return "This is a zip archive (.npz is one too); upload one picture, or one array as .npy."
    if data[:4] in (b"II+\0", b"MM\0+"):
        return "This is a BigTIFF, which is not read; save it as an ordinary TIFF."
    return None
