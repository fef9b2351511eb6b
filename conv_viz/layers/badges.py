"""What people ask of a layer beside its counts: its numbers' type, what flattening makes of it, what it is called."""

from __future__ import annotations

import math

from conv_viz.layers.counts import Count
from conv_viz.layers.kinds import weighted
from conv_viz.layers.summary import Summary

CORRELATION = (
    "the window meets the filter as it stands; a convolution of mathematics turns it round first, "
    "which flipping does on the page Weights"
)


def badges(head: Summary, dtype: str) -> list[Count]:
    """Each with what it means; `dtype` is that of the output.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> for badge in badges(Summary.of(ConvSpec(2, 4, 3, groups=2), (1, 2, 5, 5)), "float32"):
    ...     print(badge.label, badge.text)
    depthwise multiplier 2
    computes cross-correlation
    flattened 36
    dtype float32
    """
    layer, each = weighted(head.spec), head.output_shape[-head.spec.dims - 1 :]
    found = []
    if layer is not None and layer.groups == head.in_channels > 1:
        times = head.out_channels // head.in_channels
        about = "groups = in_channels: each channel has filters of its own, so many"
        found.append(
            Count("depthwise", f"multiplier {times}", about, f"{head.out_channels} / {head.in_channels} = {times}")
        )
    if layer is not None and not layer.turned:
        found.append(Count("computes", "cross-correlation", CORRELATION))
    number = math.prod(each)
    about = "numbers that nn.Flatten makes of one sample: in_features of an nn.Linear after it"
    found.append(Count("flattened", f"{number:,}", about, f"{'·'.join(map(str, each))} = {number:,}"))
    return [*found, Count("dtype", dtype, "how torch keeps the numbers of the output, and of what it is made of")]
