"""Tables of a model, as torchinfo, torchsummary and Keras print them: each row has an output and a count of parameters.

A row tells no kernel, stride or padding. What can be said is which settings fit its numbers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from conv_viz.layers.call import write_call
from conv_viz.layers.settings import SolveError
from conv_viz.layers.solver import solve_2d

MAX_LINE = 400
MAX_ROWS = 400
MAX_KERNEL = 11
KIND = re.compile(r"\b(Separable|Depthwise)?Conv2[dD](?:-\d{1,4})?(?=\W)")
OTHER = re.compile(r"\(?\b[A-Z]\w{1,40}\)?")
SHAPE = re.compile(
    r"(?<![\w(\[])[\[(]{1,2}[ ]?(?:None|-?\d{1,7}|\?)((?:,[ ]{0,3}(?:None|\?|\d{1,7})){3})[ ]?[\])]{1,2}"
)
COUNT = re.compile(r"(?<![\w.,])\d{1,3}(?:,\d{3}){1,4}(?![\w.])|(?<![\w.,])\d{1,12}(?![\w.,])")
SQUARE = re.compile(r"\[(\d{1,2}), \1\]")  # the column of kernels
NAMED = re.compile(r"[│|├└─\s]*([\w./-]{1,60}) ?\(")


@dataclass(frozen=True)
class Row:
    """A row about a convolution: its name, output (channels, height, width), parameters, and its input if known."""

    name: str
    output: tuple[int, int, int]
    parameters: int
    input: tuple[int, int, int] | None = None
    kernel: int | None = None


def find_rows(text: str) -> list[Row]:
    """Rows about two-dimensional convolutions; what stands in the row before is the input.

    >>> find_rows("|    +-Conv2d: 2-1            [1, 64, 112, 112]         9,408")
    [Row(name='Conv2d', output=(64, 112, 112), parameters=9408, input=None, kernel=None)]
    """
    rows: list[Row] = []
    before: tuple[int, int, int] | None = None
    for line in _lines(text):
        kind = KIND.search(line)
        shapes = list(SHAPE.finditer(line))
        if not shapes:
            continue
        last = "(None" in line or ("Conv2D" in line and "[[" not in line)
        sizes = [size for size in (_sizes(match[1], last) for match in shapes) if size]
        counts = (
            COUNT.findall(line, shapes[-1].end()) if not (kind and line[kind.end() : kind.end() + 1] == "(") else []
        )
        if kind and not kind[1] and sizes and counts:
            named = NAMED.match(line)
            rows.append(
                Row(
                    named[1] if named and "Conv2" not in named[1] else kind[0],
                    sizes[-1],
                    int(counts[0].replace(",", "")),
                    sizes[0] if len(sizes) > 1 else before,
                    int(square[1]) if (square := SQUARE.search(line)) else None,
                )
            )
        before = sizes[-1] if sizes else None
    return rows


def _lines(text: str) -> Iterator[str]:
    count = 0
    for line in text.split("\n"):
        if len(line) <= MAX_LINE and ("[" in line or "(" in line):
            count += 1
            if count > MAX_ROWS:
                return
            yield line


def _sizes(text: str, last: bool) -> tuple[int, int, int] | None:
    """(C, H, W) of the last three sizes of a shape, None when one is open."""
    parts = [part.strip() for part in text.split(",")[1:]]
    if not all(part.isdigit() and int(part) > 0 for part in parts):
        return None
    a, b, c = map(int, parts)
    return (c, a, b) if last else (a, b, c)


def explain(row: Row) -> str:
    """One sentence: which layers fit the numbers of a row.

    >>> explain(Row("conv2d", (32, 26, 26), 320))
    'conv2d: a table tells output and parameters, not the arguments. 26 × 26 × 32 with 320 parameters fits \
nn.Conv2d(1, 32, kernel_size=3) on 28 × 28, with padding=1 on 26 × 26, with stride=2, padding=1 on 52 × 52; also \
nn.Conv2d(9, 32, kernel_size=1) on 26 × 26.'
    """
    channels, height, width = row.output
    begin = (
        f"{row.name}: a table tells output and parameters, not the arguments. "
        f"{height} × {width} × {channels} with {row.parameters:,} parameters fits"
    )
    fits = [
        fit
        for kernel, inputs, groups, bias in _weights(row)
        if (fit := _fit(row, kernel, inputs, groups, bias)) is not None
    ]
    if not fits:
        return f"{begin} no square kernel of up to {MAX_KERNEL} cells."
    return f"{begin} {fits[0]}{f'; also {fits[1]}' if len(fits) > 1 else ''}."


def _weights(row: Row) -> Iterator[tuple[int, int, int, bool]]:
    """(kernel, in_channels, groups, bias) that make so many parameters, likelier ones first."""
    channels = row.output[0]
    found = []
    for bias in (True, False):
        each, rest = divmod(row.parameters - channels * bias, channels)
        if rest or each < 1:
            continue
        for kernel in range(1, MAX_KERNEL + 1):
            read, rest = divmod(each, kernel * kernel)
            if rest:
                continue
            inputs = row.input[0] if row.input else read
            groups, rest = divmod(inputs, read) if read else (0, 1)
            if rest or groups < 1 or channels % groups:
                continue
            if kernel % 2 == 0 and kernel > 2:
                continue  # rare: an odd kernel has a middle
            if row.kernel and row.kernel != kernel:
                continue
            found.append((kernel == 1 and not row.input, kernel % 2 == 0, not bias, kernel, inputs, groups, bias))
    for *_, kernel, inputs, groups, bias in sorted(found):
        yield kernel, inputs, groups, bias


def _fit(row: Row, kernel: int, inputs: int, groups: int, bias: bool) -> str | None:
    channels, height, width = row.output
    arguments = {"in_channels": inputs, "out_channels": channels, "kernel_size": kernel, "groups": groups, "bias": bias}
    if not row.input:
        alone = f"{write_call(arguments)} on {height + kernel - 1} × {width + kernel - 1}"
        if kernel == 1 or kernel % 2 == 0:
            return alone
        half = kernel // 2
        padded = f"with padding={half} on {height} × {width}"
        return f"{alone}, {padded}, with stride=2, padding={half} on {2 * height} × {2 * width}"
    try:
        setting = solve_2d(row.input[1:], (height, width), kernels=[kernel], dilations=[1], limit=1)[0]
    except SolveError:
        return None
    return f"{write_call({**arguments, **setting.arguments()})} on {row.input[1]} × {row.input[2]}"
