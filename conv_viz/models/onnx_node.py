"""An ONNX ``Conv`` or ``ConvTranspose`` node -> the arguments of torch's class.

Source: https://onnx.ai/onnx/operators/onnx__Conv.html and onnx__ConvTranspose.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conv_viz.layers.values import Shape

SOURCE = "the ONNX node"


def told(op: str, shape: Shape, attributes: Mapping[str, Any]) -> tuple[str, dict[str, Any], str]:
    """The class in ``torch.nn``, its arguments, and one sentence about what they cannot say, or nothing.

    >>> told("Conv", (8, 3, 3, 3), {"strides": (2, 2), "pads": (1, 1, 1, 1), "group": 1})
    ('Conv2d', {'groups': 1, 'stride': (2, 2), 'padding': (1, 1)}, '')
    >>> told("Conv", (8, 3, 3, 3), {"pads": (0, 0, 1, 1)})[1:]
    ({'groups': 1, 'padding': (0, 0)}, 'The node pads (0, 0, 1, 1), each side by itself: write F.pad before the layer.')
    """
    axes = len(shape) - 2
    kind = f"{op}{axes}d"
    arguments: dict[str, Any] = {"groups": attributes.get("group", 1)}
    for name, ours in (("strides", "stride"), ("dilations", "dilation"), ("output_padding", "output_padding")):
        value = attributes.get(name)
        if isinstance(value, tuple) and len(value) == axes:
            arguments[ours] = value
    padding, sentence = _padding(op, axes, attributes)
    return kind, {**arguments, **padding}, sentence


def _padding(op: str, axes: int, attributes: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    auto = attributes.get("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        if auto == "SAME_UPPER" and op == "Conv" and set(attributes.get("strides", (1,))) == {1}:
            return {"padding": "same"}, ""
        return {}, f"The node pads as {auto}, by the size of its input, which torch's padding cannot: set it for yours."
    pads = attributes.get("pads")
    if not (isinstance(pads, tuple) and len(pads) == 2 * axes and all(type(n) is int for n in pads)):
        return {}, ""
    before, after = pads[:axes], pads[axes:]
    if before == after:
        return {"padding": before}, ""
    sentence = f"The node pads {pads}, each side by itself: write F.pad before the layer."
    return {"padding": (0,) * axes}, sentence
