"""What the page "Filter an image" draws: the picture, the sheet of all feature maps, and one map in full.

The maps travel as one contact sheet, and the view cuts it into tiles. With the chosen map go its numbers, the picture's
and the taps tables, so that the pixel under the pointer can be explained without asking again.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np

from conv_viz.images.contact_sheet import LARGEST, Range, Sheet, colour_range, encode, painted, sheet, value_range
from conv_viz.images.maps import Filtered, as_seen
from conv_viz.layers.part import MAX_CHANNELS
from conv_viz.layers.taps import Taps, taps
from conv_viz.layers.window import WindowAxis
from conv_viz.scenes.headers import Detail, GalleryHeader
from conv_viz.scenes.scene import Scene
from conv_viz.scenes.stage import divisors, reduced

BINS = 64
FEW, TILE = 24, 128
"""More maps than a few are shown as small tiles, for which so many pixels are enough."""
EXACT = 128  # pixels
BEYOND = 0.01
"""Share of a map's values that may lie beyond full colour, so that a few extremes do not leave the rest pale."""


@dataclass(frozen=True)
class Look:
    """How the maps are shown, and which one in full."""

    relu: bool = False
    scale: str = "each"
    colours: str = "diverging"
    dark: bool = False
    chosen: int = 0


def sheet_of(done: Filtered, look: Look, largest: int = LARGEST) -> Sheet:
    """The contact sheet of the maps in view, each at most `largest` pixels long."""
    weight = done.filters.slices(done.shown)
    if (
        weight is not None and done.filters.names
    ):  # named filters do the same to every channel, and their sizes have nothing to say
        weight = weight[:, :1] / np.abs(weight).max(axis=(1, 2, 3), keepdims=True)
    return sheet(
        done.maps, weight, relu=look.relu, scale=look.scale, colours=look.colours, dark=look.dark, beyond=BEYOND,
        largest=largest,
    )  # fmt: skip


def chosen_map(done: Filtered, look: Look) -> int:
    """The map shown in full: the wanted one, or the first of the page where it is not in view."""
    return look.chosen if look.chosen in done.shown else done.shown.start


def map_picture(values: np.ndarray, span: Range, look: Look) -> np.ndarray:
    """One feature map in full, uint8 RGB (OH, OW, 3), in the colours of the sheet."""
    return painted(np.maximum(values, 0) if look.relu else values, span, colours=look.colours, dark=look.dark)


def span_of(done: Filtered, look: Look, index: int) -> Range:
    """The values between which the colours of a map run: its own, or those of all maps in view."""
    maps = done.maps if look.scale == "shared" else done.maps[index - done.shown.start][None]
    ranges = [colour_range(m, relu=look.relu, beyond=BEYOND) for m in maps]
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def gallery_scene(done: Filtered, look: Look) -> Scene:
    """The header and arrays of the page.

    Arrays: ``before`` (the picture) and ``sheet``, both JPEG or PNG; and of the chosen map ``after`` (the same),
    ``output`` (OH, OW), ``pixels`` (planes, H, W), uint8 or float32, ``weight`` (1, channels, kH, kW) and ``bias``
    where there are some, of an average the divisors ``counted_y`` and ``counted_x``, the taps tables of both axes,
    ``counts`` of its histogram and the ``colours`` of its bars.
    """
    made = sheet_of(done, look, LARGEST if len(done.maps) <= FEW else TILE)
    height, width = done.picture.size
    header: GalleryHeader = {
        "kind": "gallery",
        "code": done.filters.layer.code(),
        "dims": done.filters.layer.dims,
        "picture": [height, width],
        "sheet": [made.image.shape[1], made.image.shape[0]],
        "page": [done.shown.start, done.shown.stop, done.filters.count],
        "maps": [
            {
                "index": done.shown.start + cell.index,
                "name": done.name(done.shown.start + cell.index),
                "map": cell.map,
                "filter": cell.filter,
                "values": cell.values,
            }
            for cell in made.cells
        ],
        "dark": look.dark,
        "named": bool(done.filters.names),
    }
    planes = done.picture.array[: done.distinct]
    seen = as_seen(planes, done.picture.low, done.picture.high)
    arrays = {"before": _file(seen, done), "sheet": _file(made.image, done)}
    header["before"] = blake2b(arrays["before"].tobytes(), digest_size=8).hexdigest()  # the view keeps what it has
    header["detail"], more = _detail(done, look, planes)
    return Scene({**header}, {**arrays, **more})


def _file(image: np.ndarray, done: Filtered) -> np.ndarray:
    """The bytes of a JPEG, or of a PNG where a pixel is so large on the screen that its colour should be exact."""
    return np.frombuffer(encode(image, "PNG" if max(done.picture.size) <= EXACT else "JPEG"), np.uint8)


def _detail(done: Filtered, look: Look, planes: np.ndarray) -> tuple[Detail, dict[str, np.ndarray]]:
    """One map in full, and all numbers that its pixels are made of."""
    spec, index = done.filters.spec, chosen_map(done, look)
    values = done.maps[index - done.shown.start]
    axes = spec.axes((done.filters.channels, *done.picture.size))
    rows, columns = (taps(axis) for axis in axes)
    span = span_of(done, look, index)
    reads = spec.channels_of(index)
    counts, edges = histogram(np.maximum(values, 0) if look.relu else values)
    detail: Detail = {
        "index": index,
        "name": done.name(index),
        "span": span,
        "values": value_range(values, relu=look.relu),
        "edges": edges,
        "size": values.shape,
        "channels": [reads.start, reads.stop, done.filters.channels],
        "names": [done.channel(channel) for channel in reads],
        "planes": [channel % done.distinct for channel in reads],
        "low": done.picture.low,
        "high": done.picture.high,
        "place": [*_place(rows, axes[0]), *_place(columns, axes[1])],
        "padding": [axes[0].before, axes[1].before],
        "holes": [axis.base_dilation for axis in axes],
        "kernel": [axis.kernel for axis in axes],
        "reduce": reduced(spec),
        "most": MAX_CHANNELS,
        "relu": look.relu,
    }

    def turned(table: np.ndarray) -> np.ndarray:
        """As an ordinary window slides, also where the kernel is met from its end."""
        return table[..., ::-1] if spec.turned else table

    small = planes if planes.dtype == np.uint8 else planes.astype(np.float32)
    arrays = {
        "after": _file(map_picture(values, span, look), done),
        "output": values,
        "pixels": small,
        "counts": counts,
        "colours": painted(_centres(edges, counts.size)[None], span, colours=look.colours, dark=look.dark)[0],
        "window_y": turned(rows.window),
        "window_x": turned(columns.window),
        "source_y": rows.source,
        "source_x": columns.source,
    }
    weight = done.filters.slices(range(index, index + 1))
    if weight is not None:
        arrays["weight"] = turned(turned(weight.astype(np.float32, copy=False)).swapaxes(2, 3)).swapaxes(2, 3)
    if counted := divisors(spec, rows, columns):
        arrays["counted_y"], arrays["counted_x"] = counted
    if done.filters.bias is not None:
        arrays["bias"] = done.filters.bias[index : index + 1].astype(np.float32, copy=False)
    return detail, arrays


def histogram(values: np.ndarray) -> tuple[np.ndarray, Range]:
    """How many numbers of a map lie in each of 64 equal parts of its range: int32, and the range.

    >>> counts, edges = histogram(np.array([0.0, 0.0, 1.0], np.float32))
    >>> counts[[0, 63]].tolist(), int(counts.sum()), edges
    ([2, 1], 3, (0.0, 1.0))
    """
    low, high = value_range(values)
    finite = values[np.isfinite(values)]
    if not low < high or not math.isfinite(high - low):
        return np.array([finite.size], np.int32), (low, high)
    wide = finite.astype(np.float64)  # the range of float32 numbers may be wider than float32
    return np.histogram(wide, BINS, (low, high))[0].astype(np.int32), (low, high)


def _centres(edges: Range, bins: int) -> np.ndarray:
    return edges[0] + (edges[1] - edges[0]) * (np.arange(bins) + 0.5) / bins


def _place(table: Taps, axis: WindowAxis) -> tuple[float, float]:
    """Where the output lies over the input along one axis, in input cells: where it begins, and how long it is.

    Each output cell stands over the middle of its window, and is as long as a stride; between two input cells there
    may be holes.
    """
    window = table.window
    stride = float(window[1, 0] - window[0, 0]) if len(window) > 1 else float(window[0, -1] - window[0, 0] + 1)
    middle = (float(window[0, 0]) + float(window[0, -1])) / 2 - axis.before
    apart = axis.base_dilation
    return middle / apart + 0.5 - stride / apart / 2, stride / apart * len(window)
