"""A part of a user's picture as the layer's input: the frame says how many cells, the crop says where."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from conv_viz.images.read import Picture, crop, resized, to_channels
from conv_viz.layers.values import Shape
from conv_viz.layers.window import WindowAxis

LARGEST = 64  # cells of a crop along one side: the usual end of the frame's sliders
AROUND = 28  # cells around a pixel that somebody wants to see explained


@dataclass(frozen=True, eq=False)
class OwnInput:
    """Where in the picture the input lies: its corner in pixels, and how many pixels one cell is the mean of.

    `cell` is the output cell to explain first, or None. More rows or columns
    in the frame show more of the picture.
    """

    picture: Picture
    top: int
    left: int
    scale: int = 1
    cell: tuple[int, int] | None = None

    def sample(self, shape: Shape, number: int = 0) -> np.ndarray:
        """Sample `number` of a batch, float32 (C, H, W) or (C, L) in 0..1.

        The first is the crop, others lie to its right.

        A crop that would leave the picture is moved inside; where the picture is smaller than the
        crop, its last rows and columns are repeated. Means of bytes are rounded to bytes, as Pillow does.

        >>> ramp = Picture(np.arange(20, dtype=np.uint8).reshape(1, 4, 5), 0, 1)
        >>> OwnInput(ramp, top=1, left=2).sample((1, 2, 2)).tolist()
        [[[7.0, 8.0], [12.0, 13.0]]]
        >>> OwnInput(ramp, top=9, left=0, scale=2).sample((1, 1, 3)).tolist()
        [[[14.0, 16.0, 16.0]]]
        """
        if len(shape) == 2:  # a row
            channels, width = shape
            return self.sample((channels, 1, width), number)[:, 0]
        channels, height, width = shape
        rows, columns = self.picture.size
        down, across = (max(1, min(n, size // self.scale)) for n, size in ((height, rows), (width, columns)))
        tall, wide = min(down * self.scale, rows), min(across * self.scale, columns)
        left = (self.left + number * wide) % (columns - wide + 1) if number else self.left
        corner = _inside(self.top, tall, rows), _inside(left, wide, columns)
        piece = crop(self.picture, *corner, tall, wide)
        planes = to_channels(resized(piece, down, across), channels)[0].unit()
        return np.pad(planes, ((0, 0), (0, height - down), (0, width - across)), "edge")

    def batch(self, shape: Shape) -> np.ndarray:
        """A whole input (N, C, H, W) or (N, C, L), float32."""
        return np.stack([self.sample(shape[1:], number) for number in range(shape[0])])


def _inside(first: int, length: int, size: int) -> int:
    return min(max(first, 0), size - length)


def around_pixel(
    picture: Picture, axes: tuple[WindowAxis, WindowAxis], pixel: tuple[int, int], dims: int = 2
) -> tuple[OwnInput, Shape]:
    """The crop in whose middle an output pixel of the picture is made, and the (height, width) it takes.

    `axes` are the layer on the picture, `pixel` is (row, column) of its output. The crop begins a whole number of
    strides further, so that the layer computes the same sum there from the same pixels,
    unless the window reaches the crop's edge. A layer with one axis (`dims`) takes the pixel's row.
    """
    (top, row, height), (left, column, width) = (_around(axis, at) for axis, at in zip(axes, pixel, strict=True))
    if dims == 1:
        top, row, height = pixel[0], 0, 1
    return OwnInput(picture, top, left, cell=(row, column)), (height, width)


def _around(axis: WindowAxis, at: int) -> tuple[int, int, int]:
    """First pixel of the crop, the output cell within it, its length."""
    reach = -(-axis.effective_kernel // axis.base_dilation)
    length = min(max(AROUND, reach + 2 * axis.stride), axis.size)
    length += (axis.size - length) % axis.stride  # so that the picture's last outputs are the crop's last
    middle = (replace(axis, size=length).output - 1) // 2
    most = (axis.size - length) // axis.stride
    steps = min(max(at - max(middle, 0), 0) // axis.base_dilation, most)
    return steps * axis.stride, at - steps * axis.base_dilation, length


def of_rectangle(picture: Picture, top: int, left: int, height: int, width: int) -> tuple[OwnInput, Shape]:
    """The crop of a rectangle that somebody drew, and the (height, width) in cells that it takes.

    At most 64 cells a side: of a larger rectangle each cell is the mean of some pixels.

    >>> own, shape = of_rectangle(Picture(np.zeros((1, 300, 400), np.uint8), 0, 255), 10, 20, 130, 90)
    >>> own.scale, shape
    (3, (43, 30))
    """
    scale = max(1, -(-max(height, width) // LARGEST))
    return OwnInput(picture, top, left, scale), (max(1, height // scale), max(1, width // scale))


def from_view(picture: Picture, wanted: Any, dims: int = 2) -> tuple[OwnInput, Shape] | None:
    """A rectangle as the browser says it, {"top", "left", "height", "width"} in pixels; None when it makes no sense.

    A layer with one axis (`dims`) takes its middle row.
    """
    names = ("top", "left", "height", "width")
    values = [wanted.get(name) for name in names] if isinstance(wanted, dict) else []
    whole = [int(v) for v in values if isinstance(v, int | float) and abs(v) < 1e6]
    if len(whole) != 4:
        return None
    top, left, height, width = whole
    rows, columns = picture.size
    height, width = min(max(height, 1), rows), min(max(width, 1), columns)
    top, left = _inside(top, height, rows), _inside(left, width, columns)
    if dims == 1:
        top, height = top + height // 2, 1
    return of_rectangle(picture, top, left, height, width)
