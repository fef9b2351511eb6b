"""Arguments that a shell has split: ``cmd.exe`` knows double quotes only, and hands single ones on."""

from __future__ import annotations

import re
from collections.abc import Sequence

CALL = re.compile(r"\bConv\w*\(")
SIZES = re.compile(r"'[\d\s,x×()\[\]-]+'")
HINT = "Single quotes do not hold an argument together in cmd.exe; write double quotes."


def rejoined(arguments: Sequence[str]) -> list[str]:
    """The arguments as they were meant: a layer or a shape that was split at its spaces is one again.

    Anything else stays as it is, a file's name that begins with a quote too.

    >>> rejoined(["describe", "'nn.Conv2d(3,", "10,", "padding=2)'", "--input", "'3,", "8,", "8'"])
    ['describe', 'nn.Conv2d(3, 10, padding=2)', '--input', '3, 8, 8']
    >>> rejoined(["describe", "nn.Conv2d(3,", "10,", "5)", "-o", "'my"])
    ['describe', 'nn.Conv2d(3, 10, 5)', '-o', "'my"]
    """
    waiting, done = list(arguments), []
    while waiting:
        taken, text = _first(waiting)
        done.append(text)
        del waiting[:taken]
    return done


def split(arguments: Sequence[str]) -> bool:
    """Whether an argument begins or ends with a single quote that has no partner."""
    return any(text.count("'") == 1 and (text[0] == "'" or text[-1] == "'") for text in arguments)


def _first(waiting: list[str]) -> tuple[int, str]:
    """How many arguments make the first one whole, and their text."""
    quoted = waiting[0].startswith("'")
    if quoted or CALL.search(waiting[0]):
        for taken in range(1, len(waiting) + 1):
            text = " ".join(waiting[:taken])
            if not _whole(text):
                continue
            if not quoted:
                return taken, text
            if CALL.search(text) or SIZES.fullmatch(text):
                return taken, text[1:-1]
            break
    return 1, waiting[0]


def _whole(text: str) -> bool:
    """Quotes and brackets are closed."""
    closed = not text.startswith("'") or (len(text) > 1 and text.endswith("'"))
    return closed and text.count("(") <= text.count(")")
