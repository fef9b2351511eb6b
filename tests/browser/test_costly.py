"""Links that cost too much, and links that say what the page does not show, as a visitor sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.navigation import to_page

# Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
BESIDE = re.compile(r"404 \(Not Found\) \(.*/(image|weights)/_stcore/[a-z-]+\)$")


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]) -> Iterator[None]:
    yield
    problems[:] = [p for p in problems if not BESIDE.search(p)]


def test_a_costly_link_says_why_and_one_click_shows_the_nearest_smaller_one(server: Server, page: Page) -> None:
    page.goto(server.url + "/?kernel_size=16&height=1024&width=1024&in_channels=16&out_channels=16&stride=1&padding=8")
    words = page.get_by_test_id("too-large")
    expect(words).to_contain_text("a picture may take", timeout=30_000)
    page.get_by_test_id("fix").click()
    expect(words).to_have_count(0)
    expect(page.get_by_test_id("cut")).to_contain_text("in view")
    expect(page).not_to_have_url(re.compile("height=1024"))


def test_a_costly_link_to_the_gallery_is_mended_by_a_click(server: Server, page: Page) -> None:
    page.goto(server.url + "/image?kernel_size=64&in_channels=512&out_channels=128&padding=32")
    expect(page.get_by_test_id("problem")).to_contain_text("weights of this layer take", timeout=30_000)
    page.get_by_test_id("fix").click()
    expect(page.get_by_test_id("problem")).to_have_count(0)
    expect(page.get_by_test_id("about")).to_contain_text("feature maps")


def test_the_line_on_arrival_goes_with_the_first_change(server: Server, page: Page) -> None:
    page.goto(server.url + "/?kernel_size=abc&fill=own%20picture")
    line = page.get_by_text("Not taken from the link")
    expect(line).to_contain_text("kernel_size=abc", timeout=30_000)
    page.locator(".st-key-stride").get_by_role("slider").press("ArrowRight")
    expect(line).to_have_count(0)
    expect(page.get_by_test_id("stage")).to_be_visible()


def test_a_sample_stays_in_the_link(server: Server, page: Page) -> None:
    page.goto(server.url + "/image?picture=coffee")
    expect(page.get_by_test_id("about")).to_contain_text("Cup of coffee", timeout=30_000)
    page.get_by_role("radio", name="photographer").click()
    expect(page).to_have_url(re.compile("picture=photographer"))
    expect(page.get_by_test_id("about")).to_contain_text("Photographer")
    to_page(page, "Weights")
    to_page(page, "Filter an image")
    expect(page.get_by_test_id("about")).to_contain_text("Photographer")
    page.reload()
    expect(page.get_by_test_id("about")).to_contain_text("Photographer", timeout=30_000)
