"""TensorFlow's 'SAME' in the place of torch's padding, for a whole network."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from conv_viz.layers.same import tensorflow_same
from conv_viz.layers.spec import Spec
from conv_viz.layers.values import Shape, input_axes
from conv_viz.layers.window import WindowAxis
from conv_viz.networks.graph import Network, Node
from conv_viz.networks.operations import Plain


@dataclass(frozen=True)
class Same(Plain):
    """A window layer with TensorFlow's padding 'SAME' in the place of its own: what its input needs, odd at the end.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> [(axis.before, axis.after) for axis in Same(ConvSpec(3, 8, 3, stride=2)).axes((1, 3, 224, 224))]
    [(0, 1), (0, 1)]
    """

    layer: Any

    @property
    def kind(self) -> str:
        """The class in ``torch.nn``."""
        return str(self.layer.kind)

    @property
    def parameters(self) -> int:
        """As many as without."""
        return int(self.layer.parameters)

    def axes(self, shape: Iterable[int]) -> tuple[WindowAxis, WindowAxis]:
        """Height and width; raises `ConvSpecError`."""
        shape = tuple(shape)
        input_axes(self.kind.removeprefix("nn."), shape)
        layer, made = self.layer, []
        if getattr(layer, "in_channels", shape[-3]) != shape[-3]:
            layer.axes(shape)  # says what is wrong
        for size, kernel, stride, dilation in zip(
            shape[-2:], layer.kernel_size, layer.stride, layer.dilation, strict=True
        ):
            made.append(
                WindowAxis(size, kernel, stride, dilation, *tensorflow_same(size, kernel, stride, dilation), "zeros")
            )
        return made[0], made[1]

    def output_shape(self, shape: Iterable[int]) -> Shape:
        """Sizes / stride, rounded up."""
        shape = tuple(shape)
        height, width = self.axes(shape)
        return (*shape[:-3], getattr(self.layer, "out_channels", shape[-3]), height.output, width.output)

    # It has one input, where `Plain` has any number.
    def macs(self, shape: Iterable[int]) -> int:  # type: ignore[override]
        """One for each weight and output position."""
        if not self.layer.weight_shape:
            return 0
        samples, _, *sizes = self.output_shape(shape)
        return samples * math.prod(sizes) * math.prod(self.layer.weight_shape)

    def code(self) -> str:
        """The layer, with the padding said in words."""
        return f"{self.layer.code()[:-1]}, padding='SAME')"


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


def without_same(network: Network) -> Network:
    """The network that `with_same` was given.

    >>> from conv_viz.networks.presets import PRESETS
    >>> without_same(with_same(PRESETS["mobilenet1"].network)) == PRESETS["mobilenet1"].network
    True
    """
    return Network(
        tuple(
            Node(node.name, node.operation.layer, node.reads) if isinstance(node.operation, Same) else node
            for node in network.nodes
        )
    )


def _same(node: Node) -> Node:
    operation = node.operation
    if isinstance(operation, Spec) and not operation.turned and any(map(any, operation.padding_sides)):
        return Node(node.name, Same(operation), node.reads)
    return node
