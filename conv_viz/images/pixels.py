"""A picture as numbers, and what can be done to it: another size, a part of it, another number of channels."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from PIL import Image

LUMINANCE = (0.299, 0.587, 0.114)
"""Weights of red, green and blue: ITU-R BT.601, section 2.5.1."""


class PictureError(ValueError):
    """A file that is not read as a picture; the message is one sentence with a way out."""


@dataclass(frozen=True, eq=False)
class Picture:
    """A picture as a layer reads it.

    `array` (C, H, W), uint8, uint16 or float32; `low` and `high` are the values that
    become 0 and 1; `notes` are sentences of what was done; `full_size` is (height,
    width) before a preview made it smaller. `scaling` is how its numbers were taken, one of `scalings`, between
    which its owner can choose; those are empty where there is nothing to choose. `bands` is what its channels are
    called, where that is known.
    """

    array: np.ndarray
    low: float
    high: float
    notes: tuple[str, ...] = ()
    full_size: tuple[int, int] = (0, 0)
    scaling: str = "range"
    scalings: tuple[str, ...] = ()
    bands: tuple[str, ...] = ()

    @property
    def channels(self) -> int:
        """Channels: the in_channels of a layer that reads this picture."""
        return self.array.shape[0]

    @property
    def size(self) -> tuple[int, int]:
        """(height, width) in pixels."""
        return self.array.shape[1], self.array.shape[2]

    def unit(self) -> np.ndarray:
        """float32 (C, H, W) in 0..1, or the numbers themselves where `scaling` is ``"raw"``.

        >>> Picture(np.array([[[0, 51, 255]]], np.uint8), 0, 255).unit().tolist()
        [[[0.0, 0.20000000298023224, 1.0]]]
        """
        scaled = self.array.astype(np.float32)
        if self.low:
            scaled -= np.float32(self.low)
        if self.high - self.low != 1:
            scaled /= np.float32(self.high - self.low)
        return scaled


THIN = 25  # a preview is at most so many times longer than wide, where there are pixels for it: a kernel still fits


def fitted(width: int, height: int, longest: int) -> tuple[int, int]:
    """(width, height), no side longer than `longest`; a thin picture keeps the few rows or columns that it has.

    >>> fitted(4000, 3000, 800), fitted(70_000, 10, 800)
    ((800, 600), (800, 10))
    """
    scale = min(1.0, longest / max(width, height))
    wide, high = (max(round(side * scale), min(side, longest // THIN), 1) for side in (width, height))
    return wide, high


def shrunk(picture: Picture, longest: int) -> Picture:
    """The picture with no side longer than `longest`; a smaller one is returned as it is."""
    height, width = picture.size
    new_width, new_height = fitted(width, height, longest)
    return resized(picture, new_height, new_width)


def resized(picture: Picture, height: int, width: int) -> Picture:
    """The picture at another size, (C, height, width); smaller is the mean over each new pixel's area."""
    if (height, width) == picture.size:
        return picture
    exact = picture.array if picture.array.dtype == np.uint8 else picture.array.astype(np.float32, copy=False)
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
