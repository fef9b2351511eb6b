"""What to do where a network breaks: words for one layer, or another input for a joint whose paths do not meet."""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.networks.graph import INPUT, Network, Node
from conv_viz.networks.joints import Joint
from conv_viz.networks.operations import Flatten, Linear

if TYPE_CHECKING:
    from conv_viz.networks.walk import Row

MOST_MULTIPLE = 256
"""Sizes are tried up to a multiple of this."""


@dataclass(frozen=True)
class Mended:
    """The network and the input with which a layer takes what arrives."""

    network: Network
    input_shape: Shape


@dataclass(frozen=True)
class Fix:
    """What to do where a network breaks, in words; and as a network and an input, where that can be done by a click."""

    words: str
    mended: Mended | None = None


def fix_of(error: ConvSpecError, node: Node, rows: Sequence[Row], shape: Shape, network: Network) -> Fix:
    """How to make this layer take what arrives."""
    if error.parameter == "size":
        return _other_input(node, shape, network)
    if error.parameter == "kernel_size" and (larger := _larger_input(node, shape, network)):
        return larger
    arrives = [next((row.output_shape for row in rows if row.name == name), shape) for name in node.reads]
    changed = _changed(network, node, error.fix, arrives)
    return Fix(error.advice, _tried(changed, shape, node.name))


def _changed(network: Network, node: Node, fix: Mapping[str, Any], arrives: Sequence[Shape]) -> Network | None:
    """The network with the arguments of one layer changed, or with the layer before it that it lacks."""
    operation, known = node.operation, {field.name for field in fields(node.operation)}
    try:
        if fix:
            return network.replaced(node.name, replace(operation, **fix)) if known.issuperset(fix) else None
        if isinstance(operation, Linear) and len(arrives[0]) == 4:
            fits = replace(operation, in_features=math.prod(arrives[0][1:]))
            return _put_before(network.replaced(node.name, fits), node.name, 0, Flatten())
        if isinstance(operation, Joint) and len({shape[1] for shape in arrives}) > 1:
            wanted = arrives[0][1]
            place = next(i for i, shape in enumerate(arrives) if shape[1] != wanted)
            return _put_before(network, node.name, place, ConvSpec(arrives[place][1], wanted, 1))
    except ConvSpecError:
        return None
    return None


def _put_before(network: Network, name: str, place: int, operation: Any) -> Network:
    """A layer more on one of the ways into a layer."""
    node = network.nodes[network.index[name]]
    word = operation.kind.removeprefix("nn.").lower()
    new = next(free for i in itertools.count() if (free := f"{word}_{i}" if i else word) not in network.index)
    reads = tuple(new if i == place else read for i, read in enumerate(node.reads))
    at = network.index[name]
    added = [Node(new, operation, (node.reads[place],)), Node(name, node.operation, reads)]
    return Network((*network.nodes[:at], *added, *network.nodes[at + 1 :]))


def _tried(network: Network | None, shape: Shape, name: str) -> Mended | None:
    """A network and an input, if the layer of this name takes what then arrives."""
    return Mended(network, shape) if network and _passes(network, shape, name) else None


def _other_input(node: Node, shape: Shape, network: Network) -> Fix:
    """The multiple that the input's sides need so that all paths meet."""
    multiple = 2
    while multiple <= MOST_MULTIPLE:
        tried = (*shape[:2], *(-(-side // multiple) * multiple for side in shape[2:]))
        if tried != shape and _passes(network, tried, node.name):
            return Fix(
                f"Pad the input to a multiple of {multiple}: {tried[2]}x{tried[3]} instead of {shape[2]}x{shape[3]}.",
                Mended(network, tried),
            )
        multiple *= 2
    return Fix("Give the layers of one path the paddings and strides of the other, so that both have the same size.")


def _larger_input(node: Node, shape: Shape, network: Network) -> Fix | None:
    """The smallest square-ish enlargement of the input with which the window fits."""
    for side in (1.25, 1.5, 2, 3, 4, 6, 8, 12, 16):
        tried = (*shape[:2], *(int(size * side) + 1 for size in shape[2:]))
        if _passes(network, tried, node.name):
            least = _least(node, shape, tried, network)
            words = f"{least[2]}x{least[3]} is the smallest that passes here, or take a pooling or a stride out."
            return Fix(f"Give it a larger input: {words}", _tried(network, least, node.name))
    return None


def _least(node: Node, shape: Shape, enough: Shape, network: Network) -> Shape:
    """The smallest height and width, with the other at `enough`."""
    found = []
    for axis in (2, 3):
        low, high = shape[axis], enough[axis]
        while low < high:
            middle = (low + high) // 2
            tried = tuple(middle if i == axis else size for i, size in enumerate(enough))
            low, high = (low, middle) if _passes(network, tried, node.name) else (middle + 1, high)
        found.append(low)
    return (*shape[:2], *found)


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
