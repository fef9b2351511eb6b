"""Numbers that a network made as a layer's input: the frame says how many cells, these are the first of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.layers.values import Shape


@dataclass(frozen=True, eq=False)
class PlanesInput:
    """Planes (C, H, W) of float32, for example what one layer of a network hands to the next.

    `cell` is the output cell to explain first, or None: as of a part of a picture, see `conv_viz.images.crop.OwnInput`.
    """

    planes: np.ndarray
    cell: tuple[int, int] | None = None

    def sample(self, shape: Shape, number: int = 0) -> np.ndarray:
        """A sample (C, H, W) or (C, L): more channels than there are repeat them, more cells repeat the last ones.

        >>> PlanesInput(np.float32([[[1, 2], [3, 4]]])).sample((2, 1, 3)).tolist()
        [[[1.0, 2.0, 2.0]], [[1.0, 2.0, 2.0]]]
        """
        channels, *sizes = shape
        planes = self.planes[np.arange(channels) % len(self.planes)]
        for axis, size in enumerate((1, *sizes)[-2:], 1):
            planes = planes.take(np.minimum(np.arange(size), planes.shape[axis] - 1), axis)
        return np.ascontiguousarray(planes.reshape(shape), np.float32)

    def batch(self, shape: Shape) -> np.ndarray:
        """A whole input (N, C, H, W), float32: the same sample again and again."""
        return np.stack([self.sample(shape[1:], number) for number in range(shape[0])])
