"""nginx with three replicas, as ``deploy/`` has it: a class is spread, and each session stays with one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from conv_viz.ui.server.metrics import METRICS
from tests.browser.conftest import ROOT, Server, free_port, serving
from tests.browser.find_nginx import nginx
from tests.browser.hurried import picture, rest
from tests.browser.test_weights import WeightsPage
from tests.conftest import browser_required
from tests.ui.server.visitor import run_page, visiting
from tests.ui.server.waiting import in_loop, until

CONFIGURATION = ROOT / "deploy" / "nginx.conf"
FOLDERS = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


@dataclass(frozen=True)
class Proxied:
    """Where nginx listens, and the replicas behind it."""

    url: str
    replicas: tuple[Server, ...]

    def sessions(self) -> list[int]:
        """How many sessions each replica has; -1 for one that is gone."""
        return [active_sessions(replica.url) for replica in self.replicas]


def active_sessions(url: str) -> int:
    """How many sessions a server that shows its figures has; -1 when it is gone."""
    try:
        text = urlopen(f"{url}/_stcore/metrics?families=active_sessions", timeout=10).read().decode()
    except OSError:
        return -1
    found = re.search(r"^active_sessions (\d+)$", text, re.MULTILINE)
    assert found, text
    return int(found[1])


pytestmark = pytest.mark.xdist_group("replicas")


@pytest.fixture(scope="module")
def proxied(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    """The configuration of ``deploy/``, with places on this machine in it, and three servers of the app.

    One of the tests kills some of them, and is the last.
    """
    folder = tmp_path_factory.mktemp("proxied")
    program = nginx()
    if program is None:
        reason = "no nginx found: run `python -m tests.browser.find_nginx --install`"
        (pytest.fail if browser_required() else pytest.skip)(reason)
    with ExitStack() as stack:
        settings = {METRICS: "private", "STREAMLIT_SERVER_COOKIE_SECRET": "the same for all three"}
        replicas = tuple(stack.enter_context(serving(**settings)) for _ in range(3))
        port = free_port()
        path = folder / "nginx.conf"
        path.write_text(here(CONFIGURATION.read_text("utf-8"), port, replicas, folder), "utf-8")
        directives = f"daemon off; error_log stderr; pid {folder}/pid;"
        if os.geteuid() == 0:
            directives += " user root;"  # a worker without rights cannot read a test's folder
        process = subprocess.Popen([program, "-c", str(path), "-e", "stderr", "-g", directives])
        stack.callback(process.wait, 10)
        stack.callback(process.terminate)
        url = f"http://127.0.0.1:{port}"
        until(lambda: answers(url), "nginx does not answer: its reason is on stderr")
        yield Proxied(url, replicas)


def here(configuration: str, port: int, replicas: tuple[Server, ...], folder: Path) -> str:
    """The configuration for this machine: its ports, its processes, and a folder that may be written to."""
    for number, replica in enumerate(replicas, 1):
        configuration = configuration.replace(f"conv-viz-{number}:8501", replica.url.removeprefix("http://"))
    places = "".join(f"\n    {name}_temp_path {folder}/{name};" for name in FOLDERS)
    configuration = configuration.replace("http {", f"http {{{places}\n    access_log off;", 1)
    return configuration.replace("listen 80;", f"listen 127.0.0.1:{port};").replace("worker_rlimit_nofile", "#")


def answers(url: str) -> bool:
    try:
        return urlopen(url, timeout=10).status == 200
    except OSError:
        return False


def test_a_class_behind_one_address_is_spread_and_each_stays(proxied: Proxied) -> None:
    async def come(cookies: list[str]) -> list[int]:
        async with Staying(proxied.url, cookies):
            return proxied.sessions()

    cookies = [urlopen(proxied.url).headers["Set-Cookie"].split(";")[0] for _ in range(30)]
    assert len(set(cookies)) == 30
    spread = in_loop(come(cookies))
    assert sum(spread) == 30
    assert min(spread) > 0
    until(lambda: proxied.sessions() == [0, 0, 0], "the sessions do not end")
    assert sorted(in_loop(come(cookies[:1] * 6))) == [0, 0, 6]


class Staying:
    """Visitors with these cookies who have seen the first page, and stay until the block ends."""

    def __init__(self, url: str, cookies: list[str]) -> None:
        self.connections = [visiting(url, url, additional_headers={"Cookie": cookie}) for cookie in cookies]

    async def __aenter__(self) -> None:
        for connection in self.connections:
            assert await run_page(await connection.__aenter__())

    async def __aexit__(self, *error: object) -> None:
        for connection in self.connections:
            await connection.__aexit__(*error)


@pytest.mark.parametrize("path", ["/ready", "/_stcore/metrics", "/_stcore/metrics/"])
def test_what_is_for_the_operator_stays_inside(path: str, proxied: Proxied) -> None:
    with pytest.raises(HTTPError, match="404"):
        urlopen(proxied.url + path)


def test_work_goes_on_elsewhere_when_its_replica_is_killed(
    proxied: Proxied, open_page: Callable[..., Page], problems: list[str], tmp_path: Path
) -> None:
    photo = tmp_path / "mine.png"
    Image.effect_noise((1600, 1200), 60).convert("RGB").save(photo)
    layer = "kernel_size=11&stride=1&in_channels=8&out_channels=16&padding=5"
    filtering, editing = open_page(), open_page()
    filtering.goto(f"{proxied.url}/image?{layer}")
    rest(filtering)
    usual = picture(filtering, "/image")
    filtering.get_by_test_id("stMain").get_by_text("your file").click()
    filtering.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(photo)
    expect(filtering.get_by_test_id("gallery")).to_contain_text("mine.png", timeout=30_000)
    editing.goto(f"{proxied.url}/weights?kernel_size=5&filter=1")
    rest(editing)
    drawn = picture(editing, "/weights")
    WeightsPage(editing).press("flip")
    filtering.get_by_role("button", name="Run all maps in full resolution").click()
    expect(filtering.get_by_role("progressbar")).to_be_visible()

    addresses = [page.url for page in (filtering, editing)]
    assert "kernel_size=11" in addresses[0] and "kernel_size=5&filter=1" in addresses[1]
    busy = [replica for replica, sessions in zip(proxied.replicas, proxied.sessions(), strict=True) if sessions]
    for replica in busy:
        os.kill(replica.pid, signal.SIGKILL)
    for page, lost, path, before in (
        (filtering, "your picture", "/image", usual),
        (editing, "the edited weights", "/weights", drawn),
    ):
        said = page.get_by_text("The server began a new session")
        expect(said).to_contain_text(f"no longer has {lost}; only what the address says is left", timeout=60_000)
        if path == "/image":
            expect(said).to_contain_text(", so choose the picture again.")
        rest(page)
        assert picture(page, path) == before
    assert [page.url for page in (filtering, editing)] == addresses
    until(lambda: sum(count for count in proxied.sessions() if count > 0) == 2, "not each session went on elsewhere")
    again = tmp_path / "again.png"
    Image.effect_noise((900, 700), 60).convert("RGB").save(again)
    filtering.get_by_role("radio", name="your file").click()
    filtering.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(again)
    expect(filtering.get_by_test_id("gallery")).to_contain_text("again.png", timeout=30_000)
    problems.clear()  # a browser without its server complains of that
