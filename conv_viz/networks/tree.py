"""The modules of a pasted text as a tree: ``nn.Sequential(...)`` as code, or what ``print(model)`` writes.

Brackets and words are those that `conv_viz.text.calls` finds; nothing is evaluated.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from conv_viz.limits import NETWORK_LAYERS
from conv_viz.networks.calls import LAYERS
from conv_viz.networks.graph import NetworkError
from conv_viz.text.calls import LABEL, MAX_OPEN, TOKEN, Call
from conv_viz.text.printed import as_call

SEQUENTIAL = "Sequential"
LISTS = ("ModuleList", "ModuleDict")
REPEATED = re.compile(r"\((?P<first>\d{1,4})-(?P<last>\d{1,4})\): (?P<times>\d{1,4}) x $")
MAX_CALL = 2_000
CAPITAL = re.compile(r"[A-Z]\w*$")


@dataclass
class Module:
    """A module of a text: its class `kind`, its `name` in its parent, its parts; a layer has a `call` and no parts."""

    kind: str
    name: str
    line: int
    parts: list[Module] = field(default_factory=list)
    call: Call | None = None
    times: int = 1

    @property
    def printed(self) -> bool:
        """Whether it is the class of somebody's own, whose forward() the text does not tell."""
        return self.call is None and self.kind not in (SEQUENTIAL, *LISTS, "")

    def kinds(self) -> set[str]:
        """Classes of somebody's own in it, itself left out."""
        return {part.kind for part in self.parts if part.printed} | {k for part in self.parts for k in part.kinds()}


def read_tree(text: str) -> Module:
    """The modules of a text below a nameless root; raises `NetworkError` when there are too many.

    >>> root = read_tree("nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU())")
    >>> [part.kind for part in root.parts[0].parts]
    ['Conv2d', 'ReLU']
    >>> printed = read_tree("Net(\\n  (c): Conv2d(3, 8, kernel_size=(3, 3), stride=(1, 1))\\n  (r): ReLU()\\n)")
    >>> [(part.name, part.kind) for part in printed.parts[0].parts]
    [('c', 'Conv2d'), ('r', 'ReLU')]
    """
    root = Module("", "", 1)
    stack: list[tuple[Module | None, int]] = []  # the module of each open bracket, if it is one, and where it begins
    modules = [root]
    line, at, count = 1, 0, 0
    for token in TOKEN.finditer(text):
        line += text.count("\n", at, token.start())
        at = token.start()
        if token.lastgroup == "open":
            if len(stack) == MAX_OPEN:
                raise NetworkError("The text has more brackets inside each other than a network needs.")
            kind = (token["name"] or "").rpartition(".")[2]
            module = _module(text, token.start(), kind, line, modules[-1])
            if module:
                count += 1
                if count > 4 * NETWORK_LAYERS:
                    raise NetworkError(f"The text has more than {4 * NETWORK_LAYERS:,} modules.")
                modules[-1].parts.append(module)
                modules.append(module)
            stack.append((module, token.start()))
        elif token.lastgroup == "close" and stack:
            module, start = stack.pop()
            if module is None:
                continue
            modules.pop()
            if module.kind in LAYERS:
                module.parts.clear()
                written = as_call(text[start : min(token.end(), start + MAX_CALL)])
                callee = text[start : start + text[start : token.end()].index("(")].strip()
                module.call = Call(callee, written, module.line, module.name, start)
    return root


def _module(text: str, start: int, kind: str, line: int, parent: Module) -> Module | None:
    """The module that a bracket opens; None for a tuple, a list, a dictionary or an argument."""
    if parent.kind in LAYERS or not CAPITAL.fullmatch(kind) or kind == "OrderedDict":
        return None
    before = text[max(0, start - 80) : start].rstrip()
    many = REPEATED.search(before + " ")
    label = None if many else LABEL.search(before + " ") if before[-1:] in (":", "=", ",") else None
    words = (label["printed"] or label["target"] or label["key"]) if label else None
    name = (words or str(len(parent.parts))).removeprefix("self.")
    times = int(many["last"]) - int(many["first"]) + 1 if many else 1
    return Module(kind, many["first"] if many else name, line, times=max(1, min(times, NETWORK_LAYERS + 1)))
