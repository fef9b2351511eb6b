"""A transposed convolution drawn from its input: each cell spreads kernel x value over the output, overlaps add up.

The same numbers as the ordinary picture, *gather*, from the same taps tables read the other way round.
"""

from __future__ import annotations

import numpy as np

from conv_viz.layers.part import Part
from conv_viz.layers.taps import Taps
from conv_viz.layers.window import WindowAxis
from conv_viz.scenes.headers import Titles

SWITCH = {
    "gather": "gather: a window over the stretched input",
    "scatter": "scatter: each input cell spreads its kernel",
}
"""What the switch between the two pictures says."""

CUT_OFF, OUT_OF_VIEW = -1, -2
"""In a table of where a product lands: nowhere, for the padding cuts it off; on a cell that the picture leaves out."""


def scatter_arrays(
    axes: tuple[WindowAxis, WindowAxis], tables: tuple[Taps, Taps], part: Part, spans: tuple[range, range]
) -> dict[str, np.ndarray]:
    """Where each input cell spreads to, for I x J input cells in view.

    ``input_y`` (I,) and ``input_x`` (J,): the padded cell, counted from the first in view, that holds the input cell;
    ``lands_y`` (I, kH) and ``lands_x`` (J, kW): the output cell, counted from the first in view, that it reaches with a
    row and a column of the kernel as torch has it, `CUT_OFF` or `OUT_OF_VIEW`. ``reached_y`` (R,) and ``reached_x``
    (S,): how many rows and columns of taps reach an output cell; their product is how many products a channel adds.
    All int32; nothing where the padding cuts the whole input off.
    """
    arrays = {}
    outputs = (part.rows, part.columns)
    for name, axis, table, span, out in zip("yx", axes, tables, spans, outputs, strict=True):
        source = table.source[span.start : span.stop]
        held = np.flatnonzero(source >= 0)
        if not len(held):  # the padding cuts the whole input off
            return {}
        lands = table.spread(axis.size)[source[held]]
        inside = (lands >= out.start) & (lands < out.stop)
        arrays[f"input_{name}"] = held.astype(np.int32)
        away = np.where(lands < 0, CUT_OFF, OUT_OF_VIEW)
        arrays[f"lands_{name}"] = np.where(inside, lands - out.start, away).astype(np.int32)
        arrays[f"reached_{name}"] = table.counted(padding=False)[out.start : out.stop]
    return arrays


def scatter_titles(part: Part) -> Titles:
    """What stands over each column of the picture, as `conv_viz.scenes.stage` says it of the other one."""
    return {
        "input": "input",
        "filters": [f"filter {filter}" for filter in part.filters],
        "taps": "value × kernel",
        "sum": "lands on",
        "outputs": "all filters",
    }
