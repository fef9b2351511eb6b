"""Layers whose weight or bias an ONNX graph writes in nodes of their own, behind them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from conv_viz.layers.values import Shape
from conv_viz.models.graph import Graph, GraphNode
from conv_viz.models.onnx_met import uniform, written
from conv_viz.networks.norms import GroupNorm
from conv_viz.networks.operations import Linear


class Groups(NamedTuple):
    """How many groups of channels are normed, and what is added to their variance."""

    number: int
    eps: float


class Norms:
    """Which node gives a layer its weight, and which its bias: only where nothing else reads what comes before."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.scaled: set[str] = set()  # values that have got their weight, and wait for their bias
        self.passed: set[str] = set()  # values of the two nodes that end a group norm

    def weighed(self, node: GraphNode, operation: Any, shape: Shape) -> Any:
        """The operation with the weight or the bias of this shape that a node brings; None where it has none such.

        >>> from conv_viz.models.graph import Graph, GraphNode
        >>> Norms(Graph(())).weighed(GraphNode("", "Add", ("x", "b"), ("y",)), Linear(4, 2, bias=False), (2,))
        Linear(in_features=4, out_features=2, bias=True)
        """
        if isinstance(operation, Linear) and node.op == "Add":
            fits = not operation.bias and shape == (operation.out_features,)
            return replace(operation, bias=True) if fits else None
        if isinstance(operation, GroupNorm) and shape == (operation.num_channels, 1, 1):
            return self._norm(node, operation)
        return None

    def grouped(self, node: GraphNode, numbers: Mapping[str, np.ndarray], shape: Shape | None) -> Groups | None:
        """The group norm that begins with this `Reshape`: groups as channels, their norm, and the shape as before."""
        norm = self._next(node, "InstanceNormalization")
        back = norm and self._next(norm, "Reshape")
        if norm is None or back is None:
            return None
        first, last = (numbers.get(each.inputs[1], np.array([])).ravel().tolist() for each in (node, back))
        plain = [uniform(numbers.get(name)) for name in norm.inputs[1:3]] == [1, 0]
        same = shape is not None and last[1:] == [*shape[1:]]
        asked = any(each.op == "Shape" and back.inputs[1] in each.outputs for each in self._behind(node.inputs[0]))
        same = same or asked  # the size of what arrives: the node that asks may stand further down
        if not (plain and same and len(first) == 3 and type(first[1]) is int and first[1] > 0):
            return None
        self.passed |= {norm.outputs[0], back.outputs[0]}
        return Groups(first[1], written(norm.attributes.get("epsilon", 1e-5)))

    def _next(self, node: GraphNode, op: str) -> GraphNode | None:
        """The one node that reads this one's output, if it is such an operation, and reads that first."""
        name = node.outputs[0]
        behind = [each for each in self._behind(name) if each.op != "Shape"]
        return behind[0] if len(behind) == 1 and behind[0].op == op and behind[0].inputs[0] == name else None

    def _behind(self, name: str) -> list[GraphNode]:
        return self.graph.readers.get(name, [])

    def _norm(self, node: GraphNode, operation: GroupNorm) -> GroupNorm | None:
        """A product with a weight for each channel, and then a sum with a bias; neither without the other."""
        if node.op == "Add":
            return operation if self.scaled.intersection(node.inputs) else None
        (after,) = node.outputs[:1]
        if operation.affine or [each.op for each in self._behind(after)] != ["Add"]:
            return None
        self.scaled.add(after)
        return replace(operation, affine=True)
