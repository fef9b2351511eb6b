"""A layer as code to take along: in torch, and in Keras and Flax where the arithmetic is the same.

Each function returns an `Equivalent`: the code, and in one or two sentences what to know about it.
Where another framework has no layer with the same arithmetic the code is empty and the note says why.
Nothing here runs torch, Keras or JAX; the tests run the torch code against the real layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conv_viz.same import Sides, is_tensorflow_same, same_statement, shown_sides, tensorflow_same_sides
from conv_viz.shapes import Axis
from conv_viz.spec import ConvSpec, ConvSpecError, Shape

TORCH_PAD_MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}
CARRY_OVER = (
    "# layer is the torch layer: its weight (out, in / groups, height, width) becomes (height, width, in / groups, out)"
)
JAX_PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


@dataclass(frozen=True)
class Equivalent:
    """`code`, empty where there is none with the same arithmetic, and a `note` in plain sentences."""

    code: str
    note: str


def layer_code(spec: ConvSpec) -> Equivalent:
    """The layer alone.

    >>> layer_code(ConvSpec(3, 8, 3, padding=1)).code
    'nn.Conv2d(3, 8, kernel_size=3, padding=1)'
    """
    return Equivalent(spec.code(), f"{spec.parameters:,} parameters; the weight has shape {spec.weight_shape}.")


def with_input(spec: ConvSpec, input_shape: Iterable[int]) -> Equivalent:
    """The layer with an input (N, C, H, W) or (C, H, W) and an assertion of the output's shape.

    Raises `ConvSpecError` when the input cannot pass.

    >>> print(with_input(ConvSpec(3, 8, 3, stride=2), (3, 9, 9)).code)
    import torch
    from torch import nn
    <BLANKLINE>
    layer = nn.Conv2d(3, 8, kernel_size=3, stride=2)
    x = torch.randn(3, 9, 9)  # (C, H, W)
    y = layer(x)
    assert y.shape == (8, 4, 4)
    """
    shape = tuple(input_shape)
    output = spec.output_shape(shape)
    code = _lines(
        "import torch",
        "from torch import nn",
        "",
        f"layer = {spec.code()}",
        _random_input(shape),
        "y = layer(x)",
        f"assert y.shape == {output}",
    )
    return Equivalent(code, f"{shape} in, {output} out.")


def with_explicit_pad(spec: ConvSpec, input_shape: Iterable[int], sides: Sides | str | None = None) -> Equivalent:
    """The layer without padding after an ``F.pad`` that does it, for an input (N, C, H, W) or (C, H, W).

    torch's layer cannot pad ``'same'`` with a stride, nor differently by side; ``F.pad``
    can. `sides` is ((top, bottom), (left, right)), or ``'same'`` for as many output cells
    as size / stride rounded up, split as TensorFlow splits them; without it the layer's own
    padding is written out. Raises `ConvSpecError` when the input cannot pass.

    >>> print(with_explicit_pad(ConvSpec(3, 8, 3, stride=2), (1, 3, 8, 8), "same").code)
    import torch
    import torch.nn.functional as F
    from torch import nn
    <BLANKLINE>
    layer = nn.Conv2d(3, 8, kernel_size=3, stride=2)
    x = torch.randn(1, 3, 8, 8)  # (N, C, H, W)
    # F.pad counts from the last dimension: left, right, then top, bottom
    y = layer(F.pad(x, (0, 1, 0, 1)))
    assert y.shape == (1, 8, 4, 4)
    """
    shape = tuple(input_shape)
    spec.replace(kernel_size=1, stride=1, padding=0, dilation=1).output_shape(shape)  # rank, sizes, channels
    if isinstance(sides, str):
        if sides != "same":
            raise ConvSpecError("padding", f"sides is ((top, bottom), (left, right)) or 'same', not {sides!r}.")
        padding = tensorflow_same_sides(spec, shape)
    else:
        padding = spec.padding_sides if sides is None else sides
    (top, bottom), (left, right) = padding
    if min(top, bottom, left, right) < 0:
        raise ConvSpecError("padding", f"Padding must be at least 0 on every side, not {padding}.")
    spec_inside = spec.replace(padding=0, padding_mode="zeros")
    inner = (*shape[:-2], shape[-2] + top + bottom, shape[-1] + left + right)
    output = spec_inside.output_shape(inner)
    if spec.padding_mode != "zeros":  # the copying modes have limits, which the largest side must keep
        spec.replace(padding=(max(top, bottom), max(left, right))).output_shape(shape)
    mode = "" if spec.padding_mode == "zeros" else f', mode="{TORCH_PAD_MODES[spec.padding_mode]}"'
    code = _lines(
        "import torch",
        "import torch.nn.functional as F",
        "from torch import nn",
        "",
        f"layer = {spec_inside.code()}",
        _random_input(shape),
        "# F.pad counts from the last dimension: left, right, then top, bottom",
        f"y = layer(F.pad(x, {(left, right, top, bottom)}{mode}))",
        f"assert y.shape == {output}",
    )
    return Equivalent(code, _pad_note(spec, padding))


def _pad_note(spec: ConvSpec, padding: Sides) -> str:
    (top, bottom), (left, right) = padding
    words = f"top {top}, bottom {bottom}, left {left}, right {right}"
    if padding == spec.padding_sides:
        return f"The layer pads like this by itself ({words}); written out, each side can be changed."
    if (top, left) == (bottom, right):
        return f"The same as padding={(top, left)} in the layer."
    return f"The sides differ ({words}), which the layer's own padding argument cannot say."


def keras(spec: ConvSpec, input_shape: Iterable[int]) -> Equivalent:
    """The layer in Keras 3 for an input (N, C, H, W) or (C, H, W), with the weights carried over.

    Empty code where Keras has no such arithmetic: padding_mode 'replicate' or
    'circular', or a stride together with a dilation. Source:
    https://keras.io/api/layers/convolution_layers/convolution2d/

    >>> print(keras(ConvSpec(3, 8, 3, padding="same", bias=False), (1, 3, 8, 8)).code)
    import keras
    from keras import layers
    <BLANKLINE>
    inputs = keras.Input((8, 8, 3))  # height, width, channels
    conv = layers.Conv2D(8, (3, 3), padding="same", use_bias=False)
    model = keras.Model(inputs, conv(inputs))
    # layer is the torch layer: its weight (out, in / groups, height, width) becomes (height, width, in / groups, out)
    conv.set_weights([layer.weight.detach().permute(2, 3, 1, 0).numpy()])
    """
    shape = tuple(input_shape)
    axes = spec.axes(shape)
    refusal = _keras_refusal(spec)
    if refusal:
        return Equivalent("", refusal)
    padded = any(a.before or a.after for a in axes)
    same = padded and spec.padding_mode == "zeros" and is_tensorflow_same(axes) and spec.stride == (1, 1)
    words = [str(spec.out_channels), str(spec.kernel_size)]
    words += [f"strides={spec.stride}"] if spec.stride != (1, 1) else []
    words += ['padding="same"'] if same else []
    words += [f"dilation_rate={spec.dilation}"] if spec.dilation != (1, 1) else []
    words += [f"groups={spec.groups}"] if spec.groups > 1 else []
    words += [] if spec.bias else ["use_bias=False"]
    before, fed = [], "inputs"
    if padded and not same:
        fed = "padded"
        sides = shown_sides(spec.padding_sides)
        if spec.padding_mode == "zeros":
            before = [f"padded = layers.ZeroPadding2D({sides})(inputs)  # (top, bottom), (left, right)"]
        else:
            before = [f'padded = keras.ops.pad(inputs, ((0, 0), {sides[1:-1]}, (0, 0)), mode="reflect")']
    weights = "layer.weight.detach().permute(2, 3, 1, 0).numpy()"
    code = _lines(
        "import keras",
        "from keras import layers",
        "",
        f"inputs = keras.Input({(*shape[-2:], shape[-3])})  # height, width, channels",
        *before,
        f"conv = layers.Conv2D({', '.join(words)})",
        f"model = keras.Model(inputs, conv({fed}))",
        CARRY_OVER,
        f"conv.set_weights([{weights}{', layer.bias.detach().numpy()' if spec.bias else ''}])",
    )
    return Equivalent(code, _keras_note(spec, axes, padded, same))


def _keras_refusal(spec: ConvSpec) -> str:
    if any(spec.padding_sides[0] + spec.padding_sides[1]) and spec.padding_mode in ("replicate", "circular"):
        return (
            f"Keras has no padding_mode, and keras.ops.pad has no mode that does {spec.padding_mode!r} on every "
            "backend; pad the array with numpy.pad before the layer."
        )
    if spec.stride != (1, 1) and spec.dilation != (1, 1):
        return (
            f"Keras refuses strides={spec.stride} together with dilation_rate={spec.dilation}; "
            "use the dilation at stride 1 and keep every stride-th row and column of its output."
        )
    return ""


def _keras_note(spec: ConvSpec, axes: tuple[Axis, Axis], padded: bool, same: bool) -> str:
    notes = ["Keras reads height, width, channels: x.permute(0, 2, 3, 1) turns torch's input round."]
    if same:
        notes.append('At stride 1, padding="same" pads exactly as this layer does.')
    elif padded and spec.padding_mode != "zeros":
        notes.append("Keras has no padding_mode, so the input is padded before the layer.")
    elif padded:
        notes.append("Keras' padding is only 'valid' or 'same', so the zeros come from a layer before it.")
        notes.append(same_statement(spec, axes))
    if spec.groups > 1:
        notes.append("TensorFlow on a CPU may not train grouped convolutions.")
    return " ".join(note for note in notes if note)


def flax(spec: ConvSpec, input_shape: Iterable[int]) -> Equivalent:
    """The layer in JAX with Flax's linen for an input (N, C, H, W) or (C, H, W), with the weights carried over.

    Flax takes padding as pairs, one for each axis, so every layer has an equivalent. Source:
    https://flax-linen.readthedocs.io/en/latest/api_reference/flax.linen/layers.html

    >>> print(flax(ConvSpec(3, 8, 3, stride=2, padding=1, bias=False), (1, 3, 8, 8)).code)
    import jax.numpy as jnp
    from flax import linen as nn
    <BLANKLINE>
    x = jnp.zeros((1, 8, 8, 3))  # batch, height, width, channels
    conv = nn.Conv(features=8, kernel_size=(3, 3), strides=(2, 2), padding=((1, 1), (1, 1)), use_bias=False)
    # layer is the torch layer: its weight (out, in / groups, height, width) becomes (height, width, in / groups, out)
    kernel = jnp.asarray(layer.weight.detach().permute(2, 3, 1, 0).numpy())
    y = conv.apply({"params": {"kernel": kernel}}, x)
    assert y.shape == (1, 4, 4, 8)
    """
    shape = tuple(input_shape)
    axes = spec.axes(shape)
    batch = shape[0] if len(shape) == 4 else 1
    copies = spec.padding_mode != "zeros" and any(a.before or a.after for a in axes)
    words = [f"features={spec.out_channels}", f"kernel_size={spec.kernel_size}"]
    words += [f"strides={spec.stride}"] if spec.stride != (1, 1) else []
    words += ['padding="VALID"' if copies else f"padding={shown_sides(spec.padding_sides)}"]
    words += [f"kernel_dilation={spec.dilation}"] if spec.dilation != (1, 1) else []
    words += [f"feature_group_count={spec.groups}"] if spec.groups > 1 else []
    words += [] if spec.bias else ["use_bias=False"]
    bias = ', "bias": bias' if spec.bias else ""
    pad = f'x = jnp.pad(x, ((0, 0), {shown_sides(spec.padding_sides)[1:-1]}, (0, 0)), mode="{{}}")'
    code = _lines(
        "import jax.numpy as jnp",
        "from flax import linen as nn",
        "",
        f"x = jnp.zeros({(batch, *shape[-2:], shape[-3])})  # batch, height, width, channels",
        *([pad.format(JAX_PAD_MODES[spec.padding_mode])] if copies else []),
        f"conv = nn.Conv({', '.join(words)})",
        CARRY_OVER,
        "kernel = jnp.asarray(layer.weight.detach().permute(2, 3, 1, 0).numpy())",
        *(["bias = jnp.asarray(layer.bias.detach().numpy())"] if spec.bias else []),
        f'y = conv.apply({{"params": {{"kernel": kernel{bias}}}}}, x)',
        f"assert y.shape == {(batch, axes[0].output, axes[1].output, spec.out_channels)}",
    )
    return Equivalent(code, _flax_note(spec, axes, copies))


def _flax_note(spec: ConvSpec, axes: tuple[Axis, Axis], copies: bool) -> str:
    notes = ["Flax reads batch, height, width, channels: x.permute(0, 2, 3, 1) turns torch's input round."]
    if copies:
        notes.append("nn.Conv has no padding_mode like this one, so jnp.pad copies the cells before it.")
    else:
        notes.append("Without its padding argument nn.Conv pads 'SAME'.")
        notes.append(same_statement(spec, axes))
    return " ".join(note for note in notes if note)


def _random_input(shape: Shape) -> str:
    names = "(N, C, H, W)" if len(shape) == 4 else "(C, H, W)"
    return f"x = torch.randn({', '.join(map(str, shape))})  # {names}"


def _lines(*lines: str) -> str:
    return "\n".join(lines)
