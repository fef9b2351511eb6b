"""The whole weight of a layer as one picture: a row for each filter, a column for each channel that it reads."""

from __future__ import annotations

import numpy as np

from conv_viz.layers.kinds import WeightedLayer
from conv_viz.layers.part import page_of
from conv_viz.layers.summary import channel_name
from conv_viz.scenes.headers import WeightsHeader
from conv_viz.scenes.scene import Scene
from conv_viz.weights.edits import Weights
from conv_viz.weights.initialisation import largest

MOST_CELLS = 128
"""Weights along one side of the picture, where the kernel allows it."""
MOST_BLOCKS = 64


def tensor_scene(
    spec: WeightedLayer, weights: Weights, filter: int = 0, slice: int = 0, *, seed: int = 0, edited: str = ""
) -> Scene:
    """The part of the weight around one slice, and words about the whole.

    `weights` are filters, see `conv_viz.weights.edits`. Arrays, with F filters and S slices in view: ``weight``
    (F, S, kH, kW), ``index`` (F, S, 2) where torch's weight has each slice, ``bias`` (F,) if there is one.
    `edited` is what was done last to the weights, empty for torch's own of this seed.

    >>> from conv_viz import ConvSpec
    >>> spec = ConvSpec(512, 512, 3)
    >>> whole = Weights(np.zeros(spec.weight_shape, np.float32), np.zeros(512, np.float32))
    >>> tensor_scene(spec, whole, filter=40).header["filters"]
    [32, 64, 512]
    """
    total, width, kh, kw = spec.filter_shape
    filter, slice = clamped(spec, filter, slice)
    filters = page_of(filter, page_size(kh), total)
    slices = page_of(slice, page_size(kw), width)
    shown = weights.weight[filters.start : filters.stop, slices.start : slices.stop]
    places = [[spec.weight_index(f, s) for s in slices] for f in filters]
    arrays = {"weight": shown, "index": np.array(places, np.int32)}
    if weights.bias is not None:
        arrays["bias"] = weights.bias[filters.start : filters.stop]
    header: WeightsHeader = {
        "kind": "weights",
        "weight_shape": spec.weight_shape,
        "weight_axes": spec.weight_axes,
        "dims": spec.dims,
        "bias_shape": spec.bias_shape,
        "parameters": spec.parameters,
        "source": f"edited: {edited}" if edited else f"torch's own, seed {seed}",
        "chosen": [filter, slice],
        "filters": [filters.start, filters.stop, total],
        "slices": [slices.start, slices.stop, width],
        "reads": [reads_words(spec, f) for f in filters],
        "first_channel": [spec.channels_of(f).start for f in filters],
        "groups": spec.groups,
        "group_of_filter": [f * spec.groups // total for f in filters],
        "columns": [column_name(spec, c) for c in slices],
        "most": largest(weights.weight),
    }
    return Scene({**header}, arrays)


def page_size(side: int) -> int:
    """How many kernels of so many cells stand side by side.

    >>> [page_size(side) for side in (1, 3, 5, 7, 11, 64)]
    [64, 32, 16, 16, 8, 2]
    """
    return min(MOST_BLOCKS, 1 << (max(1, MOST_CELLS // side).bit_length() - 1))


def clamped(spec: WeightedLayer, filter: int, slice: int) -> tuple[int, int]:
    """The nearest filter and slice that the layer has."""
    total, width, *_ = spec.filter_shape
    return min(max(filter, 0), total - 1), min(max(slice, 0), width - 1)


def reads_words(spec: WeightedLayer, filter: int) -> str:
    """Which input channels a filter reads.

    >>> from conv_viz import ConvSpec
    >>> reads_words(ConvSpec(4, 4, 3, groups=2), 3), reads_words(ConvSpec(1, 2, 3), 0)
    ('reads channels 2–3', 'reads channel 0')
    """
    reads = spec.channels_of(filter)
    return f"reads channel {reads[0]}" if len(reads) == 1 else f"reads channels {reads[0]}–{reads[-1]}"


def column_name(spec: WeightedLayer, slice: int) -> str:
    """What stands above a column: the channel, or with groups which channel of each group.

    >>> from conv_viz import ConvSpec
    >>> column_name(ConvSpec(3, 4, 3), 1), column_name(ConvSpec(4, 4, 3, groups=2), 1)
    ('green', 'slice 1')
    """
    return channel_name(spec.in_channels, slice) if spec.groups == 1 else f"slice {slice}"
