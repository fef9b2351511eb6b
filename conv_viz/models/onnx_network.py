"""The graph of an ONNX file -> a network, as far as every layer before a node is known."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.limits import NETWORK_LAYERS
from conv_viz.models.graph import Graph, GraphNode
from conv_viz.models.onnx_numbers import computed, constants_of, shape_of
from conv_viz.models.onnx_operations import MAKERS, Met, Unknown
from conv_viz.models.paths import path_of
from conv_viz.networks.graph import INPUT, Network, NetworkError, Node
from conv_viz.networks.joints import Add, Joint
from conv_viz.networks.operations import Flatten, Linear, Pointwise
from conv_viz.networks.resizing import ZeroPad2d
from conv_viz.text.calls import listed
from conv_viz.weights.header import short

ODD = re.compile(r"[^A-Za-z0-9_.\-/]+")
LONGEST = 70
"""Letters of a name: a line of a listing takes 80."""
WORDS = 160
"""Letters of why a node is not known."""
GATES = {"Sigmoid": "SiLU", "Hardsigmoid": "Hardswish"}
"""An activation times what it reads is another activation."""


@dataclass(frozen=True)
class FileNetwork:
    """The network of a file, its input (1, C, H, W) if the file says it, and sentences about what is left out."""

    network: Network
    input_shape: Shape | None
    notes: tuple[str, ...] = ()


def plain_name(name: str) -> str:
    """A name of a file as a line of a listing takes it.

    >>> plain_name("conv (2)"), plain_name("/model/relu 1")
    ('conv_2', 'model/relu_1')
    """
    return ODD.sub("_", name).strip("_/")[:LONGEST]


def network_in(graph: Graph) -> FileNetwork:
    """The network of a graph; raises `NetworkError` with one sentence.

    A node that is not known here takes everything with it that depends on it; what is left is right, and the notes say
    what is missing.

    >>> node = GraphNode("", "Relu", ("x",), ("y",))
    >>> network_in(Graph((node,), {"x": (1, 3, 8, 8)}, {"y": (1, 3, 8, 8)})).network.nodes[0].operation
    Pointwise(name='ReLU', written='', given=())
    """
    reader = _Reader(graph)
    for node in _needed(graph):
        reader.read(node)
    network = reader.network()
    return FileNetwork(network, reader.input_shape, tuple(reader.notes()))


def _needed(graph: Graph) -> list[GraphNode]:
    """The nodes that an output depends on, in the file's order, which must be one that they can run in."""
    wanted, needed = {*graph.outputs}, []
    for node in reversed(graph.nodes):
        if not graph.outputs or wanted.intersection(node.outputs):
            wanted.update(node.inputs)
            needed.append(node)
    needed.reverse()
    made: set[str] = set()
    makes = {output for node in graph.nodes for output in node.outputs}
    for node in needed:
        if late := next((name for name in node.inputs if name in makes and name not in made), None):
            raise NetworkError(
                f"{_title(node)} reads '{short(late)}' before a node has made it: the graph has a cycle, or is not "
                "in the order in which it runs."
            )
        made.update(node.outputs)
    return needed


@dataclass(frozen=True)
class _Value:
    """What a name of the graph stands for: a layer of the network, the number of its axes, its shape if it is known."""

    layer: str
    rank: int
    shape: Shape | None


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = {}
        self.numbers: dict[str, np.ndarray] = constants_of(graph)
        self.lost: set[str] = set()
        self.missing: dict[str, str] = {}  # the title of a node that is not known -> why
        self.behind = 0
        inputs = [(name, shape) for name, shape in graph.inputs.items() if name not in graph.parameters]
        if len(inputs) != 1:
            raise NetworkError(f"A network here has one input, and the graph has {len(inputs)}.")
        ((name, shape),) = inputs
        if len(shape) not in (0, 4):
            raise NetworkError(f"A network here reads pictures, (N, C, H, W), and the graph's input has shape {shape}.")
        self.input_shape = (1, *shape[1:]) if len(shape) == 4 and all(shape[1:]) else None
        self.values = {name: _Value(INPUT, 4, self.input_shape)}

    def read(self, node: GraphNode) -> None:
        """One node: numbers of the graph's own, layers of the network, or nothing that is known."""
        if self.lost.intersection(node.inputs):
            self._lose(node)
        elif (numbers := self._computed(node)) is not None:
            self.numbers.update((output, numbers) for output in node.outputs[:1])
        elif node.op != "Constant":
            self.layers(node)

    def _computed(self, node: GraphNode) -> np.ndarray | None:
        if node.op == "Shape" and node.inputs and (value := self.values.get(node.inputs[0])):
            return shape_of(node, value.shape, value.rank)
        return computed(node, self.numbers)

    def layers(self, node: GraphNode) -> None:
        """The operations of one node."""
        try:
            reads = self._reads(node)
            made = self._made(node, reads)
            value = reads[0]
            for place, operation in enumerate(made):
                value = self._put(
                    node,
                    operation,
                    reads if not place else [value],
                    "pad" if place < len(made) - 1 and isinstance(operation, ZeroPad2d) else "",
                )
        except NetworkError:
            raise
        except (ValueError, TypeError, IndexError, AttributeError, ArithmeticError) as error:
            self.missing.setdefault(_title(node), _why(error))
            self._lose(node, behind=False)
            return
        for output in node.outputs[:1]:
            self.values[output] = value

    def _reads(self, node: GraphNode) -> list[_Value]:
        """The values that a node joins, or the one that it reads."""
        read = [self.values[name] for name in node.inputs if name in self.values]
        if not read:
            raise Unknown("reads nothing that comes from the network's input")
        return read

    def _made(self, node: GraphNode, reads: list[_Value]) -> Any:
        if node.op == "Mul" and (gate := self._gate(reads)):
            return (gate,)
        if node.op not in MAKERS:
            raise Unknown("")
        if node.op == "Add" and len(reads) == 1:
            return self._bias(node, reads[0])
        if node.op in ("Concat", "Sum", "Add") and len(reads) != len(node.inputs):
            raise Unknown("joins tensors of the file's own")
        made = MAKERS[node.op](Met(self.graph, node, reads[0].rank, reads[0].shape, self.numbers))
        if len(reads) > 1 and not (made and isinstance(made[0], Joint)):
            raise Unknown("reads several layers")
        return made

    def _gate(self, reads: list[_Value]) -> Pointwise | None:
        """x times sigmoid(x) is nn.SiLU; `reads` becomes x alone."""
        for x, gate in (reads, reads[::-1]) if len(reads) == 2 else ():
            node = self.nodes.get(gate.layer)
            name = GATES.get(getattr(node.operation, "name", "")) if node else None
            if name and node and node.reads == (x.layer,):
                reads[:] = [x]
                if not any(gate.layer in other.reads for other in self.nodes.values()):
                    del self.nodes[gate.layer]
                return Pointwise(name)
        return None

    def _bias(self, node: GraphNode, read: _Value) -> tuple[()]:
        """A row of the file's own that is added to a Linear is its bias."""
        layer = self.nodes.get(read.layer)
        shapes = [self.graph.parameters.get(name) for name in node.inputs]
        linear = layer.operation if layer else None
        if not isinstance(linear, Linear) or linear.bias or (linear.out_features,) not in shapes:
            raise Unknown("adds numbers of the file's own")
        self.nodes[read.layer] = replace(self.nodes[read.layer], operation=replace(linear, bias=True))
        return ()

    def _put(self, node: GraphNode, operation: Any, reads: list[_Value], beside: str) -> _Value:
        """One layer more; raises `ConvSpecError` for one that what arrives does not fit."""
        if len(self.nodes) >= NETWORK_LAYERS:
            raise NetworkError(f"The graph has more than {NETWORK_LAYERS:,} layers.")
        shapes = [read.shape for read in reads]
        known = tuple(operation.output_shape(*shapes)) if all(shapes) else None
        rank = 2 if isinstance(operation, Flatten | Linear) else reads[0].rank
        if isinstance(operation, Add) and len({read.rank for read in reads}) > 1:
            raise Unknown("adds shapes that differ")
        name = self._name(node, operation, beside)
        self.nodes[name] = Node(name, operation, tuple(read.layer for read in reads))
        return _Value(name, rank, known)

    def _name(self, node: GraphNode, operation: Any, beside: str) -> str:
        """The path of the module where the file has kept it, and the operation where it is none of a module's own."""
        weight = node.inputs[1] if node.op in ("Gemm", "MatMul") and len(node.inputs) > 1 else ""
        word = operation.kind.removeprefix("nn.").lower()
        path = path_of(node.name)
        if weight.endswith(".weight") or node.layer:
            path = node.layer or weight.removesuffix(".weight")
        elif node.name.startswith("/") and "/" not in node.name[1:]:  # a function in the outermost forward()
            path = word
        elif isinstance(operation, Joint):
            path = f"{path}.{word}" if "/" in node.name else word
        name = plain_name(f"{path}.{beside}" if beside else path) or word
        free = itertools.chain([name], (f"{name}_{i}" for i in itertools.count(1)))
        return next(each for each in free if each not in self.nodes and each != INPUT)

    def _lose(self, node: GraphNode, behind: bool = True) -> None:
        self.behind += behind
        self.lost.update(output for output in node.outputs if output)

    def network(self) -> Network:
        """What is known; raises `NetworkError` where that is nothing, or not what the file says of itself."""
        if not self.nodes:
            raise NetworkError(self._said() if self.missing else "The graph has no layer between its input and output.")
        for name, said in self.graph.outputs.items():
            shape = self.values[name].shape if name in self.values else None
            if (
                shape
                and said
                and (len(said) != len(shape) or any(a and a != b for a, b in zip(said[1:], shape[1:], strict=True)))
            ):
                raise NetworkError(
                    f"The file says that '{short(name)}' has shape {said}, and its layers make {shape} of its input."
                )
        return Network.of(self.nodes.values())

    def notes(self) -> list[str]:
        """What is left out, in one sentence."""
        return [self._said()] if self.missing else []

    def _said(self) -> str:
        names = [f"{title} {why}".strip() for title, why in self.missing.items()]
        shown = [*names[:3], f"{len(names) - 3} others"] if len(names) > 4 else names
        more = f"; {self.behind} more depend{'s' * (self.behind == 1)} on that" if self.behind else ""
        return f"Not known here, and left out: {listed(shown)}{more}."


def _why(error: Exception) -> str:
    """Why a node is not known, as words behind its name; attributes of a stranger may be anything."""
    if isinstance(error, ConvSpecError):
        words = f"cannot be: {error.rule.rstrip('.')}"
    else:
        words = str(error) if isinstance(error, Unknown) else "has attributes that are none of it"
    return "".join(letter if letter.isprintable() else "?" for letter in words[:WORDS])


def _title(node: GraphNode) -> str:
    name = path_of(node.name) or (node.outputs[0] if node.outputs else "")
    return f"{short(node.op)} ({short(name)})" if name else short(node.op)
