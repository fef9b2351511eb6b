"""Files from memory are the ones that Streamlit would send."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from streamlit.web.server.starlette.starlette_static_routes import create_streamlit_static_handler

from conv_viz.ui.server.static_files import ROOT, Kept

SOME = sorted({file.suffix: file for file in ROOT.glob("static/*/*")}.values())  # one of each kind


def asked(app, path: str, kind: str = "http", method: str = "GET") -> tuple[dict[str, str], bytes]:
    """Headers and body of an ASGI app's answer."""
    sent = []

    async def send(message):
        sent.append(message)

    async def receive():
        await asyncio.Event().wait()  # the browser stays

    scope = {"type": kind, "method": method, "path": path, "root_path": "", "headers": []}
    with ThreadPoolExecutor(1) as elsewhere:  # the browser tests' own loop runs in this thread
        elsewhere.submit(asyncio.run, app(scope, receive, send)).result()
    headers = {name.decode(): value.decode() for message in sent for name, value in message.get("headers", ())}
    return headers, b"".join(message.get("body", b"") for message in sent)


async def streamlit(scope, receive, send):
    await send({"type": "http.response.body", "body": b"streamlit's own"})


@pytest.mark.parametrize("file", SOME, ids=lambda file: file.suffix)
def test_as_streamlit_would_send_it(file: Path):
    path = f"/{file.relative_to(ROOT).as_posix()}"
    theirs, body = asked(create_streamlit_static_handler(str(ROOT), None), path)
    assert body == file.read_bytes()
    for _ in range(2):  # read, then kept
        ours, kept = asked(Kept(streamlit), path)
        assert kept == body
        assert {name: ours[name] for name in ("content-type", "content-length", "cache-control")} == {
            name: theirs[name] for name in ("content-type", "content-length", "cache-control")
        }


@pytest.mark.parametrize(
    ("path", "kind", "method"),
    [
        ("/", "http", "GET"),
        ("/index.html", "http", "GET"),
        ("/static/js/none.js", "http", "GET"),
        ("/static/js/../../index.html", "http", "GET"),
        (f"/{SOME[0].relative_to(ROOT).as_posix()}", "http", "HEAD"),
        ("/_stcore/stream", "websocket", ""),
    ],
)
def test_everything_else_is_streamlits(path: str, kind: str, method: str):
    assert asked(Kept(streamlit), path, kind, method)[1] == b"streamlit's own"
