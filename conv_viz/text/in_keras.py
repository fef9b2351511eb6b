"""The convolutions as code for Keras 3, with the weights carried over; see `conv_viz.text.equivalents`."""

from __future__ import annotations

from collections.abc import Iterable

from conv_viz.layers.conv import Conv
from conv_viz.layers.same import is_tensorflow_same, same_statement, shown_sides
from conv_viz.layers.transposed import ConvTranspose
from conv_viz.layers.values import Shape, bare
from conv_viz.layers.window import WindowAxis
from conv_viz.text.equivalents import Equivalent, lines

Axes = tuple[WindowAxis, ...]
SIZES = {1: "length", 2: "height, width"}
ORDER = {1: "2, 1, 0", 2: "2, 3, 1, 0"}
"""torch's axes of a weight in the order of Keras and Flax."""
TURN = {1: "0, 2, 1", 2: "0, 2, 3, 1"}
"""torch's axes of an input in their order."""


def carry_over(dims: int) -> str:
    """What becomes of the weight, as a comment.

    >>> carry_over(1)
    '# layer is the torch layer: its weight (out, in / groups, length) becomes (length, in / groups, out)'
    """
    sizes = SIZES[dims]
    return f"# layer is the torch layer: its weight (out, in / groups, {sizes}) becomes ({sizes}, in / groups, out)"


def turned_round(framework: str, dims: int) -> str:
    """How torch's input becomes one that the framework reads."""
    return f"{framework} channels: x.permute({TURN[dims]}) turns torch's input round."


def channels_last(shape: Shape, dims: int) -> Shape:
    """One sample of an input, or with its batch, with the channels at the end.

    >>> channels_last((3, 8, 9), 2), channels_last((1, 3, 9), 1)
    ((8, 9, 3), (1, 9, 3))
    """
    return (*shape[: -dims - 1], *shape[-dims:], shape[-dims - 1])


def options(spec: Conv | ConvTranspose, padding: str, dilation: str, groups: str = "") -> list[str]:
    """What differs from the defaults of both frameworks, which call dilation and groups by other names.

    >>> from conv_viz import ConvSpec
    >>> options(ConvSpec(2, 2, 3, stride=2, groups=2, bias=False), "", "dilation_rate", "groups")
    ['strides=(2, 2)', 'groups=2', 'use_bias=False']
    """
    words = [f"strides={spec.stride}"] if set(spec.stride) != {1} else []
    words += [padding] if padding else []
    words += [f"{dilation}={spec.dilation}"] if set(spec.dilation) != {1} else []
    words += [f"{groups}={spec.groups}"] if spec.groups > 1 else []
    return words if spec.bias else [*words, "use_bias=False"]


def keras(spec: Conv, input_shape: Iterable[int]) -> Equivalent:
    """The layer in Keras 3 for an input with or without a batch.

    Empty code where Keras has no such arithmetic: padding_mode 'replicate' or
    'circular', or a stride together with a dilation. Source:
    https://keras.io/api/layers/convolution_layers/convolution2d/

    >>> from conv_viz import Conv1dSpec, ConvSpec
    >>> print(keras(ConvSpec(3, 8, 3, padding="same", bias=False), (1, 3, 8, 8)).code)
    import keras
    from keras import layers
    <BLANKLINE>
    inputs = keras.Input((8, 8, 3))  # height, width, channels
    conv = layers.Conv2D(8, (3, 3), padding="same", use_bias=False)
    model = keras.Model(inputs, conv(inputs))
    # layer is the torch layer: its weight (out, in / groups, height, width) becomes (height, width, in / groups, out)
    conv.set_weights([layer.weight.detach().permute(2, 3, 1, 0).numpy()])
    >>> keras(Conv1dSpec(3, 8, 3, padding=2), (1, 3, 9)).code.splitlines()[4]
    'padded = layers.ZeroPadding1D((2, 2))(inputs)  # left, right'
    """
    shape, dims = tuple(input_shape), spec.dims
    axes = spec.axes(shape)[-dims:]
    if refusal := _refusal(spec):
        return Equivalent("", refusal)
    padded = any(a.before or a.after for a in axes)
    same = padded and spec.padding_mode == "zeros" and is_tensorflow_same(axes) and set(spec.stride) == {1}
    words = [str(spec.out_channels), str(bare(spec.kernel_size))]
    words += options(spec, 'padding="same"' if same else "", "dilation_rate", "groups")
    before = [_padding(spec)] if padded and not same else []
    code = lines(
        "import keras",
        "from keras import layers",
        "",
        f"inputs = keras.Input({channels_last(shape[-dims - 1 :], dims)})  # {SIZES[dims]}, channels",
        *before,
        f"conv = layers.Conv{dims}D({', '.join(words)})",
        f"model = keras.Model(inputs, conv({'padded' if before else 'inputs'}))",
        carry_over(dims),
        _set_weights(spec.bias, ORDER[dims]),
    )
    return Equivalent(code, _note(spec, axes, padded, same))


def _set_weights(bias: bool, order: str) -> str:
    weights = f"layer.weight.detach().permute({order}).numpy()"
    return f"conv.set_weights([{weights}{', layer.bias.detach().numpy()' if bias else ''}])"


def _padding(spec: Conv) -> str:
    """The line that pads before the layer."""
    sides = spec.padding_sides[-spec.dims :]
    if spec.padding_mode == "zeros":
        if spec.dims == 1:
            return f"padded = layers.ZeroPadding1D({sides[0]})(inputs)  # left, right"
        return f"padded = layers.ZeroPadding2D({shown_sides(sides)})(inputs)  # (top, bottom), (left, right)"
    every = ", ".join(str(pair) for pair in sides)
    return f'padded = keras.ops.pad(inputs, ((0, 0), {every}, (0, 0)), mode="reflect")'


def _refusal(spec: Conv) -> str:
    if any(map(any, spec.padding_sides)) and spec.padding_mode in ("replicate", "circular"):
        return (
            f"Keras has no padding_mode, and keras.ops.pad has no mode that does {spec.padding_mode!r} on every "
            "backend; pad the array with numpy.pad before the layer."
        )
    if set(spec.stride) != {1} and set(spec.dilation) != {1}:
        cells = "row and column" if spec.dims == 2 else "cell"
        return (
            f"Keras refuses strides={spec.stride} together with dilation_rate={spec.dilation}; "
            f"use the dilation at stride 1 and keep every stride-th {cells} of its output."
        )
    return ""


def _note(spec: Conv, axes: Axes, padded: bool, same: bool) -> str:
    notes = [turned_round(f"Keras reads {SIZES[spec.dims]},", spec.dims)]
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


def keras_transposed(spec: ConvTranspose, input_shape: Iterable[int]) -> Equivalent:
    """The transposed layer in Keras 3: without padding, and then what torch's padding cuts off is cropped.

    Without padding Keras makes ``(size − 1)·stride + max(effective kernel, stride)`` cells. Source:
    https://keras.io/api/layers/convolution_layers/convolution2d_transpose/

    >>> from conv_viz import ConvTransposeSpec
    >>> print(keras_transposed(ConvTransposeSpec(8, 4, 3, stride=2, padding=1, output_padding=1), (1, 8, 7, 7)).code)
    import keras
    from keras import layers
    <BLANKLINE>
    inputs = keras.Input((7, 7, 8))  # height, width, channels
    conv = layers.Conv2DTranspose(4, (3, 3), strides=(2, 2))
    cropped = layers.Cropping2D(((1, 0), (1, 0)))  # (top, bottom), (left, right)
    model = keras.Model(inputs, cropped(conv(inputs)))
    # layer is the torch layer: its weight (in, out, height, width) becomes (height, width, out, in)
    conv.set_weights([layer.weight.detach().permute(2, 3, 1, 0).numpy(), layer.bias.detach().numpy()])
    """
    shape, dims = tuple(input_shape), spec.dims
    spec.axes(shape)
    spare = [
        max(kernel, stride) - kernel + padding - extra
        for kernel, stride, padding, extra in zip(
            spec.effective_kernel, spec.stride, spec.padding, spec.output_padding, strict=True
        )
    ]
    if refusal := _refusal_transposed(spec, min(spare)):
        return Equivalent("", refusal)
    crop = tuple(zip(spec.padding, spare, strict=True))
    cropped = any(map(any, crop))
    sides = f"{crop})  # (top, bottom), (left, right)" if dims == 2 else f"{crop[0]})  # left, right"
    words = [str(spec.out_channels), str(bare(spec.kernel_size))]
    words += options(spec, "", "dilation_rate")
    code = lines(
        "import keras",
        "from keras import layers",
        "",
        f"inputs = keras.Input({channels_last(shape[-dims - 1 :], dims)})  # {SIZES[dims]}, channels",
        f"conv = layers.Conv{dims}DTranspose({', '.join(words)})",
        *([f"cropped = layers.Cropping{dims}D({sides}"] if cropped else []),
        f"model = keras.Model(inputs, {'cropped(conv(inputs))' if cropped else 'conv(inputs)'})",
        f"# layer is the torch layer: its weight (in, out, {SIZES[dims]}) becomes ({SIZES[dims]}, out, in)",
        _set_weights(spec.bias, ORDER[dims]),
    )
    why = " torch's padding is what is cropped; output_padding leaves so much of it." if cropped else ""
    return Equivalent(code, turned_round(f"Keras reads {SIZES[dims]},", dims) + why)


def _refusal_transposed(spec: ConvTranspose, spare: int) -> str:
    if spec.groups > 1:
        return (
            f"Keras' Conv{spec.dims}DTranspose has no groups; use one layer for each group of channels and join the "
            "outputs."
        )
    if set(spec.stride) != {1} and set(spec.dilation) != {1}:
        return f"Keras refuses strides={spec.stride} together with dilation_rate={spec.dilation}."
    if spare < 0:
        return f"Keras adds no output_padding={spec.output_padding} beyond what padding={spec.padding} cuts off."
    return ""
