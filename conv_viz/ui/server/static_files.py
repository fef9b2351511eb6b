"""Streamlit's own scripts, styles and fonts, answered from memory: a first visit asks for some hundred of them.

Streamlit opens each file for each request, by way of a thread. Its answers are the same, but for the ETag, which a file
that never changes does not need.
"""

from __future__ import annotations

import mimetypes
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit
from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

ROOT = Path(streamlit.__file__).parent / "static"  # what a browser calls /static/… is in the folder of that name in it
FOREVER = "public, immutable, max-age=31536000"  # as Streamlit says: the names contain a hash of what is in the files


class Kept:
    """ASGI middleware: answers a request for one of Streamlit's own files; everything else is the app's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.files = {f"/{file.relative_to(ROOT).as_posix()}": file for file in ROOT.glob("static/*/*")}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        file = self.files.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "GET" else None
        await (self.app if file is None else answer(file))(scope, receive, send)


@cache
def answer(file: Path) -> Response:
    """The whole file as a response, which can be sent any number of times.

    >>> script = answer(next((ROOT / "static" / "js").glob("index.*.js")))
    >>> script.media_type, script.headers["cache-control"]
    ('text/javascript', 'public, immutable, max-age=31536000')
    """
    kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
    return Response(file.read_bytes(), media_type=kind, headers={"Cache-Control": FOREVER})
