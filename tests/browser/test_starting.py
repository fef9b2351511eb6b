"""Every way of starting the app, each in an empty environment, and each page in a browser."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import _wait_until_healthy, free_port
from tests.environments import checkout, environment, install, wheel

pytestmark = [pytest.mark.starting, pytest.mark.slow, pytest.mark.xdist_group("starting")]  # one wheel for all

PAGES = {
    "/": "[data-testid=stage][data-content]",
    "/weights": "[data-testid=weights][data-content]",
    "/image": "[data-testid=gallery][data-content]",
    "/solve": ".choices tbody tr",
    "/take": "[data-testid=stMain] [data-testid=stImage] img, [data-testid=stMain] [data-testid=stCode]",
    "/padding": "[data-testid=lens][data-content]",
    "/digit": "[data-testid=digits][data-content]",
    "/network": "[data-testid=network][data-content]",
    "/model": "[data-testid=stFileUploaderDropzone]",
}
SOME = ("/", "/weights", "/image")
"""Enough from the sources, which all other tests run from; the wheel could lack what any page needs."""
QUIET = ("--server.headless", "true", "--server.address", "127.0.0.1")
WINDOWS = {"PYTHONIOENCODING": "cp1252"}
NOT_ON_WINDOWS = ("uvloop",)


@contextmanager
def started(command: list[str | Path], port: int, log: Path, cwd: Path, **more: str) -> Iterator[str]:
    """The address of the app that a command starts, until the block ends."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "STREAMLIT_"))}
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=cwd, env={**clean, "HOME": str(cwd), **more}, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        url = f"http://127.0.0.1:{port}"
        _wait_until_healthy(url, process, log)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=30)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return wheel(tmp_path_factory.mktemp("built"))


def streamlit_run(folder: Path, elsewhere: Path, port: int, script: str) -> tuple[list[str | Path], Path]:
    """``pip install -r requirements.txt`` and ``streamlit run app.py``. With -P as that script: without the folder."""
    source = checkout(folder)
    python = environment(folder)
    where = source if script == "app.py" else elsewhere
    name = "app.py" if script == "app.py" else str(source / "app.py")
    return [python, "-P", "-m", "streamlit", "run", name, "--server.port", str(port), *QUIET], where


WAYS: dict[str, Callable[[Path, Path, int, Path], tuple[list[str | Path], Path]]] = {
    "streamlit run app.py": lambda folder, elsewhere, port, _: streamlit_run(folder, elsewhere, port, "app.py"),
    "streamlit run /path/app.py": lambda folder, elsewhere, port, _: streamlit_run(folder, elsewhere, port, "path"),
    "conv-viz app": lambda folder, elsewhere, port, built: installed(folder, elsewhere, port, built, "conv-viz"),
    "python -m conv_viz app, no uvloop, cp1252": lambda folder, elsewhere, port, built: installed(
        folder, elsewhere, port, built, "python"
    ),
}

OPENED = {"conv-viz app": tuple(PAGES), "streamlit run /path/app.py": SOME[:1]}  # of the latter all files are the same


HOSTS = {
    *("choices.js", "digits.js", "gallery.js", "lens.js", "network.js"),
    *("panels.js", "session.js", "stage.js", "steps.js", "weights.js"),
}


def installed(folder: Path, elsewhere: Path, port: int, built: Path, program: str) -> tuple[list[str | Path], Path]:
    """The wheel by pip; then the program that it brings, in another folder."""
    python = environment(folder, NOT_ON_WINDOWS if program == "python" else ())
    install(python, built)
    command = [python.parent / "conv-viz"] if program == "conv-viz" else [python, "-m", "conv_viz"]
    return [*command, "app", "--port", str(port), *QUIET], elsewhere


@pytest.mark.parametrize("way", WAYS)
def test_every_page_in_an_empty_environment(
    way: str, built: Path, tmp_path: Path, open_page: Callable[..., Page], problems: list[str]
) -> None:
    port, elsewhere = free_port(), tmp_path / "else where"
    elsewhere.mkdir()
    command, cwd = WAYS[way](tmp_path, elsewhere, port, built)
    log = tmp_path / "server.log"
    with started(command, port, log, cwd, **(WINDOWS if "cp1252" in way else {})) as url:
        page = open_page(color_scheme="light")
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        paths = OPENED.get(way, SOME)
        for path in paths:
            page.goto(url + path)
            page.locator(PAGES[path]).first.wait_for(timeout=60_000)
            expect(page.get_by_test_id("stException")).to_have_count(0)
            expect(page.get_by_text("Something went wrong")).to_have_count(0)
        # Its own settings, wherever it was started: the colours.
        accent = page.evaluate("getComputedStyle(document.querySelector('.stBidiComponent > *, .stApp')).color")
        assert accent == "rgb(31, 41, 51)"
        modules = [address for address in asked if address.endswith(".js") and "/conv_viz/" in address]
        hosts = {address.rpartition("/")[2] for address in modules}
        assert hosts == HOSTS if len(paths) == len(PAGES) else hosts < HOSTS, "each component is one answer"
        page.close()  # before the server ends, after which the window would ask for it again
    # Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
    problems[:] = [problem for problem in problems if "/_stcore/" not in problem]
    assert "Traceback" not in log.read_text(encoding="utf-8", errors="replace")
