"""Which part of a layer one picture shows: pages of channels and filters, a span of the output."""

from __future__ import annotations

from dataclasses import dataclass

from conv_viz.layers.cost import filters_cost
from conv_viz.layers.summary import Summary
from conv_viz.layers.view import PICTURES
from conv_viz.layers.view import View as View
from conv_viz.layers.window import WindowAxis
from conv_viz.limits import VIEW_SECONDS

MAX_CHANNELS = 8  # planes that one screen can hold
MAX_FILTERS = 16
MAX_SIDE = 256  # cells of a plane along one axis
MAX_OUTPUT_CELLS = 160_000  # numbers of the output that cross to the browser


@dataclass(frozen=True)
class Part:
    """The part of a layer that one picture shows, and which of `PICTURES` it is, chosen from a `View`."""

    sample: int
    filter: int
    filters: range
    channels: range
    rows: range
    columns: range
    picture: str = PICTURES[0]


def choose(head: Summary, view: View) -> Part:
    """Clamp the view to the layer and to what one picture can hold.

    Channels and filters come in pages, so that stepping through them is stable; the
    page of channels follows the chosen filter's group. A pool's output channel reads its own
    input channel alone: there the two pages are one.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> choose(Summary.of(ConvSpec(512, 512, 3, padding=1), (1, 512, 14, 14)), View(filter=20, channel=9)).channels
    range(8, 16)
    """
    spec = head.spec
    chosen = min(max(view.filter, 0), head.out_channels - 1)
    rows, columns = (_span(axis, first) for axis, first in zip(head.axes, (view.row, view.column), strict=True))
    cells = len(rows) * len(columns)
    most = max(1, min(MAX_FILTERS, MAX_OUTPUT_CELLS // cells, _affordable(head)))
    if spec.weight_shape is None:
        most = min(most, MAX_CHANNELS)
    filters = page_of(chosen, most, head.out_channels)
    return Part(
        sample=min(max(view.sample, 0), max(head.samples, 1) - 1),
        filter=chosen,
        filters=filters,
        channels=filters if spec.weight_shape is None else _channels(head, chosen, view.channel),
        rows=rows,
        columns=columns,
        picture=view.picture if view.picture in pictures(head) else PICTURES[0],
    )


def pictures(head: Summary) -> tuple[str, ...]:
    """How a layer can be drawn: a transposed convolution also from its input, cell by cell.

    >>> from conv_viz.layers.transposed import ConvTransposeSpec
    >>> pictures(Summary.of(ConvTransposeSpec(1, 1, 3), (1, 4, 4)))
    ('gather', 'scatter')
    """
    return PICTURES if any(axis.reversed for axis in head.axes) else PICTURES[:1]


def _affordable(head: Summary) -> int:
    """How many filters can be run for one picture: the same number for every view of a layer."""
    most = MAX_FILTERS
    while most > 1:
        tried = range(min(most, head.out_channels))
        if filters_cost(head.spec, head.axes, tried).seconds <= VIEW_SECONDS:
            break
        most //= 2
    return most


def _channels(head: Summary, chosen: int, channel: int) -> range:
    page = page_of(channel, MAX_CHANNELS, head.in_channels)
    reads = head.spec.channels_of(chosen)
    if reads.start >= page.stop or reads.stop <= page.start:
        page = page_of(reads.start, MAX_CHANNELS, head.in_channels)
    return page


def page_of(index: int, size: int, total: int) -> range:
    """The page that an index stands on; an index beyond the ends stands on the first or the last.

    >>> page_of(20, 16, 30), page_of(99, 16, 30)
    (range(16, 30), range(16, 30))
    """
    start = min(max(index, 0), total - 1) // size * size
    return range(start, min(start + size, total))


def _span(axis: WindowAxis, first: int) -> range:
    """Output cells whose padded window fits into one plane of the picture."""
    room = max(1, (MAX_SIDE - axis.effective_kernel) // axis.stride + 1)
    start = min(max(first, 0), max(axis.output - room, 0))
    return range(start, min(start + room, axis.output))


def reads_in_view(head: Summary, part: Part, filter: int) -> list[int]:
    """Positions among the channels in view that a filter reads."""
    reads = head.spec.channels_of(filter)
    return [position for position, channel in enumerate(part.channels) if channel in reads]


def hidden(head: Summary, part: Part, filter: int) -> int:
    """How many channels a filter reads that are not in view."""
    return len(head.spec.channels_of(filter)) - len(reads_in_view(head, part, filter))
