"""Parameters and multiply-accumulates as a formula in a layer's own numbers, and how large numbers are written."""

from __future__ import annotations

import math
from typing import Any

from conv_viz.layers.values import Shape
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
        case BatchNorm2d() if operation.parameters:
            return f"2·{operation.num_features} = {operation.parameters:,}"
        case Linear(in_features=into, out_features=out, bias=bias):
            return _affine(str(into), out, bias, operation.parameters)
    if not getattr(operation, "weight_shape", None):
        return ""
    taps = "·".join(map(str, (operation.in_channels // operation.groups, *operation.kernel_size)))
    return _affine(taps, operation.out_channels, operation.bias, operation.parameters)


def _affine(taps: str, out: int, bias: bool, total: int) -> str:
    return f"({taps} + 1)·{out} = {total:,}" if bias else f"{taps}·{out} = {total:,}"


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
    places: Shape = row.arrives[0][2:] if operation.kind == "nn.ConvTranspose2d" else row.output_shape[2:]
    taps = "·".join(map(str, (operation.in_channels // operation.groups, *operation.kernel_size)))
    samples = f" · {row.output_shape[0]}" if row.output_shape[0] > 1 else ""
    return f"{taps}·{operation.out_channels} · {'·'.join(map(str, places))}{samples} = {row.macs:,}"


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
