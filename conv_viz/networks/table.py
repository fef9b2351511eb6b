"""The table of a network's layers to take along: CSV, Markdown, and the whole as code."""

from __future__ import annotations

import csv
import io
from typing import Any

from conv_viz.networks.field import Extent, fields, shown
from conv_viz.networks.formulas import macs_formula, parameters_formula
from conv_viz.networks.graph import INPUT, Network
from conv_viz.networks.joints import Add, Concat, Multiply
from conv_viz.networks.same import Same
from conv_viz.networks.walk import Row, Walk

COLUMNS = (
    "layer", "operation", "reads", "output", "parameters", "parameters formula", "MACs", "MACs formula", "activations",
    "field", "jump", "start",
)  # fmt: skip
FORMULA = "=+-@\t\r"
"""What a spreadsheet would take for the beginning of a formula."""


def cells(walk: Walk) -> list[list[str]]:
    """A row of texts for each layer.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> cells(walk(PRESETS["lenet5"].network, (1, 1, 32, 32)))[0][3:8]
    ['6 x 28 x 28', '156', '(1·5·5 + 1)·6 = 156', '117600', '1·5·5·6 · 28·28 = 117,600']
    """
    known = fields(walk).by_name
    return [_row(row, known[row.name]) for row in walk.rows]


def _row(row: Row, field: tuple[Extent, Extent]) -> list[str]:
    operation = row.node.operation
    spatial = len(row.output_shape) == 4
    pairs = [[str(e.size) for e in field], [shown(e.jump) for e in field], [shown(e.start) for e in field]]
    return [
        row.name,
        operation.code(),
        " ".join(row.node.reads),
        " x ".join(map(str, row.output_shape[1:])),
        str(row.parameters),
        parameters_formula(operation),
        str(row.macs),
        macs_formula(row),
        str(row.activations),
        *(pair[0] if pair[0] == pair[1] else " x ".join(pair) for pair in pairs if spatial),
        *([] if spatial else ["all", "", ""]),
    ]


def as_csv(walk: Walk) -> str:
    """The table as CSV; a name that a spreadsheet would run as a formula begins with an apostrophe.

    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> as_csv(walk(PRESETS["lenet5"].network, (1, 1, 32, 32))).splitlines()[1][:25]
    'C1,"nn.Conv2d(1, 6, kerne'
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in cells(walk):
        writer.writerow([f"'{text}" if text[:1] in FORMULA and text[:1] else text for text in row])
    return out.getvalue()


def as_markdown(walk: Walk) -> str:
    """The table as Markdown, with the sums below it."""
    lines = [f"| {' | '.join(COLUMNS)} |", f"|{'---|' * len(COLUMNS)}"]
    for row in cells(walk):
        lines.append(f"| {' | '.join(text.replace('|', chr(92) + '|') for text in row)} |")
    lines += ["", f"{walk.parameters:,} parameters, {walk.macs:,} MACs, {walk.activations:,} activations."]
    return "\n".join(lines) + "\n"


def as_code(network: Network, name: str = "Network") -> str:
    """The network as a module of torch.

    >>> from conv_viz.networks.operations import Flatten
    >>> print(as_code(Network.chain([Flatten()])))
    from torch import nn
    <BLANKLINE>
    model = nn.Sequential(
        nn.Flatten(),
    )
    <BLANKLINE>
    """
    if network.is_chain and not any(isinstance(node.operation, Same) for node in network.nodes):
        body = "".join(f"    {node.operation.code()},\n" for node in network.nodes)
        return f"from torch import nn\n\nmodel = nn.Sequential(\n{body})\n"
    names = {INPUT: "x", **{node.name: _variable(node.name, i) for i, node in enumerate(network.nodes)}}
    made, steps = [], []
    for node in network.nodes:
        variable, inputs = names[node.name], [names[read] for read in node.reads]
        if isinstance(node.operation, Add | Multiply):
            sign = " + " if isinstance(node.operation, Add) else " * "
            steps.append(f"{variable} = {sign.join(inputs)}")
        elif isinstance(node.operation, Concat):
            steps.append(f"{variable} = torch.cat([{', '.join(inputs)}], 1)")
        else:
            made.append(f"self.{variable} = {_code(node.operation)}")
            given = f"same({inputs[0]}, self.{variable})" if isinstance(node.operation, Same) else inputs[0]
            steps.append(f"{variable} = self.{variable}({given})")
    lines = [
        *("import torch", "from torch import nn", "", ""),
        *(SAME.splitlines() if any(isinstance(node.operation, Same) for node in network.nodes) else []),
        *(f"class {name}(nn.Module):", "    def __init__(self):", "        super().__init__()"),
        *(f"        {line}" for line in made),
        *("", "    def forward(self, x):"),
        *(f"        {line}" for line in steps),
        f"        return {names[network.output]}",
    ]
    return "\n".join(lines) + "\n"


SAME = '''def same(x, layer):
    """TensorFlow's padding 'SAME' before a layer. A mean counts the zeros, which TensorFlow's does not."""
    pair = lambda value: value if isinstance(value, tuple) else (value, value)
    pads = []
    for axis in (1, 0):  # the width first, as F.pad takes them
        size, k, s, d = x.shape[2 + axis], *(pair(v)[axis] for v in (
            layer.kernel_size, layer.stride, getattr(layer, "dilation", 1)))
        total = max((-(-size // s) - 1) * s + d * (k - 1) + 1 - size, 0)
        pads += [total // 2, total - total // 2]
    return nn.functional.pad(x, pads, value=float("-inf") if isinstance(layer, nn.MaxPool2d) else 0.0)


'''


def _code(operation: Any) -> str:
    return str(operation.layer.replace(padding=0).code() if isinstance(operation, Same) else operation.code())


def _variable(name: str, number: int) -> str:
    """A name that Python takes, and no other layer has."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name)
    return f"{plain if plain[:1].isalpha() else 'layer'}_{number}"
