"""A network as text, one layer a line: ``name: nn.Conv2d(3, 8, 3)``, and behind an arrow what it reads.

Without an arrow a layer reads the line before it. This is what is built by hand, and what stands in an address.
"""

from __future__ import annotations

import re

from conv_viz.layers.values import ConvSpecError
from conv_viz.limits import NETWORK_TEXT
from conv_viz.networks.calls import read_line
from conv_viz.networks.graph import INPUT, Network, NetworkError, Node

LINE = re.compile(r"(?:(?P<name>[\w.\-/]{1,80})[ \t]*:)?(?P<code>[^:←]*\))[ \t]*(?:(?:<-|←)(?P<reads>[^:]*))?")
ARROW = "<-"


def is_listing(text: str) -> bool:
    """Whether a text is such a listing: every line that is not empty looks like one.

    >>> is_listing("a: nn.ReLU()"), is_listing("nn.Sequential(\\n  nn.ReLU()\\n)")
    (True, False)
    """
    lines = [line for line in text.splitlines() if line.strip()]
    return bool(lines) and all(LINE.fullmatch(line.strip()) and "Sequential" not in line for line in lines)


def read_listing(text: str) -> Network:
    """The network; raises `NetworkError` with the line.

    >>> net = read_listing("a: nn.Conv2d(3, 3, 1)\\nb: nn.ReLU()\\nsum: add() <- b, input")
    >>> net.names, net.nodes[2].reads
    (('a', 'b', 'sum'), ('b', 'input'))
    """
    if len(text) > NETWORK_TEXT:
        raise NetworkError(f"The text is {len(text):,} characters long; at most {NETWORK_TEXT:,} are read.")
    nodes: list[Node] = []
    before = INPUT
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        found = LINE.fullmatch(line.strip())
        if not found:
            raise NetworkError(f"Line {number} is no layer; write it like conv1: nn.Conv2d(3, 8, 3).")
        try:
            operation = read_line(found["code"])
        except ConvSpecError as error:
            raise NetworkError(f"Line {number}: {error}") from None
        reads = tuple(filter(None, re.split(r"[,\s]+", found["reads"] or ""))) or (before,)
        before = found["name"] or str(len(nodes))
        nodes.append(Node(before, operation, reads))
    return Network.of(nodes)


def write_listing(network: Network) -> str:
    """The text of a network, which `read_listing` reads as the same.

    >>> from conv_viz.networks.presets import PRESETS
    >>> resnet = PRESETS["resnet18"].network
    >>> read_listing(write_listing(resnet)) == resnet
    True
    """
    lines, before = [], INPUT
    for node in network.nodes:
        reads = "" if node.reads == (before,) else f" {ARROW} {', '.join(node.reads)}"
        lines.append(f"{node.name}: {node.operation.code()}{reads}")
        before = node.name
    return "\n".join(lines)
