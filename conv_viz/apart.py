"""Work on somebody's file in a process of its own: it can be stopped, and its memory goes back when it ends.

The other process is this Python. It reads the file from its standard input and writes one line of JSON, and then bytes,
to its standard output. What ends it ends nothing else.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

PACKAGES = Path(__file__).resolve().parents[1]


class TooLong(Exception):
    """It took longer than it may."""


class Crashed(Exception):
    """It ended without an answer: a fault, or the system ended it."""


class NotStarted(Exception):
    """The system did not start it."""


def program(module: str) -> str:
    """The text of a process that does what ``serve()`` of a module does; with this package, wherever it lies."""
    return f"import sys; sys.path.insert(0, sys.argv[1]); from {module} import serve; serve()"


def ask(text: str, data: bytes, seconds: float) -> tuple[dict[str, Any], memoryview]:
    """Run a `program` on `data`: the line that it wrote, and the bytes after it.

    Raises `TooLong`, `Crashed` or `NotStarted`.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-c", text, str(PACKAGES)],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=seconds,
            check=True,
            # each thread of numpy or torch takes address space
            env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise TooLong from None
    except subprocess.CalledProcessError:
        raise Crashed from None
    except OSError:
        raise NotStarted from None
    end = done.stdout.find(b"\n")
    if end < 0:
        raise Crashed
    return json.loads(done.stdout[:end]), memoryview(done.stdout)[end + 1 :]


def answer(said: dict[str, Any], *parts: Any) -> None:
    """What the other process gives back; `parts` are bytes."""
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    for part in parts:
        sys.stdout.buffer.write(part)


def limit(memory: int) -> None:
    """In the other process: less memory, and after everybody else, where the system knows of that.

    Not on Windows, in part on macOS.
    """
    with suppress(ImportError, ValueError, OSError):
        import resource

        os.nice(10)
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a crash on purpose must not fill the disk
