"""A network as a value: named operations, each with the names of what it reads."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conv_viz.limits import NETWORK_LAYERS
from conv_viz.networks.joints import Joint
from conv_viz.text.calls import listed

INPUT = "input"
"""The name of the network's input."""


class NetworkError(ValueError):
    """A network that cannot be: one sentence with the rule, the values and a way out."""


@dataclass(frozen=True)
class Node:
    """One operation of a network: its `name`, and the names of the nodes that it `reads`."""

    name: str
    operation: Any
    reads: tuple[str, ...] = (INPUT,)


@dataclass(frozen=True)
class Network:
    """Operations as a graph without cycles, each after those that it reads. Made by `Network.of`.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.networks.joints import Add
    >>> from conv_viz.networks.operations import Pointwise
    >>> net = Network.of([Node("a", ConvSpec(3, 3, 3, padding=1)), Node("sum", Add(), ("a", "input"))])
    >>> net.output, net.is_chain
    ('sum', False)
    """

    nodes: tuple[Node, ...]

    @classmethod
    def of(cls, nodes: Iterable[Node]) -> Network:
        """A network of these nodes, in any order; raises `NetworkError` for what is no graph."""
        given = list(nodes)
        if not given:
            raise NetworkError("A network needs a layer; this one has none.")
        if len(given) > NETWORK_LAYERS:
            raise NetworkError(f"The network has {len(given):,} layers; at most {NETWORK_LAYERS:,} are read.")
        _check_names(given)
        return cls(tuple(_sorted(given)))

    @classmethod
    def chain(cls, operations: Iterable[Any | tuple[str, Any]]) -> Network:
        """One operation after the other, with names or numbered from 0, as ``nn.Sequential`` counts.

        >>> from conv_viz.networks.operations import Flatten, Linear
        >>> Network.chain([Flatten(), ("fc", Linear(4, 2))]).names
        ('0', 'fc')
        """
        nodes, before = [], INPUT
        for i, part in enumerate(operations):
            name, operation = part if isinstance(part, tuple) else (str(i), part)
            nodes.append(Node(name, operation, (before,)))
            before = name
        return cls.of(nodes)

    @property
    def names(self) -> tuple[str, ...]:
        """In the order in which they run."""
        return tuple(node.name for node in self.nodes)

    @property
    def output(self) -> str:
        """The last operation."""
        return self.nodes[-1].name

    @property
    def is_chain(self) -> bool:
        """Whether each operation reads the one before it and nothing else."""
        return all(node.reads == (before,) for node, before in zip(self.nodes, (INPUT, *self.names), strict=False))

    @cached_property
    def index(self) -> dict[str, int]:
        """Where each name stands; the input is -1."""
        return {INPUT: -1, **{node.name: i for i, node in enumerate(self.nodes)}}

    def until(self, name: str) -> Network:
        """Only what the node of this name needs."""
        wanted, kept = {name}, []
        for node in reversed(self.nodes):
            if node.name in wanted:
                wanted |= set(node.reads)
                kept.append(node)
        return Network(tuple(reversed(kept)))

    def replaced(self, name: str, operation: Any) -> Network:
        """The same graph with another operation in one place."""
        return Network(
            tuple(Node(n.name, operation, n.reads) if n.name == name else n for n in self.nodes),
        )


def _check_names(nodes: Sequence[Node]) -> None:
    names = [node.name for node in nodes]
    known = {INPUT, *names}
    if len(known) <= len(names):
        twice = next(name for name in names if names.count(name) > 1 or name == INPUT)
        raise NetworkError(f"Two layers are called {twice!r}; each needs a name of its own.")
    for node in nodes:
        missing = [name for name in node.reads if name not in known]
        if missing:
            raise NetworkError(f"{node.name} reads {listed(missing)}, which is no layer of this network.")
        joint = isinstance(node.operation, Joint)
        if joint and len(node.reads) < 2:
            raise NetworkError(f"{node.name} joins two or more layers, but reads {listed(node.reads) or 'none'}.")
        if not joint and len(node.reads) != 1:
            raise NetworkError(
                f"{node.name} reads {len(node.reads)} layers, but {node.operation.kind} reads one; "
                "join them with add(), multiply() or concat()."
            )


def _sorted(nodes: Sequence[Node]) -> list[Node]:
    """Each after what it reads, otherwise as they stand; raises `NetworkError` with the cycle."""
    done, order, waiting = {INPUT}, [], list(nodes)
    while waiting:
        later = []
        for node in waiting:
            if done.issuperset(node.reads):
                done.add(node.name)
                order.append(node)
            else:
                later.append(node)
        if len(later) == len(waiting):
            raise NetworkError(f"{_cycle(later)} is a cycle: no layer can wait for its own output.")
        waiting = later
    return order


def _cycle(nodes: Sequence[Node]) -> str:
    reads = {node.name: node.reads for node in nodes}
    path = [nodes[0].name]
    while path[-1] not in path[:-1]:
        path.append(next(name for name in reads[path[-1]] if name in reads))
    names = path[path.index(path[-1]) :][::-1]
    shown = names if len(names) <= 6 else [*names[:3], "…", *names[-2:]]
    return " → ".join(shown)
