"""Sessions that have ended give back their files and memory.

Streamlit keeps the session of a closed window for two minutes, in case it comes back, and takes it out when the next
window closes: after the last visitor of a day up to 128 sessions stay, each with an event loop, which is three open
files. Looking through them now and then ends them when their time is over.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from streamlit import runtime

from conv_viz.ui.server.garbage import give_back_memory

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

EVERY = 5.0  # seconds


@asynccontextmanager
async def sessions_end(_: Any) -> AsyncIterator[None]:
    """The lifespan of the app: looks for ended sessions until the server stops."""
    task = asyncio.create_task(_look_again_and_again(), name="ended-sessions")
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _look_again_and_again() -> None:
    while True:
        await asyncio.sleep(EVERY)
        manager = runtime.get_instance()._session_mgr
        if _let_go(manager) and not manager.num_active_sessions():
            give_back_memory()  # takes a moment, in which nobody waits


def _let_go(manager: Any) -> int:
    """Take out the sessions whose time is over; how many there were."""
    kept = manager._session_storage._cache  # Streamlit has no public name for it
    before = len(kept._data)
    kept.expire()
    return before - len(kept._data)
