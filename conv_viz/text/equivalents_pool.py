"""The pools as code for Keras and Flax, where their arithmetic is torch's; see `conv_viz.text.equivalents`."""

from __future__ import annotations

from collections.abc import Iterable

from conv_viz.layers.pool import AvgPoolSpec, MaxPoolSpec
from conv_viz.text.equivalents import Equivalent


def keras_pool(spec: MaxPoolSpec | AvgPoolSpec, input_shape: Iterable[int]) -> Equivalent:
    """A pool without padding in Keras 3. Source: https://keras.io/api/layers/pooling_layers/

    >>> print(keras_pool(MaxPoolSpec(2), (1, 3, 8, 8)).code)
    import keras
    from keras import layers
    <BLANKLINE>
    inputs = keras.Input((8, 8, 3))  # height, width, channels
    pool = layers.MaxPooling2D((2, 2), strides=(2, 2))
    model = keras.Model(inputs, pool(inputs))
    """
    shape = tuple(input_shape)
    if refusal := _refusal(spec, shape, "Keras"):
        return Equivalent("", refusal)
    if any(spec.padding):
        what = "it may differ by side" if spec.reduce.join == "max" else "an average in Keras leaves the padding out"
        return Equivalent(
            "", f"Keras pools have no padding but 'same', which depends on the input's size; {what}. Pad before it."
        )
    name = "MaxPooling2D" if spec.reduce.join == "max" else "AveragePooling2D"
    lines = (
        "import keras",
        "from keras import layers",
        "",
        f"inputs = keras.Input({(*shape[-2:], shape[-3])})  # height, width, channels",
        f"pool = layers.{name}({spec.kernel_size}, strides={spec.stride})",
        "model = keras.Model(inputs, pool(inputs))",
    )
    note = "Keras reads height, width, channels: x.permute(0, 2, 3, 1) turns torch's input round."
    return Equivalent("\n".join(lines), note)


def flax_pool(spec: MaxPoolSpec | AvgPoolSpec, input_shape: Iterable[int]) -> Equivalent:
    """A pool in JAX with Flax's linen, whose strides are 1 unless they are given.

    Source: https://flax-linen.readthedocs.io/en/latest/api_reference/flax.linen/layers.html#pooling

    >>> print(flax_pool(AvgPoolSpec(3, 2, 1, count_include_pad=False), (1, 3, 8, 8)).code.splitlines()[-2])
    y = nn.avg_pool(x, (3, 3), strides=(2, 2), padding=((1, 1), (1, 1)), count_include_pad=False)
    """
    shape = tuple(input_shape)
    if refusal := _refusal(spec, shape, "Flax"):
        return Equivalent("", refusal)
    words = [str(spec.kernel_size), f"strides={spec.stride}"]
    words += [f"padding={spec.padding_sides}"] if any(spec.padding) else []
    words += ["count_include_pad=False"] if any(spec.padding) and not getattr(spec, "count_include_pad", True) else []
    batch, (height, width) = shape[0] if len(shape) == 4 else 1, spec.output_shape(shape)[-2:]
    lines = (
        "import jax.numpy as jnp",
        "from flax import linen as nn",
        "",
        f"x = jnp.zeros({(batch, *shape[-2:], shape[-3])})  # batch, height, width, channels",
        f"y = nn.{'max' if spec.reduce.join == 'max' else 'avg'}_pool(x, {', '.join(words)})",
        f"assert y.shape == {(batch, height, width, shape[-3])}",
    )
    note = "Flax reads batch, height, width, channels. Without strides its pools step 1, where torch's step the kernel."
    return Equivalent("\n".join(lines), note)


def _refusal(spec: MaxPoolSpec | AvgPoolSpec, shape: tuple[int, ...], framework: str) -> str:
    """Why there is no such pool; empty where there is. Raises `ConvSpecError` when the input cannot pass."""
    output = spec.output_shape(shape)
    if spec.dilation != (1, 1):
        return f"{framework} has no pool with a dilation."
    if getattr(spec, "divisor_override", None) is not None:
        return f"{framework} has no divisor_override; multiply an average by kernel cells / divisor."
    if output != spec.replace(ceil_mode=False).output_shape(shape):
        return f"{framework} has no ceil_mode, and here it adds a row or column; pad the input at the bottom and right."
    return ""
