"""A page of another site opens no session, nobody waits for it, and no other server is asked."""

from __future__ import annotations

import asyncio

import pytest
from starlette.websockets import WebSocket
from streamlit import config, net_util
from streamlit.web.server.starlette.starlette_websocket import _is_origin_allowed

from conv_viz.ui.server.origins import OwnOrigin
from tests.browser.conftest import serving
from tests.ui.server.asgi import ask
from tests.ui.server.visitor import run_page, visiting
from tests.ui.server.waiting import in_loop

FOREIGN = [
    "http://evil.example",
    "https://evil.example:8501",
    "http://testserver.evil.example",
    "http://testserver@evil.example",
    "http://testserver:8501",  # another port of the same machine is another site
    "http://localhost:3000",
    "null",
    "",
    "file://",
    "http://[",
    "http://testserver:port",
    "http://testserver:99999999",
    "testserver",
]


@pytest.fixture
def nobody_asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The outside addresses that Streamlit asked for this machine's own: none."""
    asked: list[str] = []
    monkeypatch.setattr(net_util, "_external_ip", None)
    monkeypatch.setattr(net_util, "_make_blocking_http_get", lambda url, timeout=5: asked.append(url))
    return asked


@pytest.fixture
def option(monkeypatch: pytest.MonkeyPatch):
    """``option(name, value)`` answers for a setting of Streamlit."""
    values: dict[str, object] = {}
    read = config.get_option
    monkeypatch.setattr(config, "get_option", lambda name: values[name] if name in values else read(name))
    return values.__setitem__


def streamlits_answer(host: str, origin: str | None) -> bool:
    """Whether a session begins, with Streamlit's own question about the origin behind the middleware."""

    async def stream(scope, receive, send) -> None:
        websocket = WebSocket(scope, receive, send)
        if _is_origin_allowed(websocket.headers.get("origin"), websocket.headers.get("host")):
            await websocket.accept()

    headers = {"host": host} if origin is None else {"host": host, "origin": origin}
    return "websocket.accept" in ask(OwnOrigin(stream), "/_stcore/stream", "websocket", **headers).kinds


@pytest.mark.parametrize("origin", FOREIGN)
def test_another_site_is_refused(origin: str, nobody_asked: list[str]):
    assert not streamlits_answer("testserver", origin)
    assert nobody_asked == []


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        (None, "testserver"),
        ("http://testserver", "testserver"),
        ("https://testserver", "testserver"),  # behind a proxy that ends TLS
        ("https://TestServer", "testserver:443"),
        ("http://localhost:8501", "localhost:8501"),
        ("http://[::1]:8501", "[::1]:8501"),
    ],
)
def test_the_apps_own_pages_open_a_session(origin: str | None, host: str, nobody_asked: list[str]):
    assert streamlits_answer(host, origin)
    assert nobody_asked == []


def test_a_site_that_the_operator_named(nobody_asked: list[str], option):
    option("server.corsAllowedOrigins", ["https://school.example", "not an address"])
    assert streamlits_answer("testserver", "https://school.example")
    assert not streamlits_answer("testserver", "https://school.example:8443")
    assert nobody_asked == []


def test_an_operator_who_allows_every_site(nobody_asked: list[str], option):
    option("server.enableCORS", False)
    assert streamlits_answer("testserver", "http://evil.example")
    assert nobody_asked == []


def test_a_proxy_that_keeps_the_host_to_itself_reads_what_to_do(caplog: pytest.LogCaptureFixture):
    assert not streamlits_answer("127.0.0.1:8501", "https://example.org")
    assert "must hand on Host" in caplog.text


def test_another_visitor_does_not_wait():
    """Ten handshakes of another site at a real server: all refused with 403, while a visitor's page comes."""

    async def foreign(url: str) -> int:
        try:
            async with visiting(url, "http://evil.example", open_timeout=60):
                return 101
        except Exception as error:
            return error.response.status_code  # type: ignore[attr-defined]

    async def all_at_once(url: str) -> tuple[list[int], int]:
        async with visiting(url, url) as socket:
            *refused, shown = await asyncio.gather(*(foreign(url) for _ in range(10)), run_page(socket))
            return refused, shown

    with serving() as server:
        refused, shown = in_loop(all_at_once(server.url))
        assert "external IP" not in server.log.read_text()
    assert refused == [403] * 10
    assert shown > 0
