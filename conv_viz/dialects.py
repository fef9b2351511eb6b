"""Convolutions that are not ``nn.Conv2d``: recognised, named, and told in torch where the arithmetic is the same.

Each reader takes a call's arguments as plain values and returns a `Told`: one sentence of
what to do, and the arguments of the nearest ``nn.Conv2d`` when there is one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from conv_viz.calls import Call, Unknown, Unreadable
from conv_viz.code import ARGUMENTS
from conv_viz.same import tensorflow_same
from conv_viz.shapes import effective_kernel
from conv_viz.spec import PADDING_MODES

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
TRANSPOSED = (*ARGUMENTS[:5], "output_padding", "groups", "bias", "dilation", "padding_mode")
PADDLE = ("in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "padding_mode")
IN = "in_channels"
WORDS = ("same", "valid", *PADDING_MODES)


@dataclass(frozen=True)
class Told:
    """A layer of another kind: its `kind`, a `sentence` of what to do, and the nearest layer's `arguments`, if any."""

    kind: str
    sentence: str
    arguments: dict[str, Any] | None = None


Arguments = dict[str, Any]


def tell(call: Call, values: Mapping[str, Any], size: tuple[int, int] | None = None) -> Told | None:
    """What a call of another layer is; None when it is not known here.

    `values` gives variables by name, ``in_channels`` among them for layers that find out
    themselves; `size` is the input's (height, width), on which 'SAME' with a stride depends. Raises
    `Unknown` when the nearest layer needs a value that the text does not give.

    >>> from conv_viz.calls import find_calls
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
        needed = {*names, "input_shape", "bias_attr"} - {"activation", "data_format"}
        positional, named = call.arguments(values, WORDS, skip=lambda name: name not in needed)
        told = tell_it({**dict(zip(names, positional, strict=False)), **named}, values, size)
    except (Unknown, Unreadable):
        if kind in ("LazyConv2d", "Keras Conv2D", "Flax nn.Conv", "Flax nnx.Conv", "Paddle nn.Conv2D"):
            raise
        return Told(kind, tell_it({}, values, size).sentence)
    return Told(kind, told.sentence, told.arguments)


IMPLIED = ("LazyConv2d", "Keras Conv2D", "Flax nn.Conv")


def implied_channels(call: Call) -> bool:
    """Whether this layer leaves in_channels to its first input.

    >>> from conv_viz.calls import find_calls
    >>> [implied_channels(call) for call in find_calls("Conv2D(8, 3), nn.Conv1d(3, 8, 3)", {"Conv2D", "Conv1d"})]
    [True, False]
    """
    read = _reader(call)
    return read is not None and read[0] in IMPLIED


_Tell = Callable[[Arguments, Mapping[str, Any], tuple[int, int] | None], Told]


def _reader(call: Call) -> tuple[str, tuple[str, ...] | None, _Tell] | None:
    """Kind, argument names in order, and reader of a call."""
    function, prefix = call.function, call.prefix.lower()
    flax_nnx = prefix.endswith("nnx")
    match function:
        case "Conv1d" | "LazyConv1d":
            return function, LAZY if function.startswith("Lazy") else ARGUMENTS, _conv1d
        case "Conv3d" | "LazyConv3d":
            return function, LAZY if function.startswith("Lazy") else ARGUMENTS, _conv3d
        case "LazyConv2d":
            return function, LAZY, _lazy
        case "ConvTranspose2d":
            return function, TRANSPOSED, _transposed
        case "ConvTranspose1d" | "ConvTranspose3d" | "LazyConvTranspose2d" | "Conv2DTranspose" | "ConvTranspose":
            return function, None, _other_transposed
        case "Conv2D" | "Convolution2D" if prefix in ("nn", "paddle.nn"):
            return "Paddle nn.Conv2D", PADDLE, _paddle
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
    return None


def _lazy(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    sentence = "nn.LazyConv2d takes in_channels from its first input; give the number and it is nn.Conv2d."
    arguments = {name: value for name, value in given.items() if name in ARGUMENTS}
    if not given:
        return Told("", sentence)
    return Told("", sentence, {IN: _in_channels(values), **arguments})


def _conv1d(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    sentence = "nn.Conv1d is nn.Conv2d on a picture one row high: give it x.unsqueeze(-2), (N, C, 1, L)."
    try:
        arguments = {name: given[name] for name in ("in_channels", "out_channels")}
        arguments["kernel_size"] = (1, _only(given["kernel_size"]))
    except (KeyError, TypeError):
        return Told("", "nn.Conv1d reads (N, C, L): write it as nn.Conv2d with kernel_size=(1, k).")
    for name, other in (("stride", 1), ("padding", 0), ("dilation", 1)):
        if name in given:
            value = given[name]
            arguments[name] = value if isinstance(value, str) else (other, _only(value))
    if given.get("padding_mode", "zeros") != "zeros":
        arguments["padding_mode"] = given["padding_mode"]
    arguments |= {name: given[name] for name in ("groups", "bias") if name in given}
    return Told("", sentence, arguments)


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


def _transposed(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    sentence = (
        "nn.ConvTranspose2d goes the other way, from the size that nn.Conv2d with the same numbers "
        "makes back to its input; swap in_channels and out_channels to see that layer."
    )
    if not all(name in given for name in ARGUMENTS[:3]):
        return Told("", sentence)
    kernel, stride, padding, dilation = (
        _two(given.get(name, least), least)
        for name, least in (("kernel_size", 1), ("stride", 1), ("padding", 0), ("dilation", 1))
    )
    inner = tuple(effective_kernel(k, d) - 1 - p for k, d, p in zip(kernel, dilation, padding, strict=True))
    if stride != (1, 1) or _two(given.get("output_padding", 0)) != (0, 0) or min(inner) < 0:
        return Told("", sentence)
    arguments = {name: given[name] for name in ARGUMENTS if name in given and name != "padding"}
    return Told(
        "",
        "At stride 1 nn.ConvTranspose2d is nn.Conv2d with the kernel turned round and padding k - 1 - p, as shown.",
        {**arguments, "padding": inner},
    )


def _other_transposed(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    return Told("", "A transposed convolution goes the other way; write the nn.Conv2d that it reverses.")


def _keras(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    missing = [name for name in ("filters", "kernel_size") if name not in given]
    if missing:
        return Told(
            "", "Keras Conv2D is nn.Conv2d with in_channels written first: nn.Conv2d(in, filters, kernel_size)."
        )
    channels, size = _keras_input(given, values, size)
    arguments = {IN: channels, "out_channels": given["filters"], "kernel_size": given["kernel_size"]}
    arguments |= _renamed(
        given, {"strides": "stride", "dilation_rate": "dilation", "groups": "groups", "use_bias": "bias"}
    )
    return _with_same("Keras Conv2D", str(given.get("padding", "valid")), arguments, size)


def _keras_input(
    given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None
) -> tuple[int, tuple[int, int] | None]:
    """Channels and size from ``input_shape=(H, W, C)``, where Keras 2 code has it."""
    shape = given.get("input_shape")
    if isinstance(shape, tuple) and len(shape) == 3 and all(type(n) is int and n > 0 for n in shape):
        return shape[2], shape[:2]
    return _in_channels(values), size


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
    channels = given["in_features"] if "in_features" in given else _in_channels(values)
    arguments = {IN: channels, "out_channels": out, "kernel_size": kernel}
    arguments |= _renamed(
        {name: value for name, value in given.items() if value is not None},
        {"strides": "stride", "kernel_dilation": "dilation", "feature_group_count": "groups", "use_bias": "bias"},
    )
    padding = given.get("padding", "SAME")
    if isinstance(padding, str):
        return _with_same("Flax Conv", padding.lower(), arguments, size)
    sides = [(p, p) if isinstance(p, int) else p for p in (padding if isinstance(padding, tuple) else (padding,) * 2)]
    if len(sides) == 2 and all(isinstance(pair, tuple) and len(pair) == 2 and pair[0] == pair[1] for pair in sides):
        return Told("", "Flax Conv with padding written out is the nn.Conv2d shown.",
                    {**arguments, "padding": tuple(pair[0] for pair in sides)})  # fmt: skip
    return Told("", "This Flax Conv pads its sides differently: put F.pad before nn.Conv2d with padding=0.")


def _paddle(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    arguments = {name: value for name, value in given.items() if name in ARGUMENTS}
    if "bias_attr" in given:
        arguments["bias"] = given["bias_attr"] is not False
    if not all(name in arguments for name in ARGUMENTS[:3]):
        return Told(
            "", "nn.Conv2D is Paddle's or Gluon's spelling; write nn.Conv2d(in_channels, out_channels, kernel_size)."
        )
    return Told("", "nn.Conv2D is Paddle's spelling; its arithmetic is that of the nn.Conv2d shown.", arguments)


def _functional(given: Arguments, values: Mapping[str, Any], size: tuple[int, int] | None) -> Told:
    return Told(
        "", "A function takes its weight as a tensor, whose shape the text does not tell; write the layer: "
        "nn.Conv2d(in_channels, out_channels, kernel_size).",
    )  # fmt: skip


def _with_same(kind: str, padding: str, arguments: Arguments, size: tuple[int, int] | None) -> Told:
    """The nearest layer for a padding word of Keras, TensorFlow or JAX."""
    plain = f"{kind} is nn.Conv2d with in_channels written first; its arithmetic is that of the layer shown."
    stride = _two(arguments.get("stride", 1), 1)
    if padding == "valid":
        return Told("", plain, arguments)
    if padding != "same":
        return Told("", f"{kind} with padding={padding!r} has no nn.Conv2d that pads like it.")
    if stride == (1, 1):
        return Told("", plain, {**arguments, "padding": "same"})
    shifted = f"With a stride, 'same' in {kind} pads after the last cell where torch pads both sides"
    if size is None:
        return Told("", f"{shifted}, and how much depends on the input's size: give the size, or use F.pad.")
    kernel, dilation = _two(arguments["kernel_size"], 1), _two(arguments.get("dilation", 1), 1)
    sides = [tensorflow_same(*axis) for axis in zip(size, kernel, stride, dilation, strict=True)]
    if all(before == after for before, after in sides):
        return Told("", f"{plain[:-1]} at this size.", {**arguments, "padding": tuple(before for before, _ in sides)})
    (top, bottom), (left, right) = sides
    return Told("", f"{shifted}: here it needs F.pad(x, ({left}, {right}, {top}, {bottom})) before padding=0.",
                {**arguments, "padding": 0})  # fmt: skip


def _renamed(given: Arguments, names: dict[str, str]) -> Arguments:
    return {ours: given[theirs] for theirs, ours in names.items() if theirs in given}


def _in_channels(values: Mapping[str, Any]) -> Any:
    if IN not in values:
        raise Unknown((IN,))
    return values[IN]


def _only(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) and value else value


def _two(value: Any, least: int = 0) -> tuple[int, int]:
    """One whole number, or two, as (height, width)."""
    numbers = value if isinstance(value, tuple) else (value,)
    if len(numbers) not in (1, 2) or not all(type(n) is int and n >= least for n in numbers):
        raise Unreadable(f"One number, or two as (height, width), of at least {least} are expected.")
    return numbers[0], numbers[-1]
