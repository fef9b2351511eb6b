"""What came out of a layer: numbers only. `conv_viz.compute` makes them, `conv_viz.scenes` draws them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.part import Part


@dataclass(frozen=True, eq=False)
class LayerRun:
    """One forward pass: numpy arrays in the input's dtype, as torch returned them.

    `input` (N, C, H, W) or (C, H, W); `weight` in torch's layout, (out_channels, in_channels/groups, kH, kW) for a
    convolution, None for a pool; `bias` (out_channels,) or None; `output` with the input's rank; `indices` of a max
    pool, like `output`: which input cell of its plane won, counted row by row.
    """

    spec: WindowLayer
    input: np.ndarray
    weight: np.ndarray | None
    bias: np.ndarray | None
    output: np.ndarray
    indices: np.ndarray | None = None


@dataclass(frozen=True, eq=False)
class Flat:
    """Outputs on an input of ones, the first cells of the filters in view, (filters, A, B).

    Of a transposed convolution, and of resizing the input and convolving it then: see `conv_viz.compute.checkerboard`.
    """

    transposed: np.ndarray
    resized: np.ndarray


@dataclass(frozen=True, eq=False)
class PartRun:
    """What one picture shows of a layer on one sample, in the layout of the picture.

    `sample` (C, H, W); `filters` (out_channels, channels read, kH, kW) or None; `bias` (out_channels,) or None;
    of the filters in view, (len(part.filters), OH, OW) each: `output`, `rest` what the channels out of view add
    (None where there are none), `indices` of a max pool: which input cell of the plane won. `flat` of a transposed
    convolution.
    """

    part: Part
    sample: np.ndarray
    filters: np.ndarray | None
    bias: np.ndarray | None
    output: np.ndarray
    rest: np.ndarray | None = None
    indices: np.ndarray | None = None
    flat: Flat | None = None
