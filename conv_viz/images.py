"""Pictures that a user brings: bytes -> `Picture`, safely, or one sentence why not.

Nothing is trusted: not the file's name, not its size, not its header. The format is
told from the content, formats are named when opening, and pixels are counted before
they are decoded. What was done to the picture on the way is said in `Picture.notes`.
"""

from __future__ import annotations

import io
import math
from dataclasses import dataclass, replace

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from conv_viz import tiff_bands

FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP", "TIFF")
MAX_BYTES = 50_000_000
MAX_PIXELS = 24_000_000
MAX_VALUES = 4 * MAX_PIXELS
LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue: ITU-R BT.601, section 2.5.1."""

ORIENTATION = 0x0112  # the EXIF tag
LAYOUTS = ("auto", "HWC", "CHW")
ALPHAS = ("white", "channel")
ENDINGS = {"png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "webp": "WEBP", "gif": "GIF", "bmp": "BMP", "tif": "TIFF"}
ENDINGS |= {"tiff": "TIFF", "npy": "NPY", "eps": "EPS", "svg": "SVG"}


class PictureError(ValueError):
    """A file that is not read as a picture; the message is one sentence with a way out."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as a layer reads it.

    `array` (C, H, W), uint8, uint16 or float32; `low` and `high` are the values that
    become 0 and 1; `notes` are sentences of what was done; `full_size` is (height,
    width) before a preview made it smaller.
    """

    array: np.ndarray
    low: float
    high: float
    notes: tuple[str, ...] = ()
    full_size: tuple[int, int] = (0, 0)

    @property
    def channels(self) -> int:
        """Channels: the in_channels of a layer that reads this picture."""
        return self.array.shape[0]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.array.shape[1], self.array.shape[2]

    def unit(self) -> np.ndarray:
        """float32 (C, H, W) in 0..1.

        >>> Picture(np.array([[[0, 51, 255]]], np.uint8), 0, 255).unit().tolist()
        [[[0.0, 0.20000000298023224, 1.0]]]
        """
        scaled = self.array.astype(np.float32)
        if self.low:
            scaled -= np.float32(self.low)
        if self.high - self.low != 1:
            scaled /= np.float32(self.high - self.low)
        return scaled


# -- reading ---------------------------------------------------------------------------


def read(data: bytes, name: str = "", *, layout: str = "auto", alpha: str = "white") -> Picture:
    """A file's bytes -> the whole picture. Raises `PictureError`.

    `name` is used for its ending only, to say when it misleads. `layout` is for ``.npy``:
    ``"auto"``, ``"HWC"`` or ``"CHW"``. `alpha` ``"white"`` lays transparency on white, ``"channel"`` keeps
    it as the last channel.
    """
    return _read(data, name, layout, alpha, None)


def preview(data: bytes, longest: int = 1000, name: str = "", *, layout: str = "auto", alpha: str = "white") -> Picture:
    """As `read`, no side longer than `longest`: a JPEG is decoded at a fraction of its size, which is fast."""
    return shrunk(_read(data, name, layout, alpha, longest), longest)


def _read(data: bytes, name: str, layout: str, alpha: str, longest: int | None) -> Picture:
    if layout not in LAYOUTS or alpha not in ALPHAS:
        raise ValueError(f"layout is one of {LAYOUTS} and alpha one of {ALPHAS}, not {layout!r} and {alpha!r}.")
    refusal = _refused_at_sight(data)
    if refusal:
        raise PictureError(refusal)
    if data.startswith(b"\x93NUMPY"):
        return _read_array(data, layout)
    try:
        return _read_picture(data, name, alpha, longest)
    except PictureError:
        raise
    except UnidentifiedImageError:
        raise PictureError(
            f"This is no picture that can be read; save it as one of {', '.join(FORMATS)} or .npy."
        ) from None
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise PictureError(_too_many_pixels("more than 89 million")) from None
    except Exception:  # a broken file makes decoders raise OSError, SyntaxError, struct.error, zlib.error, ...
        raise PictureError(
            "The picture is damaged or cut short, its pixels cannot be decoded; copy or download the file again."
        ) from None


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


def _too_many_pixels(count: str) -> str:
    return f"The picture has {count} pixels and at most {MAX_PIXELS / 1e6:.0f} million are read; make it smaller."


def _checked_size(height: int, width: int, channels: int = 1) -> None:
    if min(height, width, channels) < 1:
        raise PictureError(f"The picture has no pixels: {height}×{width} with {channels} channels; choose another one.")
    if height * width > MAX_PIXELS:
        raise PictureError(_too_many_pixels(f"{width} × {height}, {height * width / 1e6:.1f} million"))
    if height * width * channels > MAX_VALUES:
        raise PictureError(
            f"The array holds {height * width * channels / 1e6:.0f} million numbers and at most "
            f"{MAX_VALUES / 1e6:.0f} million are read; cut it or take fewer channels."
        )


def _read_picture(data: bytes, name: str, alpha: str, longest: int | None) -> Picture:
    notes: list[str] = []
    bands = False
    if data[:4] in (b"II*\0", b"MM\0*"):
        stored = tiff_bands.samples(data)
        if stored.refusal:
            raise PictureError(stored.refusal)
        if stored.bands:
            bands, data = True, tiff_bands.as_straight_alpha(data)
        if stored.count > 1 and stored.bits == 16:
            notes.append("The TIFF's 16 bits were cut to the upper 8; upload the array as .npy to keep them all.")
    with Image.open(io.BytesIO(data), formats=FORMATS) as image:
        _checked_size(image.height, image.width)
        full_size = _full_size(image)
        notes += _notes_before(image, name, data)
        if longest is not None and not bands:
            image.draft(None, _fitted(image.width, image.height, longest))
        oriented = ImageOps.exif_transpose(image)  # decodes
    if bands:
        notes.append("A TIFF of 4 bands: all four are kept, as channels 0 to 3.")
        return Picture(_planes(oriented), 0, 255, tuple(notes), full_size)
    return replace(_converted(oriented, alpha, notes), full_size=full_size)


def _orientation(image: Image.Image) -> int:
    try:
        value = image.getexif().get(ORIENTATION, 1)
    except Exception:  # the tag is lost, the picture need not be
        return 1
    return value if value in range(1, 9) else 1


def _full_size(image: Image.Image) -> tuple[int, int]:
    if _orientation(image) >= 5 and image.format != "TIFF":  # Pillow states a TIFF's size already turned
        return image.width, image.height
    return image.height, image.width


def _notes_before(image: Image.Image, name: str, data: bytes) -> list[str]:
    """What can only be seen in the file, not in its pixels."""
    notes = []
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    holds = "JPEG" if image.format == "MPO" else image.format  # an MPO is a JPEG with further pictures behind it
    if ending in ENDINGS and ENDINGS[ending] != holds:
        notes.append(f"The file is named .{ending} but holds a {holds}; read as that.")
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        notes.append(f"First of {frames} frames.")
    if _orientation(image) != 1:
        notes.append("EXIF orientation applied.")
    if image.format == "PNG" and data[24] == 16 and image.mode not in ("I", "I;16"):
        notes.append("The PNG's 16 bits were cut to the upper 8; upload the array as .npy to keep them all.")
    return notes


def _converted(image: Image.Image, alpha: str, notes: list[str]) -> Picture:
    """A decoded picture of any Pillow mode -> channels."""
    if image.mode.startswith("I;16"):
        return Picture(np.asarray(image).astype(np.uint16)[None], 0, 65535, tuple(notes))
    if image.mode in ("I", "F"):
        return _from_numbers(np.asarray(image)[None], notes)
    if image.mode in ("P", "PA"):
        notes = [*notes, "Palette colours looked up."]
    if image.mode in ("CMYK", "YCbCr", "HSV"):
        notes = [*notes, f"{image.mode} converted to RGB, without a colour profile."]
    grey = image.mode in ("1", "L", "LA", "La")
    if image.has_transparency_data:
        image = image.convert("RGBA")
        if alpha == "channel":
            image = image.convert("LA") if grey else image
            return Picture(_planes(image), 0, 255, (*notes, "Alpha kept as the last channel."))
        if image.getchannel("A").getextrema() == (255, 255):
            notes = [*notes, "Alpha dropped: it is opaque everywhere."]
        else:
            notes = [*notes, "Alpha laid on white."]
            image = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image)
    return Picture(_planes(image.convert("L" if grey else "RGB")), 0, 255, tuple(notes))


def _planes(image: Image.Image) -> np.ndarray:
    """uint8 (C, H, W), contiguous, of an 8-bit mode."""
    return np.stack([np.asarray(band) for band in image.split()])


# -- arrays ----------------------------------------------------------------------------


def _read_array(data: bytes, layout: str) -> Picture:
    file = io.BytesIO(data)
    try:
        version = np.lib.format.read_magic(file)
        read_header = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}
        shape, _, dtype = read_header[version](file)
    except Exception:  # ValueError, KeyError, SyntaxError, TokenError: the header is text from a stranger
        raise PictureError("The .npy header cannot be read; save the array again with numpy.save.") from None
    if dtype.hasobject:
        raise PictureError("This .npy holds pickled Python objects, which are never loaded; save numbers instead.")
    if dtype.kind not in "biuf":
        raise PictureError(f"This .npy holds {dtype.name:.30}, and a picture needs plain numbers; convert it first.")
    if not 2 <= len(shape) <= 4:
        raise PictureError(f"This .npy has {len(shape)} dimensions, and a picture has (H, W), (H, W, C) or (C, H, W).")
    notes: list[str] = []
    if len(shape) == 4 and shape[0] != 1:
        notes.append(f"First of {shape[0]} pictures.")
    order = _order(shape, layout, notes)
    sizes = (1, *shape)[-3:]
    channels, height, width = (sizes[axis] for axis in order)
    _checked_size(height, width, channels)
    if dtype.itemsize * math.prod(shape) != len(data) - file.tell() or 0 in shape:
        raise PictureError("The .npy is cut short or damaged: its shape and its length disagree; save it again.")
    file.seek(0)
    array = np.lib.format.read_array(file, allow_pickle=False)
    first = array[0] if array.ndim == 4 else array.reshape(sizes)
    return _from_numbers(first.transpose(order), notes)


def _order(shape: tuple[int, ...], layout: str, notes: list[str]) -> tuple[int, int, int]:
    """Which of the last three axes is C, H and W; (H, W) counts as (1, H, W).

    >>> _order((30, 40, 3), "auto", []), _order((3, 30, 40), "auto", [])
    ((2, 0, 1), (0, 1, 2))
    """
    if len(shape) == 2:
        return 0, 1, 2
    first, last = shape[-3], shape[-1]
    likely_first, likely_last = first in (1, 3, 4), last in (1, 3, 4)
    clear = likely_first != likely_last
    chosen = layout
    if layout == "auto":
        chosen = "CHW" if (likely_first if clear else first < last) else "HWC"
        doubt = "" if clear else "; that is a guess, switch the layout if it is wrong"
        notes.append(f"Shape {shape} read as {'(C, H, W)' if chosen == 'CHW' else '(H, W, C)'}{doubt}.")
    return (0, 1, 2) if chosen == "CHW" else (2, 0, 1)


def _from_numbers(array: np.ndarray, notes: list[str]) -> Picture:
    """Numbers (C, H, W) of any kind -> the smallest of uint8, uint16 and float32 that holds them."""
    if array.dtype == bool:
        return _contiguous(array.astype(np.uint8) * np.uint8(255), 0, 255, notes)
    low, high = (float(v) for v in (array.min(), array.max()))
    if array.dtype.kind in "iu" and low >= 0 and high <= 65535:
        narrow = np.uint16 if array.dtype == np.uint16 or high > 255 else np.uint8
        return _contiguous(array.astype(narrow), 0, np.iinfo(narrow).max, notes)
    with np.errstate(over="ignore"):
        values = array.astype(np.float32)
    wrong = values.size - int(np.isfinite(values).sum())
    if wrong:
        raise PictureError(
            f"The array holds {wrong:,} NaN or infinite values, which no picture can show; "
            "replace them first, for example with numpy.nan_to_num."
        )
    if low >= 0 and high <= 1:
        return _contiguous(values, 0, 1, notes)
    note = f"Values from {low:g} to {high:g} are scaled to 0..1."
    return _contiguous(values, low, high if high > low else low + 1, [*notes, note])


def _contiguous(array: np.ndarray, low: float, high: float, notes: list[str]) -> Picture:
    _, height, width = array.shape
    return Picture(np.ascontiguousarray(array), low, high, tuple(notes), (height, width))


# -- changing --------------------------------------------------------------------------


def _fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """(width, height), no side longer than `longest`, each at least 1."""
    scale = min(1.0, longest / max(width, height))
    return max(1, round(width * scale)), max(1, round(height * scale))


def shrunk(picture: Picture, longest: int) -> Picture:
    """The picture with no side longer than `longest`; a smaller one is returned as it is."""
    height, width = picture.size
    new_width, new_height = _fitted(width, height, longest)
    return resized(picture, new_height, new_width)


def resized(picture: Picture, height: int, width: int) -> Picture:
    """The picture at another size, (C, height, width); smaller is the mean over each new pixel's area."""
    if (height, width) == picture.size:
        return picture
    exact = picture.array if picture.array.dtype == np.uint8 else picture.array.astype(np.float32)
    planes = [np.asarray(Image.fromarray(p).resize((width, height), Image.Resampling.BOX)) for p in exact]
    array = np.stack(planes)
    if picture.array.dtype == np.uint16:
        array = np.rint(array).astype(np.uint16)
    return replace(picture, array=array)


def crop(picture: Picture, top: int, left: int, height: int, width: int) -> Picture:
    """A rectangle of the picture, in pixels; raises `PictureError` when it leaves the picture.

    >>> crop(Picture(np.arange(12, dtype=np.uint8).reshape(1, 3, 4), 0, 255), 1, 2, 2, 1).array.tolist()
    [[[6], [10]]]
    """
    rows, columns = picture.size
    if top < 0 or left < 0 or height < 1 or width < 1 or top + height > rows or left + width > columns:
        raise PictureError(
            f"The crop of {height}×{width} at row {top}, column {left} leaves the picture of {rows}×{columns}; "
            "choose a rectangle inside."
        )
    array = picture.array[:, top : top + height, left : left + width].copy()
    return replace(picture, array=array, full_size=(height, width))


def to_channels(picture: Picture, channels: int) -> tuple[Picture, str]:
    """The picture with that many channels, and a sentence of how.

    To one channel: luminance of the first three with ITU-R BT.601 weights. To more: repeated in turn.
    To fewer: the last ones are dropped.

    >>> grey, said = to_channels(Picture(np.full((3, 1, 1), 7, np.uint8), 0, 255), 1)
    >>> grey.array.tolist(), said
    ([[[7]]], 'The 3 channels became their luminance, 0.299 R + 0.587 G + 0.114 B.')
    """
    have = picture.channels
    if channels < 1:
        raise PictureError(f"A layer reads at least 1 channel, not {channels}.")
    if have == channels:
        return picture, f"Picture and layer agree: {have} channel{'s' if have > 1 else ''}."
    if channels == 1 and have >= 3:
        weights = np.array(LUMINANCE, np.float32)
        grey = sum(w * plane for w, plane in zip(weights, picture.array[:3], strict=True))
        if picture.array.dtype.kind == "u":
            grey = np.rint(grey)
        which = "The 3 channels became" if have == 3 else f"The first 3 of {have} channels, taken as RGB, became"
        said = f"{which} their luminance, 0.299 R + 0.587 G + 0.114 B."
        return replace(picture, array=np.asarray(grey).astype(picture.array.dtype)[None]), said
    if have > channels:
        kept = "channel 0 is kept" if channels == 1 else f"channels 0 to {channels - 1} are kept"
        return replace(picture, array=picture.array[:channels]), f"Of {have} channels {kept}, the rest is dropped."
    order = np.arange(channels) % have
    how = (
        f"Grey is repeated {channels} times."
        if have == 1
        else f"The {have} channels repeat in turn, {channels} in all."
    )
    return replace(picture, array=picture.array[order]), how
