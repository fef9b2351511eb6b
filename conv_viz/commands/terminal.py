"""What a terminal cannot show, and output that nobody takes: a full disk, a reader of a pipe that has left."""

from __future__ import annotations

import codecs
import io
import os
import sys
from contextlib import suppress
from typing import TextIO

PLAIN = {
    "⌊": "floor(",
    "⌋": ")",
    "·": "*",
    "×": "x",
    "−": "-",
    "–": "-",
    "→": "->",
    "…": "...",
    "‹": "<",
    "›": ">",
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
}
CANNOT_BE_WRITTEN = "The output cannot be written: {}."


def spelled(error: UnicodeError) -> tuple[str, int]:
    r"""An error handler for an encoding: signs that it has no place for, in letters that every encoding has.

    >>> "⌊(7 + 2·1) / 2⌋ − 1 → 4 × ☃".encode("ascii", "conv_viz.spelled")
    b'floor((7 + 2*1) / 2) - 1 -> 4 x ?'
    >>> "⌊2·1⌋".encode("cp1252", "conv_viz.spelled")
    b'floor(2\xb71)'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_letters, error.object[error.start : error.end])), error.end


def _letters(sign: str) -> str:
    """A byte of a file's name that is no letter comes as a surrogate."""
    return f"\\x{ord(sign) - 0xDC00:02x}" if "\udc80" <= sign <= "\udcff" else PLAIN.get(sign, "?")


codecs.register_error("conv_viz.spelled", spelled)


def spell(*streams: TextIO | None) -> None:
    """What these streams cannot encode they write in plain letters from now on, instead of failing."""
    for stream in streams:
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="conv_viz.spelled")


def tell(text: str, end: str = "\n") -> None:
    """A word on stderr. Never fails: who has closed it does not want it."""
    with suppress(OSError, ValueError):
        print(text, end=end, file=sys.stderr, flush=True)


def flush() -> None:
    """Write what is still waiting in stdout; raises `OSError` where that cannot be."""
    if sys.stdout is not None:
        sys.stdout.flush()


def close_output() -> None:
    """Drop what cannot be written: Python would try again at its end, and complain."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)


def sentence(error: OSError) -> str:
    """What the system refuses, in one sentence.

    >>> sentence(OSError(28, "No space left on device"))
    'The output cannot be written: No space left on device.'
    >>> sentence(PermissionError(13, "Permission denied", "a.npy"))
    'a.npy: Permission denied.'
    """
    why = error.strerror or str(error)
    return CANNOT_BE_WRITTEN.format(why) if error.filename is None else f"{os.fsdecode(error.filename)}: {why}."
