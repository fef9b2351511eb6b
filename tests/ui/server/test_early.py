"""Streamlit's page names what it will ask for later, and nothing else of the answers changes."""

from __future__ import annotations

import re

import pytest
from starlette.responses import FileResponse, HTMLResponse, JSONResponse, Response
from starlette.types import Receive, Scope, Send

from conv_viz.ui.server.early import Early
from conv_viz.ui.server.headers import INDEX
from conv_viz.ui.server.linked import linked
from conv_viz.ui.server.static_files import ROOT
from tests.ui.server.asgi import ask

LINK = re.compile(r'<link rel="preload"[^>]* href="([^"]+)">')


def app(response: Response) -> Early:
    async def streamlit(scope: Scope, receive: Receive, send: Send) -> None:
        await response(scope, receive, send)

    return Early(streamlit)


def test_the_page_is_streamlits_with_links_to_files_that_there_are() -> None:
    answer = ask(app(FileResponse(INDEX)), "/", accept_encoding="gzip")
    text = answer.body.decode()
    assert re.sub(rf"{LINK.pattern}\n", "", text) == INDEX.read_text(encoding="utf-8")
    assert answer.headers["content-length"] == str(len(answer.body)) and "etag" not in answer.headers
    for found in LINK.findall(text):
        assert linked(f"/{found}") or (ROOT / found).is_file(), found
    assert "hosts/stage.js" in text
    assert "hosts/stage.js" not in ask(app(FileResponse(INDEX)), "/weights").body.decode()


EXPORTED = HTMLResponse("<p>a picture that somebody takes along</p>")


@pytest.mark.parametrize("response", [JSONResponse({}), EXPORTED, HTMLResponse("", 404)], ids=["json", "html", "404"])
def test_another_answer_stays(response: Response) -> None:
    answer = ask(app(response), "/")
    assert (answer.status, answer.body) == (response.status_code, response.body)
