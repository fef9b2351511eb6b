"""What a transposed convolution makes of a flat input, and what resizing first makes of it, both by torch.

Where the stride does not divide the kernel, output cells add up different numbers of products: a pattern like a
chessboard shows whatever the weights are. Resizing the input and convolving it then has none.
Source: Odena et al., "Deconvolution and checkerboard artifacts", https://distill.pub/2016/deconv-checkerboard
"""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from conv_viz.compute.filters import run_filters
from conv_viz.layers.checkerboard import resize_then_convolve, shown_cells
from conv_viz.layers.cost import filters_cost
from conv_viz.layers.run import Flat
from conv_viz.layers.summary import Summary
from conv_viz.layers.transposed import ConvTranspose
from conv_viz.limits import FLAT_SECONDS


def flat(head: Summary, weight: np.ndarray, bias: np.ndarray | None, filters: range) -> Flat | None:
    """The first cells of some filters' outputs on an input of ones, by both layers.

    None for other layers, and where it would take more than `FLAT_SECONDS`. `weight` in torch's layout; resizing first
    uses the same filters, as many numbers as the layer has.

    >>> from conv_viz import ConvTransposeSpec
    >>> spec = ConvTransposeSpec(1, 1, 3, stride=2, bias=False)
    >>> made = flat(Summary.of(spec, (1, 2, 2)), np.ones((1, 1, 3, 3), np.float32), None, range(1))
    >>> made.transposed[0, 2].tolist(), made.resized[0, 2].tolist()
    ([2.0, 2.0, 4.0, 2.0, 2.0], [9.0, 9.0, 9.0, 9.0, 9.0])
    """
    if not isinstance(head.spec, ConvTranspose):
        return None
    kernels = head.spec.as_filters(weight)
    spec: ConvTranspose = head.spec.for_pictures()
    inputs, outputs = shown_cells(head)
    instead = resize_then_convolve(spec)
    ones = np.ones((spec.in_channels, *inputs), weight.dtype)
    costs = (filters_cost(layer, layer.axes((spec.in_channels, *sizes)), filters).seconds
             for layer, sizes in ((spec, inputs), (instead, outputs)))  # fmt: skip
    if sum(costs) > FLAT_SECONDS:
        return None
    transposed = run_filters(spec, ones, spec.from_filters(kernels), bias, filters)[:, : outputs[0], : outputs[1]]
    larger = functional.interpolate(torch.from_numpy(ones)[None], size=outputs, mode="nearest")[0].numpy()
    turned = np.ascontiguousarray(kernels[..., ::-1, ::-1])  # a convolution meets its kernel in order
    return Flat(transposed, run_filters(instead, larger, turned, bias, filters))
