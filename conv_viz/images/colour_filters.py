"""Filters that read red, green and blue as small colour pictures, the way a first layer is usually shown.

Grey is zero; each filter is stretched by its own largest weight, so its colours tell its shape and not its strength.
Source: Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2014, figure 2, layer 1.
"""

from __future__ import annotations

import numpy as np

MOST = 256
"""Filters on one sheet."""


def colour_sheet(filters: np.ndarray, columns: int, cell: int) -> np.ndarray:
    """Filters (F, 3, kH, kW) as one picture (H, W, 4), uint8 with transparency between them; `cell` pixels a weight.

    >>> colour_sheet(np.ones((3, 3, 2, 2), np.float32), columns=2, cell=4).shape
    (20, 20, 4)
    """
    filters = filters[:MOST]
    most = np.abs(filters).max(axis=(1, 2, 3), keepdims=True)
    unit = 0.5 + filters / (2 * np.where(most > 0, most, 1))
    height, width = (size * cell for size in filters.shape[2:])
    rows = -(-len(filters) // columns)
    gap = cell
    sheet = np.zeros((rows * (height + gap) - gap, columns * (width + gap) - gap, 4), np.uint8)
    for index, planes in enumerate(np.rint(255 * unit).astype(np.uint8)):
        top, left = (at * (size + gap) for at, size in zip(divmod(index, columns), (height, width), strict=True))
        part = sheet[top : top + height, left : left + width]
        part[..., :3] = np.kron(planes.transpose(1, 2, 0), np.ones((cell, cell, 1), np.uint8))
        part[..., 3] = 255
    return sheet
