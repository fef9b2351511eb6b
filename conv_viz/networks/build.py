"""Writing a network down in code: one layer after the other, with names and joints."""

from __future__ import annotations

from typing import Any

from conv_viz.layers.conv import ConvSpec
from conv_viz.networks.graph import INPUT, Network, Node
from conv_viz.networks.joints import Add, Concat
from conv_viz.networks.operations import BatchNorm2d, Pointwise


class Builder:
    """Collects nodes; each method returns the name of what it has added, to be read by a later one.

    >>> net = Builder()
    >>> a = net.put("a", ConvSpec(3, 8, 3, padding=1))
    >>> b = net.put("b", ConvSpec(3, 8, 1), "input")
    >>> net.add("sum", a, b), net.network().names
    ('sum', ('a', 'b', 'sum'))
    """

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self.last = INPUT

    def put(self, name: str, operation: Any, *reads: str) -> str:
        """An operation that reads these, or the one before it."""
        self.nodes.append(Node(name, operation, reads or (self.last,)))
        self.last = name
        return name

    def relu(self, name: str, kind: str = "ReLU") -> str:
        """An activation."""
        return self.put(name, Pointwise(kind))

    def add(self, name: str, *reads: str) -> str:
        """The sum of these."""
        return self.put(name, Add(), *reads)

    def concat(self, name: str, *reads: str) -> str:
        """The channels of all of these."""
        return self.put(name, Concat(), *reads)

    def conv_norm(
        self, path: str, into: int, out: int, kernel: Any, stride: int = 1, padding: Any = 0, *,
        reads: str = "", groups: int = 1, act: str = "ReLU", eps: float = 1e-5,
    ) -> str:  # fmt: skip
        """Convolution without bias, batch norm, activation, under names that begin with `path`."""
        self.put(
            f"{path}.conv",
            ConvSpec(into, out, kernel, stride=stride, padding=padding, groups=groups, bias=False),
            *([reads] if reads else []),
        )
        self.put(f"{path}.norm", BatchNorm2d(out, eps=eps))
        return self.relu(f"{path}.act", act) if act else self.last

    def network(self) -> Network:
        """All of it."""
        return Network.of(self.nodes)
