"""The parts of a picture's file -> `Picture`, by Pillow; the one module where pixels are decoded."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

from conv_viz.images.numbers import Kind, picture_of
from conv_viz.images.parts import DAMAGED, Parts, checked_size
from conv_viz.images.pixels import Picture, PictureError, fitted, shrunk
from conv_viz.images.tiff_bands import FLOAT, SIGNED, UNSIGNED

ROWS = 256  # of a picture that are converted at once: a whole one would be held five times over
READ = {"1", "L", "LA", "La", "P", "PA", "RGB", "RGBA", "RGBa", "RGBX", "CMYK", "YCbCr", "HSV", "I", "F"}
CUT = "The {}'s 16 bits were cut to the upper 8; upload the array as .npy to keep them all."


@dataclass(frozen=True)
class Wish:
    """How a picture is to be read: see `conv_viz.images.read.read`. `longest` is the longest side of a preview."""

    alpha: str = "white"
    scaling: str = "auto"
    longest: int | None = None


def decoded(parts: Parts, wish: Wish) -> Picture:
    """The picture; raises `PictureError`."""
    try:
        with Image.open(io.BytesIO(parts.data), formats=(parts.format,)) as image:
            height, width = image.height, image.width
            checked_size(height, width)  # where the decoder reads the file in another way than its parts were read
            plain = parts.samples is None and wish.scaling != "stretch"  # all pixels are needed for their extremes
            if wish.longest is not None and plain:
                image.draft(None, fitted(width, height, wish.longest))
            image.load()
            picture = _picture(image, parts, wish)
    except PictureError:
        raise
    except MemoryError:
        raise PictureError("There is not enough memory to decode this picture; make it smaller.") from None
    except Exception:  # a broken file makes decoders raise OSError, SyntaxError, struct.error, zlib.error, ...
        raise PictureError(DAMAGED) from None
    full = (width, height) if parts.orientation >= 5 else (height, width)
    picture = replace(picture, array=upright(picture.array, parts.orientation), full_size=full)
    return picture if wish.longest is None else shrunk(picture, wish.longest)


def _picture(image: Image.Image, parts: Parts, wish: Wish) -> Picture:
    if not image.mode.startswith("I;16") and image.mode not in READ:
        raise PictureError(f"Pictures with {image.mode} colours are not read; save it as RGB.")
    notes = _notes(image, parts)
    stored, scaling = parts.samples, "range" if wish.scaling == "auto" else wish.scaling
    inverted = stored is not None and stored.inverted
    if stored is not None and stored.bands:
        if stored.count != 3:
            count = {2: "both", 4: "all four"}[stored.count]
            notes.append(f"A TIFF of {stored.count} bands: {count} are kept, as channels 0 to {stored.count - 1}.")
        return picture_of(planes(image, lambda part: part), Kind(255, scaling, inverted=inverted), notes)
    if image.mode.startswith("I;16"):
        full = 65535 if stored is None else 2**stored.bits - 1
        return picture_of(np.asarray(image).astype(np.uint16)[None], Kind(full, scaling, inverted=inverted), notes)
    if image.mode in ("I", "F") or (stored is not None and stored.kind == SIGNED):
        return picture_of(_numbers(image, parts)[None], Kind(None, scaling, inverted=inverted), notes)
    return _colours(image, wish.alpha, scaling, notes)


def _notes(image: Image.Image, parts: Parts) -> list[str]:
    """What can be seen in the file alone."""
    notes = []
    if parts.frames != 1:
        notes.append(f"First of {parts.frames or 'many'} frames.")
    if parts.orientation != 1:
        notes.append("EXIF orientation applied.")
    colours = not image.mode.startswith(("I", "F"))
    if parts.depth == 16 and colours:
        notes.append(CUT.format(parts.format))
    return notes


def _numbers(image: Image.Image, parts: Parts) -> np.ndarray:
    """One band of numbers that are no colours; Pillow knows neither signed bytes nor unsigned 32 bits."""
    array, stored = np.asarray(image), parts.samples
    if stored is None or stored.kind == FLOAT:
        return array
    if stored.bits == 8:
        return array.view(np.int8)
    return array.view(np.uint32) if stored.kind == UNSIGNED and stored.bits == 32 else array


def _colours(image: Image.Image, alpha: str, scaling: str, notes: list[str]) -> Picture:
    """A decoded picture of 8 bits -> channels."""
    if image.mode in ("P", "PA"):
        notes = [*notes, "Palette colours looked up."]
    if image.mode in ("CMYK", "YCbCr", "HSV"):
        notes = [*notes, f"{image.mode} converted to RGB, without a colour profile."]
    grey = image.mode in ("1", "L", "LA", "La")
    if not image.has_transparency_data:
        return picture_of(planes(image, lambda part: part.convert("L" if grey else "RGB")), Kind(255, scaling), notes)
    if alpha == "channel":
        array = planes(image, lambda part: _with_alpha(part).convert("LA" if grey else "RGBA"))
        return picture_of(array, Kind(255, scaling), [*notes, "Alpha kept as the last channel."])
    faintest = 255

    def on_white(part: Image.Image) -> Image.Image:
        nonlocal faintest
        part = _with_alpha(part)
        faintest = min(faintest, int(np.asarray(part)[..., 3].min()))
        white = Image.new("RGBA", part.size, "white")
        return Image.alpha_composite(white, part).convert("L" if grey else "RGB")

    array = planes(image, on_white)
    said = "Alpha dropped: it is opaque everywhere." if faintest == 255 else "Alpha laid on white."
    return picture_of(array, Kind(255, scaling), [*notes, said])


def _with_alpha(image: Image.Image) -> Image.Image:
    """RGBA; grey that was multiplied with its alpha takes a step between."""
    return (image.convert("LA") if image.mode == "La" else image).convert("RGBA")


def planes(image: Image.Image, convert: Callable[[Image.Image], Image.Image]) -> np.ndarray:
    """uint8 (C, H, W) of an 8-bit picture, converted some rows at a time."""
    array: np.ndarray | None = None
    for top in range(0, image.height, ROWS):
        rows = min(ROWS, image.height - top)
        part = np.asarray(convert(image.crop((0, top, image.width, top + rows))))
        part = part[None] if part.ndim == 2 else part.transpose(2, 0, 1)
        if array is None:
            array = np.empty((len(part), image.height, image.width), np.uint8)
        array[:, top : top + rows] = part
    assert array is not None, "a picture without rows was refused"
    return array


def upright(array: np.ndarray, orientation: int) -> np.ndarray:
    """Planes (C, H, W) turned and mirrored as EXIF's orientation says, 1 to 8.

    >>> upright(np.array([[[1, 2, 3]]]), 6).tolist()
    [[[1], [2], [3]]]
    """
    if orientation >= 5:
        array = array.transpose(0, 2, 1)
    if orientation in (3, 4, 7, 8):
        array = array[:, ::-1]
    if orientation in (2, 3, 6, 7):
        array = array[:, :, ::-1]
    return np.ascontiguousarray(array)
