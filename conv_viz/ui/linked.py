"""A component's modules as one answer: some twenty requests less before the first picture.

Streamlit serves the files of a component one by one, and a browser finds out about an import only when it has read the
module that imports. Without this the modules load as they are.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from starlette.middleware.gzip import GZipMiddleware
from starlette.responses import Response

from conv_viz.bundle import FRONTEND, bundle

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

_bundle = cache(bundle)
MODULE = re.compile(r"/_stcore/bidi-components/conv_viz\.[a-z]+/([a-z]+\.js)$")


class Linked:
    """ASGI middleware: answers a request for a component's module with all that it imports, linked into one text."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.answer = GZipMiddleware(_answer)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        ours = scope["type"] == "http" and linked(scope["path"]) is not None
        await (self.answer if ours else self.app)(scope, receive, send)


async def _answer(scope: Scope, receive: Receive, send: Send) -> None:
    text = linked(scope["path"]) or ""
    await Response(text, media_type="text/javascript", headers={"Cache-Control": "no-cache"})(scope, receive, send)


def linked(path: str) -> str | None:
    """The text for the path of a request; None where it asks for something else.

    >>> "export default" in linked("/_stcore/bidi-components/conv_viz.stage/streamlit.js")
    True
    >>> linked("/_stcore/bidi-components/conv_viz.stage/stage.css") is None
    True
    """
    asked = MODULE.search(path)
    return _bundle(asked[1]) if asked and (FRONTEND / asked[1]).is_file() else None
