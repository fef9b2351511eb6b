"""A picture through the layer: which filters, at which size it answers at once, and the feature maps.

The real layer computes every number (`conv_viz.layer`). A picture is made smaller only as far as the layer needs
to answer while a slider is being moved; full resolution is the subject of `conv_viz.full_resolution`.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from conv_viz.edits import Weights
from conv_viz.headline import FLOAT32, shown_bytes
from conv_viz.images import Picture, resized, to_channels
from conv_viz.kernels import KERNELS, as_filter
from conv_viz.layer import run_filters
from conv_viz.picture import drawn_weights
from conv_viz.shapes import Axis
from conv_viz.spec import ConvSpec, ConvSpecError

PREVIEW = 800
"""Pixels of a preview's longer side: about what a window has room for."""

PAGE = 128
"""Maps on one sheet; a layer with more is paged."""

MOST_WEIGHTS = 128 * 1024**2  # bytes
MOST_MACS = 4_000_000_000
MOST_INPUT = 24_000_000  # numbers that the layer reads
MOST_MAPS = 4_800_000  # numbers that it returns: 64 maps of 316 x 237; more could not be told apart in a gallery
MOST_PIXELS = 8_000_000  # bytes of the picture itself, which cross to the browser


class TooLarge(ValueError):
    """A layer that cannot answer at once even on a single pixel; the message is one sentence with a way out."""


@dataclass(frozen=True, eq=False)
class Filters:
    """What a picture is filtered with: a layer, its weights, and a name for each filter."""

    spec: ConvSpec
    weight: np.ndarray
    bias: np.ndarray | None
    names: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def name(self, index: int) -> str:
        """What a filter is called: its own name, or its number."""
        return self.names[index] if self.names else f"filter {index}"

    @property
    def count(self) -> int:
        """Number of filters, and of feature maps."""
        return self.spec.out_channels


@dataclass(frozen=True, eq=False)
class Filtered:
    """Feature maps of a picture.

    `picture` is what the layer read, `said` how its channels were made; its first `distinct`
    channels repeat in turn. `maps`, float32 (len(shown), OH, OW), are those of the filters `shown`.
    """

    filters: Filters
    picture: Picture
    said: str
    distinct: int
    shown: range
    maps: np.ndarray


def layer_filters(spec: ConvSpec, seed: int, edited: Weights | None = None) -> Filters:
    """The layer's own filters: edited ones where there are some, else drawn from the seed.

    >>> layer_filters(ConvSpec(3, 8, 3), seed=0).weight.shape
    (8, 3, 3, 3)
    """
    if edited is not None:
        return Filters(spec, edited.weight, edited.bias)
    if FLOAT32 * spec.parameters > MOST_WEIGHTS:
        raise TooLarge(
            f"The weights of this layer take {shown_bytes(FLOAT32 * spec.parameters)}, and {shown_bytes(MOST_WEIGHTS)} "
            "are the most for filtering a picture; choose fewer channels or a smaller kernel_size."
        )
    drawn = drawn_weights(spec, seed)
    return Filters(spec, drawn.weight, drawn.bias)


def named_filters(spec: ConvSpec) -> Filters:
    """Every named filter in the layer's kernel size, side by side: its stride, padding and dilation, no bias.

    `refused` says which do not fit this size, and why.

    >>> made = named_filters(ConvSpec(3, 8, 3, stride=2))
    >>> made.names[:3], made.spec.code()
    (('Identity', 'Shift', 'Box blur'), 'nn.Conv2d(3, 15, kernel_size=3, stride=2, bias=False)')
    """
    reasons = {name: kernel.refusal(*spec.kernel_size) for name, kernel in KERNELS.items()}
    fitting = [KERNELS[name] for name, reason in reasons.items() if reason is None]
    weight = np.stack([as_filter(kernel.make(*spec.kernel_size), spec.in_channels) for kernel in fitting])
    layer = spec.replace(out_channels=len(fitting), groups=1, bias=False)
    refused = tuple(reason for reason in reasons.values() if reason is not None)
    return Filters(layer, weight, None, tuple(kernel.title for kernel in fitting), refused)


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
    spec, shown = filters.spec, page_of(first, filters.count)
    fitted, said = to_channels(resized(picture, *preview_size(spec, picture, len(shown))), spec.in_channels)
    maps = run_filters(spec, fitted.unit(), filters.weight, filters.bias, shown)
    return Filtered(filters, fitted, said, min(picture.channels, spec.in_channels), shown, maps)


def preview_size(spec: ConvSpec, picture: Picture, maps: int) -> tuple[int, int]:
    """(height, width) at which `maps` feature maps of the picture come at once: its own, or smaller.

    >>> preview_size(ConvSpec(3, 4, 3), Picture(np.zeros((3, 600, 800), np.uint8), 0, 255), 4)
    (600, 800)
    >>> preview_size(ConvSpec(3, 64, 3, padding=1), Picture(np.zeros((3, 600, 800), np.uint8), 0, 255), 64)
    (237, 316)
    """
    height, width = picture.size
    bytes_each = picture.channels * picture.array.itemsize
    axes = spec.axes((spec.in_channels, height, width))  # says what is wrong with the picture's own size
    while (over := _excess(spec, axes, maps, bytes_each)) > 1:
        shrink = min(0.99, 1 / math.sqrt(over))
        smaller = max(1, round(height * shrink)), max(1, round(width * shrink))
        try:
            axes = spec.axes((spec.in_channels, *smaller))
        except ConvSpecError:
            smaller = height, width
        if smaller == (height, width):
            raise TooLarge(
                "This layer takes too much work to answer at once, even on a small picture; "
                "choose fewer channels or a smaller kernel_size."
            )
        height, width = smaller
    return height, width


def in_full(filters: Filters, picture: Picture, first: int = 0) -> bool:
    """Whether the maps are those of the whole picture: neither its preview nor the layer made it smaller."""
    shown = page_of(first, filters.count)
    return preview_size(filters.spec, picture, len(shown)) == picture.full_size


def _excess(spec: ConvSpec, axes: tuple[Axis, Axis], maps: int, bytes_each: int) -> float:
    """How many times over its budget the most expensive part is."""
    outputs = maps * axes[0].output * axes[1].output
    cells = axes[0].size * axes[1].size
    return max(
        spec.in_channels * cells / MOST_INPUT,
        outputs / MOST_MAPS,
        outputs * math.prod(spec.weight_shape[1:]) / MOST_MACS,
        bytes_each * cells / MOST_PIXELS,
    )


def as_seen(planes: np.ndarray, low: float, high: float) -> np.ndarray:
    """Planes (C, H, W) as a person looks at them: uint8 RGB (H, W, 3).

    Three or more: the first three as red, green and blue; else grey, of two the mean.
    """
    if len(planes) < 3:
        grey = planes[0] if len(planes) == 1 else planes.mean(axis=0, dtype=np.float32)
        planes = np.broadcast_to(grey, (3, *grey.shape))
    shown = np.ascontiguousarray(planes[:3].transpose(1, 2, 0))
    if shown.dtype == np.uint8:
        return shown
    scaled = (shown.astype(np.float32) - np.float32(low)) * np.float32(255 / (high - low))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
