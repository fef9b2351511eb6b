"""The calls in a pasted text: found by brackets, named by what surrounds them, read by `ast`.

A text that people paste is seldom a program: half a class, a printed model, a traceback, a
chat message. So only the calls of interest are cut out, in one pass over the brackets,
and each is parsed on its own. Every pattern here is possessive or bounded: the pass costs
time in proportion to the text, whatever it holds.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from conv_viz.text.printed import CHILD, as_call

MAX_CALL = 1_500  # characters of one call
MAX_CALLS = 200  # ResNet-152 has 155 convolutions
MAX_NUMBER = 1_000_000  # larger sizes and channel counts belong to no layer
MAX_DEPTH = 12  # brackets and signs inside one argument
MAX_SIGNS = 120  # of them in one call
MAX_NAME = 60  # characters of an expression that is asked for by name
MAX_OPEN = 100  # brackets open at once in the whole text

PROMPT = re.compile(
    r"^(?:>>> ?|\.\.\. ?|> |In \[\d{1,5}\]: ?|Out\[\d{1,5}\]: ?|[ \t]{0,20}\.\.\.: ?|-{1,8}> ?\d{1,6} |[+-](?=\s))",
    re.MULTILINE,
)
TOKEN = re.compile(
    r"""(?P<skip> (?<!\w)(?: \"{3} (?:[^"]|"(?!""))*+ (?:\"{3})?+ | '{3} (?:[^']|'(?!''))*+ (?:'{3})?+
                          | "(?:[^"\\\n]|\\.)*+ "?+ | '(?:[^'\\\n]|\\.)*+ '?+ ) | \#[^\n]*+ )
      | (?P<open> (?: (?<![\w.]) (?P<name>[A-Za-z_][\w.]*+) [ \t]*+ )?+ [(\[{] )
      | (?P<close> [)\]}] )
      | (?P<comma> , )""",
    re.VERBOSE | re.ASCII,
)
LABEL = re.compile(
    r"""(?: \( (?P<printed>[\w.-]+) \): [ ]* (?:\d+[ ]x[ ])?                        # (conv1): Conv2d
        | (?P<target>[A-Za-z_][\w.]*) [ ]* (?::[ ]*[\w.]+[ ]*)? \+?= [ ]*            # self.conv1 = Conv2d
        | ["'](?P<key>[\w.]+)["'] [ ]* [,:] \s*                                      # ("conv1", Conv2d
        )$""",
    re.VERBOSE,
)
ASSIGNED = re.compile(
    r"""^ [ \t]*+ (?P<name>(?:self\.)?[A-Za-z_]\w*+) [ \t]*+ [-+*/]?=(?!=) [ \t]*+
         (?P<value> \d{1,9} (?= [ \t]*+ (?:\#[^\n]*+)? $ ) )?""",
    re.MULTILINE | re.VERBOSE | re.ASCII,
)
CONTAINERS = ("Sequential", "ModuleList")
DEFINITION = re.compile(r"(?:class|def)[ \t]+$")


class Unreadable(ValueError):
    """An argument that is not plain numbers: one sentence."""


class Unknown(Unreadable):
    """Arguments that use variables, `names`, whose values the text does not give."""

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        super().__init__(f"The value of {listed(names)} is not in the text.")


class _Open(NamedTuple):
    """A bracket that is still open: whose call (or the bracket itself), where it begins, commas so far."""

    callee: str
    start: int
    commas: list[int]


@dataclass(frozen=True)
class Call:
    """One call: who is called, as the text has it, in which line, under which name, and where it begins."""

    callee: str
    text: str
    line: int
    name: str
    start: int = -1

    @property
    def function(self) -> str:
        """Last part of what is called: ``Conv2d`` of ``torch.nn.Conv2d``."""
        return self.callee.rpartition(".")[2]

    @property
    def prefix(self) -> str:
        """What stands before it: ``torch.nn`` of ``torch.nn.Conv2d``."""
        return self.callee.rpartition(".")[0]

    def arguments(
        self,
        values: Mapping[str, Any],
        words: tuple[str, ...] = (),
        *,
        skip: Callable[[str], bool] = lambda name: False,
    ) -> tuple[list[Any], dict[str, Any]]:
        """Positional and keyword arguments as plain values.

        `values` gives variables by name; `words` are names that mean themselves, as a
        printed layer writes ``padding=same``; keywords for which `skip` is true are left
        out unread. Raises `Unknown` with every variable that has
        no value, and `Unreadable` for what is no plain number, word or tuple.

        >>> call = find_calls("nn.Conv2d(3, 2 * width, kernel_size=(3, 3), padding=same)", {"Conv2d"})[0]
        >>> call.arguments({"width": 8}, words=("same",))
        ([3, 16], {'kernel_size': (3, 3), 'padding': 'same'})
        """
        if sum(map(self.text.count, "([{+-*/~.")) > MAX_SIGNS:  # deep nesting costs `ast` much time
            raise Unreadable("It holds more brackets and signs than a layer needs.")
        try:
            node: Any = ast.parse(self.text.strip(), mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            raise Unreadable("It is not written as Python writes a call.") from None
        if not isinstance(node, ast.Call):
            raise Unreadable("It is not written as Python writes a call.")
        if any(isinstance(a, ast.Starred) for a in node.args) or any(k.arg is None for k in node.keywords):
            raise Unreadable("*args and **kwargs cannot be read; write the arguments out.")
        given = {**values, **{word: word for word in words}}
        reader = _Reader(given)
        positional = [reader.value(argument) for argument in node.args]
        keywords = [(str(keyword.arg), keyword.value) for keyword in node.keywords]
        named = {name: reader.value(value) for name, value in keywords if not skip(name)}
        if len(named) < sum(not skip(name) for name, _ in keywords):
            raise Unreadable("An argument is given twice.")
        if reader.unknown:
            raise Unknown(tuple(dict.fromkeys(reader.unknown)))
        return positional, named


@dataclass
class _Reader:
    """Turns argument nodes into values: literals, given names, and + − * // of whole numbers."""

    given: Mapping[str, Any]
    unknown: list[str] = field(default_factory=list)

    def value(self, node: ast.expr, depth: int = 0) -> Any:
        """The value of a node; an unknown variable is noted and read as 1."""
        if depth > MAX_DEPTH:
            raise Unreadable("An argument is nested too deeply to be a layer's.")
        match node:
            case ast.Constant(value=value):
                return self._number(value)
            case ast.UnaryOp(op=ast.USub(), operand=inner):
                value = self.value(inner, depth + 1)
                if isinstance(value, int | float):
                    return -value
            case ast.Tuple(elts=parts) | ast.List(elts=parts):
                return tuple(self.value(part, depth + 1) for part in parts)
            case ast.BinOp(left=left, op=op, right=right):
                return self._sum(self.value(left, depth + 1), op, self.value(right, depth + 1))
            case ast.Call(func=ast.Name(id="int"), args=[inner], keywords=[]):  # int(channels) is just a number
                return self.value(inner, depth + 1)
            case ast.Name() | ast.Attribute() | ast.Subscript() | ast.Call():
                return self._named(node)
        raise Unreadable("An argument is no plain number, word or pair of numbers.")

    def _named(self, node: ast.expr) -> Any:
        if node.lineno != node.end_lineno or (node.end_col_offset or 0) - node.col_offset > MAX_NAME:
            raise Unreadable("An argument is an expression too long to be asked for; write its value instead.")
        name = ast.unparse(node)
        if name in self.given:
            return self._number(self.given[name])
        self.unknown.append(name)
        return 1

    def _sum(self, left: Any, op: ast.operator, right: Any) -> Any:
        if not (isinstance(left, int) and isinstance(right, int)):
            raise Unreadable("An argument computes with something else than whole numbers.")
        match op:
            case ast.Add():
                return self._number(left + right)
            case ast.Sub():
                return self._number(left - right)
            case ast.Mult():
                return self._number(left * right)
            case ast.FloorDiv() if right:
                return left // right
        raise Unreadable("Only +, -, * and // of whole numbers are read in an argument.")

    @staticmethod
    def _number(value: Any) -> Any:
        if isinstance(value, int) and abs(value) > MAX_NUMBER:
            raise Unreadable(f"It has a number above {MAX_NUMBER:,}, which no layer here can have.")
        if isinstance(value, bytes | complex) or value is Ellipsis:
            raise Unreadable("An argument is no plain number, word or pair of numbers.")
        return value


def find_calls(text: str, functions: Container[str]) -> list[Call]:
    """Every call of these functions, in the order in which they end, at most `MAX_CALLS`.

    Names come from assignment, key, printed label or place: ``features.3``.

    >>> text = "self.net = nn.Sequential(nn.Conv2d(3, 8, 3), nn.ReLU(), nn.Conv2d(8, 8, 3))"
    >>> [(call.name, call.line) for call in find_calls(text, {"Conv2d"})]
    [('net.0', 1), ('net.2', 1)]
    """
    newlines = [match.start() for match in re.finditer("\n", text)]
    stack: list[_Open] = []
    labels: dict[int, str] = {}
    calls: list[Call] = []
    budget = len(text) + 2 * MAX_CALL  # characters given to `ast`; a call inside another is given twice
    last_layer = -1  # where the last layer began: what is wrapped around a layer is no layer itself
    for token in TOKEN.finditer(text):
        kind = token.lastgroup
        if kind == "open":
            if len(stack) == MAX_OPEN:
                break
            name = token["name"]
            stack.append(_Open(name or token["open"], token.start(), [0]))
        elif kind == "comma" and stack:
            stack[-1].commas[0] += 1
        elif kind == "close" and stack:
            callee, start, _ = opened = stack.pop()
            if callee.rpartition(".")[2] not in functions or DEFINITION.search(text, max(0, start - 8), start):
                continue
            if text[start + len(callee) : start + len(callee) + 20].lstrip()[:1] == "[":
                continue  # onnx::Conv[...] is no call
            child = CHILD.search(text, start, min(token.end(), start + MAX_CALL))
            length = (child.start() if child else token.end()) - start
            if length <= min(MAX_CALL, budget) and not (last_layer > start and "onv" in callee):
                budget -= length
                last_layer = start if "onv" in callee else last_layer
                line = bisect_left(newlines, start) + 1
                written = as_call(text[start : child.end() if child else token.end()])
                calls.append(Call(callee, written, line, _name(text, [*stack[-8:], opened], labels), start))
            if len(calls) == MAX_CALLS:
                break
    return calls


def _name(text: str, path: list[_Open], labels: dict[int, str]) -> str:
    """Dotted name of the innermost call, from the outermost bracket inwards; `labels` remembers them by place."""
    words = []
    for parent, (callee, start, _) in zip([None, *path], path, strict=False):
        if start not in labels:
            before = text[max(0, start - 60) : start].rstrip()
            match = LABEL.search(before + " ") if before[-1:] in (":", "=", ",") else None
            labels[start] = (match["printed"] or match["target"] or match["key"]) if match else ""
        word = labels[start].removeprefix("self.") or _place(parent, callee)
        words += [word] if word else []
    return ".".join(words)[:80]


def _place(parent: _Open | None, callee: str) -> str:
    """The index of a module inside a container."""
    if parent is None or callee[-1] in "([{" or callee.rpartition(".")[2] in ("OrderedDict", "dict"):
        return ""
    inside = parent.callee == "[" or parent.callee.rpartition(".")[2] in CONTAINERS
    return str(parent.commas[0]) if inside else ""


def without_prompts(text: str) -> str:
    """The text without interpreter prompts, quote marks and traceback arrows; lines keep their numbers.

    >>> without_prompts(">>> nn.Conv2d(3,\\n...           8, 3)")
    'nn.Conv2d(3,\\n          8, 3)'
    """
    return PROMPT.sub("", text)


def constants(text: str) -> dict[str, int]:
    """Whole numbers that the text gives a name, once and only once.

    >>> constants("nc = 3\\nndf = 64  # filters\\nk = 3\\nk = 5\\nself.inplanes = 64")
    {'nc': 3, 'ndf': 64, 'self.inplanes': 64}
    """
    found: dict[str, list[str | None]] = {}
    for match in ASSIGNED.finditer(text):
        found.setdefault(match["name"], []).append(match["value"])
    return {name: int(seen[0]) for name, seen in found.items() if len(seen) == 1 and seen[0] is not None}


def listed(names: tuple[str, ...] | list[str]) -> str:
    """Names in words.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
