"""A walk along a network: the shape that reaches each layer, what it costs, and where the network breaks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from conv_viz.layers.values import ConvSpecError, Shape, input_axes
from conv_viz.networks.graph import INPUT, Network, Node
from conv_viz.networks.maps import Maps, maps_of
from conv_viz.networks.mend import Mended, fix_of

FLOAT = 4
"""Bytes of a number: float32."""


@dataclass(frozen=True)
class Row:
    """One layer of a walk: what arrives, what leaves, and what it takes."""

    node: Node
    arrives: tuple[Shape, ...]
    output_shape: Shape
    macs: int

    @property
    def name(self) -> str:
        """The layer's name."""
        return self.node.name

    @property
    def parameters(self) -> int:
        """Numbers that the layer learns."""
        return int(self.node.operation.parameters)

    @property
    def activations(self) -> int:
        """Numbers that it returns."""
        return math.prod(self.output_shape)

    @cached_property
    def paths(self) -> tuple[tuple[str, Maps | None], ...]:
        """What it reads, by name, and which cells of that; None where every cell reads itself only."""
        maps = (maps_of(self.node.operation, shape, self.output_shape) for shape in self.arrives)
        return tuple(zip(self.node.reads, maps, strict=True))


@dataclass(frozen=True)
class Break:
    """Where a network breaks: the layer, the rule that it breaks, and what to do, in words and done."""

    node: Node
    rule: str
    fix: str
    mended: Mended | None = None

    def __str__(self) -> str:
        return f"{self.node.name}: {self.rule} {self.fix}".strip()


@dataclass(frozen=True)
class Walk:
    """A network on an input (N, C, H, W): a `Row` for each layer that could be reached, and the `broken` one."""

    network: Network
    input_shape: Shape
    rows: tuple[Row, ...]
    broken: Break | None = None

    @cached_property
    def by_name(self) -> dict[str, Row]:
        """The rows."""
        return {row.name: row for row in self.rows}

    @property
    def output_shape(self) -> Shape | None:
        """What leaves the network, None when it breaks."""
        return None if self.broken else self.rows[-1].output_shape

    @property
    def parameters(self) -> int:
        """Of all layers that were reached."""
        return sum(row.parameters for row in self.rows)

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one forward pass: convolutions and linear layers, as torch's flop counter counts."""
        return sum(row.macs for row in self.rows)

    @property
    def activations(self) -> int:
        """Numbers that all layers return."""
        return sum(row.activations for row in self.rows)

    @cached_property
    def inference_bytes(self) -> int:
        """Parameters, and the most activations that are needed at one time; float32, nothing in place."""
        last = {INPUT: 0}
        for i, row in enumerate(self.rows):
            last |= dict.fromkeys((*row.node.reads, row.name), i)
        alive, most = {INPUT: math.prod(self.input_shape)}, 0
        for i, row in enumerate(self.rows):
            alive[row.name] = row.activations
            most = max(most, sum(alive.values()))
            alive = {name: numbers for name, numbers in alive.items() if last[name] > i}
        return FLOAT * (most + self.parameters)

    @property
    def training_bytes(self) -> int:
        """All activations, kept for the gradients, and four numbers a parameter: itself, its gradient, Adam's two."""
        return FLOAT * (math.prod(self.input_shape) + self.activations + 4 * self.parameters)


def walk(network: Network, input_shape: Iterable[int]) -> Walk:
    """Follow an input (N, C, H, W) through a network; raises `ConvSpecError` for a shape that is none.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.operations import Flatten, Linear
    >>> net = Network.chain([ConvSpec(1, 16, 5), Flatten(), ("fc", Linear(256, 120))])
    >>> print(walk(net, (1, 1, 9, 9)).broken)
    fc: The Linear has in_features=256, but 400 features arrive. The Linear needs in_features=400.
    """
    shape = tuple(input_shape)
    input_axes("A network", shape)
    if len(shape) != 4:
        raise ConvSpecError("input", f"A network reads (N, C, H, W), not {shape}.")
    shapes: dict[str, Shape] = {INPUT: shape}
    rows: list[Row] = []
    for node in network.nodes:
        arrives = tuple(shapes[name] for name in node.reads)
        try:
            after = tuple(node.operation.output_shape(*arrives))
            rows.append(Row(node, arrives, after, node.operation.macs(*arrives)))
        except ConvSpecError as error:
            fix = fix_of(error, node, rows, shape, network)
            return Walk(network, shape, tuple(rows), Break(node, error.rule, fix.words, fix.mended))
        shapes[node.name] = after
    return Walk(network, shape, tuple(rows))
