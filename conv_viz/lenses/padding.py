"""Padding: one input under every padding_mode, what each padded cell copies, and what that does at the border."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from conv_viz.compute.layer import DTYPES, forward
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import Grouped, count, products
from conv_viz.layers.same import is_tensorflow_same, same_statement
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import gather, taps
from conv_viz.lenses.lens import MOST_PRODUCTS, Choice, Chosen, Lens, Ready
from conv_viz.lenses.sides import CAUSAL, ORDER, Axes, limit, possible, ring, sided, snippet
from conv_viz.scenes.board import Board, forward_sum, kinds_of


def draw(chosen: Chosen, board: Board) -> list[str]:
    """Every mode side by side: the padded channel, the output, and its difference from that with zeros."""
    head, spec = chosen.subject.head, chosen.subject.head.spec
    channel = min(max(chosen.view.channel, 0), head.in_channels - 1)
    axes = sided(head.axes, chosen.values["pad"], spec.dims)
    modes = possible(axes)
    plain = spec.replace(padding=0, padding_mode="zeros")
    sources = {mode: _sources(axes, mode) for mode in modes}
    padded = {mode: gather(chosen.sample, rows, columns) for mode, (rows, columns) in sources.items()}
    outputs = _outputs(chosen, plain, padded)
    name = head.channel_name(channel)
    plane = chosen.sample[channel : channel + 1]
    board.planes("input", plane, f"input, {name}", [name], role="input")
    for mode in modes:
        y, x = sources[mode]
        kinds = np.maximum.outer(*(kinds_of(source, axis) for source, axis in zip((y, x), axes, strict=True)))[None]
        edges = _edges(axes, spec.dims) if mode == "zeros" else ()
        laid = padded[mode][channel : channel + 1]
        board.planes(f"padded.{mode}", laid, mode, [name], role="input", cells=kinds, edges=edges)
        y, x = y[:, None], x[None, :]
        copied = np.where((y >= 0) & (x >= 0), y * plane.shape[2] + x, -1).ravel()
        found = np.flatnonzero(copied >= 0)
        starts = np.concatenate([[0], np.cumsum(copied >= 0)])
        board.sum(f"padded.{mode}", Grouped(starts.astype(np.int32), found), None, ("input", copied), how="copy")
    _output_sums(chosen, board, axes, padded)
    board.row()
    most = max(float(np.abs(output).max(initial=0.0)) for output in outputs.values())
    blank = _padding_only(axes)
    for mode, output in outputs.items():
        hatched = blank[None] if mode == "zeros" and blank.any() else None
        board.planes(f"output.{mode}", output[None], f"output, {mode}", most=most, hatched=hatched)
    for mode in modes[1:]:
        board.planes(f"apart.{mode}", (output := outputs[mode] - outputs["zeros"])[None], f"{mode} − zeros", most=most)
        board.difference(f"apart.{mode}", f"output.{mode}", "output.zeros")
        assert output.shape == outputs["zeros"].shape
    board.together(*(f"padded.{mode}" for mode in modes))
    board.together(*(f"output.{mode}" for mode in modes), *(f"apart.{mode}" for mode in modes[1:]))
    copying = any(ring(axes)) and len(modes) > 1
    board.walk(f"padded.{modes[1]}" if copying else "output.zeros", first=0 if copying else None)
    sides = 2 * spec.dims
    board.table(
        [f"{i + 1}. {side}" for i, side in enumerate(ORDER[:sides])],
        [("cells added", [str(n) for n in ring(axes)[:sides]])],
    )
    mode = spec.padding_mode if spec.padding_mode in modes else "zeros"
    board.more["snippet"] = snippet(axes, mode, plain.code(), spec.dims)
    return _says(chosen, axes, outputs, blank)


def _output_sums(chosen: Chosen, board: Board, axes: Axes, padded: dict[str, np.ndarray]) -> None:
    """Each output as the sum over all channels, of which the picture shows one: as long as these are few."""
    a, filter = chosen.subject, chosen.filter
    head = replace(a.head, axes=axes)
    if len(padded) * count(head) // head.out_channels > MOST_PRODUCTS // 4:
        return
    assert a.weight is not None
    made = products(head, range(filter, filter + 1))
    board.arrays["weight"] = a.head.spec.as_filters(a.weight)[filter]
    if a.bias is not None:
        board.arrays["bias"] = a.bias[filter : filter + 1]
    bias = "bias" if a.bias is not None else ""
    for mode, array in padded.items():
        board.arrays[f"all.{mode}"] = array
        forward_sum(board, f"output.{mode}", head, made, "weight", f"all.{mode}", bias, filter)


def _edges(axes: Axes, dims: int) -> tuple[str, ...]:
    """What stands at the edges of the picture: the side, by its place in ``F.pad``, and its cells."""
    numbers = ring(axes)[: 2 * dims]
    return tuple(f"{i + 1}. {side}: {n}" for i, (side, n) in enumerate(zip(ORDER, numbers, strict=False)))


def _outputs(chosen: Chosen, plain: WindowLayer, padded: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The output (OH, OW) of the filter in view of the real layer, on inputs padded beforehand.

    Each runs alone: in a batch torch may add the same numbers up in another order, and equal cells would differ.
    """
    a = chosen.subject
    layer = forward(plain, a.weight, a.bias, DTYPES[chosen.sample.dtype])
    runs = ((mode, layer(np.ascontiguousarray(plain.from_planes(array)))) for mode, array in padded.items())
    return {mode: plain.as_planes(output)[chosen.filter] for mode, output in runs}


def _sources(axes: Axes, mode: str) -> tuple[np.ndarray, np.ndarray]:
    """What each padded row and column copies."""
    rows, columns = (taps(replace(axis, mode=mode)).source for axis in axes)
    return rows, columns


def _padding_only(axes: Axes) -> np.ndarray:
    """Which outputs read no input cell under zeros: (OH, OW)."""
    height, width = (np.isin(np.arange(axis.output), replace(axis, mode="zeros").padding_only) for axis in axes)
    return height[:, None] | width[None, :]


def _says(chosen: Chosen, axes: Axes, outputs: dict[str, np.ndarray], blank: np.ndarray) -> list[str]:
    zeros = outputs["zeros"]
    changed = [f"{mode} {int((output != zeros).sum())}" for mode, output in outputs.items() if mode != "zeros"]
    words = (
        [f"Of {zeros.size} output numbers, another mode than zeros changes: {', '.join(changed)}."] if changed else []
    )
    words += [sentence for mode in PADDING_MODES if (sentence := limit(axes, mode))]
    words += _uneven(chosen, axes)
    words += _tensorflow(chosen.subject.head.spec, axes)
    if blank.any():
        words.append(f"{int(blank.sum())} of the outputs read nothing but padding: there zeros give the bias alone.")
    if not any(ring(axes)):
        words.append("This layer pads nothing, so all modes are the same. Raise padding to see them differ.")
    return words


def _uneven(chosen: Chosen, axes: Axes) -> list[str]:
    """Sides that differ, which a layer's own argument cannot say unless it is 'same'."""
    text, spec = chosen.values["pad"], chosen.subject.head.spec
    if text == CAUSAL:
        names = ("rows", "columns")[-spec.dims :]
        each = [f"{axis.before} {name}" for axis, name in zip(axes[-spec.dims :], names, strict=True)]
        return [f"Causal: dilation·(kernel_size − 1) = {' and '.join(each)} before, none after."]
    uneven = [(axis.before, axis.after) for axis in axes if axis.before != axis.after]
    if not uneven:
        return []
    before, after = uneven[0]
    words = f"The two sides differ: {before} before and {after} after."
    return [f"{words} padding takes one number for both sides of an axis: pad with F.pad first." if text else words]


def _tensorflow(spec: WindowLayer, axes: Axes) -> list[str]:
    """What TensorFlow's SAME pads; with a stride of 1 it is torch's own 'same'."""
    along = axes[-spec.dims :]
    if not any(ring(axes)) or all(axis.stride == 1 for axis in along):
        return []
    if is_tensorflow_same(along):
        return ["This is TensorFlow's padding='same', which torch refuses with a stride."]
    statement = same_statement(spec, along)
    return [f"TensorFlow's {statement}"] if statement else []


def why_not(spec: WindowLayer) -> str:
    """Why a layer has one kind of padding only."""
    if spec.weight_shape is None:
        what = "−∞, which never wins" if spec.reduce.empty else "zeros"
        return f"A pool has no padding_mode: its padding is {what}."
    if spec.turned:
        return "A transposed convolution has padding_mode='zeros' only, and its padding cuts cells off the output."
    return ""


def _products(head: Summary, values: Mapping[str, Any]) -> int:
    height, width = sided(head.axes, values["pad"], head.spec.dims)
    return 8 * height.padded * width.padded


_PAD = Choice(
    "pad", "left, right, top, bottom", "", "text",
    help=f"Cells on each side, in the order of F.pad, or {CAUSAL}. Empty: the layer's own padding.",
)  # fmt: skip
LENS = Lens(
    title="Padding",
    question="What stands in the padding, and what does it change?",
    draw=draw,
    choices=(_PAD,),
    pairs=(
        Ready("causal: all before", {}, (), {"pad": CAUSAL}),
        Ready(
            "TensorFlow's SAME with a stride of 2",
            dict(in_channels=3, out_channels=4, kernel_size=3, stride=2),
            (1, 3, 8, 8),
            {"pad": "0, 1, 0, 1"},
        ),
        Ready("four sides", dict(in_channels=3, out_channels=4, kernel_size=3), (1, 3, 7, 7), {"pad": "1, 2, 0, 3"}),
        Ready(
            "'same' with an even kernel",
            dict(in_channels=3, out_channels=4, kernel_size=4, padding="same"),
            (1, 3, 7, 7),
            {},
        ),
    ),
    why_not=why_not,
    products=_products,
)
