"""PartRun -> what is drawn: planes, tables, colour ranges, labels, what is cut off.

Every choice is made here in plain Python; the view in the browser, the notebook and
the exports only draw it.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from conv_viz.layers.badges import badges
from conv_viz.layers.counts import counts
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.part import Part, hidden, reads_in_view
from conv_viz.layers.rounding import plane_size, slice_sums
from conv_viz.layers.run import PartRun
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import Taps, gather, taps
from conv_viz.layers.view import PICTURES
from conv_viz.layers.window import BEYOND, WindowAxis
from conv_viz.scenes.checkerboard import checkerboard_arrays, checkerboard_words
from conv_viz.scenes.headers import Kind, Ranges, Reduced, Rule, Stage, StageHeader, Symbols, Titles
from conv_viz.scenes.scatter import SWITCH, scatter_arrays, scatter_titles
from conv_viz.scenes.scene import Scene
from conv_viz.text.symbols import of_filter, rules

CELLS: tuple[Kind, ...] = ("input", "copy", "hole", "zero", "beyond")
"""What a padded cell is: an input cell, a copy of one in the padding, a hole between two input cells of a transposed
convolution, the padding itself, or beyond the padded input, where a pool's last window may reach and nothing counts.
A cell is the later one of what its row and what its column is.
"""


def stage_scene(head: Summary, done: PartRun) -> Scene:
    """The picture of a part of a layer.

    Arrays, with C channels, F filters, R x S output cells, P x Q padded cells in view:
    ``padded`` (C, P, Q), ``weight`` (F, C', kH, kW) where C' are the channels in view
    that the filter reads (``header["stage"]["reads"]``), ``bias`` (F,), ``output`` (F, R, S),
    ``rest`` (F, R, S) what the channels out of view add, and ``rest_size`` (F,) the most that their products can
    add up to without their signs, for the rounding of that sum (both only when there are such channels);
    the taps tables ``window_y`` (R, kH), ``window_x`` (S, kW), ``source_y`` (P,), ``source_x`` (Q,);
    ``cells_y`` (P,) and ``cells_x`` (Q,), whose larger one is what a padded cell is, see ``header["stage"]["cells"]``.
    A pool has no weight; a max pool has ``winner`` (F, R, S), the tap that torch chose, counted row by row; an average
    pool ``counted_y`` (R,) and ``counted_x`` (S,), whose product divides the sum. A transposed convolution's kernel and
    windows stand turned round (``header["stage"]["turned"]``), as an ordinary window slides; for its second picture,
    the kernel as torch has it, see `conv_viz.scenes.scatter`; for the maps below, see `conv_viz.scenes.checkerboard`.

    >>> from conv_viz.lenses.subject import Subject
    >>> from conv_viz.layers.conv import ConvSpec
    >>> s = Subject.of(ConvSpec(1, 2, 3), np.ones((1, 1, 5, 5), np.float32)).scene()
    >>> s.arrays["output"].shape, s.header["code"]
    ((2, 3, 3), 'nn.Conv2d(1, 2, kernel_size=3)')
    """
    part, spec = done.part, head.spec
    rows, columns = (taps(axis) for axis in head.axes)
    window_y, down = _cut(rows, part.rows)
    window_x, across = _cut(columns, part.columns)
    source_y, source_x = rows.source[down.start : down.stop], columns.source[across.start : across.stop]
    sample = done.sample[part.channels.start : part.channels.stop]
    reads = [reads_in_view(head, part, filter) for filter in part.filters]
    turned = any(axis.reversed for axis in head.axes)
    inside = [inside_of(axis, span) for axis, span in zip(head.axes, (down, across), strict=True)]
    cells_y, cells_x = cells_of(source_y, inside[0]), cells_of(source_x, inside[1])
    arrays = {
        "padded": gather(sample, source_y, source_x, spec.reduce.empty),
        "output": _crop(done.output, part),
        "window_y": window_y[:, ::-1] if turned else window_y,
        "window_x": window_x[:, ::-1] if turned else window_x,
        "source_y": source_y,
        "source_x": source_x,
        "cells_y": cells_y,
        "cells_x": cells_x,
    }
    if done.filters is not None:
        weight = np.stack([_slices(head, done.filters, filter, part.channels) for filter in part.filters])
        arrays["weight"] = weight[..., ::-1, ::-1] if turned else weight
    if done.bias is not None:
        arrays["bias"] = done.bias[part.filters.start : part.filters.stop]
    if done.rest is not None:
        arrays["rest"] = _crop(done.rest, part)
        arrays["rest_size"] = _rest_size(head, done)
    if done.indices is not None:
        arrays["winner"] = _winners(head, _crop(done.indices, part), window_y, window_x, source_y, source_x)
    if counted := divisors(spec, rows, columns):
        arrays["counted_y"] = counted[0][part.rows.start : part.rows.stop]
        arrays["counted_x"] = counted[1][part.columns.start : part.columns.stop]
    spread = scatter_arrays(head.axes, (rows, columns), part, (down, across)) if turned else {}
    arrays |= spread
    if done.flat is not None:
        arrays |= checkerboard_arrays(done.flat, (rows, columns))
    stage: Stage = {
        "kind": spec.kind,
        "dims": spec.dims,
        "reduce": reduced(spec),
        "unit": unit(head),
        "titles": _titles(head, part, np.maximum.outer(cells_y, cells_x)),
        "picture": part.picture if spread else PICTURES[0],
        "switch": SWITCH if spread else {},
        "scatter_titles": scatter_titles(part) if spread else None,
        "cells": CELLS,
        "kernel": head.kernel,
        "turned": turned,
        "holes": [axis.base_dilation for axis in head.axes],
        "checkerboard": None if done.flat is None else checkerboard_words(head, done.flat),
        "symbols": _symbols(head, part),
        "sample": part.sample,
        "samples": head.samples,
        "filter": part.filter,
        "filters": [part.filters.start, part.filters.stop, head.out_channels],
        "channels": [part.channels.start, part.channels.stop, head.in_channels],
        "reads": reads,
        "hidden": [hidden(head, part, filter) for filter in part.filters],
        "groups": spec.groups,
        "group_of_channel": [c * spec.groups // head.in_channels for c in part.channels],
        "group_of_filter": [f * spec.groups // head.out_channels for f in part.filters],
        "names": [head.channel_name(c) for c in part.channels],
        "mode": spec.padding_mode,
        "stride": [axis.stride for axis in head.axes],
        "origin": [part.rows.start, part.columns.start, down.start, across.start],
        "inside": inside,
        "unread": [_never_read(rows, head.axes[0], down), _never_read(columns, head.axes[1], across)],
        "cut": _cut_words(head, part),
        "cut_of_one": _cut_words(head, part, all_filters=False),
        "ranges": _ranges(arrays, spec.power),
    }
    return Scene({**words(head, str(done.output.dtype)), "stage": stage}, arrays)


def reduced(spec: WindowLayer) -> Reduced:
    """What becomes of the products of a window."""
    return {"join": spec.reduce.join, "times": spec.times, "power": spec.power}


def divisors(spec: WindowLayer, rows: Taps, columns: Taps) -> tuple[np.ndarray, np.ndarray] | None:
    """How many rows and columns of each window count: their product divides the sum. None where nothing divides it.

    >>> from conv_viz import AvgPoolSpec
    >>> rows, columns = map(taps, AvgPoolSpec(2, padding=1, count_include_pad=False).axes((1, 3, 3)))
    >>> [counted.tolist() for counted in divisors(AvgPoolSpec(2, padding=1, count_include_pad=False), rows, columns)]
    [[1, 2], [1, 2]]
    """
    match spec.divisor:
        case None:
            return None
        case int(number):
            return np.full(len(rows.window), number, np.int32), np.ones(len(columns.window), np.int32)
        case counts:
            return rows.counted(counts == "taps"), columns.counted(counts == "taps")


def _winners(
    head: Summary,
    indices: np.ndarray,
    window_y: np.ndarray,
    window_x: np.ndarray,
    source_y: np.ndarray,
    source_x: np.ndarray,
) -> np.ndarray:
    """Which tap of each window torch chose, counted row by row; -1 where every tap lies on padding."""
    row, column = np.divmod(indices, head.axes[1].size)
    down = source_y[window_y][None, :, None, :] == row[..., None]
    across = source_x[window_x][None, None, :, :] == column[..., None]
    tap = down.argmax(-1) * window_x.shape[1] + across.argmax(-1)
    return np.where(down.any(-1) & across.any(-1), tap, -1).astype(np.int32)


def words(head: Summary, dtype: str = "float32") -> StageHeader:
    """The headline as the view writes it."""
    said = [*counts(head), *badges(head, dtype)]
    return {
        "kind": "stage",
        "code": head.spec.code(),
        "input_shape": list(head.input_shape),
        "output_shape": list(head.output_shape),
        "facts": [{"label": f.label, "text": f.text, "about": f.about, "formula": f.formula} for f in said],
        "formulas": [{"axis": axis, "text": text, "note": note} for axis, text, note in head.headline],
    }


def _symbols(head: Summary, part: Part) -> Symbols:
    made = {name: Rule(text=r.text, note=r.note, latex=r.latex) for name, r in rules(head).items()}
    return {"rules": made, "filters": [of_filter(head, filter) for filter in part.filters]}


def _cut(table: Taps, outputs: range) -> tuple[np.ndarray, range]:
    """The window table for some outputs, counted from the first padded cell in view."""
    window = table.window[outputs.start : outputs.stop]
    if len(outputs) == len(table.window):  # the whole axis: also cells that nothing reads
        return window, range(len(table.source))
    first, last = int(window.min()), int(window.max())
    return window - np.int32(first), range(first, last + 1)


def _crop(planes: np.ndarray, part: Part) -> np.ndarray:
    return planes[:, part.rows.start : part.rows.stop, part.columns.start : part.columns.stop]


def _rest_size(head: Summary, done: PartRun) -> np.ndarray:
    """How large the products out of view are together, at most, for each filter in view: float64 (F,)."""
    assert done.filters is not None
    sizes, largest = [], dict[int, float]()
    for filter in done.part.filters:
        reads, sums = head.spec.channels_of(filter), slice_sums(done.filters[filter])
        outside = [channel for channel in reads if channel not in done.part.channels]
        largest |= {channel: plane_size(done.sample[channel]) for channel in outside if channel not in largest}
        sizes.append(sum(sums[channel - reads.start] * largest[channel] for channel in outside))
    return np.array(sizes, np.float64)


def _slices(head: Summary, weight: np.ndarray, chosen: int, channels: range) -> np.ndarray:
    """The filter's slices for the channels in view, padded with NaN to the longest of the picture."""
    group = head.spec.channels_of(chosen)
    local = [c - group.start for c in channels if c in group]
    most = min(len(channels), len(group))
    slices = np.full((most, *weight.shape[2:]), np.nan, weight.dtype)
    slices[: len(local)] = weight[chosen, local]
    return slices


def inside_of(axis: WindowAxis, span: range) -> list[int]:
    """Padded cells in view that hold the input itself: [first, one past the last]."""
    start = min(max(axis.before - span.start, 0), len(span))
    stop = min(max(axis.before + axis.stretched - span.start, 0), len(span))
    return [start, stop]


def _never_read(table: Taps, axis: WindowAxis, span: range) -> list[int]:
    """Padded cells in view that nothing reads; an input cell is read through its copies too, a hole never matters."""
    read = np.zeros(len(table.source), bool)
    read[table.window] = True
    unread = np.isin(table.source, axis.unread)
    inner = slice(max(axis.before, 0), axis.before + axis.stretched)
    read[inner] = ~unread[inner]
    return [cell - span.start for cell in span if not read[cell]]


def unit(head: Summary) -> Literal["filter", "channel"]:
    """What there is one of for each output channel: a filter, or for a pool the channel itself."""
    return "filter" if head.spec.weight_shape else "channel"


def _titles(head: Summary, part: Part, cells: np.ndarray) -> Titles:
    """What stands over each column; over the filter for each of those in view."""
    named = {name: bool((cells == CELLS.index(name)).any()) for name in CELLS}
    changes = {"stretched": named["hole"], "padded": named["zero"] or named["copy"]}
    changed = " and ".join(name for name, is_so in changes.items() if is_so)
    turned = ", turned round" if any(axis.reversed for axis in head.axes) else ""
    weighted = unit(head) == "filter"
    return {
        "input": f"input, {changed}" if changed else "input",
        "filters": [f"filter {filter}{turned}" for filter in part.filters] if weighted else [],
        "taps": "tap by tap" if weighted else "window",
        "sum": head.spec.reduce.title,
        "outputs": f"all {unit(head)}s",
    }


def cells_of(source: np.ndarray, inside: list[int]) -> np.ndarray:
    """What the cells of one axis are, as indices into `CELLS`: uint8."""
    cells = np.arange(len(source))
    is_inside = (cells >= inside[0]) & (cells < inside[1])
    kinds = np.where(source >= 0, np.where(is_inside, 0, 1), np.where(is_inside, 2, 3))
    return np.where(source == BEYOND, 4, kinds).astype(np.uint8)


def _cut_words(head: Summary, part: Part, all_filters: bool = True) -> str:
    """What the picture leaves out, in words; empty when it shows everything.

    A picture of one filter, which is what a file shows, does not miss the others (`all_filters`).
    """
    rows, columns = ("output rows", "output columns") if head.spec.dims == 2 else ("", "output cells")
    kinds = [
        ("channels", part.channels, head.in_channels),
        ("filters", part.filters, head.out_channels if all_filters and unit(head) == "filter" else 0),
        (rows, part.rows, head.axes[0].output),
        (columns, part.columns, head.axes[1].output),
    ]
    return ", ".join(f"{what} {r.start}–{r.stop - 1} of {total}" for what, r, total in kinds if len(r) < total)


def _ranges(arrays: dict[str, np.ndarray], power: float) -> Ranges:
    """Colour ranges: the input's own, all that is signed symmetric about zero; a pool multiplies each tap by one."""
    finite = {name: a[np.isfinite(a)] for name, a in arrays.items() if name in ("padded", "weight", "output")}
    low, high = (float(f(finite["padded"], initial=0.0)) for f in (np.min, np.max))
    most = {name: float(np.abs(a).max(initial=0.0)) for name, a in finite.items()}
    weight, product = most.get("weight", 1.0), most["padded"] ** power
    return {
        "input": [low, high],
        "weight": [-weight, weight],
        "product": [-weight * product, weight * product],
        "output": [-most["output"], most["output"]],
    }
