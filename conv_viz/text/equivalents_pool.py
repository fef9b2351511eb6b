"""The pools as code for Keras and Flax, where their arithmetic is torch's; see `conv_viz.text.equivalents`."""

from __future__ import annotations

from collections.abc import Iterable

from conv_viz.layers.pool import AvgPool, MaxPool
from conv_viz.layers.values import bare
from conv_viz.text.equivalents import Equivalent
from conv_viz.text.in_flax import batched
from conv_viz.text.in_keras import SIZES, channels_last, turned_round


def keras_pool(spec: MaxPool | AvgPool, input_shape: Iterable[int]) -> Equivalent:
    """A pool without padding in Keras 3. Source: https://keras.io/api/layers/pooling_layers/

    >>> from conv_viz import MaxPoolSpec
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
    name, dims = "MaxPooling" if spec.reduce.join == "max" else "AveragePooling", spec.dims
    lines = (
        "import keras",
        "from keras import layers",
        "",
        f"inputs = keras.Input({channels_last(shape[-dims - 1 :], dims)})  # {SIZES[dims]}, channels",
        f"pool = layers.{name}{dims}D({bare(spec.kernel_size)}, strides={bare(spec.stride or spec.kernel_size)})",
        "model = keras.Model(inputs, pool(inputs))",
    )
    return Equivalent("\n".join(lines), turned_round(f"Keras reads {SIZES[dims]},", dims))


def flax_pool(spec: MaxPool | AvgPool, input_shape: Iterable[int]) -> Equivalent:
    """A pool in JAX with Flax's linen, whose strides are 1 unless they are given.

    Source: https://flax-linen.readthedocs.io/en/latest/api_reference/flax.linen/layers.html#pooling

    >>> from conv_viz import AvgPoolSpec
    >>> print(flax_pool(AvgPoolSpec(3, 2, 1, count_include_pad=False), (1, 3, 8, 8)).code.splitlines()[-2])
    y = nn.avg_pool(x, (3, 3), strides=(2, 2), padding=((1, 1), (1, 1)), count_include_pad=False)
    """
    shape, dims = batched(input_shape, spec.dims), spec.dims
    if refusal := _refusal(spec, shape, "Flax"):
        return Equivalent("", refusal)
    words = [str(spec.kernel_size), f"strides={spec.stride}"]
    words += [f"padding={spec.padding_sides[-dims:]}"] if any(spec.padding) else []
    words += ["count_include_pad=False"] if any(spec.padding) and not getattr(spec, "count_include_pad", True) else []
    lines = (
        "import jax.numpy as jnp",
        "from flax import linen as nn",
        "",
        f"x = jnp.zeros({channels_last(shape, dims)})  # batch, {SIZES[dims]}, channels",
        f"y = nn.{'max' if spec.reduce.join == 'max' else 'avg'}_pool(x, {', '.join(words)})",
        f"assert y.shape == {channels_last(spec.output_shape(shape), dims)}",
    )
    note = (
        f"Flax reads batch, {SIZES[dims]}, channels. Without strides its pools step 1, where torch's step the kernel."
    )
    return Equivalent("\n".join(lines), note)


def _refusal(spec: MaxPool | AvgPool, shape: tuple[int, ...], framework: str) -> str:
    """Why there is no such pool; empty where there is. Raises `ConvSpecError` when the input cannot pass."""
    output = spec.output_shape(shape)
    if set(spec.dilation) != {1}:
        return f"{framework} has no pool with a dilation."
    if getattr(spec, "divisor_override", None) is not None:
        return f"{framework} has no divisor_override; multiply an average by kernel cells / divisor."
    if output != spec.replace(ceil_mode=False).output_shape(shape):
        more, where = ("a row or column", "bottom and right") if spec.dims == 2 else ("a cell", "end")
        return f"{framework} has no ceil_mode, and here it adds {more}; pad the input at the {where}."
    return ""
