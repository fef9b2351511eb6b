"""A layer as code to take along: in torch; see `explicit_pad`, and `in_keras` and `in_flax` for other frameworks.

Each function returns an `Equivalent`: the code, and in one or two sentences what to know about it.
Where another framework has no layer with the same arithmetic the code is empty and the note says why.
Nothing here runs torch, Keras or JAX; the tests run the torch code against the real layer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import Shape


@dataclass(frozen=True)
class Equivalent:
    """`code`, empty where there is none with the same arithmetic, and a `note` in plain sentences."""

    code: str
    note: str


def layer_code(spec: WindowLayer) -> Equivalent:
    """The layer alone.

    >>> from conv_viz import ConvSpec
    >>> layer_code(ConvSpec(3, 8, 3, padding=1)).code
    'nn.Conv2d(3, 8, kernel_size=3, padding=1)'
    """
    if spec.weight_shape is None:
        return Equivalent(spec.code(), "A pool has no weights.")
    return Equivalent(spec.code(), f"{spec.parameters:,} parameters; the weight has shape {spec.weight_shape}.")


def with_input(spec: WindowLayer, input_shape: Iterable[int]) -> Equivalent:
    """The layer with an input (N, C, H, W) or (C, H, W) and an assertion of the output's shape.

    Raises `ConvSpecError` when the input cannot pass.

    >>> from conv_viz import ConvSpec
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
    code = lines(
        "import torch",
        "from torch import nn",
        "",
        f"layer = {spec.code()}",
        random_input(shape, spec.dims),
        "y = layer(x)",
        f"assert y.shape == {output}",
    )
    return Equivalent(code, f"{shape} in, {output} out.")


def random_input(shape: Shape, dims: int = 2) -> str:
    """The line that makes an input.

    >>> random_input((3, 9), dims=1)
    'x = torch.randn(3, 9)  # (C, L)'
    """
    names = f"({', '.join('NCHW' if dims == 2 else 'NCL')})" if len(shape) == dims + 2 else ""
    names = names or ("(C, H, W)" if dims == 2 else "(C, L)")
    return f"x = torch.randn({', '.join(map(str, shape))})  # {names}"


def lines(*each: str) -> str:
    """Lines as one text."""
    return "\n".join(each)
