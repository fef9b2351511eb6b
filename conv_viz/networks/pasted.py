"""A pasted text -> a network, with what was assumed and what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from conv_viz.layers.values import ConvSpecError
from conv_viz.limits import NETWORK_LAYERS, NETWORK_TEXT
from conv_viz.networks.calls import read_operation
from conv_viz.networks.graph import INPUT, Network, NetworkError, Node
from conv_viz.networks.joints import Add, Concat
from conv_viz.networks.listing import is_listing, read_listing
from conv_viz.networks.operations import Flatten, Linear
from conv_viz.networks.tree import LISTS, SEQUENTIAL, Module, read_tree
from conv_viz.text.calls import constants, listed, without_prompts
from conv_viz.text.tidy import tidy

JOINS = {
    "chain": "one after the other",
    "residual": "the block's input is added to its output",
    "dense": "the block's input is concatenated with its output",
}
"""How the parts of a block may go together, where the text does not tell."""
SHORTCUTS = ("downsample", "shortcut", "skip")
"""Names of parts that stand beside a block's others, on the way around them."""
EXAMPLE = "nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())"


@dataclass(frozen=True)
class PastedNetwork:
    """What a text says: the network, sentences to show, and the classes whose parts it does not say how to join."""

    network: Network
    notes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()


def read_network(text: str, joins: str = "") -> PastedNetwork:
    """Read ``nn.Sequential(...)``, ``print(model)``, or one layer a line; raises `NetworkError` with one sentence.

    `joins` says how the parts of a block of somebody's own go together: a key of `JOINS`.

    >>> read_network("nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.MaxPool2d(2))").network.names
    ('0', '1', '2')
    >>> block = "Net(\\n  (b): Block(\\n    (c): Conv2d(3, 3, kernel_size=(1, 1), stride=(1, 1))\\n  )\\n)"
    >>> read_network(block).asked, read_network(block, "residual").network.names
    (('Block',), ('b.c', 'b.add'))
    """
    if len(text) > NETWORK_TEXT:
        raise NetworkError(f"The text is {len(text):,} characters long; at most {NETWORK_TEXT:,} are read.")
    text = without_prompts(tidy(text))
    if not text.strip():
        raise NetworkError(f"There is nothing to read; paste something like {EXAMPLE}.")
    if is_listing(text):
        return PastedNetwork(read_listing(text))
    root = read_tree(text)
    outer = _outer(root)
    reader = _Reader(constants(text), joins)
    end = reader.parts(outer.parts, "", INPUT)
    if not reader.nodes:
        raise NetworkError(f"No layer was found in the text; paste something like {EXAMPLE}.")
    asked = tuple(sorted(outer.kinds()))
    assert end
    return PastedNetwork(Network.of(reader.nodes), tuple(reader.said(outer, asked)), asked)


def _outer(root: Module) -> Module:
    """The one container that holds everything, without which names are shorter."""
    while len(root.parts) == 1 and root.parts[0].call is None and root.parts[0].parts and root.parts[0].times == 1:
        inner = root.parts[0]
        if root.kind and inner.kind not in (SEQUENTIAL, *LISTS):
            break
        root = inner
    return root


class _Reader:
    """Turns a tree into nodes, in the order of the text."""

    def __init__(self, values: Mapping[str, int], joins: str) -> None:
        self.values = values
        self.joins = joins
        self.nodes: list[Node] = []
        self.notes: list[str] = []

    def parts(self, parts: list[Module], path: str, before: str) -> str:
        """Parts one after the other; the name of the last node."""
        for part in parts:
            for i in range(part.times):
                name = part.name if part.times == 1 else str(int(part.name) + i)
                before = self.module(part, f"{path}{name}", before)
        return before

    def module(self, module: Module, name: str, before: str) -> str:
        """A layer or a container; the name of its last node."""
        if module.call:
            return self.layer(module, name, before)
        if not module.parts:
            self._say(f"{name}: {module.kind}() is not known in a network here and was left out.")
            return before
        if not module.printed or self.joins in ("", "chain"):
            return self.parts(module.parts, f"{name}.", before)
        return self.block(module, name, before)

    def block(self, module: Module, name: str, start: str) -> str:
        """A block of somebody's own, whose input goes around it, through the part that is called after that."""
        around = [part for part in module.parts if part.name in SHORTCUTS]
        within = [part for part in module.parts if part.name not in SHORTCUTS]
        end = self.parts(within, f"{name}.", start)
        beside = self.parts(around, f"{name}.", start)
        if end == beside:
            return end
        joint, word = (Concat(), "concat") if self.joins == "dense" else (Add(), "add")
        return self._put(f"{name}.{word}", joint, (end, beside))

    def layer(self, module: Module, name: str, before: str) -> str:
        """One layer; before the first Linear the flattening that ``print(model)`` does not show."""
        assert module.call is not None
        try:
            operation = read_operation(module.call, self.values)
        except ConvSpecError as error:
            raise NetworkError(f"{name}: {error}") from None
        except ValueError as error:
            raise NetworkError(f"{name} in line {module.line}: {error}") from None
        flat = any(isinstance(node.operation, Flatten | Linear) for node in self.nodes)
        if isinstance(operation, Linear) and not flat and self.nodes and "." not in module.call.callee:
            self._say(f"nn.Flatten() was put before {name}: print(model) does not show a flattening in forward().")
            before = self._put("flatten", Flatten(), (before,))
        return self._put(name, operation, (before,))

    def said(self, outer: Module, asked: tuple[str, ...]) -> list[str]:
        """The notes, those about what the text cannot tell first."""
        notes = list(self.notes)
        if asked and not self.joins:
            notes.insert(
                0,
                f"The text does not tell what forward() of {listed(list(asked[:6]))} does; it is read as one layer "
                "after the other. Say how a block's parts are joined, or show the model from Python, where torch.fx "
                "knows.",
            )
        elif outer.printed:
            notes.insert(0, f"{outer.kind} is read as one layer after the other; its forward() is not in the text.")
        return notes

    def _put(self, name: str, operation: object, reads: tuple[str, ...]) -> str:
        if len(self.nodes) >= NETWORK_LAYERS:
            raise NetworkError(f"The network has more than {NETWORK_LAYERS:,} layers.")
        self.nodes.append(Node(name, operation, reads))
        return name

    def _say(self, sentence: str) -> None:
        if sentence not in self.notes and len(self.notes) < 8:
            self.notes.append(sentence)
