"""The page of Streamlit, which also names what it will ask for later: the browser fetches that while it is busy.

Streamlit's page asks for the script of each kind of control when the first one of it comes, and for a component's when
that comes: two round trips, and some fifty files, after the server has drawn all of it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response

from conv_viz.ui.server.headers import INDEX
from conv_viz.ui.server.linked import VIEWS, address
from conv_viz.ui.server.static_files import ROOT

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

KINDS = ("BidiComponent", "ButtonGroup", "ChatInput", "Checkbox", "Html", "Selectbox", "Slider")
"""What the frame draws, as Streamlit calls its scripts."""
SCRIPTS = ROOT / "static" / "js"
IMPORT = re.compile(r"""(?:from|import)\s*["']\./([\w.-]+\.js)["']""")
OURS = ("hosts/steps.js", "hosts/session.js")
FIRST = "hosts/stage.js"
"""What the page at the root shows."""


class Early:
    """ASGI middleware: its own page takes the place of Streamlit's; everything else is the app's."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.tag = FileResponse(INDEX, stat_result=INDEX.stat()).headers["etag"]  # other pages are files of a visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        replaced = False

        async def send_page(message: Message) -> None:
            nonlocal replaced
            if message["type"] == "http.response.start" and message["status"] == 200:
                replaced = Headers(raw=message["headers"]).get("etag") == self.tag
                if replaced:
                    await page(scope["path"].endswith("/"))(scope, receive, send)
            if not replaced:
                await send(message)

        asked = scope["type"] == "http" and scope["method"] == "GET"
        await self.app(scope, receive, send_page if asked else send)


@cache
def page(first: bool) -> Response:
    """Streamlit's page with links; `first`: it shows the stage."""
    index = INDEX.read_text(encoding="utf-8")
    scripts = [f"./static/js/{name}" for name in later(index)]
    scripts += map(address, (*OURS, FIRST) if first else OURS)
    links = [f'<link rel="preload" as="script" crossorigin fetchpriority="low" href="{script}">' for script in scripts]
    links.append(f'<link rel="preload" as="style" href="{address(VIEWS)}">')
    text = index.replace("</head>", "\n".join((*links, "</head>")), 1)
    return Response(text, media_type="text/html", headers={"Cache-Control": "no-cache"})


def later(index: str) -> list[str]:
    """The scripts of the frame's elements, with all that they import, but those which the page names itself.

    >>> found = later(INDEX.read_text(encoding="utf-8"))
    >>> {name.partition(".")[0] for name in found} >= {*KINDS, "WidgetLabel"}, len(found) == len(set(found))
    (True, True)
    """
    found: list[str] = []
    waiting = [file.name for kind in KINDS for file in sorted(SCRIPTS.glob(f"{kind}.*.js"))]
    while waiting:
        name = waiting.pop(0)
        if name not in found and name not in index:
            found.append(name)
            waiting += IMPORT.findall((SCRIPTS / name).read_text(encoding="utf-8"))
    return found
