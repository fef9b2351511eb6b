"""A convolution as a matrix product: torch's own `unfold`, and its own product."""

from __future__ import annotations

import numpy as np
import torch
import torch.nn.functional as F

from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import gather, taps


def unfolded(head: Summary, sample: np.ndarray) -> np.ndarray:
    """Each window as a column: (C·kH·kW, OH·OW) of a sample (C, H, W), by ``torch.nn.functional.unfold``.

    Padding is laid around it first, so that every padding_mode is shown.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> head = Summary.of(ConvSpec(1, 1, 2), (1, 2, 3))
    >>> unfolded(head, np.arange(6, dtype=np.float32).reshape(1, 2, 3)).tolist()
    [[0.0, 1.0], [1.0, 2.0], [3.0, 4.0], [4.0, 5.0]]
    """
    rows, columns = (taps(axis).source for axis in head.axes)
    padded = gather(sample, rows, columns)
    stride, dilation = (tuple(getattr(axis, name) for axis in head.axes) for name in ("stride", "dilation"))
    made: np.ndarray = F.unfold(torch.from_numpy(padded[None]), head.kernel, dilation, 0, stride)[0].numpy()
    return made


def multiplied(rows: np.ndarray, columns: np.ndarray, bias: np.ndarray | None) -> np.ndarray:
    """The product of two matrices by torch, with a bias for each row."""
    product: np.ndarray = torch.matmul(torch.from_numpy(rows), torch.from_numpy(columns)).numpy()
    return product if bias is None else product + bias[:, None]
