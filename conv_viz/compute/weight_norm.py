"""torch computes the weight of a weight-normalised layer: a direction and a length for each filter."""

from __future__ import annotations

import numpy as np
import torch


def normed(direction: np.ndarray, lengths: np.ndarray) -> np.ndarray:
    """The weight, float32: each direction, made as long as its length says.

    `lengths` has the shape of `direction` with 1 in all axes that a length goes over, or no axis for a single length.
    Source: Salimans & Kingma, arXiv:1602.07868

    >>> normed(np.array([[3.0, 4.0]], np.float32), np.array([[10.0]], np.float32))
    array([[6., 8.]], dtype=float32)
    """
    v, g = torch.from_numpy(direction), torch.from_numpy(lengths)
    over = [axis for axis in range(v.ndim) if g.ndim == 0 or g.shape[axis] == 1]
    weight: np.ndarray = (v * (g / torch.linalg.vector_norm(v, dim=over, keepdim=True))).numpy()
    return weight
