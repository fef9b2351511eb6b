"""The graph of an ONNX file -> a network, as far as every layer before a node is known."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.limits import NETWORK_LAYERS
from conv_viz.models.graph import Graph, GraphNode
from conv_viz.models.onnx_activations import PLACES, SAME, Samples, activation_of
from conv_viz.models.onnx_activations import made as samples_of
from conv_viz.models.onnx_met import Met, Unknown, uniform
from conv_viz.models.onnx_norms import Norms
from conv_viz.models.onnx_numbers import computed, constants_of, shape_of
from conv_viz.models.onnx_operations import MAKERS
from conv_viz.models.paths import path_of
from conv_viz.networks.graph import INPUT, Network, NetworkError, Node
from conv_viz.networks.joints import Concat, Elementwise, Joint
from conv_viz.networks.norms import GroupNorm
from conv_viz.networks.operations import Flatten, Linear
from conv_viz.networks.resizing import Unflatten, ZeroPad2d
from conv_viz.text.calls import listed
from conv_viz.weights.header import short

ODD = re.compile(r"[^A-Za-z0-9_.\-/]+")
LONGEST = 70
"""Letters of a name: a line of a listing takes 80."""
WORDS = 160
"""Letters of why a node is not known."""
DEEPEST = 32
"""Nodes one behind the other that may make one activation; the longest, GELU by tanh, takes nine."""
STRANGE = (ValueError, TypeError, IndexError, AttributeError, ArithmeticError)
"""What comes of a node whose attributes or inputs are none of its kind: a stranger's file may hold anything."""


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


@dataclass(frozen=True, eq=False)
class _Value:
    """What a name of the graph stands for: a layer of the network, the number of its axes, its shape if it is known.

    `pending` is what looks at the layer's numbers one by one, and becomes a layer when another one reads it: several
    such nodes may be one activation.
    """

    layer: str
    rank: int
    shape: Shape | None
    pending: _Pending | None = None


@dataclass(frozen=True, eq=False)
class _Pending:
    """A node that looks at one number at a time: its values at some places, what it reads, how many stand before it."""

    node: GraphNode
    samples: Samples | None
    reads: tuple[_Value, ...]
    depth: int


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.nodes: dict[str, Node] = {}
        self.numbers: dict[str, np.ndarray] = constants_of(graph)
        self.lost: set[str] = set()
        self.missing: dict[str, str] = {}  # the title of a node that is not known -> why
        self.behind = 0
        self.placed: dict[_Pending, _Value] = {}
        self.norms = Norms(graph)
        inputs = [(name, shape) for name, shape in graph.inputs.items() if name not in graph.parameters]
        if len(inputs) != 1:
            raise NetworkError(f"A network here has one input, and the graph has {len(inputs)}.")
        ((name, shape),) = inputs
        if len(shape) not in (0, 4):
            raise NetworkError(f"A network here reads pictures, (N, C, H, W), and the graph's input has shape {shape}.")
        self.input_shape = (1, *shape[1:]) if len(shape) == 4 and all(shape[1:]) else None
        self.values = {name: _Value(INPUT, 4, self.input_shape)}
        self.widths = {INPUT: shape[1] if shape else 0}  # channels of each layer, also where sizes are left open

    def read(self, node: GraphNode) -> None:
        """One node: numbers of the graph's own, layers of the network, or nothing that is known."""
        if self.lost.intersection(node.inputs):
            self._lose(node)
        elif (numbers := self._computed(node)) is not None:
            self.numbers.update((output, numbers) for output in node.outputs[:1])
        elif node.op != "Constant":
            self.tried(node, lambda: self._value(node))

    def _computed(self, node: GraphNode) -> np.ndarray | None:
        if node.op == "Shape" and node.inputs and (value := self.values.get(node.inputs[0])):
            return shape_of(node, value.shape, value.rank)
        return computed(node, self.numbers)

    def tried(self, node: GraphNode, value: Callable[[], _Value]) -> None:
        """What a node makes, or that it is lost, and at which node that begins."""
        try:
            found = value()
        except NetworkError:
            raise
        except STRANGE as error:
            at = getattr(error, "node", None) or node
            self.missing.setdefault(_title(at), _why(error))
            self._lose(node, behind=at is not node)
            return
        for output in node.outputs[:1]:
            self.values[output] = found

    def _value(self, node: GraphNode) -> _Value:
        reads = [self.values[name] for name in node.inputs if name in self.values]
        if not reads:
            raise Unknown("reads nothing that comes from the network's input")
        if (value := self._each(node, reads)) is not None:
            return value
        return self._layers(node, [self._place(read) for read in reads])

    def _layers(self, node: GraphNode, reads: list[_Value]) -> _Value:
        """The layers of one node, one after the other."""
        made = self._made(node, reads)
        value = reads[0]
        for place, operation in enumerate(made):
            value = self._put(
                node,
                operation,
                reads if not place else [value],
                "pad" if place < len(made) - 1 and isinstance(operation, ZeroPad2d) else "",
            )
        return value

    def _made(self, node: GraphNode, reads: list[_Value]) -> Any:
        if node.op not in MAKERS:
            raise Unknown("")
        if node.op in ("Add", "Mul") and len(reads) == 1:
            return self._weighed(node, reads[0])
        if node.outputs[0] in self.norms.passed:
            return ()
        if node.op == "Reshape" and (groups := self.norms.grouped(node, self.numbers, reads[0].shape)):
            return (GroupNorm(groups.number, self.widths[reads[0].layer], groups.eps, affine=False),)
        if node.op in ("Concat", "Sum", "Add", "Mul") and len(reads) != len(node.inputs):
            raise Unknown("joins tensors of the file's own")
        made = MAKERS[node.op](self._met(node, reads[0]))
        if len(reads) > 1 and not (made and isinstance(made[0], Joint)):
            raise Unknown("reads several layers")
        return made

    def _met(self, node: GraphNode, read: _Value) -> Met:
        return Met(self.graph, node, read.rank, read.shape, self.numbers)

    def _each(self, node: GraphNode, reads: list[_Value]) -> _Value | None:
        """A node that looks at one number of one layer at a time waits for what becomes of it."""
        given = [self._samples(name) for name in node.inputs]
        if len({read.layer for read in reads}) > 1 or any(value is ... for value in given):
            return None
        samples = samples_of(node.op, given, node.attributes)
        if samples is None:
            return None
        depth = 1 + max(read.pending.depth if read.pending else 0 for read in reads)
        value = _Value(reads[0].layer, reads[0].rank, reads[0].shape, _Pending(node, samples, tuple(reads), depth))
        return value if depth < DEEPEST else self._place(value)

    def _samples(self, name: str) -> Any:
        """What a name stands for at some places: values, a single number, None for no name, ... for anything else."""
        if value := self.values.get(name):
            return value.pending.samples if value.pending else PLACES
        number = uniform(self.numbers.get(name))
        return (number if number is not None and self._is_spread(name) else ...) if name else None

    def _is_spread(self, name: str) -> bool:
        """Whether a tensor of the file makes nothing larger: it is one number, or one for each channel."""
        shape = self.graph.parameters.get(name, ())
        return math.prod(shape) == 1 or (len(shape) in (3, 4) and math.prod(shape[-2:]) == 1)

    def _place(self, value: _Value) -> _Value:
        """The value of a layer: what was pending becomes one, or several; raises `Unknown` with the node."""
        pending = value.pending
        if pending is None:
            return value
        if pending not in self.placed:
            try:
                self.placed[pending] = self._stands_for(pending)
            except NetworkError:
                raise
            except STRANGE as error:
                raise Unknown(_why(error), getattr(error, "node", None) or pending.node) from None
        return self.placed[pending]

    def _stands_for(self, pending: _Pending) -> _Value:
        """A node alone is what it is; of several, what they make together, else each by itself."""
        alone = len(pending.reads) == 1 and pending.node.op in MAKERS and pending.node.op not in ("Add", "Mul")
        if alone:
            try:
                return self._layers(pending.node, [self._place(pending.reads[0])])
            except Unknown as error:
                if activation_of(pending.samples) is None:
                    raise error
        if (known := activation_of(pending.samples)) is not None:
            root = self._root(pending)
            return root if known == SAME else self._put(pending.node, known, [root], "")
        if len(pending.reads) > 1 and pending.node.op in MAKERS:
            return self._layers(pending.node, [self._place(read) for read in pending.reads])
        raise Unknown("makes no activation that is known here")

    def _root(self, pending: _Pending) -> _Value:
        first = pending.reads[0]
        return self._root(first.pending) if first.pending else first

    def _weighed(self, node: GraphNode, read: _Value) -> tuple[()]:
        """A row of the file's own: it is the bias of a Linear, or weight and bias of a norm."""
        layer = self.nodes.get(read.layer)
        shape = next((s for name in node.inputs if (s := self.graph.parameters.get(name)) is not None), ())
        if layer and (changed := self.norms.weighed(node, layer.operation, shape)):
            self.nodes[read.layer] = replace(layer, operation=changed)
            return ()
        raise Unknown(f"{'adds' if node.op == 'Add' else 'multiplies with'} numbers of the file's own")

    def _put(self, node: GraphNode, operation: Any, reads: list[_Value], beside: str) -> _Value:
        """One layer more; raises `ConvSpecError` for one that what arrives does not fit."""
        if len(self.nodes) >= NETWORK_LAYERS:
            raise NetworkError(f"The graph has more than {NETWORK_LAYERS:,} layers.")
        shapes = [read.shape for read in reads]
        known = tuple(operation.output_shape(*shapes)) if all(shapes) else None
        rank = reads[0].rank
        if isinstance(operation, Flatten | Linear | Unflatten):
            rank = 4 if isinstance(operation, Unflatten) else 2
        if isinstance(operation, Elementwise) and len({read.rank for read in reads}) > 1:
            raise Unknown("joins shapes that differ")
        name = self._name(node, operation, beside)
        self.nodes[name] = Node(name, operation, tuple(read.layer for read in reads))
        widths = [self.widths[read.layer] for read in reads]
        joined = sum(widths) if isinstance(operation, Concat) else widths[0]
        self.widths[name] = getattr(operation, "out_channels", joined)
        return _Value(name, rank, known)

    def _name(self, node: GraphNode, operation: Any, beside: str) -> str:
        """The path of the module where the file has kept it, and the operation where it is none of a module's own."""
        weight = node.inputs[1] if node.op in ("Gemm", "MatMul") and len(node.inputs) > 1 else ""
        word = operation.kind.removeprefix("nn.").lower()
        path = path_of(node.name)
        if weight.endswith(".weight") or node.layer:
            path = node.layer or weight.removesuffix(".weight")
        elif node.name.startswith("/") and "/" not in node.name[1:]:
            path = word  # a function in the outermost forward()
        elif isinstance(operation, GroupNorm) and path.startswith("Reshape"):
            path = word  # its first node
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
        for node in self.graph.nodes:
            for name in self.graph.outputs.keys() & {*node.outputs} & self.values.keys():
                self.tried(node, lambda name=name: self._place(self.values[name]))  # type: ignore[misc]
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
