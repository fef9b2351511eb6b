"""Decoding in a process of its own: it ends when nobody waits for it, and its memory goes back to the system.

The other process is this Python without torch and Streamlit; it begins in about 0.2 s. It reads one line of JSON and
the file from its standard input, and writes one line of JSON and the picture's numbers to its standard output.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from conv_viz.images.decoding import Wish, decoded
from conv_viz.images.parts import DAMAGED, parts
from conv_viz.images.pixels import Picture, PictureError
from conv_viz.limits import DECODE_MEMORY, DECODE_PATIENCE, DECODE_SECONDS, DECODE_WAIT, DECODERS

PACKAGES = Path(__file__).resolve().parents[2]
PROGRAM = f"import sys; sys.path.insert(0, sys.argv[1]); from {__name__} import serve; serve(int(sys.argv[2]))"
LOOK = 0.1  # seconds between two looks whether the picture is still waited for
AT_ONCE = threading.BoundedSemaphore(DECODERS)


def nothing() -> None:
    """For whoever waits to the end."""


def decoded_apart(
    data: bytes,
    wish: Wish,
    waiting: Callable[[], object] = nothing,
    *,
    seconds: int = DECODE_SECONDS,
    patience: float = DECODE_PATIENCE,
) -> Picture:
    """As `decoding.decoded`, of a whole file; raises `PictureError` also when it takes too long.

    That is `seconds` of a core, where the system can tell, and in any case `patience` seconds of the clock. `waiting`
    is called some times a second. What it raises ends the other process, and goes on to the caller.
    """
    with _turn(waiting):
        try:
            answer = _answer(json.dumps(asdict(wish)).encode() + b"\n" + data, seconds, patience, waiting)
        except subprocess.TimeoutExpired:
            raise _too_long(f"{patience:g} s") from None
        except subprocess.CalledProcessError as error:  # the decoder crashed, or was ended by the system
            used_up = error.returncode == -getattr(signal, "SIGXCPU", 0) != 0
            raise (_too_long(f"{seconds} s of a core") if used_up else PictureError(DAMAGED)) from None
        except OSError:
            raise PictureError("This server cannot start the decoder of large pictures; try a smaller one.") from None
    end = answer.index(b"\n")
    said = json.loads(answer[:end])
    if "refused" in said:
        raise PictureError(said["refused"])
    array = np.frombuffer(answer, said.pop("dtype"), offset=end + 1).reshape(said.pop("shape"))
    made: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in said.items()}
    return Picture(array, **made)


def _too_long(limit: str) -> PictureError:
    return PictureError(
        f"Decoding this picture takes longer than the {limit} that one may take; "
        "save it again as a baseline JPEG or as PNG, or make it smaller."
    )


@contextmanager
def _turn(waiting: Callable[[], object]) -> Iterator[None]:
    """One of the `DECODERS` that may work at once."""
    end = time.monotonic() + DECODE_WAIT
    while not AT_ONCE.acquire(timeout=max(0.0, min(LOOK, end - time.monotonic()))):
        waiting()
        if time.monotonic() >= end:
            raise PictureError(f"Other pictures have been decoded for {DECODE_WAIT} s; try again in a moment.")
    try:
        yield
    finally:
        AT_ONCE.release()


def _answer(question: bytes, seconds: int, patience: float, waiting: Callable[[], object]) -> bytes:
    """What the other process answers; it is ended when that takes too long, or nobody wants it."""
    command = [sys.executable, "-c", PROGRAM, str(PACKAGES), str(seconds)]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},  # each thread of numpy takes address space
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )
    with process, ThreadPoolExecutor(1) as elsewhere:
        # In a thread: `communicate` that was interrupted by its time limit does not send the rest of the question.
        answer = elsewhere.submit(process.communicate, question)
        try:
            _wait(answer, patience, waiting)
        except BaseException:  # Streamlit ends a run of the script by what is no Exception
            process.kill()
            raise
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return answer.result()[0]


def _wait(answer: Future[Any], patience: float, waiting: Callable[[], object]) -> None:
    """Until the answer is there; raises `subprocess.TimeoutExpired`, and what `waiting` raises."""
    end = time.monotonic() + patience
    while not wait([answer], max(0.0, min(LOOK, end - time.monotonic()))).done:
        if time.monotonic() >= end:
            raise subprocess.TimeoutExpired("the decoder", patience)
        waiting()


def serve(seconds: int) -> None:
    """What the other process does, in so many seconds of a core."""
    _limit(seconds)
    wish = Wish(**json.loads(sys.stdin.buffer.readline()))
    try:
        found = parts(sys.stdin.buffer.read())
        assert found is not None, "only pictures are sent here"
        picture = decoded(found, wish)
    except PictureError as error:
        sys.stdout.buffer.write(json.dumps({"refused": str(error)}).encode() + b"\n")
        return
    said = {name: getattr(picture, name) for name in ("low", "high", "notes", "full_size", "scaling", "scalings")}
    said |= {"shape": picture.array.shape, "dtype": picture.array.dtype.str}
    sys.stdout.buffer.write(json.dumps(said).encode() + b"\n")
    sys.stdout.buffer.write(np.ascontiguousarray(picture.array).data)


def _limit(seconds: int) -> None:
    """Less memory, and after everybody else, where the system knows of that: not on Windows, in part on macOS."""
    with suppress(ImportError, ValueError, OSError):
        import resource

        os.nice(10)
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))  # also when the server is gone
        resource.setrlimit(resource.RLIMIT_AS, (DECODE_MEMORY, DECODE_MEMORY))
