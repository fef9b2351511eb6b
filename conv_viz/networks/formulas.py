"""Parameters and multiply-accumulates as a formula in a layer's own numbers, and how large numbers are written."""

from __future__ import annotations

import math
from typing import Any

from conv_viz.layers.counts import affine
from conv_viz.layers.counts import macs_formula as window_macs
from conv_viz.layers.counts import parameters_formula as window_parameters
from conv_viz.networks.norms import GroupNorm, InstanceNorm2d, LayerNorm
from conv_viz.networks.operations import BatchNorm2d, Linear
from conv_viz.networks.same import Same
from conv_viz.networks.walk import Row


def parameters_formula(operation: Any) -> str:
    """How many numbers a layer learns, and why; empty where there are none.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> parameters_formula(ConvSpec(3, 10, 5)), parameters_formula(ConvSpec(8, 8, 3, groups=8, bias=False))
    ('(3·5·5 + 1)·10 = 760', '1·3·3·8 = 72')
    >>> parameters_formula(Linear(400, 120))
    '(400 + 1)·120 = 48,120'
    """
    match operation:
        case Same(layer=layer):
            return parameters_formula(layer)
        case LayerNorm(normalized_shape=sizes, bias=bias):
            words = f"{1 + bias}·{'·'.join(map(str, sizes))} = {operation.parameters:,}"
            return words if operation.parameters else ""
        case BatchNorm2d() | GroupNorm() | InstanceNorm2d():
            return f"2·{operation.parameters // 2} = {operation.parameters:,}" if operation.parameters else ""
        case Linear(in_features=into, out_features=out, bias=bias):
            return affine(str(into), out, bias, operation.parameters)
    return window_parameters(operation) if getattr(operation, "weight_shape", None) else ""


def macs_formula(row: Row) -> str:
    """The multiply-accumulates of a layer, and why: taps, filters, places, samples; empty where there are none.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.graph import Network
    >>> from conv_viz.networks.walk import walk
    >>> macs_formula(walk(Network.chain([ConvSpec(3, 10, 5, padding=2)]), (16, 3, 28, 28)).rows[0])
    '3·5·5·10 · 28·28 · 16 = 9,408,000'
    """
    operation = row.node.operation
    operation = operation.layer if isinstance(operation, Same) else operation
    if not row.macs:
        return ""
    if isinstance(operation, Linear):
        rows = math.prod(row.output_shape[:-1])
        words = f"{operation.in_features}·{operation.out_features}"
        return f"{words}{f' · {rows}' if rows > 1 else ''} = {row.macs:,}"
    return window_macs(operation, row.arrives[0], row.output_shape, row.macs)


def large(number: float, unit: str = "") -> str:
    """A large number with three digits and a letter.

    >>> large(0), large(760), large(138_357_544), large(15_470_264_320)
    ('0', '760', '138 M', '15.5 G')
    """
    for size, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if number >= size and number >= 1000:
            value = number / size
            digits = 0 if value >= 100 else 1 if value >= 10 else 2
            return f"{value:.{digits}f} {letter}{unit}"
    return f"{number:g}{f' {unit}' if unit else ''}"


def short_code(operation: Any) -> str:
    """The layer in a narrow column: without ``nn.`` and the names that its place tells.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> short_code(ConvSpec(3, 64, 7, stride=2, padding=3, bias=False))
    'Conv2d(3, 64, 7, stride=2, padding=3, bias=False)'
    """
    return str(operation.code()).removeprefix("nn.").replace("kernel_size=", "", 1)
