"""The convolutions as code for JAX with Flax's linen, with the weights carried over."""

from __future__ import annotations

from collections.abc import Iterable

from conv_viz.layers.conv import Conv
from conv_viz.layers.same import same_statement, shown_sides
from conv_viz.layers.transposed import ConvTranspose
from conv_viz.layers.values import Shape
from conv_viz.text.equivalents import Equivalent, lines
from conv_viz.text.in_keras import ORDER, SIZES, Axes, carry_over, channels_last, options, turned_round

JAX_PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def flax(spec: Conv, input_shape: Iterable[int]) -> Equivalent:
    """The layer in JAX with Flax's linen for an input with or without a batch.

    Flax takes padding as pairs, one for each axis, so every layer has an equivalent. Source:
    https://flax-linen.readthedocs.io/en/latest/api_reference/flax.linen/layers.html

    >>> from conv_viz import Conv1dSpec, ConvSpec
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
    >>> flax(Conv1dSpec(3, 8, 3, padding=2), (3, 9)).code.splitlines()[4]
    'conv = nn.Conv(features=8, kernel_size=(3,), padding=((2, 2),))'
    """
    shape, dims = batched(input_shape, spec.dims), spec.dims
    axes = spec.axes(shape)[-dims:]
    copies = spec.padding_mode != "zeros" and any(a.before or a.after for a in axes)
    sides = spec.padding_sides[-dims:]
    words = [f"features={spec.out_channels}", f"kernel_size={spec.kernel_size}"]
    padding = 'padding="VALID"' if copies else f"padding={shown_sides(sides)}"
    words += options(spec, padding, "kernel_dilation", "feature_group_count")
    every = ", ".join(str(pair) for pair in sides)
    pad = f'x = jnp.pad(x, ((0, 0), {every}, (0, 0)), mode="{{}}")'
    code = lines(
        "import jax.numpy as jnp",
        "from flax import linen as nn",
        "",
        f"x = jnp.zeros({channels_last(shape, dims)})  # batch, {SIZES[dims]}, channels",
        *([pad.format(JAX_PAD_MODES[spec.padding_mode])] if copies else []),
        f"conv = nn.Conv({', '.join(words)})",
        carry_over(dims),
        f"kernel = jnp.asarray(layer.weight.detach().permute({ORDER[dims]}).numpy())",
        *_applied(spec.bias),
        f"assert y.shape == {channels_last(spec.output_shape(shape), dims)}",
    )
    return Equivalent(code, _note(spec, axes, copies))


def batched(shape: Iterable[int], dims: int) -> Shape:
    """An input's shape with a batch, of one where it has none.

    >>> batched((3, 9), 1)
    (1, 3, 9)
    """
    sizes = tuple(shape)
    return sizes if len(sizes) == dims + 2 else (1, *sizes)


def _applied(bias: bool) -> list[str]:
    """The lines that run the layer with its weights."""
    made = ["bias = jnp.asarray(layer.bias.detach().numpy())"] if bias else []
    held = ', "bias": bias' if bias else ""
    return [*made, f'y = conv.apply({{"params": {{"kernel": kernel{held}}}}}, x)']


def _note(spec: Conv, axes: Axes, copies: bool) -> str:
    notes = [turned_round(f"Flax reads batch, {SIZES[spec.dims]},", spec.dims)]
    if copies:
        notes.append("nn.Conv has no padding_mode like this one, so jnp.pad copies the cells before it.")
    else:
        notes.append("Without its padding argument nn.Conv pads 'SAME'.")
        notes.append(same_statement(spec, axes))
    return " ".join(note for note in notes if note)


def flax_transposed(spec: ConvTranspose, input_shape: Iterable[int]) -> Equivalent:
    """The transposed layer in Flax, whose padding is that around the stretched input, and whose kernel is not turned.

    Source: https://docs.jax.dev/en/latest/_autosummary/jax.lax.conv_transpose.html

    >>> from conv_viz import ConvTransposeSpec
    >>> print(flax_transposed(ConvTransposeSpec(8, 4, 3, stride=2, padding=1, bias=False), (1, 8, 7, 7)).code)
    import jax.numpy as jnp
    from flax import linen as nn
    <BLANKLINE>
    x = jnp.zeros((1, 7, 7, 8))  # batch, height, width, channels
    conv = nn.ConvTranspose(features=4, kernel_size=(3, 3), strides=(2, 2), padding=((1, 1), (1, 1)), use_bias=False)
    # layer is the torch layer: its weight (in, out, height, width), turned round, as (height, width, in, out)
    kernel = jnp.asarray(layer.weight.detach().flip(2, 3).permute(2, 3, 0, 1).numpy())
    y = conv.apply({"params": {"kernel": kernel}}, x)
    assert y.shape == (1, 13, 13, 4)
    """
    shape, dims = batched(input_shape, spec.dims), spec.dims
    output = spec.output_shape(shape)
    if spec.groups > 1:
        return Equivalent("", "Flax' nn.ConvTranspose has no groups; use one for each group of channels.")
    sizes, flipped = SIZES[dims], ("2", "2, 3")[dims - 1]
    order = ("2, 0, 1", "2, 3, 0, 1")[dims - 1]
    words = [f"features={spec.out_channels}", f"kernel_size={spec.kernel_size}"]
    words += options(spec, f"padding={shown_sides(spec.padding_sides[-dims:])}", "kernel_dilation")
    code = lines(
        "import jax.numpy as jnp",
        "from flax import linen as nn",
        "",
        f"x = jnp.zeros({channels_last(shape, dims)})  # batch, {sizes}, channels",
        f"conv = nn.ConvTranspose({', '.join(words)})",
        f"# layer is the torch layer: its weight (in, out, {sizes}), turned round, as ({sizes}, in, out)",
        f"kernel = jnp.asarray(layer.weight.detach().flip({flipped}).permute({order}).numpy())",
        *_applied(spec.bias),
        f"assert y.shape == {channels_last(output, dims)}",
    )
    around = (
        "Its padding is what lies around the stretched input: kernel − 1 − torch's padding, and output_padding more."
    )
    return Equivalent(code, f"{turned_round(f'Flax reads batch, {sizes},', dims)} {around}")
