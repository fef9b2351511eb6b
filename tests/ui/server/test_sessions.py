"""Visits leave nothing behind."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from pathlib import Path

from conv_viz.ui.server.ended import EVERY
from tests.browser.conftest import serving
from tests.ui.server.visitor import visit
from tests.ui.server.waiting import in_loop, until


def open_files(pid: int) -> Counter[str]:
    """What a process has open, each kind with how often."""
    kinds: Counter[str] = Counter()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        try:
            kinds[str(handle.readlink()).split(":")[0]] += 1
        except FileNotFoundError:  # closed in between
            continue
    return kinds


if sys.platform == "linux":  # elsewhere nothing says what another process has open

    def test_visits_that_end_leave_no_file_open():
        async def class_of(visitors: int) -> list[int]:
            return await asyncio.gather(*(visit(server.url) for _ in range(visitors)))

        with serving("app.py", "--server.disconnectedSessionTTL", "1") as server:
            in_loop(class_of(1))
            until(lambda: open_files(server.pid)["socket"] < 6, "the first visit's sockets stay")
            before = open_files(server.pid)
            assert all(in_loop(class_of(20)))
            until(
                lambda: open_files(server.pid).total() <= before.total(),
                f"open before {before}, after {open_files(server.pid)}",
                10 * EVERY,
            )
