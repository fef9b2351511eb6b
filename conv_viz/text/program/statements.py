"""A pasted text as statements: logical lines in a tree by their indentation, each parsed on its own by `ast`.

A line that does not parse stays without a node, so that half a program, or a program inside a letter, is read as
far as it goes. Length, nesting and signs of a line are bounded before `ast` sees it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

MAX_TEXT = 12_000  # characters that are cut up; the rest of a longer text is not followed
MAX_LINE = 4_000  # characters of one statement
MAX_NESTED = 16  # brackets
MAX_LINES = 400
MAX_RESTARTS = 4  # after a bracket that is never closed

PIECE = re.compile(
    r"""(?P<skip> (?<!\w)(?: \"{3} (?:[^"]|"(?!""))*+ (?:\"{3})?+ | '{3} (?:[^']|'(?!''))*+ (?:'{3})?+
                          | "(?:[^"\\\n]|\\.)*+ "?+ | '(?:[^'\\\n]|\\.)*+ '?+ ) | \#[^\n]*+ | \\\n )
      | (?P<open> [(\[{] ) | (?P<close> [)\]}] ) | (?P<end> [\n;] )""",
    re.VERBOSE | re.ASCII,
)
TARGET = re.compile(r"([A-Za-z_][\w.]{0,60})[ \t]*[-+*/@]?=(?!=)")
CLAUSE = re.compile(r"(?:else|elif|except|finally)\b")
DEEP = re.compile(r"(?:[-+~][ ]*){6}|(?:\b(?:not|lambda|await|if|else)\b[^\n]{0,20}){12}")


@dataclass
class Line:
    """One statement: its indentation, where it begins in the text, its words, and the lines that stand deeper."""

    indent: int
    start: int
    text: str
    children: list[Line] = field(default_factory=list)
    _node: ast.stmt | None = None
    _parsed: bool = False

    def node(self) -> ast.stmt | None:
        """What `ast` makes of it, once; None when it is no statement or too long to be one."""
        if not self._parsed:
            self._parsed = True
            self._node = _parsed(self.text)
        return self._node

    def clause(self) -> bool:
        """Whether it goes on with another statement: ``else:``, ``except:``."""
        return CLAUSE.match(self.text) is not None

    def offset(self, node: ast.expr) -> int:
        """Where an expression of this statement begins in the text."""
        before = self.text.split("\n")
        line = before[node.lineno - 1].encode()[: node.col_offset].decode(errors="ignore")
        return self.start + sum(len(part) + 1 for part in before[: node.lineno - 1]) + len(line)


def statements(text: str) -> list[Line]:
    """The lines of a text as a tree.

    >>> tree = statements("def f(x):\\n    y = g(\\n        x)\\n    return y\\nf(1)")
    >>> [(line.text, len(line.children)) for line in tree]
    [('def f(x):', 2), ('f(1)', 0)]
    """
    top: list[Line] = []
    path: list[Line] = []
    for line in _lines(text[:MAX_TEXT]):
        while path and path[-1].indent >= line.indent:
            path.pop()
        header = path and path[-1].text.endswith(":")
        (path[-1].children if header else top).append(line)
        path.append(line)
    return top


def assigned(lines: Iterable[Line]) -> set[str]:
    """Names that lines assign, those inside them too.

    >>> sorted(assigned(statements("if a:\\n    x = 1\\nself.y += 2")))
    ['self.y', 'x']
    """
    found: set[str] = set()
    waiting = list(lines)
    while waiting:
        line = waiting.pop()
        waiting += line.children
        if match := TARGET.match(line.text):
            found.add(match[1])
    return found


def _lines(text: str) -> Iterator[Line]:
    """Logical lines: a bracket that is open carries on. One that is never closed ends with its line."""
    begin = count = restarts = 0
    while begin < len(text) and restarts <= MAX_RESTARTS:
        for start, end in _spans(text, begin):
            begin = end + 1
            whole = text[start:end]
            if stripped := whole.strip():
                indent = len(whole) - len(whole.lstrip())
                newline = whole.rfind("\n", 0, indent) + 1
                yield Line(indent - newline, start + indent, stripped)
                count += 1
                if count == MAX_LINES:
                    return
        newline = text.find("\n", begin)
        begin = newline + 1 if newline >= 0 else len(text)
        restarts += 1


def _spans(text: str, begin: int) -> Iterator[tuple[int, int]]:
    """Begin and end of each logical line, up to the last one whose brackets are closed; comments behind it are cut."""
    depth, comment = 0, -1
    for piece in PIECE.finditer(text + "\n", begin):
        if piece["open"]:
            depth += 1
        elif piece["close"]:
            depth = max(0, depth - 1)
        elif depth == 0 and piece["skip"] and piece["skip"][0] == "#":
            comment = piece.start()
        elif depth == 0 and piece["end"]:
            if comment >= 0:  # its end is the line's, so that nothing of it is read again
                yield begin, comment
            else:
                yield begin, piece.start()
            begin, comment = piece.end(), -1


def _parsed(text: str) -> ast.stmt | None:
    if len(text) > MAX_LINE or _nested(text) > MAX_NESTED or DEEP.search(text) or CLAUSE.match(text):
        return None
    try:
        body = ast.parse(text + " pass" if text.endswith(":") else text).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return body[0] if len(body) == 1 else None


def _nested(text: str) -> int:
    most = depth = 0
    for sign in text:
        if sign in "([{":
            depth += 1
            most = max(most, depth)
        elif sign in ")]}":
            depth -= 1
    return most
