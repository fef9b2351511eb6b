"""One cell of a layer in symbols: ``y[0, 1, 2, 3] = b[1] + Σ w[1, c, i, j]·x[0, c, …]``, as text and as LaTeX.

A rule holds for every cell. ``@n``, ``@f``, ``@y``, ``@x`` stand for the index of the one that is shown, ``@c`` for the
input channel and ``@g`` for the filter's place in its group, ``@d`` for what a mean divides by: see `of_filter`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from conv_viz.layers.kinds import WeightedLayer, weighted
from conv_viz.layers.summary import Summary
from conv_viz.layers.window import WindowAxis

TAPS, CELLS, PLACE = ("i", "j"), ("u", "v"), ("@y", "@x")
"""Letters for a row and a column: of the kernel, of the input; and the row and column of the cell that is shown."""


@dataclass(frozen=True)
class Rule:
    """The equation of a cell, over what its letters run, and both as LaTeX."""

    text: str
    note: str
    latex: str


def rules(head: Summary) -> dict[str, Rule]:
    """The rule of each picture of a layer: *gather* for an output cell, and *scatter* for an input cell.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> rule = rules(Summary.of(ConvSpec(3, 4, 3, stride=2, padding=1), (1, 3, 7, 7)))["gather"]
    >>> rule.text
    'y[@n, @f, @y, @x] = b[@f] + Σ w[@f, c, i, j]·x[@n, @c, 2·@y + i − 1, 2·@x + j − 1]'
    >>> rule.note
    'c = 0…2, i = 0…2, j = 0…2; outside of the input x is 0'
    """
    layer = weighted(head.spec)
    if layer is None:
        return {"gather": _pool(head)}
    if layer.turned:
        return {"gather": _turned(head, layer), "scatter": _spread(head, layer)}
    return {"gather": _convolution(head, layer)}


def of_filter(head: Summary, filter: int) -> dict[str, str]:
    """What a rule's placeholders are for one output channel; the cell's own index comes besides.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> of_filter(Summary.of(ConvSpec(4, 6, 3, groups=2), (1, 4, 7, 7)), 4)
    {'f': '4', 'c': '2 + c', 'g': '1'}
    """
    reads = head.spec.channels_of(filter)
    first = str(reads.start) if reads.start or len(reads) == 1 else ""
    channel = " + ".join(part for part in (first, "c" if len(reads) > 1 else "") if part)
    return {"f": str(filter), "c": channel, "g": str(filter % (head.out_channels // head.spec.groups))}


def _convolution(head: Summary, layer: WeightedLayer) -> Rule:
    axes, taps, place = _axes(head)
    weight = ["@f", "c" if _channels(layer) > 1 else "0", *_taps(axes, taps)]
    read = ["@n", "@c", *map(_read, axes, place, taps)]
    ranges = _ranges(head, layer)
    product = f"{_of('w', weight)}·{_of('x', read)}"
    text = f"{_of('y', ['@n', '@f', *place])} = {_bias(layer)}{'Σ ' if ranges else ''}{product}"
    return Rule(text, _note(ranges, _outside(head)), _latex(text, _sums(ranges)))


def _turned(head: Summary, layer: WeightedLayer) -> Rule:
    axes, taps, place = _axes(head)
    letters = CELLS[: len(axes)]
    weight, read = ["@c", "@g", *_taps(axes, taps)], ["@n", "@c", *letters]
    text = f"{_of('y', ['@n', '@f', *place])} = {_bias(layer)}Σ {_of('w', weight)}·{_of('x', read)}"
    meets = [f"{lands} = {at}" for lands, at in zip(map(_lands, axes, letters, taps), place, strict=True)]
    ranges = _ranges(head, layer)
    cells = {letter: axis.size for letter, axis in zip(letters, axes, strict=True)}
    channels = {letter: count for letter, count in ranges.items() if letter == "c"}
    over = _sums(channels) + "".join(f"\\sum_{{{each}}} " for each in meets)
    return Rule(text, f"{_note(ranges | cells)}, where {' and '.join(meets)}", _latex(text, over))


def _spread(head: Summary, layer: WeightedLayer) -> Rule:
    axes, taps, place = _axes(head)
    lands, weight = ["@n", "@f", *map(_lands, axes, place, taps)], ["@c", "@g", *_taps(axes, taps)]
    text = f"{_of('y', lands)} += {_of('w', weight)}·{_of('x', ['@n', '@c', *place])}"
    cut = "what lands outside of the output is cut off" if any(map(_cut_off, axes)) else ""
    return Rule(text, _note(_ranges(head, layer), cut), _latex(text))


def _pool(head: Summary) -> Rule:
    axes, taps, place = _axes(head)
    read, ranges = _of("x", ["@n", "@f", *map(_read, axes, place, taps)]), _ranges(head)
    spec, sum_of = head.spec, "Σ " if ranges else ""
    share = "" if spec.divisor is None else f"{spec.times}/@d · "
    if spec.reduce.join == "max":
        how = f"max {read}"
        over = ",\\; ".join(f"0 \\le {letter} \\le {count - 1}" for letter, count in ranges.items())
    else:
        how = f"{share}{sum_of}{read}" if spec.power == 1 else f"({share}{sum_of}{read}^{spec.power})^(1/{spec.power})"
        over = _sums(ranges)
    text = f"{_of('y', ['@n', '@f', *place])} = {how}"
    return Rule(text, _note(ranges, _outside(head)), _latex(text, over))


def _axes(head: Summary) -> tuple[tuple[WindowAxis, ...], tuple[str, ...], tuple[str, ...]]:
    """The axes that the layer has, with the letter of a tap and the place of the cell for each."""
    dims = head.spec.dims
    return head.axes[-dims:], TAPS[:dims], PLACE[-dims:]


def _taps(axes: tuple[WindowAxis, ...], letters: tuple[str, ...]) -> list[str]:
    """The index of a tap in the kernel; a kernel of one row has row 0 only."""
    return [letter if axis.kernel > 1 else "0" for axis, letter in zip(axes, letters, strict=True)]


def _read(axis: WindowAxis, output: str, tap: str) -> str:
    """The input index that an output reads with a tap: stride·output + dilation·tap − padding."""
    return _affine(axis.stride, output, axis, tap, axis.before)


def _lands(axis: WindowAxis, cell: str, tap: str) -> str:
    """The output index that an input cell of a transposed layer reaches: stride·cell + dilation·tap − padding."""
    return _affine(axis.base_dilation, cell, axis, tap, _cut_off(axis))


def _cut_off(axis: WindowAxis) -> int:
    """The padding of a transposed layer: so much less than the kernel's reach lies around its input."""
    return axis.effective_kernel - 1 - axis.before


def _affine(step: int, cell: str, axis: WindowAxis, tap: str, before: int) -> str:
    terms = [_times(step, cell)] + ([_times(axis.dilation, tap)] if axis.kernel > 1 else [])
    return " + ".join(terms) + (f" − {before}" if before else "")


def _times(factor: int, letter: str) -> str:
    return letter if factor == 1 else f"{factor}·{letter}"


def _channels(layer: WeightedLayer) -> int:
    return layer.in_channels // layer.groups


def _ranges(head: Summary, layer: WeightedLayer | None = None) -> dict[str, int]:
    """How many values each letter of a sum takes, where it takes more than one."""
    axes, taps, _ = _axes(head)
    counts = {"c": _channels(layer)} if layer else {}
    counts |= {letter: axis.kernel for axis, letter in zip(axes, taps, strict=True)}
    return {letter: count for letter, count in counts.items() if count > 1}


def _outside(head: Summary) -> str:
    """What stands where a window reaches beyond the input; empty where none does."""
    if not any(axis.before or axis.after or axis.reach > axis.padded for axis in head.axes):
        return ""
    if head.spec.padding_mode != "zeros":
        return f"outside of the input x is padded: {head.spec.padding_mode}"
    return f"outside of the input x is {'−∞' if head.spec.reduce.join == 'max' else '0'}"


def _note(ranges: dict[str, int], outside: str = "") -> str:
    runs = ", ".join(f"{letter} = 0…{count - 1}" for letter, count in ranges.items())
    return "; ".join(part for part in (runs, outside) if part)


def _bias(layer: WeightedLayer) -> str:
    return "b[@f] + " if layer.bias else ""


def _of(name: str, index: Iterable[str]) -> str:
    return f"{name}[{', '.join(index)}]"


def _sums(ranges: dict[str, int]) -> str:
    return "".join(f"\\sum_{{{letter}=0}}^{{{count - 1}}} " for letter, count in ranges.items())


def _latex(text: str, over: str = "") -> str:
    """An equation as LaTeX; `over` stands in the place of its sum, or below its maximum.

    >>> print(_latex("y[@n, @f] = b[@f] + Σ w[@f, i]·x[@n, 2·@x + i − 1]", _sums({"i": 3})))
    y_{@n, @f} = b_{@f} + \\sum_{i=0}^{2} w_{@f, i}\\, x_{@n, 2 \\cdot @x + i - 1}
    """
    text = re.sub(r"\[(.*?)\]", r"_{\1}", text).replace("Σ ", over).replace("max ", f"\\max_{{{over}}} ")
    text = text.replace("}·x", "}\\, x").replace("+=", "\\mathrel{+}=")
    text = re.sub(r"(\d+)/@d · ", r"\\frac{\1}{@d} ", text)
    text = (
        re.sub(r"\^\(([\d./]+)\)|\^([\d.]+)", lambda power: f"^{{{power[1] or power[2]}}}", text)
        .replace("= (", "= \\left(")
        .replace(")^", "\\right)^")
    )
    return text.replace("·", " \\cdot ").replace("−", "-")
