"""``.npy`` files -> `Picture`: the header is checked before a number is read.

An array of pixels is uint8 or uint16, as libraries for pictures make them, and becomes 0..1. Other whole numbers are
what numpy makes of numbers that somebody typed, and are taken as they are. Both are said, and can be switched.
"""

from __future__ import annotations

import io
import math

import numpy as np

from conv_viz.images.numbers import Kind, picture_of
from conv_viz.images.parts import checked_size
from conv_viz.images.pixels import Picture, PictureError

STARTS = b"\x93NUMPY"
LONGEST_HEADER = 10_000  # bytes: numpy's own bound


def read_array(data: bytes, layout: str, scaling: str) -> Picture:
    """The array of a ``.npy`` as a picture; `layout` and `scaling` as in `conv_viz.images.read.read`."""
    file = io.BytesIO(data)
    shape, dtype = _header(file)
    notes: list[str] = []
    if len(shape) == 4 and shape[0] != 1:
        notes.append(f"First of {shape[0]} pictures." if shape[0] < 10**9 else "First of many pictures.")
    order = _order(shape, layout, notes)
    sizes = (1, *shape)[-3:]
    channels, height, width = (sizes[axis] for axis in order)
    checked_size(height, width, channels)
    if dtype.itemsize * math.prod(shape) != len(data) - file.tell() or 0 in shape:
        raise PictureError("The .npy is cut short or damaged: its shape and its length disagree; save it again.")
    file.seek(0)
    array = np.lib.format.read_array(file, allow_pickle=False)
    first = array[0] if array.ndim == 4 else array.reshape(sizes)
    return _scaled(first.transpose(order), scaling, notes)


def _header(file: io.BytesIO) -> tuple[tuple[int, ...], np.dtype]:
    """Shape and type, of numbers in two to four dimensions."""
    try:
        version = np.lib.format.read_magic(file)
        if version == (2, 0) and int.from_bytes(file.getbuffer()[8:12], "little") > LONGEST_HEADER:
            raise ValueError("numpy would read all of it before it refuses")
        read = {(1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0}[version]
        shape, _, dtype = read(file)
    except Exception:  # ValueError, KeyError, SyntaxError, TokenError: the header is text from a stranger
        raise PictureError("The .npy header cannot be read; save the array again with numpy.save.") from None
    if dtype.hasobject:
        raise PictureError("This .npy holds pickled Python objects, which are never loaded; save numbers instead.")
    if dtype.kind not in "biuf":
        raise PictureError(f"This .npy holds {dtype.name:.30}, and a picture needs plain numbers; convert it first.")
    if not 2 <= len(shape) <= 4:
        raise PictureError(f"This .npy has {len(shape)} dimensions, and a picture has (H, W), (H, W, C) or (C, H, W).")
    return shape, dtype


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
        sizes = f"Shape {shape}" if max(shape) < 10**9 else "The array is"
        notes.append(f"{sizes} read as {'(C, H, W)' if chosen == 'CHW' else '(H, W, C)'}{doubt}.")
    return (0, 1, 2) if chosen == "CHW" else (2, 0, 1)


def _scaled(array: np.ndarray, scaling: str, notes: list[str]) -> Picture:
    """What its type says of the numbers."""
    if array.dtype == bool:
        return picture_of(array.astype(np.uint8) * np.uint8(255), Kind(255), notes)
    pixels = array.dtype in (np.uint8, np.uint16)
    if scaling == "auto":
        scaling = "range" if pixels or array.dtype.kind == "f" else "raw"
    return picture_of(array, Kind(_full(array), scaling, said=True), notes)


def _full(array: np.ndarray) -> int | None:
    """The largest value that such pixels can have; None where these are no pixels."""
    if array.dtype.kind == "f" or array.min() < 0 or array.max() > 65535:
        return None
    return 255 if array.dtype != np.uint16 and array.max() <= 255 else 65535
