"""A real browser on a real server: fixtures for the browser tests."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.find_chromium import chromium
from tests.browser.windows import Windows
from tests.conftest import FAILED, browser_required

ROOT = Path(__file__).parents[2]
START_SECONDS = 60
expect.set_options(timeout=20_000)  # milliseconds; a busy machine needs more than 5 s for a new page
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--process-per-site",  # the windows of a context share one process: see windows.py
]

FOR_TESTS = "--js-flags=--no-opt --no-maglev --no-concurrent-sparkplug"
"""A test's page ends before it is worth while to optimize its scripts: a page takes a seventh less of a core."""


@dataclass(frozen=True)
class Server:
    """A running Streamlit server: where it listens, what it has written, and its process."""

    url: str
    log: Path
    pid: int


@contextmanager
def serving(
    script: str | Path = "app.py",
    *arguments: str,
    streamlit: tuple[str, ...] = ("-m", "streamlit"),
    port: int = 0,
    folder: Path = ROOT,
    **environment: str,
) -> Iterator[Server]:
    """``streamlit run script`` in this folder, on this port or on a free one, until the block ends.

    As a user starts it: all other settings are those of `.streamlit/config.toml`, and those of
    the environment, with these variables besides.
    """
    port = port or free_port()
    as_users = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}  # the tests set it
    with tempfile.TemporaryDirectory() as logs:
        log = Path(logs, "server.log")
        command = [
            *(sys.executable, *streamlit, "run", str(script)),
            *("--server.port", str(port)),
            *("--server.address", "127.0.0.1"),
            *("--server.headless", "true"),
            *arguments,
        ]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command, cwd=folder, env=as_users | environment, stdout=output, stderr=subprocess.STDOUT
            )
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_healthy(url, process, log)
            yield Server(url, log, process.pid)
        finally:
            process.terminate()
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _wait_until_healthy(url: str, process: subprocess.Popen, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            with urlopen(f"{url}/_stcore/health", timeout=5):
                return
        except (URLError, OSError):
            time.sleep(0.1)
    pytest.fail(f"The server did not start:\n{log.read_text(errors='replace')}")


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """One server with the app, shared by all tests."""
    with serving() as running:
        yield running


@pytest.fixture
def fresh_server() -> Iterator[Callable[..., Server]]:
    """``fresh_server(script="app.py", *arguments)`` starts a server that nobody has visited yet."""
    with ExitStack() as stack:
        yield lambda *arguments: stack.enter_context(serving(*arguments))


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium; without one the test is skipped, or fails where a browser is required."""
    path = chromium()
    if path is None:
        reason = "no Chromium found: run `python tests/browser/find_chromium.py --install`"
        (pytest.fail if browser_required() else pytest.skip)(reason)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS, FOR_TESTS])
        yield opened
        opened.close()


@pytest.fixture
def problems() -> Iterator[list[str]]:
    """What the browser complained of; a test that expects a complaint takes it out of this list."""
    found: list[str] = []
    yield found
    assert not found, "the browser reported:\n" + "\n".join(found)


@pytest.fixture(scope="session")
def windows(browser: Browser, server: Server) -> Windows:
    return Windows(browser, f"{server.url}/_stcore/health")


@pytest.fixture
def open_page(windows: Windows, problems: list[str], request: pytest.FixtureRequest) -> Iterator[Callable[..., Page]]:
    """``open_page(**context options)`` opens a window of its own, 1280 x 900 unless told otherwise.

    The test fails if a window logs an error, raises one, or asks a server other than this machine.
    """
    with ExitStack() as stack:
        yield partial(windows.take, stack, problems, lambda: not request.node.stash.get(FAILED, False))


@pytest.fixture
def page(open_page: Callable[..., Page]) -> Page:
    """A window of the usual size; see `open_page` for what makes the test fail."""
    return open_page()
