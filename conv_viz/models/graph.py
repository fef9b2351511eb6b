"""The graph of an ONNX file as a plain value: nodes in the file's order, which is one that they can run in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from conv_viz.layers.values import Shape


@dataclass(frozen=True)
class GraphNode:
    """One operation: what it reads and makes by name, and its attributes (whole numbers, floats, words, lists).

    `layer` is the name under which the file's numbers of it stand: ``<layer>.weight``. Only a convolution or a batch
    norm has one.
    """

    name: str
    op: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any] = field(default_factory=dict)
    layer: str = ""


@dataclass(frozen=True)
class Graph:
    """Operations joined by the names of their values: an edge goes from who makes a name to who reads it.

    `inputs` and `outputs` have a shape each, in which a size that the file leaves open is 0; `parameters` are the
    tensors that the file holds, `constants` the numbers of the smallest of them: sizes, axes, borders. `opset` is the
    version of ONNX's operators, 0 if the file does not say.
    """

    nodes: tuple[GraphNode, ...]
    inputs: Mapping[str, Shape] = field(default_factory=dict)
    outputs: Mapping[str, Shape] = field(default_factory=dict)
    parameters: Mapping[str, Shape] = field(default_factory=dict)
    constants: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    opset: int = 0

    @property
    def edges(self) -> tuple[tuple[int, int], ...]:
        """Pairs of nodes by their index: who makes a value, and who reads it.

        >>> Graph((GraphNode("a", "Relu", ("x",), ("y",)), GraphNode("b", "Add", ("y", "x"), ("z",)))).edges
        ((0, 1),)
        """
        makes = {name: index for index, node in enumerate(self.nodes) for name in node.outputs if name}
        return tuple(
            (makes[name], index) for index, node in enumerate(self.nodes) for name in node.inputs if name in makes
        )

    @cached_property
    def readers(self) -> Mapping[str, list[GraphNode]]:
        """The nodes that read each name."""
        found: dict[str, list[GraphNode]] = {}
        for node in self.nodes:
            for name in {*node.inputs}:
                found.setdefault(name, []).append(node)
        return found

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Graph:
        """The graph from plain lists, as it crosses from another process."""
        nodes = (GraphNode(n["name"], n["op"], tuple(n["inputs"]), tuple(n["outputs"]), _plain(n["attributes"]),
                           n["layer"]) for n in said["nodes"])  # fmt: skip
        keys = ("inputs", "outputs", "parameters", "constants")
        values = {key: {name: tuple(value) for name, value in said[key].items()} for key in keys}
        return cls(tuple(nodes), **values, opset=said["opset"])


def _plain(attributes: Mapping[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in attributes.items()}
