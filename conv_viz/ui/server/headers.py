"""Headers on every answer: what a browser may do with this app's pages."""

from __future__ import annotations

import base64
import hashlib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit
from starlette.datastructures import MutableHeaders

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

FRAME_ANCESTORS = "CONV_VIZ_FRAME_ANCESTORS"  # environment variable: the sites that may show the app in a frame
ANYBODY = "* file:"  # a lesson may be a page on the web or a file on the disk
INDEX = Path(streamlit.__file__).parent / "static" / "index.html"
INLINE_SCRIPT = re.compile(r"<script>(.*?)</script>", re.DOTALL)

FIXED = {
    "X-Content-Type-Options": "nosniff",
    # The address holds the layer; where a link leads to has no need to know it.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), geolocation=(), microphone=(), payment=(), usb=()",
}


class SafeHeaders:
    """ASGI middleware: adds the headers to each HTTP answer; one that is there already stays."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        ancestors = os.environ.get(FRAME_ANCESTORS) or ANYBODY
        self.headers = {**FIXED, "Content-Security-Policy": policy(ancestors, INDEX.read_text(encoding="utf-8"))}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(raw=list(message["headers"]))
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
                message = {**message, "headers": headers.raw}
            await send(message)

        await self.app(scope, receive, send_with_headers if scope["type"] == "http" else send)


def policy(frame_ancestors: str, index: str) -> str:
    """The Content-Security-Policy of the app, whose page is `index`; its inline scripts are named by their digest.

    >>> policy("'self' https://school.example", "<script>let a</script>").split("; ")[1]
    "script-src 'self' blob: 'sha256-IfEXP/8HLuXoAiy0hZVrCAcjcLsZqYFpLOHDGj8enqE='"
    >>> policy("https://a.example; script-src *", "")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    ValueError: CONV_VIZ_FRAME_ANCESTORS holds sites ..., not 'https://a.example; script-src *'.
    """
    if re.search(r"[^!-~ ]|[;,]", frame_ancestors):
        raise ValueError(
            f"{FRAME_ANCESTORS} holds sites with spaces between them, as in \"'self' https://school.example\", "
            f"not {frame_ancestors!r}."
        )
    scripts = " ".join(f"'sha256-{_digest(script)}'" for script in INLINE_SCRIPT.findall(index))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {scripts}".rstrip(),  # Streamlit loads a component's text from a blob
            "style-src 'self' 'unsafe-inline'",  # Streamlit and its components write styles into the page
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "media-src 'self' data: blob:",
            "worker-src 'self' blob:",
            "frame-src 'self' data: blob:",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            f"frame-ancestors {frame_ancestors}",
        )
    )


def _digest(script: str) -> str:
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
