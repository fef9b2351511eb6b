"""The convolutions as code for JAX with Flax's linen, with the weights carried over."""

from __future__ import annotations

from collections.abc import Iterable

from conv_viz.layers.conv import Conv1dSpec, ConvSpec
from conv_viz.layers.same import same_statement, shown_sides
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.text.equivalents import Equivalent, lines
from conv_viz.text.in_keras import ORDER, SIZES, Axes, carry_over, options, turned_round

JAX_PAD_MODES = {"reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def flax(spec: ConvSpec | Conv1dSpec, input_shape: Iterable[int]) -> Equivalent:
    """The layer in JAX with Flax's linen for an input with or without a batch.

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
    >>> flax(Conv1dSpec(3, 8, 3, padding=2), (3, 9)).code.splitlines()[4]
    'conv = nn.Conv(features=8, kernel_size=(3,), padding=((2, 2),))'
    """
    shape, dims = tuple(input_shape), spec.dims
    axes = spec.axes(shape)[-dims:]
    batch = shape[0] if len(shape) == dims + 2 else 1
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
        f"x = jnp.zeros({(batch, *shape[-dims:], shape[-dims - 1])})  # batch, {SIZES[dims]}, channels",
        *([pad.format(JAX_PAD_MODES[spec.padding_mode])] if copies else []),
        f"conv = nn.Conv({', '.join(words)})",
        carry_over(dims),
        f"kernel = jnp.asarray(layer.weight.detach().permute({ORDER[dims]}).numpy())",
        *_applied(spec.bias),
        f"assert y.shape == {(batch, *(axis.output for axis in axes), spec.out_channels)}",
    )
    return Equivalent(code, _note(spec, axes, copies))


def _applied(bias: bool) -> list[str]:
    """The lines that run the layer with its weights."""
    made = ["bias = jnp.asarray(layer.bias.detach().numpy())"] if bias else []
    held = ', "bias": bias' if bias else ""
    return [*made, f'y = conv.apply({{"params": {{"kernel": kernel{held}}}}}, x)']


def _note(spec: ConvSpec | Conv1dSpec, axes: Axes, copies: bool) -> str:
    notes = [turned_round(f"Flax reads batch, {SIZES[spec.dims]},", spec.dims)]
    if copies:
        notes.append("nn.Conv has no padding_mode like this one, so jnp.pad copies the cells before it.")
    else:
        notes.append("Without its padding argument nn.Conv pads 'SAME'.")
        notes.append(same_statement(spec, axes))
    return " ".join(note for note in notes if note)


def flax_transposed(spec: ConvTransposeSpec, input_shape: Iterable[int]) -> Equivalent:
    """The transposed layer in Flax, whose padding is that around the stretched input, and whose kernel is not turned.

    Source: https://docs.jax.dev/en/latest/_autosummary/jax.lax.conv_transpose.html

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
    shape = tuple(input_shape)
    axes = spec.axes(shape)
    if spec.groups > 1:
        return Equivalent("", "Flax' nn.ConvTranspose has no groups; use one for each group of channels.")
    batch = shape[0] if len(shape) == 4 else 1
    words = [f"features={spec.out_channels}", f"kernel_size={spec.kernel_size}"]
    words += options(spec, f"padding={shown_sides(spec.padding_sides)}", "kernel_dilation")
    code = lines(
        "import jax.numpy as jnp",
        "from flax import linen as nn",
        "",
        f"x = jnp.zeros({(batch, *shape[-2:], shape[-3])})  # batch, height, width, channels",
        f"conv = nn.ConvTranspose({', '.join(words)})",
        "# layer is the torch layer: its weight (in, out, height, width), turned round, as (height, width, in, out)",
        "kernel = jnp.asarray(layer.weight.detach().flip(2, 3).permute(2, 3, 0, 1).numpy())",
        *_applied(spec.bias),
        f"assert y.shape == {(batch, axes[0].output, axes[1].output, spec.out_channels)}",
    )
    around = (
        "Its padding is what lies around the stretched input: kernel − 1 − torch's padding, and output_padding more."
    )
    return Equivalent(code, f"{turned_round('Flax reads batch, height, width,', 2)} {around}")
