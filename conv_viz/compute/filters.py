"""Some filters of a layer, run alone."""

from __future__ import annotations

from itertools import groupby

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.kinds import WindowLayer


def run_filters(
    spec: WindowLayer,
    sample: np.ndarray,
    weight: np.ndarray | None,
    bias: np.ndarray | None,
    filters: range,
    without: range = range(0),
) -> np.ndarray:
    """Output planes (len(filters), OH, OW) of some filters, by real layers without groups.

    For a layer too large to run whole. `sample` is (C, H, W) or (C, L); channels in `without`
    are left out of the sum, which tells what the others add. A pool has no weight, and its own channels as filters.
    """
    if weight is None:
        return run(spec, sample[filters.start : filters.stop]).output
    whole_filters = spec.as_filters(weight)
    planes = []
    for reads, members in groupby(filters, spec.channels_of):
        group = list(members)
        kept = [c for c in reads if c not in without]
        rows = slice(group[0], group[-1] + 1)
        if not kept:
            shape = spec.output_shape(sample.shape)
            planes.append(np.zeros((len(group), *shape[1:]), sample.dtype))
            continue
        whole = len(kept) == len(reads)
        slices = whole_filters[rows] if whole else whole_filters[rows][:, [c - reads.start for c in kept]]
        part = spec.replace(in_channels=len(kept), out_channels=len(group), groups=1, bias=bias is not None)
        planes.append(
            run(
                part,
                sample[reads.start : reads.stop] if whole else sample[kept],
                weight=part.from_filters(slices),
                bias=None if bias is None else bias[rows],
            ).output
        )
    return planes[0] if len(planes) == 1 else np.concatenate(planes)
