"""The server is started again on the same port: each page goes on by its address, and says what is gone."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, WebSocketRoute, expect

from conv_viz.ui.server.metrics import METRICS
from tests.browser.conftest import serving
from tests.browser.hurried import PICTURES, picture, query, rest
from tests.browser.navigation import to_page
from tests.browser.test_replicas import active_sessions
from tests.browser.test_weights import WeightsPage
from tests.browser.windows import beside
from tests.ui.server.waiting import until


@pytest.fixture(autouse=True)
def without_a_server(problems: list[str]) -> Iterator[None]:
    """A browser without its server complains of that."""
    yield
    problems.clear()


pytestmark = pytest.mark.xdist_group("lost session")  # the server that all of them end and start again
SOON = ("app.py", "--server.disconnectedSessionTTL", "1")  # seconds until a session is lost without a connection
FIGURES = {METRICS: "private"}


@pytest.fixture(scope="module")
def url_and_restart() -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a server, and a function that ends it and starts another one on its port."""
    with ExitStack() as running:
        url = running.enter_context(serving(*SOON, **FIGURES)).url

        def restart() -> None:
            running.close()
            running.enter_context(serving(*SOON, port=urlsplit(url).port or 0, **FIGURES))

        yield url, restart


def connected(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=60_000)


DOWNLOADS = {
    "/weights": ("download", ".safetensors"),
    "/image": ("This map, PNG", ".png"),
}


def test_untouched_pages_go_on(page: Page, url_and_restart: tuple[str, Callable[[], None]]) -> None:
    url, restart = url_and_restart
    pages, before = {}, {}
    for path in ("/", "/weights", "/image", "/solve", "/take", "/padding"):
        pages[path] = shown = beside(page)
        shown.goto(f"{url}{path}?kernel_size=5&filter=1")
        rest(shown)
        before[path] = picture(shown, path)
    restart()
    for path, shown in pages.items():
        connected(shown)
        rest(shown, calm=0.5)
        assert picture(shown, path) == before[path], path
        if path in DOWNLOADS:
            assert_downloads(shown, *DOWNLOADS[path])
        shown.locator(".st-key-kernel_size").get_by_role("slider").press("ArrowLeft")
        expect(shown).to_have_url(re.compile("kernel_size=4"))
        if path in PICTURES:
            expect(shown.get_by_test_id(PICTURES[path])).not_to_have_attribute(
                "data-content", before[path], timeout=30_000
            )
        rest(shown, calm=0.5)
        assert picture(shown, path) != before[path], path
        assert urlsplit(shown.url).path == path
        assert query(shown.url) == {"kernel_size": "4", "filter": "1"}
        expect(shown.get_by_text("The server began a new session")).to_have_count(0)


def assert_downloads(page: Page, name: str, ending: str) -> None:
    """A download comes from the new session."""
    with page.expect_download(timeout=30_000) as download:
        page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename.endswith(ending)
    assert download.value.path().stat().st_size > 100


def test_what_is_gone_is_said(page: Page, url_and_restart: tuple[str, Callable[[], None]], tmp_path: Path) -> None:
    url, restart = url_and_restart
    file = tmp_path / "mine.png"
    Image.new("RGB", (40, 30), "teal").save(file)
    page.goto(f"{url}/image?kernel_size=5")  # whose weights are more than a link holds
    rest(page)
    page.get_by_test_id("stMain").get_by_text("your file").click()
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    expect(page.get_by_test_id("gallery")).to_contain_text("mine.png")
    to_page(page, "Weights")
    weights = WeightsPage(page)
    weights.press("flip")
    rest(page)
    restart()
    lost = page.get_by_text("no longer has the edited weights and your picture")
    expect(lost).to_be_visible(timeout=60_000)
    expect(weights.grid).to_contain_text("torch's own")
    page.get_by_role("button", name="close", exact=True).click()
    expect(lost).to_have_count(0)


class Line:
    """The connection of a page to its server, which can be cut."""

    def __init__(self, page: Page) -> None:
        self._cut = False
        self._ends: list[WebSocketRoute] = []
        page.route_web_socket(re.compile("/_stcore/stream"), self._connect)

    def _connect(self, page_side: WebSocketRoute) -> None:
        if self._cut:
            page_side.close()
        else:
            self._ends += [page_side, page_side.connect_to_server()]

    def cut(self) -> None:
        self._cut = True
        while self._ends:
            self._ends.pop().close()

    def mend(self) -> None:
        self._cut = False


def test_who_was_offline_too_long_is_told_the_same(page: Page, url_and_restart: tuple[str, Callable[[], None]]) -> None:
    url, _ = url_and_restart
    until(lambda: active_sessions(url) == 0, "the windows of other tests are still there")
    line = Line(page)
    page.goto(f"{url}/weights?kernel_size=5")
    rest(page, calm=0.5)
    weights = WeightsPage(page)
    weights.press("flip")
    line.cut()
    until(lambda: active_sessions(url) == 0, "the connection does not end")
    page.wait_for_timeout(1_500)  # the server forgets by the clock: after a second without a connection
    line.mend()
    expect(page.get_by_text("no longer has the edited weights")).to_be_visible(timeout=60_000)
    expect(weights.grid).to_contain_text("torch's own")
    before = picture(page, "/weights")
    page.locator(".st-key-kernel_size").get_by_role("slider").press("ArrowLeft")
    expect(weights.grid).not_to_have_attribute("data-content", before, timeout=30_000)
    expect(weights.grid).to_contain_text("(4, 3, 4, 4)")
