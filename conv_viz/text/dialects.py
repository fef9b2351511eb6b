"""Convolutions that are not ``nn.Conv2d``: recognised, named, and told in torch where the arithmetic is the same.

Each reader takes a call's arguments as plain values and returns a `Told`: one sentence of
what to do, and the arguments of the nearest ``nn.Conv2d`` when there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from conv_viz.layers.call import ARGUMENTS
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.facts import FACTS
from conv_viz.text.calls import Call, Unknown, Unreadable
from conv_viz.text.dialects_paddle import (
    GLUON,
    PADDLE,
    PRINTED_GLUON,
    gluon,
    is_gluon,
    is_paddle,
    paddle,
    positional_count,
    printed_gluon,
)
from conv_viz.text.relatives import is_relative, pads_same, read_as, several
from conv_viz.text.told import IN, Arguments, Told, in_channels, renamed, two, with_same, with_sides

LAZY = ("out_channels", *ARGUMENTS[2:])
KERAS = (
    "filters",
    "kernel_size",
    "strides",
    "padding",
    "data_format",
    "dilation_rate",
    "groups",
    "activation",
    "use_bias",
)
LINEN = (
    "features",
    "kernel_size",
    "strides",
    "padding",
    "input_dilation",
    "kernel_dilation",
    "feature_group_count",
    "use_bias",
)
SHAPES = ("input_shape", "batch_input_shape", "batch_shape")
WORDS = ("same", "valid", *PADDING_MODES)


def tell(call: Call, values: Mapping[str, Any], size: tuple[int, int] | None = None) -> Told | None:
    """What a call of another layer is; None when it is not known here.

    `values` gives variables by name, ``in_channels`` among them for layers that find out
    themselves; `size` is the input's (height, width), on which 'SAME' with a stride depends. Raises
    `Unknown` when the nearest layer needs a value that the text does not give.

    >>> from conv_viz.text.calls import find_calls
    >>> call = find_calls("layers.Conv2D(32, (3, 3), padding='same')", {"Conv2D"})[0]
    >>> told = tell(call, {"in_channels": 3})
    >>> told.kind, told.arguments["padding"]
    ('Keras Conv2D', 'same')
    """
    read = _reader(call)
    if read is None:
        return None
    kind, names, tell_it = read
    if names is None:
        return Told(kind, tell_it({}, values, size).sentence)
    try:
        needed = {*names, *SHAPES, "bias_attr"} - {"activation", "data_format", "layout"}
        positional, named = call.arguments(values, WORDS, skip=lambda name: name not in needed)
        if call.function.startswith("Lazy") and positional[:1] == [0]:
            del positional[0]  # print(layer) has in_channels=0 until the first input has come
        told = tell_it({**dict(zip(names, positional, strict=False)), **named}, values, size)
    except (Unknown, Unreadable):
        if kind in NEEDED or is_relative(kind):
            raise
        return Told(kind, tell_it({}, values, size).sentence)
    return replace(told, kind=kind)


LAZIES = tuple(f"Lazy{name}" for name, facts in FACTS.items() if "in_channels" in facts.arguments)
NEEDED = (*LAZIES, "Keras Conv2D", "Flax nn.Conv", "Flax nnx.Conv", "Paddle nn.Conv2D", "Gluon nn.Conv2D")
IMPLIED = (*LAZIES, "Keras Conv2D", "Flax nn.Conv", "Gluon nn.Conv2D")


def implied_channels(call: Call) -> bool:
    """Whether this layer leaves in_channels to its first input.

    >>> from conv_viz.text.calls import find_calls
    >>> [implied_channels(call) for call in find_calls("Conv2D(8, 3), nn.Conv3d(3, 8, 3)", {"Conv2D", "Conv3d"})]
    [True, False]
    """
    read = _reader(call)
    return read is not None and read[0] in IMPLIED


_Tell = Callable[[Arguments, Mapping[str, Any], tuple[int, int] | None], Told]


def _reader(call: Call) -> tuple[str, tuple[str, ...] | None, _Tell] | None:
    """Kind, argument names in order, and reader of a call."""
    function, prefix = call.function, call.prefix.lower()
    flax_nnx = prefix.endswith("nnx")
    written = positional_count(call)
    match function:
        case "Conv3d" | "LazyConv3d":
            return function, LAZY if function.startswith("Lazy") else ARGUMENTS, _conv3d
        case _ if function in LAZIES:
            layer = function.removeprefix("Lazy")
            return function, FACTS[layer].arguments[1:], partial(_lazy, layer)
        case "ConvTranspose3d" | "Conv1DTranspose" | "Conv2DTranspose" | "ConvTranspose":
            return function, None, _other_transposed
        case "Conv2D" if is_paddle(written, call.text, prefix):
            return "Paddle nn.Conv2D", PADDLE, paddle
        case "Conv2D" if is_gluon(written, call.text, prefix):
            names = PRINTED_GLUON if printed_gluon(written, call.text) else GLUON
            return "Gluon nn.Conv2D", names, gluon
        case "Conv2D" | "Convolution2D":
            return "Keras Conv2D", KERAS, _keras
        case "DepthwiseConv2D" | "SeparableConv2D" | "Conv1D" | "Conv3D":
            return f"Keras {function}", None, _other_keras
        case "Conv" if flax_nnx:
            return "Flax nnx.Conv", ("in_features", "out_features", *LINEN[1:]), _flax
        case "Conv" if prefix in ("nn", "linen", "flax.linen") or "features" in call.text:
            return "Flax nn.Conv", LINEN, _flax
        case "conv2d":
            tensorflow = prefix.startswith(("tf", "tensorflow"))
            return ("tf.nn.conv2d" if tensorflow else "F.conv2d"), None, _functional
        case "conv_general_dilated":
            return "lax.conv_general_dilated", None, _functional
        case _ if is_relative(function):
            return function, ARGUMENTS, partial(_relative, function)
    return None


def _relative(function: str, given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    """A class that is named after nn.Conv2d."""
    if several(function):
        return Told("", f"{function} is more than one layer: paste the nn.Conv2d lines inside it.")
    if not all(name in given for name in ARGUMENTS[:3]):
        return Told("", f"{function} has other arguments than nn.Conv2d: paste the nn.Conv2d line inside it.")
    if pads_same(function):
        return with_same(function, "same", {**given, "padding": 0}, size, read_as(function))
    return Told("", read_as(function), given)


def _lazy(layer: str, given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    sentence = f"nn.Lazy{layer} takes in_channels from its first input; give the number and it is nn.{layer}."
    arguments = {name: value for name, value in given.items() if name in FACTS[layer].arguments}
    if not given:
        return Told("", sentence)
    return Told("", sentence, {IN: in_channels(values), **arguments}, layer=layer)


def _conv3d(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    sentence = "nn.Conv3d slides through depth as well: write the nn.Conv2d of one slice, with height and width only."
    flat: Arguments = {}
    for name, value in given.items():
        if name in ("kernel_size", "stride", "padding", "dilation") and isinstance(value, tuple) and len(value) == 3:
            flat[name] = value[1:]
        else:
            flat[name] = value
    kernel, padding = given.get("kernel_size"), given.get("padding", 0)
    depth = kernel[0] if isinstance(kernel, tuple) and kernel else kernel
    front = padding[0] if isinstance(padding, tuple) and padding else padding
    if depth != 1 or front not in (0, "same", "valid"):
        return Told("", sentence)
    sentence = "This nn.Conv3d has a kernel of depth 1: on each slice it is the nn.Conv2d shown."
    return Told("", sentence, {name: value for name, value in flat.items() if name in ARGUMENTS})


def _other_transposed(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    return Told("", "A transposed convolution of another kind; write it as nn.ConvTranspose2d of torch.")


def _keras(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    missing = [name for name in ("filters", "kernel_size") if name not in given]
    if missing:
        return Told(
            "", "Keras Conv2D is nn.Conv2d with in_channels written first: nn.Conv2d(in, filters, kernel_size)."
        )
    shape = _keras_input(given)
    channels, size = (shape[1], shape[-2:]) if shape else (in_channels(values), size)
    arguments = {IN: channels, "out_channels": given["filters"], "kernel_size": given["kernel_size"]}
    arguments |= renamed(
        given, {"strides": "stride", "dilation_rate": "dilation", "groups": "groups", "use_bias": "bias"}
    )
    told = with_same("Keras Conv2D", str(given.get("padding", "valid")).lower(), arguments, size)
    return replace(told, input_shape=shape)


def _keras_input(given: Arguments) -> tuple[int, int, int, int] | None:
    """(1, C, H, W) from ``input_shape=(H, W, C)``, where Keras 2 code has it."""
    shape = next((given[name] for name in SHAPES if name in given), None)
    if not isinstance(shape, tuple) or len(shape) not in (3, 4):
        return None
    height, width, channels = shape[-3:]
    if all(type(n) is int and n > 0 for n in (height, width, channels)):
        return 1, channels, height, width
    return None


def _other_keras(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    return Told(
        "", "This Keras layer has no single nn.Conv2d: DepthwiseConv2D is one with groups=in_channels, "
        "SeparableConv2D is that and a kernel of 1 after it.",
    )  # fmt: skip


def _flax(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    out = given.get("features", given.get("out_features"))
    kernel = given.get("kernel_size")
    if out is None or kernel is None:
        return Told("", "Flax Conv is nn.Conv2d with in_channels written first: nn.Conv2d(in, features, kernel_size).")
    if not isinstance(kernel, tuple) or len(kernel) != 2:
        return Told("", "This Flax Conv is not two-dimensional; write its kernel_size as (height, width).")
    if given.get("input_dilation", 1) not in (1, None, (1, 1)):
        return Told("", "input_dilation makes this Flax Conv a transposed convolution, which nn.Conv2d is not.")
    channels = given["in_features"] if "in_features" in given else in_channels(values)
    arguments = {IN: channels, "out_channels": out, "kernel_size": kernel}
    arguments |= renamed(
        {name: value for name, value in given.items() if value is not None},
        {"strides": "stride", "kernel_dilation": "dilation", "feature_group_count": "groups", "use_bias": "bias"},
    )
    padding = given.get("padding", "SAME")
    if isinstance(padding, str):
        return with_same("Flax Conv", padding.lower(), arguments, size)
    pairs = [(p, p) if isinstance(p, int) else p for p in (padding if isinstance(padding, tuple) else (padding,) * 2)]
    sides = [two(pair) for pair in pairs if isinstance(pair, tuple) and len(pair) == 2]
    if len(pairs) != 2 or len(sides) != 2:
        return Told("", "This Flax Conv is padded in a way that nn.Conv2d is not.")
    return with_sides("Flax Conv", (sides[0], sides[1]), arguments)


def _functional(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    return Told(
        "", "A function takes its weight as a tensor, whose shape the text does not tell; write the layer: "
        "nn.Conv2d(in_channels, out_channels, kernel_size).",
    )  # fmt: skip
