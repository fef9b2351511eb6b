"""TensorFlow's 'SAME' in the place of torch's padding, for a whole network."""

from __future__ import annotations

from conv_viz.layers.spec import Spec
from conv_viz.networks.graph import Network, Node
from conv_viz.networks.operations import Same


def with_same(network: Network) -> Network:
    """The network with 'SAME' in every convolution and pool that is padded; where nothing is padded, nothing changes.

    A layer of 'SAME' without a stride pads as torch's half padding does, so only strides make a difference.

    >>> from conv_viz.networks.field import fields
    >>> from conv_viz.networks.presets import PRESETS
    >>> from conv_viz.networks.walk import walk
    >>> mobile = PRESETS["mobilenet1"]
    >>> both = [fields(walk(net, mobile.input_shape)).by_name["conv13.pointwise.act"][0]
    ...         for net in (mobile.network, with_same(mobile.network))]
    >>> [int(extent.padding) for extent in both], int(both[1].centre - both[0].centre)
    ([157, 126], 31)
    """
    return Network(tuple(_same(node) for node in network.nodes))


def _same(node: Node) -> Node:
    operation = node.operation
    if isinstance(operation, Spec) and not operation.turned and any(map(any, operation.padding_sides)):
        return Node(node.name, Same(operation), node.reads)
    return node
