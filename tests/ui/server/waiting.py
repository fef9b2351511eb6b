"""Running coroutines, and waiting for a condition."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def in_loop(work: Coroutine[Any, Any, Any]) -> Any:
    """Run it in an event loop of its own: that of the browser tests may run in this thread."""
    with ThreadPoolExecutor(1) as elsewhere:
        return elsewhere.submit(asyncio.run, work).result()


def until(condition: Callable[[], bool], what: str, seconds: float = 60) -> None:
    """Wait for a condition; the test fails with `what` when it does not come true."""
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.05)
