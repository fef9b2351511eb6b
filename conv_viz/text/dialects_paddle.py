"""``Conv2D`` as Paddle and Gluon (MXNet) have it; Keras' layer of that name is in `conv_viz.text.dialects`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from conv_viz.layers.call import ARGUMENTS
from conv_viz.text.calls import Call
from conv_viz.text.told import IN, Arguments, Told, four, in_channels, renamed, two, with_same, with_sides

PADDLE = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "padding_mode")
GLUON = (
    *("channels", "kernel_size", "strides", "padding", "dilation", "groups", "layout", "activation", "use_bias"),
    *("weight_initializer", "bias_initializer", "in_channels"),
)
PRINTED_GLUON = ("in_channels", *GLUON[:-1], "stride", "bias")


def is_paddle(positional: int, text: str, prefix: str) -> bool:
    """Whether a ``Conv2D`` is Paddle's, as written or as printed.

    >>> is_paddle(2, "Conv2D(3, 8, kernel_size=[3, 3], padding=0, data_format=NCHW)", "")
    True
    """
    if "bias_attr" in text or prefix == "paddle.nn" or "data_format=NC" in text.replace(" ", ""):
        return True
    return prefix == "nn" and positional >= 3


def is_gluon(positional: int, text: str, prefix: str) -> bool:
    """Whether a ``Conv2D`` is Gluon's: ``nn.Conv2D(channels=8, kernel_size=3)``, or printed ``Conv2D(3 -> 8, ...)``.

    >>> is_gluon(2, "Conv2D(3, 8, kernel_size=(3, 3), stride=(1, 1))", "")
    True
    """
    return prefix in ("nn", "gluon.nn", "mx.gluon.nn") or "channels=" in text or printed_gluon(positional, text)


def printed_gluon(positional: int, text: str) -> bool:
    """Two numbers and then kernel_size by name: no other ``Conv2D`` takes that."""
    return positional == 2 and "kernel_size" in text and "strides" not in text


def paddle(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    """``paddle.nn.Conv2D``."""
    arguments = {name: value for name, value in given.items() if name in ARGUMENTS}
    if "bias_attr" in given:
        arguments["bias"] = given["bias_attr"] is not False
    if not all(name in arguments for name in ARGUMENTS[:3]):
        return Told(
            "", "nn.Conv2D is Paddle's or Gluon's spelling; write nn.Conv2d(in_channels, out_channels, kernel_size)."
        )
    plain = "nn.Conv2D is Paddle's spelling; its arithmetic is that of the nn.Conv2d shown."
    padding = arguments.get("padding", 0)
    if isinstance(padding, str):
        return with_same("Paddle nn.Conv2D", padding.lower(), {**arguments, "padding": 0}, size, plain)
    if sides := four(padding):
        top, bottom, left, right = sides
        return with_sides("Paddle nn.Conv2D", ((top, bottom), (left, right)), arguments)
    return Told("", plain, arguments)


def gluon(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    """``mxnet.gluon.nn.Conv2D``; printed, it has in_channels first."""
    plain = "nn.Conv2D is Gluon's spelling, with the filters first; its arithmetic is that of the nn.Conv2d shown."
    if "channels" not in given or "kernel_size" not in given:
        return Told("", "nn.Conv2D is Gluon's spelling; write nn.Conv2d(in_channels, out_channels, kernel_size).")
    channels = given.get(IN) or in_channels(values)
    arguments = {IN: channels, "out_channels": given["channels"], "kernel_size": given["kernel_size"]}
    arguments |= renamed(
        given, {"strides": "stride", "padding": "padding", "dilation": "dilation", "groups": "groups"}
    ) | renamed(given, {"use_bias": "bias", "stride": "stride", "bias": "bias"})
    two(arguments.get("padding", 0))
    return Told("", plain, arguments)


def positional_count(call: Call) -> int:
    """How many arguments stand before the first that has a name, as far as the brackets tell."""
    depth = count = 0
    begin = call.text.find("(") + 1
    part = begin
    for i, sign in enumerate(call.text[begin:-1], start=begin):
        if sign in "([{":
            depth += 1
        elif sign in ")]}":
            depth -= 1
        elif sign == "=" and depth == 0:
            return count
        elif sign == "," and depth == 0:
            count, part = count + 1, i + 1
    return count + bool(call.text[part:-1].strip())
