"""One request to an ASGI app, without a server."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import Headers

from tests.ui.server.waiting import in_loop


@dataclass(frozen=True)
class Answer:
    """What the app sent: status and headers of a response, and its body; the kinds of its messages."""

    status: int
    headers: Headers
    body: bytes
    kinds: tuple[str, ...]


def ask(app: Any, path: str, kind: str = "http", client: tuple[str, int] | None = None, **headers: str) -> Answer:
    """Ask for a path, as ``http`` or ``websocket``; an underscore in a header's name stands for a dash."""
    sent: list[dict[str, Any]] = []
    first = [{"type": "websocket.connect"} if kind == "websocket" else {"type": "http.request"}]

    async def receive() -> dict[str, Any]:
        if not first:
            await asyncio.Event().wait()  # the browser stays
        return first.pop()

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    raw = [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()]
    scope = {"type": kind, "path": path, "root_path": "", "query_string": b"", "headers": raw, "client": client}
    scope.update({"method": "GET"} if kind == "http" else {"subprotocols": []})
    in_loop(app(scope, receive, send))
    start = next((message for message in sent if "status" in message), {"status": 0, "headers": []})
    body = b"".join(message.get("body", b"") for message in sent)
    return Answer(start["status"], Headers(raw=start["headers"]), body, tuple(message["type"] for message in sent))
