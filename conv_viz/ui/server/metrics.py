"""Streamlit's figures of the server at ``/_stcore/metrics``: for whoever runs it, not for its visitors."""

from __future__ import annotations

import os
from ipaddress import ip_address
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

METRICS = "CONV_VIZ_METRICS"  # environment variable: "private" opens the figures to this machine and its network
PATH = "/_stcore/metrics"
PROXIED = ("forwarded", "x-forwarded-for", "x-real-ip")


class PrivateMetrics:
    """ASGI middleware: hides (404) the figures from everybody, or from everybody outside the private network."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.offered = os.environ.get(METRICS) == "private"

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        asked = scope["type"] == "http" and scope["path"].rstrip("/").endswith(PATH)
        hidden = asked and not (self.offered and from_private_network(scope))
        await (PlainTextResponse("Not Found", 404) if hidden else self.app)(scope, receive, send)


def from_private_network(scope: Scope) -> bool:
    """Whether a request comes straight from this machine or its private network, not through a proxy.

    >>> from_private_network({"client": ("10.0.0.7", 40000), "headers": []})
    True
    >>> from_private_network({"client": ("10.0.0.7", 40000), "headers": [(b"x-forwarded-for", b"192.0.2.1")]})
    False
    >>> from_private_network({"client": ("8.8.8.8", 40000), "headers": []})
    False
    """
    headers = Headers(scope={"headers": scope["headers"]})
    try:
        private = ip_address(scope["client"][0]).is_private
    except (TypeError, ValueError):  # no address, as on a socket of this machine that is a file
        return False
    return private and not any(name in headers for name in PROXIED)
