"""A network as a figure for a paper: each layer a block, as high as its maps and as wide as it has channels."""

from __future__ import annotations

import io
import math
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from conv_viz.networks.graph import INPUT
from conv_viz.networks.joints import Joint
from conv_viz.networks.walk import Row, Walk

FORMATS = ("svg", "pdf")
HEIGHT = 2.2
"""Inches of the highest map."""
DEPTH, SLANT = 0.35, 0.5
"""How far a block goes back, as a share of its width on the map, and how steeply."""
GAP = 0.22
LEAST = 0.04
"""Inches of what would be too thin to be seen; it is then larger than its scale says."""
COLOURS = {
    "conv": "#f2c879", "transposed": "#b8d4ef", "pool": "#d98a80", "linear": "#cdb7e2", "joint": "#a9d3a5",
    "upsample": "#b8d4ef", "input": "#e4e4e4",
}  # fmt: skip


@dataclass(frozen=True)
class Block:
    """One block of the figure, in inches: how wide (channels), high and deep (height and width of a map) it is."""

    name: str
    kind: str
    label: str
    width: float
    height: float
    depth: float


def blocks(walk: Walk) -> list[Block]:
    """The blocks of a figure: the input, and each layer that changes a shape or joins paths.

    Heights and depths are to one scale, widths to another: an inch holds so many rows, or so many channels.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> made = blocks(walk(PRESETS["lenet5"].network, (1, 1, 32, 32)))
    >>> [block.name for block in made]
    ['input', 'C1', 'S2', 'C3', 'S4', 'C5', 'F6', 'output']
    """
    shapes = [walk.input_shape, *(row.output_shape for row in walk.rows)]
    cells = HEIGHT / max(max(shape[2:]) for shape in shapes if len(shape) == 4)
    channels = 0.9 / max(shape[1] for shape in shapes if len(shape) == 4)
    made = [_block("input", "input", walk.input_shape, cells, channels)]
    for row in walk.rows:
        if kind := _kind(row):
            made.append(_block(row.name, kind, row.output_shape, cells, channels))
    return made


def _kind(row: Row) -> str:
    kind = row.node.operation.kind
    if isinstance(row.node.operation, Joint):
        return "joint"
    words = {"ConvTranspose": "transposed", "Conv": "conv", "Pool": "pool", "Linear": "linear", "Upsample": "upsample"}
    return next((name for word, name in words.items() if word in kind), "")


def _block(name: str, kind: str, shape: tuple[int, ...], cells: float, channels: float) -> Block:
    if len(shape) != 4:
        length = min(HEIGHT, max(0.1, 0.5 * math.log10(shape[1] + 1)))
        return Block(name, kind, f"{shape[1]}", 0.08, length, 0.0)
    _, count, height, width = shape
    sizes = (max(LEAST, count * channels), max(LEAST, height * cells), max(LEAST, width * cells))
    return Block(name, kind, f"{count} × {height} × {width}", *sizes)


def figure(walk: Walk, title: str = "") -> Figure:
    """The figure: blocks from left to right, arcs where a layer reads another one than that before it."""
    made = blocks(walk)
    place, spots = 0.7, {}
    for block in made:
        spots[block.name] = place
        place += block.width + GAP + DEPTH * block.depth * 0.7
    drawn = Figure(figsize=(place + 0.6, HEIGHT + 2.6))
    FigureCanvasAgg(drawn)
    axes = drawn.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, place + 0.6)
    axes.set_ylim(-(HEIGHT / 2 + 1.15), HEIGHT / 2 + 1.45)
    axes.set_axis_off()
    for block in made:
        _draw(axes, block, spots[block.name])
    _arcs(axes, walk, {block.name: block for block in made}, spots)
    axes.text(0.2, HEIGHT / 2 + 1.2, title, fontsize=11, fontweight="bold", va="top", parse_math=False)
    scale = "Heights and depths are to scale, and so are widths for channels; rows of numbers behind a flatten are not."
    axes.text(0.2, -(HEIGHT / 2 + 1.1), scale, fontsize=6.5, color="#555555")
    return drawn


def _draw(axes: Axes, block: Block, x: float) -> None:
    low, high = -block.height / 2, block.height / 2
    back = DEPTH * block.depth
    across, up = back * 0.7, back * SLANT
    colour = COLOURS[block.kind]
    faces = (
        ([(x, low), (x + block.width, low), (x + block.width, high), (x, high)], 1.0),
        ([(x, high), (x + block.width, high), (x + block.width + across, high + up), (x + across, high + up)], 0.75),
        (
            [(x + block.width, low), (x + block.width + across, low + up), (x + block.width + across, high + up),
             (x + block.width, high)],
            0.55,
        ),
    )  # fmt: skip
    for corners, alpha in faces:
        patch = Polygon(corners, closed=True, facecolor=colour, edgecolor="#444444", linewidth=0.4, alpha=alpha)
        axes.add_patch(patch)
    axes.text(
        x + block.width / 2 + 0.04,
        low - 0.06,
        f"{block.name}\n{block.label}",
        fontsize=5.5,
        rotation=55,
        ha="right",
        va="top",
        parse_math=False,  # a name may hold dollar signs
    )


def _arcs(axes: Axes, walk: Walk, made: dict[str, Block], spots: dict[str, float]) -> None:
    """An arc over the blocks for each path into a joint that does not come from the block before it."""
    source, before = {INPUT: INPUT}, INPUT
    longest = max(spots.values()) - min(spots.values())
    for row in walk.rows:
        reads = [source[name] for name in row.node.reads]
        if row.name not in made:
            source[row.name] = reads[0]
            continue
        for read in reads:
            if read != before:
                up = HEIGHT / 2 + 0.35 + 0.75 * abs(spots[row.name] - spots[read]) / longest
                ends = [(spots[name] + made[name].width / 2, made[name].height / 2) for name in (read, row.name)]
                _arc(axes, ends[0], ends[1], up)
        before = source[row.name] = row.name


def _arc(axes: Axes, start: tuple[float, float], end: tuple[float, float], up: float) -> None:
    """Up from the one block, over the others, and down to the other one."""
    axes.plot([start[0], start[0], end[0]], [start[1], up, up], lw=0.6, color="#777777")
    axes.annotate("", end, (end[0], up), arrowprops={"arrowstyle": "-|>", "lw": 0.6, "color": "#777777"})


def architecture(walk: Walk, format: str = "svg", title: str = "") -> bytes:
    """The figure as a file, ``svg`` or ``pdf``; the same network gives the same bytes. Raises `ValueError`.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> lenet = walk(PRESETS["lenet5"].network, (1, 1, 32, 32))
    >>> architecture(lenet, "pdf")[:5], b"C1" in architecture(lenet)
    (b'%PDF-', True)
    """
    if format not in FORMATS:
        raise ValueError(f"A figure is one of {', '.join(FORMATS)}, not {format!r}.")
    from matplotlib import rc_context

    out = io.BytesIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "conv_viz", "pdf.fonttype": 42}):
        metadata = {"Date": None} if format == "svg" else {"CreationDate": None}
        figure(walk, title).savefig(out, format=format, metadata=metadata)
    return out.getvalue()
