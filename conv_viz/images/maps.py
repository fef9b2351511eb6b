"""Feature maps of a picture, as values: with what it was filtered, and what came out; and a picture as it is seen."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.images.pixels import Picture
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.summary import channel_name


@dataclass(frozen=True, eq=False)
class Filters:
    """What a picture is filtered with: a layer, its weights, and a name for each filter.

    `spec` is a layer with two axes, and `layer` what it stands for: a layer with one axis is shown on each row by
    itself. `weight` is in the layout of `spec`, None for a pool; `channels` are those that are read.
    """

    spec: WindowLayer
    layer: WindowLayer
    weight: np.ndarray | None
    bias: np.ndarray | None
    channels: int
    names: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    def slices(self, indices: range) -> np.ndarray | None:
        """Some filters (len(indices), channels read, kH, kW); None for a pool."""
        filters: np.ndarray | None = self.spec.as_filters(self.weight)
        return None if filters is None else filters[indices.start : indices.stop]

    @property
    def count(self) -> int:
        """Number of filters, and of feature maps."""
        return self.spec.output_channels(self.channels)


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

    def name(self, index: int) -> str:
        """What a map is called: by the name or the number of its filter, of a pool by its channel."""
        if self.filters.names:
            return self.filters.names[index]
        return self.channel(index) if self.filters.weight is None else f"filter {index}"

    def channel(self, index: int) -> str:
        """What a channel of the picture is called."""
        return channel_name(self.filters.channels, index, self.picture.bands)


def as_seen(planes: np.ndarray, low: float, high: float) -> np.ndarray:
    """Planes (C, H, W) as a person looks at them: uint8 RGB (H, W, 3).

    Three or more: the first three as red, green and blue; else grey, of two the mean. `low` is black, `high` white;
    of numbers taken as they are, for which these are 0 and 1, the smallest and the largest, so that all are told apart.

    >>> as_seen(np.array([[[0.0, 3.0, 9.0]]], np.float32), 0, 1)[0, :, 0].tolist()
    [0, 85, 255]
    """
    if len(planes) < 3:
        grey = planes[0] if len(planes) == 1 else planes.mean(axis=0, dtype=np.float32)
        planes = np.broadcast_to(grey, (3, *grey.shape))
    shown = np.ascontiguousarray(planes[:3].transpose(1, 2, 0))
    if shown.dtype == np.uint8 and (low, high) == (0, 255):
        return shown
    if (low, high) == (0, 1):  # numbers that are taken as they are may lie outside
        low, high = min(low, float(shown.min())), max(high, float(shown.max()))
    scaled = (shown.astype(np.float64) - low) * (255 / (high - low))
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)
