"""What to do where a network breaks: words for one layer, or another input for a joint whose paths do not meet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.networks.graph import INPUT, Network, Node

if TYPE_CHECKING:
    from conv_viz.networks.walk import Row

MOST_MULTIPLE = 256
"""Sizes are tried up to a multiple of this."""


def fix_of(error: ConvSpecError, node: Node, rows: Sequence[Row], shape: Shape, network: Network) -> str:
    """One sentence: how to make this layer take what arrives."""
    if error.parameter == "size":
        return _other_input(node, rows, shape, network)
    if error.parameter == "kernel_size" and (larger := _larger_input(node, shape, network)):
        return larger
    return error.advice


def _other_input(node: Node, rows: Sequence[Row], shape: Shape, network: Network) -> str:
    """The multiple that the input's sides need so that all paths meet."""
    multiple = 2
    while multiple <= MOST_MULTIPLE:
        tried = (*shape[:2], *(-(-side // multiple) * multiple for side in shape[2:]))
        if tried != shape and _passes(network, tried, node.name):
            return f"Pad the input to a multiple of {multiple}: {tried[2]}x{tried[3]} instead of {shape[2]}x{shape[3]}."
        multiple *= 2
    return "Give the layers of one path the paddings and strides of the other, so that both have the same size."


def _larger_input(node: Node, shape: Shape, network: Network) -> str:
    """The smallest square-ish enlargement of the input with which the window fits."""
    for side in (1.25, 1.5, 2, 3, 4, 6, 8, 12, 16):
        tried = (*shape[:2], *(int(size * side) + 1 for size in shape[2:]))
        if _passes(network, tried, node.name):
            return f"Give it a larger input: {_least(node, shape, tried, network)}, or take a pooling or a stride out."
    return ""


def _least(node: Node, shape: Shape, enough: Shape, network: Network) -> str:
    """The smallest height and width, with the other at `enough`."""
    found = []
    for axis in (2, 3):
        low, high = shape[axis], enough[axis]
        while low < high:
            middle = (low + high) // 2
            tried = tuple(middle if i == axis else size for i, size in enumerate(enough))
            low, high = (low, middle) if _passes(network, tried, node.name) else (middle + 1, high)
        found.append(low)
    return f"{found[0]}x{found[1]} is the smallest that passes here"


def _passes(network: Network, shape: Shape, name: str) -> bool:
    """Whether an input reaches the layer of this name and leaves it."""
    shapes = {INPUT: shape}
    for node in network.nodes:
        try:
            shapes[node.name] = tuple(node.operation.output_shape(*(shapes[read] for read in node.reads)))
        except ConvSpecError:
            return False
        if node.name == name:
            return True
    return True
