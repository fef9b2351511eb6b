"""A network built by hand: a layer more, a layer less, two layers in the other order. Each makes another network."""

from __future__ import annotations

from typing import Any

from conv_viz.networks.graph import Network, NetworkError, Node
from conv_viz.networks.joints import Joint


def inserted(network: Network, after: str, operation: Any) -> Network:
    """A layer more behind the one of this name, or behind the input; all that read that one read the new one.

    >>> from conv_viz.networks.operations import Pointwise
    >>> inserted(Network.chain([Pointwise("ReLU")]), "0", Pointwise("Tanh")).names
    ('0', '1')
    """
    if isinstance(operation, Joint):
        raise NetworkError(
            f"{operation.kind}() joins two layers; write it into the text, with an arrow to what it reads."
        )
    name = next(str(i) for i in range(len(network.nodes) + 1) if str(i) not in network.index)
    nodes = [_reading(node, after, name) for node in network.nodes]
    place = network.index[after] + 1
    return Network.of([*nodes[:place], Node(name, operation, (after,)), *nodes[place:]])


def removed(network: Network, name: str) -> Network:
    """A layer less; all that read it read what it read. A joint of one path is none and goes too.

    >>> from conv_viz.networks.operations import Pointwise
    >>> removed(Network.chain([Pointwise("ReLU"), Pointwise("Tanh")]), "0").nodes[0].reads
    ('input',)
    """
    gone = network.nodes[network.index[name]]
    nodes = [_reading(node, name, gone.reads[0]) for node in network.nodes if node.name != name]
    lonely = next((node for node in nodes if isinstance(node.operation, Joint) and len(set(node.reads)) < 2), None)
    made = Network.of(nodes)
    return removed(made, lonely.name) if lonely else made


def moved(network: Network, name: str, step: int) -> Network:
    """A layer changes places with the one before it (-1) or behind it (1); the graph stays as it is.

    >>> from conv_viz.networks.operations import Pointwise
    >>> moved(Network.chain([("a", Pointwise("ReLU")), ("b", Pointwise("Tanh"))]), "b", -1).names
    ('b', 'a')
    """
    here = network.index[name]
    there = here + step
    if not 0 <= there < len(network.nodes):
        raise NetworkError(f"{name} stands at the {'end' if step > 0 else 'beginning'} already.")
    pair = network.nodes[here], network.nodes[there]
    if any(isinstance(node.operation, Joint) for node in pair):
        raise NetworkError("A joint keeps its place: it belongs to the paths that it joins.")
    names = {pair[0].name: pair[1].name, pair[1].name: pair[0].name}
    swapped = {pair[0].name: pair[1].operation, pair[1].name: pair[0].operation}
    return Network.of(
        Node(
            names.get(node.name, node.name),
            swapped.get(node.name, node.operation),
            tuple(names.get(read, read) for read in node.reads),
        )
        for node in network.nodes
    )


def _reading(node: Node, old: str, new: str) -> Node:
    if old not in node.reads or node.name == new:
        return node
    return Node(node.name, node.operation, tuple(new if read == old else read for read in node.reads))
