"""``/ready``: whether this server answers a visitor without a wait. For what stands in front of several servers.

Streamlit's own ``/_stcore/health`` answers as soon as the server listens, when torch is not imported. The first
request to ``/ready`` starts the import, so a server that nobody asks, as on one's own machine, starts as before.
"""

from __future__ import annotations

import logging
from functools import cache
from threading import Thread
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit import runtime

if TYPE_CHECKING:
    from starlette.requests import Request

logger = logging.getLogger("conv_viz")
AGAIN = {"Cache-Control": "no-store", "Retry-After": "1"}


class WarmUp:
    """Imports torch and runs one layer, in a thread."""

    def __init__(self) -> None:
        self.done = False
        self.failed = False
        self.thread = Thread(target=self._run, name="warm-up", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        try:
            import numpy as np

            from conv_viz.compute.layer import run
            from conv_viz.layers.conv import ConvSpec

            run(ConvSpec(1, 1, kernel_size=1), np.zeros((1, 2, 2), np.float32))
            self.done = True
        except Exception:
            self.failed = True
            logger.exception("The first layer failed: this server will not be ready")


warm_up = cache(WarmUp)  # one for the process


async def ready(_: Request) -> PlainTextResponse:
    """200 when torch is imported and has run a layer, and the server is not stopping; else 503."""
    first = warm_up()
    if not runtime.exists() or not (await runtime.get_instance().is_ready_for_browser_connection)[0]:
        return PlainTextResponse("The server is starting or stopping.", 503, AGAIN)
    if first.failed:
        return PlainTextResponse("The first layer failed; the log says why.", 503, AGAIN)
    if not first.done:
        return PlainTextResponse("torch is starting.", 503, AGAIN)
    return PlainTextResponse("ready", headers={"Cache-Control": "no-store"})


route = Route("/ready", ready, methods=["GET"])
