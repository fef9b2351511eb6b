"""What every answer of the server carries, what is not answered, and `/ready`."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection, HTTPResponse
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from starlette.responses import PlainTextResponse
from starlette.routing import Router

from conv_viz.ui.server import ready
from conv_viz.ui.server.headers import FIXED, FRAME_ANCESTORS, SafeHeaders
from conv_viz.ui.server.metrics import METRICS, PrivateMetrics
from conv_viz.ui.server.static_files import ROOT
from tests.browser.conftest import Server, serving
from tests.ui.server.asgi import ask
from tests.ui.server.waiting import until

SCRIPT = next((ROOT / "static" / "js").glob("index.*.js"))


def asked(url: str, **headers: str) -> HTTPResponse | HTTPError:
    try:
        return urlopen(Request(url, headers=headers), timeout=30)
    except HTTPError as answer:
        return answer


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/weights",
        "/ready",
        "/_stcore/health",
        "/_stcore/host-config",
        "/_stcore/metrics",
        "/media/none.png",
        f"/static/js/{SCRIPT.name}",
        "/_stcore/bidi-components/conv_viz.stage/streamlit.js",
        "/_stcore/bidi-components/conv_viz.stage/stage.css",
    ],
)
def test_every_answer_says_what_a_browser_may_do(running: Server, path: str):
    headers = asked(running.url + path).headers
    assert {name: headers[name] for name in FIXED} == FIXED
    policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in policy["script-src"]
    assert policy["frame-ancestors"] == "* file:"


def test_the_operator_names_who_may_frame_the_app(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(FRAME_ANCESTORS, "'self' https://school.example")
    policy = ask(SafeHeaders(PlainTextResponse("")), "/").headers["Content-Security-Policy"]
    assert policy.endswith("; frame-ancestors 'self' https://school.example")


def test_a_header_that_is_there_stays():
    app = PlainTextResponse("", headers={"Referrer-Policy": "no-referrer"})
    assert ask(SafeHeaders(app), "/").headers.getlist("Referrer-Policy") == ["no-referrer"]


@pytest.mark.parametrize("path", ["/_stcore/metrics", "/_stcore/metrics/", "/_stcore/metrics?families=active_sessions"])
def test_figures_are_closed(running: Server, path: str):
    assert asked(running.url + path).status == 404


def test_figures_are_open_to_the_private_network_alone(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv(METRICS, "private")
    app = PrivateMetrics(PlainTextResponse("active_sessions 3"))
    near, far = ("10.0.0.7", 40000), ("8.8.8.8", 40000)
    assert ask(app, "/_stcore/metrics", client=near).status == 200
    assert ask(app, "/_stcore/metrics", client=far).status == 404
    assert ask(app, "/_stcore/metrics", client=near, x_forwarded_for="192.0.2.1").status == 404
    assert ask(app, "/", client=far).status == 200


def test_a_server_from_its_start_to_its_end():
    """Not ready until torch is there, and while stopping: a proxy that keeps its connection open hears it there."""
    with serving(**{METRICS: "private"}) as server:
        assert asked(f"{server.url}/_stcore/health").status == 200
        first = asked(f"{server.url}/ready")
        assert (first.status, first.read(), first.headers["Retry-After"]) == (503, b"torch is starting.", "1")
        until(lambda: asked(f"{server.url}/ready").status == 200, "the server never was ready")
        figures = asked(f"{server.url}/_stcore/metrics").read().decode()
        assert re.search(r"^active_sessions \d+$", figures, re.MULTILINE)  # what scaling reads
        host, port = server.url.removeprefix("http://").split(":")
        with closing(HTTPConnection(host, int(port), timeout=30)) as kept:
            os.kill(server.pid, signal.SIGTERM)

            def gone() -> bool:
                try:
                    kept.request("GET", "/ready")
                    return kept.getresponse().read() != b"ready"
                except OSError:
                    return True

            until(gone, "a stopping server says that it is ready")


def test_a_first_layer_that_fails_is_never_ready(monkeypatch: pytest.MonkeyPatch):
    class Runtime:
        @property
        async def is_ready_for_browser_connection(self) -> tuple[bool, str]:
            return True, "ok"

    def broken(*_: object) -> None:
        raise RuntimeError("no torch here")

    monkeypatch.setattr("conv_viz.compute.layer.run", broken)
    monkeypatch.setattr(ready.runtime, "exists", lambda: True)
    monkeypatch.setattr(ready.runtime, "get_instance", Runtime)
    first = ready.WarmUp()
    first.thread.join()
    monkeypatch.setattr(ready, "warm_up", lambda: first)
    answer = ask(Router([ready.route]), "/ready")
    assert (answer.status, answer.body) == (503, b"The first layer failed; the log says why.")
