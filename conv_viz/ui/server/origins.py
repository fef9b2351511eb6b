"""Websocket handshakes: only pages of this app's own address may open a session.

Streamlit compares the handshake's ``Origin`` with ``Host``. Where they differ it asks an outside address for this
machine's own, in the event loop, and everybody waits up to two seconds. So the answer is given here, before that.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from streamlit.web.server.server_util import allow_all_cross_origin_requests, allowlisted_origins

if TYPE_CHECKING:
    from collections.abc import Iterable

    from starlette.types import ASGIApp, Receive, Scope, Send

logger = logging.getLogger("conv_viz")
DEFAULT_PORTS = {"http": 80, "https": 443}


class OwnOrigin:
    """ASGI middleware: refuses (403) a websocket handshake that comes from a page of another site."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket" or allow_all_cross_origin_requests():
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin, host = headers.get("origin"), headers.get("host")
        if origin is None:  # not a browser
            await self.app(scope, receive, send)
        elif host and allowed(origin, host, allowlisted_origins()):
            await self.app(_same_origin(scope, host), receive, send)
        else:
            logger.warning(
                "Refused a session: the page is at %.200r, the request says Host %.200r. A proxy must hand on Host; "
                "another site that may use this server stands in server.corsAllowedOrigins.",
                origin,
                host,
            )
            await send({"type": "websocket.close", "code": 1008})  # before it is accepted: the server answers 403


def allowed(origin: str, host: str, others: Iterable[str] = ()) -> bool:
    """Whether a page of this origin may open a session on this host; `others` are origins that may, too.

    The scheme is not compared: behind a proxy that ends TLS the server does not know its own.

    >>> allowed("https://example.org", "example.org"), allowed("https://example.org", "example.org:443")
    (True, True)
    >>> allowed("http://localhost:3000", "localhost:8501"), allowed("null", "localhost:8501")
    (False, False)
    >>> allowed("https://school.example", "example.org", ["https://school.example"])
    True
    """
    page = _place(origin)
    if page is None:
        return False
    scheme, *there = page
    here = _place(f"{scheme}://{host}")
    return (here is not None and here[1:] == tuple(there)) or any(page == _place(other) for other in others)


def _place(origin: str) -> tuple[str, str, int] | None:
    """Scheme, host and port of an origin; None for what is no web address."""
    try:
        parts = urlsplit(origin)
        port = parts.port or DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None


def _same_origin(scope: Scope, host: str) -> Scope:
    """The handshake as one that Streamlit finds nothing to ask about: also for ``:443``, and for another site's."""
    headers = [(name, value) for name, value in scope["headers"] if name.lower() != b"origin"]
    return {**scope, "headers": [*headers, (b"origin", f"http://{host}".encode("latin-1"))]}
