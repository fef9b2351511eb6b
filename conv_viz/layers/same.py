"""TensorFlow's and JAX's 'SAME' padding, and where it differs from a layer's own.

'SAME' makes the output size / stride, rounded up, and puts the odd cell at the end. At
stride 1 that is torch's ``padding='same'``; with a stride it depends on the input size,
which torch's layer has no word for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import Pair, Shape
from conv_viz.layers.window import WindowAxis, effective_kernel

Sides = tuple[Pair, Pair]
"""Padding in cells as ((top, bottom), (left, right))."""


def tensorflow_same(size: int, kernel: int, stride: int, dilation: int = 1) -> Pair:
    """Padding (before, after) of TensorFlow's and JAX's 'SAME' along one axis.

    It makes the output size / stride, rounded up, and puts the odd cell at the end.
    Source: https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2

    >>> tensorflow_same(224, 3, 2), tensorflow_same(225, 3, 2), tensorflow_same(7, 4, 1)
    ((0, 1), (1, 1), (1, 2))
    """
    output = -(-size // stride)
    total = max((output - 1) * stride + effective_kernel(kernel, dilation) - size, 0)
    return total // 2, total - total // 2


def tensorflow_same_sides(spec: WindowLayer, input_shape: Shape) -> Sides:
    """Padding ((top, bottom), (left, right)) of 'SAME' for this layer, whatever padding it has."""
    layer: Any = spec
    along = zip(input_shape[-spec.dims :], layer.kernel_size, layer.stride, layer.dilation, strict=True)
    *height, width = (tensorflow_same(*axis) for axis in along)
    return (height[0] if height else (0, 0)), width


def is_tensorflow_same(axes: Iterable[WindowAxis]) -> bool:
    """Whether the padding of these axes is that of 'SAME'."""
    return all((a.before, a.after) == tensorflow_same(a.size, a.kernel, a.stride, a.dilation) for a in axes)


def same_statement(spec: WindowLayer, axes: Sequence[WindowAxis]) -> str:
    """What TensorFlow's and JAX's 'SAME' does instead of this layer's padding; empty where it is the same.

    >>> from conv_viz import ConvSpec
    >>> spec = ConvSpec(3, 8, 3, stride=2, padding=1)
    >>> same_statement(spec, spec.axes((1, 3, 8, 8)))
    "'SAME' would pad ((0, 1), (0, 1)) here instead of ((1, 1), (1, 1)): the same size, with the taps shifted."
    """
    if spec.padding_mode != "zeros" or is_tensorflow_same(axes):
        return ""
    theirs = tuple(tensorflow_same(a.size, a.kernel, a.stride, a.dilation) for a in axes)
    ours = tuple((a.before, a.after) for a in axes)
    equal = all(a.output == -(-a.size // a.stride) for a in axes)
    effect = "the same size, with the taps shifted" if equal else "another output size"
    return f"'SAME' would pad {shown_sides(theirs)} here instead of {shown_sides(ours)}: {effect}."


def shown_sides(sides: Iterable[Iterable[int]]) -> str:
    """Sides as code.

    >>> shown_sides([(1, 1), (0, 2)]), shown_sides([(1, 1)])
    ('((1, 1), (0, 2))', '((1, 1),)')
    """
    return str(tuple(tuple(pair) for pair in sides))
