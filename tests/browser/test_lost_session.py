"""The server is started again on the same port: each page goes on by its address, and says what is gone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.conftest import serving
from tests.browser.hurried import PICTURES, picture, query, rest
from tests.browser.navigation import to_page
from tests.browser.test_weights import WeightsPage


@pytest.fixture(autouse=True)
def without_a_server(problems: list[str]) -> Iterator[None]:
    """A browser without its server complains of that."""
    yield
    problems.clear()


@pytest.fixture
def url_and_restart() -> Iterator[tuple[str, Callable[[], None]]]:
    """The address of a server, and a function that ends it and starts another one on its port."""
    running, url = ExitStack(), ""
    with running:
        url = running.enter_context(serving()).url

        def restart() -> None:
            running.close()
            running.enter_context(serving(port=urlsplit(url).port or 0))

        yield url, restart


def connected(page: Page) -> None:
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-connection-state", "CONNECTED", timeout=60_000)


@pytest.mark.parametrize("path", ["/", "/weights", "/image", "/solve", "/take", "/padding"])
def test_an_untouched_page_goes_on(path: str, page: Page, url_and_restart: tuple[str, Callable[[], None]]) -> None:
    url, restart = url_and_restart
    page.goto(f"{url}{path}?kernel_size=5&filter=1")
    rest(page)
    before = picture(page, path)
    restart()
    connected(page)
    rest(page)
    assert picture(page, path) == before
    slider = page.locator(".st-key-kernel_size").get_by_role("slider")
    slider.press("ArrowLeft")
    if path in PICTURES:
        expect(page.get_by_test_id(PICTURES[path])).not_to_have_attribute("data-content", before, timeout=30_000)
    rest(page)
    assert picture(page, path) != before
    assert urlsplit(page.url).path == path
    assert query(page.url) == {"kernel_size": "4", "filter": "1"}
    expect(page.get_by_text("The server began a new session")).to_have_count(0)


def test_what_is_gone_is_said(page: Page, url_and_restart: tuple[str, Callable[[], None]], tmp_path: Path) -> None:
    url, restart = url_and_restart
    file = tmp_path / "mine.png"
    Image.new("RGB", (40, 30), "teal").save(file)
    page.goto(f"{url}/image")
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


DOWNLOADS = {
    "/weights": ("download", ".safetensors"),
    "/image": ("This map, PNG", ".png"),
}


@pytest.mark.parametrize("path", DOWNLOADS)
def test_a_download_comes_from_the_new_session(
    path: str, page: Page, url_and_restart: tuple[str, Callable[[], None]]
) -> None:
    url, restart = url_and_restart
    name, ending = DOWNLOADS[path]
    page.goto(f"{url}{path}?kernel_size=5")
    rest(page)
    restart()
    connected(page)
    rest(page)
    with page.expect_download(timeout=30_000) as download:
        page.get_by_test_id("stMain").get_by_role("button", name=name, exact=True).click()
    assert download.value.suggested_filename.endswith(ending)
    assert download.value.path().stat().st_size > 100
