"""Padding: one input under every padding_mode, what each padded cell copies, and what that does at the border."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.layers.conv import PADDING_MODES, SPARE
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import Grouped
from conv_viz.layers.summary import channel_name
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.window import WindowAxis
from conv_viz.lenses.lens import Choice, Chosen, Lens
from conv_viz.scenes.board import Board
from conv_viz.scenes.stage import cells_of, inside_of

Axes = tuple[WindowAxis, WindowAxis]
SIDES = ("the layer's own", "all before (causal)", "all after")
F_PAD = {"zeros": "constant"}


def draw(chosen: Chosen, board: Board) -> list[str]:
    """Every mode side by side: the padded channel, the output, and its difference from that with zeros."""
    head, spec = chosen.subject.head, chosen.subject.head.spec
    channel = min(max(chosen.view.channel, 0), head.in_channels - 1)
    axes = _sided(head.axes, chosen.values["sides"])
    possible = [mode for mode in PADDING_MODES if not limit(axes, mode)]
    plain = spec.replace(padding=0, padding_mode="zeros")
    outputs = {mode: _run(chosen, plain, axes, mode)[chosen.filter] for mode in possible}
    name = channel_name(head.in_channels, channel)
    plane = chosen.sample[channel : channel + 1]
    board.planes("input", plane, f"input, {name}", [name], role="input")
    for mode in possible:
        rows, columns = (taps(replace(axis, mode=mode)) for axis in axes)
        kinds = np.maximum.outer(*(_kinds(axis, mode) for axis in axes))[None]
        padded = gather(plane, rows.source, columns.source)
        board.planes(f"padded.{mode}", padded, mode, [name], role="input", cells=kinds)
        y, x = rows.source[:, None], columns.source[None, :]
        copied = np.where((y >= 0) & (x >= 0), y * plane.shape[2] + x, -1).ravel()
        found = np.flatnonzero(copied >= 0)
        starts = np.concatenate([[0], np.cumsum(copied >= 0)])
        board.sum(f"padded.{mode}", Grouped(starts.astype(np.int32), found), None, ("input", copied), how="copy")
    board.row()
    most = max(float(np.abs(output).max(initial=0.0)) for output in outputs.values())
    blank = _padding_only(axes)
    for mode, output in outputs.items():
        hatched = blank[None] if mode == "zeros" and blank.any() else None
        board.planes(f"output.{mode}", output[None], f"output, {mode}", most=most, hatched=hatched)
    for mode in possible[1:]:
        board.planes(f"apart.{mode}", (output := outputs[mode] - outputs["zeros"])[None], f"{mode} − zeros", most=most)
        board.difference(f"apart.{mode}", f"output.{mode}", "output.zeros")
        assert output.shape == outputs["zeros"].shape
    board.together(*(f"output.{mode}" for mode in possible), *(f"apart.{mode}" for mode in possible[1:]))
    board.more["walk"] = "output.zeros"
    board.table(["top", "bottom", "left", "right"], [("cells added", [str(n) for n in _ring(axes)])])
    board.more["snippet"] = snippet(axes, spec.padding_mode, spec.dims)
    return _says(axes, outputs, blank)


def _sided(axes: Axes, sides: str) -> Axes:
    """The axes with the same amount of padding at other sides."""
    if sides == SIDES[0]:
        return axes
    height, width = (_moved(axis, before=sides == SIDES[1]) for axis in axes)
    return height, width


def _moved(axis: WindowAxis, before: bool) -> WindowAxis:
    total = axis.before + axis.after
    return replace(axis, before=total if before else 0, after=0 if before else total)


def limit(axes: Axes, mode: str) -> str:
    """Why a mode cannot pad so much, in a sentence; empty when it can.

    >>> limit((WindowAxis(3, 3, before=3, after=3), WindowAxis(9, 3)), "reflect")
    'reflect pads at most 2 cells here, one less than the 3 rows that there are, and not 3.'
    """
    if mode not in SPARE:
        return ""
    for axis, what in zip(axes, ("rows", "columns"), strict=True):
        needed, most = max(axis.before, axis.after), axis.size - SPARE[mode]
        if needed > most:
            why = f"one less than the {axis.size} {what}" if SPARE[mode] else f"the {axis.size} {what}"
            return f"{mode} pads at most {most} cells here, {why} that there are, and not {needed}."
    return ""


def _run(chosen: Chosen, plain: WindowLayer, axes: Axes, mode: str) -> np.ndarray:
    """The output (F, OH, OW) of the real layer on the input that was padded beforehand."""
    a = chosen.subject
    rows, columns = (taps(replace(axis, mode=mode)).source for axis in axes)
    padded = gather(chosen.sample, rows, columns)
    given = padded if plain.dims == 2 else padded[:, 0]
    output = run(plain, given, weight=a.weight, bias=a.bias).output
    return output if plain.dims == 2 else output[:, None]


def _kinds(axis: WindowAxis, mode: str) -> np.ndarray:
    source = taps(replace(axis, mode=mode)).source
    return cells_of(source, inside_of(axis, range(len(source))))


def _padding_only(axes: Axes) -> np.ndarray:
    """Which outputs read no input cell under zeros: (OH, OW)."""
    height, width = (np.isin(np.arange(axis.output), replace(axis, mode="zeros").padding_only) for axis in axes)
    return height[:, None] | width[None, :]


def _ring(axes: Axes) -> tuple[int, int, int, int]:
    height, width = axes
    return height.before, height.after, width.before, width.after


def snippet(axes: Axes, mode: str, dims: int) -> str:
    """The call of ``F.pad`` that does the same; it counts from the last dimension.

    >>> print(snippet((WindowAxis(7, 3, before=1, after=2), WindowAxis(7, 3, before=3, after=4)), "reflect", 2))
    # F.pad counts from the last dimension: left, right, then top, bottom
    x = F.pad(x, (3, 4, 1, 2), mode='reflect')
    """
    top, bottom, left, right = _ring(axes)
    sides = (left, right, top, bottom) if dims == 2 else (left, right)
    words = "left, right, then top, bottom" if dims == 2 else "left, right"
    call = f"x = F.pad(x, {sides}, mode={F_PAD.get(mode, mode)!r})"
    return f"# F.pad counts from the last dimension: {words}\n{call}"


def _says(axes: Axes, outputs: dict[str, np.ndarray], blank: np.ndarray) -> list[str]:
    zeros = outputs["zeros"]
    changed = [f"{mode} {int((output != zeros).sum())}" for mode, output in outputs.items() if mode != "zeros"]
    words = (
        [f"Of {zeros.size} output numbers, another mode than zeros changes: {', '.join(changed)}."] if changed else []
    )
    words += [sentence for mode in PADDING_MODES if (sentence := limit(axes, mode))]
    uneven = [(axis.before, axis.after) for axis in axes if axis.before != axis.after]
    if uneven:
        before, after = uneven[0]
        words.append(f"The two sides differ: {before} before and {after} after.")
    if blank.any():
        words.append(f"{int(blank.sum())} of the outputs read nothing but padding: there zeros give the bias alone.")
    if not any(_ring(axes)):
        words.append("This layer pads nothing, so all modes are the same. Raise padding to see them differ.")
    return words


def why_not(spec: WindowLayer) -> str:
    """Why a layer has one kind of padding only."""
    if spec.weight_shape is None:
        what = "−∞, which never wins" if spec.reduce.empty else "zeros"
        return f"A pool has no padding_mode: its padding is {what}."
    if spec.turned:
        return "A transposed convolution has padding_mode='zeros' only, and its padding cuts cells off the output."
    return ""


LENS = Lens(
    title="Padding",
    question="What stands in the padding, and what does it change?",
    draw=draw,
    choices=(Choice("sides", "on which sides", SIDES[0], options=SIDES, help="The same number of cells, elsewhere."),),
    why_not=why_not,
    products=lambda chosen: 8 * chosen.subject.head.axes[0].padded * chosen.subject.head.axes[1].padded,
)
