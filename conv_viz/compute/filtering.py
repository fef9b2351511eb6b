"""A picture through the layer: which filters, at which size it answers at once, and the feature maps.

The real layer computes every number (`conv_viz.compute.layer`). A picture is made smaller only as far as the layer
needs to answer while a slider is being moved; full resolution is the subject of `conv_viz.compute.full_resolution`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np

from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.compute.filters import run_filters
from conv_viz.compute.turns import in_turn
from conv_viz.images.maps import Filtered, Filters
from conv_viz.images.read import Picture, resized, to_channels
from conv_viz.layers.cost import filters_cost
from conv_viz.layers.kinds import WeightedLayer, WindowLayer, weighted
from conv_viz.layers.summary import FLOAT32, shown_bytes
from conv_viz.layers.values import ConvSpecError
from conv_viz.layers.window import WindowAxis
from conv_viz.limits import GALLERY_BYTES, GALLERY_SECONDS, GALLERY_WEIGHT_BYTES
from conv_viz.limits import PREVIEW_BYTES as MOST_PIXELS
from conv_viz.limits import PREVIEW_INPUT as MOST_INPUT
from conv_viz.limits import PREVIEW_MAPS as MOST_MAPS
from conv_viz.weights.edits import Weights
from conv_viz.weights.kernels import KERNELS, Kernel, as_filter, flip

PAGE = 128
"""Maps on one sheet; a layer with more is paged."""


class TooLarge(ValueError):
    """A layer that cannot answer at once even on a single pixel; the message is one sentence with a way out."""


def layer_filters(layer: WindowLayer, seed: int, edited: Weights | None = None, channels: int = 3) -> Filters:
    """The layer's own filters: edited ones where there are some, else drawn from the seed.

    A pool, which has none, takes each of the picture's `channels` by itself.

    >>> from conv_viz import Conv1dSpec, ConvSpec, MaxPoolSpec
    >>> layer_filters(ConvSpec(3, 8, 3), seed=0).weight.shape, layer_filters(Conv1dSpec(3, 8, 3), 0).weight.shape
    ((8, 3, 3, 3), (8, 3, 1, 3))
    >>> layer_filters(MaxPoolSpec(2), 0, channels=4).count
    4
    """
    own = weighted(layer)
    if own is None:
        return Filters(layer.for_pictures(), layer, None, None, layer.input_channels(channels))
    if edited is None:
        check_weights(own)
        edited = drawn_weights(layer, seed)
    return _on_pictures(own, edited)


def _on_pictures(layer: WeightedLayer, weights: Weights, **more: Any) -> Filters:
    spec: WeightedLayer = layer.for_pictures()
    weight = weights.weight if spec is layer else spec.from_filters(layer.as_filters(weights.weight))
    return Filters(spec, layer, weight, weights.bias, layer.in_channels, **more)


def check_weights(layer: WindowLayer) -> None:
    """Raises `TooLarge` for weights that take too much."""
    taken = FLOAT32 * math.prod(layer.weight_shape or (0,))
    if taken > GALLERY_WEIGHT_BYTES:
        raise TooLarge(
            f"The weights of this layer take {shown_bytes(taken)}, and {shown_bytes(GALLERY_WEIGHT_BYTES)} "
            "are the most for filtering a picture; choose fewer channels or a smaller kernel_size."
        )


def named_filters(layer: WeightedLayer) -> Filters:
    """Every named filter in the layer's kernel size, side by side: its stride, padding and dilation, no bias.

    `refused` says which do not fit this size, and why. Where the kernel is met from its end they are turned round.

    >>> from conv_viz import ConvSpec
    >>> made = named_filters(ConvSpec(3, 8, 3, stride=2))
    >>> made.names[:3], made.spec.code()
    (('Identity', 'Shift', 'Box blur'), 'nn.Conv2d(3, 15, kernel_size=3, stride=2, bias=False)')
    """
    _, channels, *size = layer.replace(groups=1).filter_shape
    reasons = {name: kernel.refusal(*size) for name, kernel in KERNELS.items()}
    fitting = [KERNELS[name] for name, reason in reasons.items() if reason is None]
    many = layer.replace(out_channels=len(fitting), groups=1, bias=False)
    check_weights(many)
    made = [kernel.make(*size) for kernel in fitting]
    filters = np.stack([as_filter(flip(kernel) if layer.turned else kernel, channels) for kernel in made])
    return _on_pictures(
        many,
        Weights(many.from_filters(filters), None),
        names=tuple(kernel.title for kernel in fitting),
        refused=_refused(layer, [KERNELS[name] for name in reasons if reasons[name]], reasons.values()),
    )


def _refused(layer: WeightedLayer, kernels: list[Kernel], reasons: Iterable[str | None]) -> tuple[str, ...]:
    """Why some are not shown; of a layer with one axis, which no kernel_size gives a second row, all at once."""
    if layer.dims == 2 or not kernels:
        return tuple(reason for reason in reasons if reason is not None)
    return (f"{layer.kind} has one row; not for it are {', '.join(kernel.title for kernel in kernels)}.",)


def page_of(first: int, count: int) -> range:
    """The maps of one sheet: the page that holds `first`.

    >>> page_of(200, 300), page_of(0, 4)
    (range(128, 256), range(0, 4))
    """
    start = min(max(first, 0), count - 1) // PAGE * PAGE
    return range(start, min(start + PAGE, count))


def filtered(picture: Picture, filters: Filters, first: int = 0) -> Filtered:
    """The feature maps of a picture, those of the page that holds the filter `first`.

    The picture becomes what the layer reads: its number of channels, and a size at which it answers
    at once. Raises `ConvSpecError` when a picture of this size cannot pass the layer at all,
    and `TooLarge`.
    """
    spec, channels, shown = filters.spec, filters.channels, page_of(first, filters.count)
    fitted, said = to_channels(resized(picture, *preview_size(spec, picture, len(shown))), channels)
    with in_turn(filters_cost(spec, spec.axes((channels, *fitted.size)), shown)):
        maps = run_filters(spec, fitted.unit(), filters.weight, filters.bias, shown)
    return Filtered(filters, fitted, said, min(picture.channels, channels), shown, maps)


def preview_size(spec: WindowLayer, picture: Picture, maps: int) -> tuple[int, int]:
    """(height, width) at which `maps` feature maps of the picture come at once: its own, or smaller.

    >>> from conv_viz import ConvSpec
    >>> preview_size(ConvSpec(3, 4, 3), Picture(np.zeros((3, 600, 800), np.uint8), 0, 255), 4)
    (600, 800)
    >>> preview_size(ConvSpec(3, 64, 3, padding=1), Picture(np.zeros((3, 600, 800), np.uint8), 0, 255), 64)
    (237, 316)
    """
    height, width = picture.size
    bytes_each = picture.channels * picture.array.itemsize
    channels = spec.input_channels(picture.channels)
    axes = spec.axes((channels, height, width))  # says what is wrong with the picture's own size
    while (over := _excess(spec, axes, channels, maps, bytes_each)) > 1:
        shrink = min(0.99, 1 / math.sqrt(over))
        smaller = max(1, round(height * shrink)), max(1, round(width * shrink))
        try:
            axes = spec.axes((channels, *smaller))
        except ConvSpecError:
            smaller = height, width
        if smaller == (height, width):
            raise TooLarge(
                f"This layer takes too much work to answer at once, even on a picture of {height} × {width}: "
                f"up to {filters_cost(spec, axes, range(maps)).seconds:.1f} seconds; "
                "choose fewer channels or a smaller kernel_size."
            )
        height, width = smaller
    return height, width


def in_full(filters: Filters, picture: Picture, first: int = 0) -> bool:
    """Whether the maps are those of the whole picture: neither its preview nor the layer made it smaller."""
    shown = page_of(first, filters.count)
    return preview_size(filters.spec, picture, len(shown)) == picture.full_size


def _excess(spec: WindowLayer, axes: tuple[WindowAxis, WindowAxis], channels: int, maps: int, bytes_each: int) -> float:
    """How many times over its budget the most expensive part is."""
    outputs = maps * axes[0].output * axes[1].output
    cells = axes[0].size * axes[1].size
    cost = filters_cost(spec, axes, range(maps))
    return max(
        channels * cells / MOST_INPUT,
        outputs / MOST_MAPS,
        cost.seconds / GALLERY_SECONDS,
        cost.bytes / GALLERY_BYTES,
        bytes_each * cells / MOST_PIXELS,
    )
