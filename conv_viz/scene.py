"""LayerRun + view options -> what is drawn: planes, tables, colour ranges, labels, what is cut off.

Every choice is made here in plain Python; the view in the browser, the notebook and
the exports only draw it.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from conv_viz.headline import Headline, unread_sentence
from conv_viz.layer import LayerRun, run_filters
from conv_viz.shapes import Axis
from conv_viz.spec import ConvSpec
from conv_viz.taps import Taps, gather, taps

MAX_CHANNELS = 8  # planes that one screen can hold
MAX_FILTERS = 16
MAX_SIDE = 256  # cells of a plane along one axis
MAX_OUTPUT_CELLS = 160_000  # numbers of the output that cross to the browser
MAX_MACS = 1_000_000_000  # what may be computed for one picture: some 30 ms on two cores


@dataclass(frozen=True)
class View:
    """What the reader has chosen to look at: indices into the whole layer."""

    sample: int = 0
    filter: int = 0
    channel: int = 0
    row: int = 0
    column: int = 0


@dataclass(frozen=True)
class Part:
    """The part of a layer that one picture shows, chosen from a `View`."""

    sample: int
    filter: int
    filters: range
    channels: range
    rows: range
    columns: range


@dataclass(frozen=True, eq=False)
class Scene:
    """Everything that is drawn: `header` holds words and small numbers (JSON), `arrays` the rest.

    Arrays, with C channels, F filters, R x S output cells, P x Q padded cells in view:
    ``padded`` (C, P, Q), ``weight`` (F, C', kH, kW) where C' are the channels in view
    that the filter reads (``header["stage"]["reads"]``), ``bias`` (F,), ``output`` (F, R, S),
    ``rest`` (F, R, S) what the channels out of view add (only when there are such);
    the taps tables ``window_y`` (R, kH), ``window_x`` (S, kW), ``source_y`` (P,), ``source_x`` (Q,).
    """

    header: dict[str, Any]
    arrays: dict[str, np.ndarray] = field(default_factory=dict)


def choose(spec: ConvSpec, axes: Sequence[Axis], view: View, samples: int = 1) -> Part:
    """Clamp the view to the layer and to what one picture can hold.

    Channels and filters come in pages, so that stepping through them is stable; the
    page of channels follows the chosen filter's group.

    >>> spec = ConvSpec(512, 512, 3, padding=1)
    >>> choose(spec, spec.axes((1, 512, 14, 14)), View(filter=20, channel=9)).channels
    range(8, 16)
    """
    chosen = min(max(view.filter, 0), spec.out_channels - 1)
    rows, columns = (_span(axis, first) for axis, first in zip(axes, (view.row, view.column), strict=True))
    cells = len(rows) * len(columns)
    macs = axes[0].output * axes[1].output * math.prod(spec.weight_shape[1:])
    most = max(1, min(MAX_FILTERS, MAX_OUTPUT_CELLS // cells, MAX_MACS // macs))
    return Part(
        sample=min(max(view.sample, 0), max(samples, 1) - 1),
        filter=chosen,
        filters=page_of(chosen, most, spec.out_channels),
        channels=_channels(spec, chosen, view.channel),
        rows=rows,
        columns=columns,
    )


def _channels(spec: ConvSpec, chosen: int, channel: int) -> range:
    page = page_of(channel, MAX_CHANNELS, spec.in_channels)
    reads = spec.channels_of(chosen)
    if reads.start >= page.stop or reads.stop <= page.start:
        page = page_of(reads.start, MAX_CHANNELS, spec.in_channels)
    return page


def page_of(index: int, size: int, total: int) -> range:
    """The page that an index stands on; an index beyond the ends stands on the first or the last.

    >>> page_of(20, 16, 30), page_of(99, 16, 30)
    (range(16, 30), range(16, 30))
    """
    start = min(max(index, 0), total - 1) // size * size
    return range(start, min(start + size, total))


def _span(axis: Axis, first: int) -> range:
    """Output cells whose padded window fits into one plane of the picture."""
    room = max(1, (MAX_SIDE - axis.effective_kernel) // axis.stride + 1)
    start = min(max(first, 0), max(axis.output - room, 0))
    return range(start, min(start + room, axis.output))


def scene(done: LayerRun, view: View | None = None) -> Scene:
    """The picture of a whole run.

    >>> from conv_viz import run
    >>> s = scene(run(ConvSpec(1, 2, 3), np.ones((1, 1, 5, 5), np.float32)))
    >>> s.arrays["output"].shape, s.header["code"]
    ((2, 3, 3), 'nn.Conv2d(1, 2, kernel_size=3)')
    """
    head = Headline.of(done.spec, done.input.shape)
    samples = done.input if done.input.ndim == 4 else done.input[None]
    outputs = done.output if done.output.ndim == 4 else done.output[None]
    part = choose(done.spec, head.axes, view or View(), len(samples))
    planes = outputs[part.sample][part.filters.start : part.filters.stop]
    return part_scene(head, part, samples[part.sample], done.weight, done.bias, planes)


def part_scene(
    head: Headline,
    part: Part,
    sample: np.ndarray,
    weight: np.ndarray,
    bias: np.ndarray | None,
    output: np.ndarray | None = None,
) -> Scene:
    """The picture of a part of a layer.

    `sample` (C, H, W), `weight` and `bias` are whole; `output` (len(part.filters), OH, OW)
    is run here when it is not given, for the filters in view only.
    """
    spec = head.spec
    if output is None:
        output = run_filters(spec, sample, weight, bias, part.filters)
    rows, columns = (taps(axis) for axis in head.axes)
    window_y, across = _cut(rows, part.rows)
    window_x, along = _cut(columns, part.columns)
    shown = sample[part.channels.start : part.channels.stop]
    reads = [_reads(spec, f, part.channels) for f in part.filters]
    arrays = {
        "padded": gather(shown, rows.source[across.start : across.stop], columns.source[along.start : along.stop]),
        "weight": np.stack([_slices(spec, weight, f, part.channels) for f in part.filters]),
        "output": _crop(output, part),
        "window_y": window_y,
        "window_x": window_x,
        "source_y": rows.source[across.start : across.stop],
        "source_x": columns.source[along.start : along.stop],
    }
    if bias is not None:
        arrays["bias"] = bias[part.filters.start : part.filters.stop]
    hidden = [_hidden(spec, f, part.channels) for f in part.filters]
    if any(hidden):
        arrays["rest"] = _crop(run_filters(spec, sample, weight, None, part.filters, part.channels), part)
    stage = {
        "sample": part.sample,
        "samples": head.input_shape[0] if len(head.input_shape) == 4 else 1,
        "filter": part.filter,
        "filters": [part.filters.start, part.filters.stop, spec.out_channels],
        "channels": [part.channels.start, part.channels.stop, spec.in_channels],
        "reads": reads,
        "hidden": hidden,
        "groups": spec.groups,
        "group_of_channel": [c * spec.groups // spec.in_channels for c in part.channels],
        "group_of_filter": [f * spec.groups // spec.out_channels for f in part.filters],
        "names": [channel_name(spec.in_channels, c) for c in part.channels],
        "mode": spec.padding_mode,
        "stride": spec.stride,
        "origin": [part.rows.start, part.columns.start, across.start, along.start],
        "inside": [_inside(head.axes[0], across), _inside(head.axes[1], along)],
        "unread": [_never_read(rows, head.axes[0], across), _never_read(columns, head.axes[1], along)],
        "cut": _cut_words(spec, head, part),
        "ranges": _ranges(arrays),
    }
    return Scene({**words(head), "stage": stage}, arrays)


def words(head: Headline) -> dict[str, Any]:
    """The headline as the view writes it."""
    height, width = head.axes
    return {
        "code": head.spec.code(),
        "input_shape": list(head.input_shape),
        "output_shape": list(head.output_shape),
        "facts": head.facts(),
        "formulas": [
            {"axis": "height", "text": height.formula(), "note": unread_sentence(height, "row")},
            {"axis": "width", "text": width.formula(), "note": unread_sentence(width, "column")},
        ],
    }


def _cut(table: Taps, outputs: range) -> tuple[np.ndarray, range]:
    """The window table for some outputs, counted from the first padded cell in view."""
    window = table.window[outputs.start : outputs.stop]
    if len(outputs) == len(table.window):  # the whole axis: also cells that nothing reads
        return window, range(len(table.source))
    first, last = int(window.min()), int(window.max())
    return window - np.int32(first), range(first, last + 1)


def _crop(planes: np.ndarray, part: Part) -> np.ndarray:
    return planes[:, part.rows.start : part.rows.stop, part.columns.start : part.columns.stop]


def _reads(spec: ConvSpec, chosen: int, channels: range) -> list[int]:
    """Positions among the channels in view that the filter reads."""
    group = spec.channels_of(chosen)
    return [i for i, c in enumerate(channels) if c in group]


def _hidden(spec: ConvSpec, chosen: int, channels: range) -> int:
    """How many channels the filter reads that are not in view."""
    return len(spec.channels_of(chosen)) - len(_reads(spec, chosen, channels))


def _slices(spec: ConvSpec, weight: np.ndarray, chosen: int, channels: range) -> np.ndarray:
    """The filter's slices for the channels in view, padded with NaN to the longest of the picture."""
    group = spec.channels_of(chosen)
    local = [c - group.start for c in channels if c in group]
    most = min(len(channels), len(group))
    slices = np.full((most, *weight.shape[2:]), np.nan, weight.dtype)
    slices[: len(local)] = weight[chosen, local]
    return slices


def _inside(axis: Axis, span: range) -> list[int]:
    """Padded cells in view that hold the input itself: [first, one past the last]."""
    start = min(max(axis.before - span.start, 0), len(span))
    stop = min(max(axis.before + axis.size - span.start, 0), len(span))
    return [start, stop]


def _never_read(table: Taps, axis: Axis, span: range) -> list[int]:
    """Padded cells in view that nothing reads; an input cell is read through its copies too."""
    read = np.zeros(len(table.source), bool)
    read[table.window] = True
    inner = slice(axis.before, axis.before + axis.size)
    read[inner] = True
    read[inner][list(axis.unread)] = False
    return [cell - span.start for cell in span if not read[cell]]


def channel_name(total: int, channel: int) -> str:
    """What an input channel is called.

    >>> channel_name(1, 0), channel_name(3, 1), channel_name(4, 1)
    ('grey', 'green', 'channel 1')
    """
    if total == 1:
        return "grey"
    names = ("red", "green", "blue")
    return names[channel] if total == 3 else f"channel {channel}"


def _cut_words(spec: ConvSpec, head: Headline, part: Part) -> str:
    """What the picture leaves out, in words; empty when it shows everything."""
    kinds = (
        ("channels", part.channels, spec.in_channels),
        ("filters", part.filters, spec.out_channels),
        ("output rows", part.rows, head.axes[0].output),
        ("output columns", part.columns, head.axes[1].output),
    )
    return ", ".join(f"{what} {r.start}–{r.stop - 1} of {total}" for what, r, total in kinds if len(r) < total)


def _ranges(arrays: dict[str, np.ndarray]) -> dict[str, list[float]]:
    """Colour ranges: the input's own, all that is signed symmetric about zero."""
    finite = {name: a[np.isfinite(a)] for name, a in arrays.items() if name in ("padded", "weight", "output")}
    low, high = (float(f(finite["padded"], initial=0.0)) for f in (np.min, np.max))
    most = {name: float(np.abs(a).max(initial=0.0)) for name, a in finite.items()}
    return {
        "input": [low, high],
        "weight": [-most["weight"], most["weight"]],
        "product": [-most["weight"] * most["padded"], most["weight"] * most["padded"]],
        "output": [-most["output"], most["output"]],
    }
