"""The browser's history: one entry for one action, and back shows the layer that was there before."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.hurried import rest
from tests.browser.looking import LayerPage
from tests.browser.navigation import to_page
from tests.browser.test_frame import choose_example
from tests.browser.test_image import changed, opened, place
from tests.browser.test_paste import MODEL, STEM, paste

DEPTHWISE = "nn.Conv2d(6, 6, kernel_size=3, padding=1, groups=6)"

# Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
BESIDE = re.compile(r"404 \(Not Found\) \(.*/(solve|image|weights)/_stcore/[a-z-]+\)$")


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]) -> Iterator[None]:
    yield
    problems[:] = [p for p in problems if not BESIDE.search(p)]


def entries(page: Page) -> int:
    return int(page.evaluate("history.length"))


def choose_picture(shown: LayerPage, name: str) -> None:
    """An example by its picture."""
    shown.stage.get_by_role("button", name="examples").click()
    pictures = shown.stage.get_by_role("group", name="examples")
    pictures.get_by_role("button", name=name).click()
    expect(pictures).to_be_hidden()


@pytest.mark.parametrize(
    "act, code",
    [
        pytest.param(lambda shown: choose_example(shown, "depthwise"), DEPTHWISE, id="example"),
        pytest.param(lambda shown: choose_picture(shown, "depthwise"), DEPTHWISE, id="picture of an example"),
        pytest.param(lambda shown: paste(shown.page, MODEL), STEM, id="paste"),
    ],
)
def test_an_action_is_one_entry(server: Server, page: Page, act: Callable[[LayerPage], None], code: str) -> None:
    shown = LayerPage.open(page, f"{server.url}/?seed=3&kernel_size=5")
    rest(page)
    before, first, address = entries(page), shown.content, page.url
    act(shown)
    expect(shown.code).to_have_text(code)
    rest(page)
    assert entries(page) == before + 1
    page.go_back()
    expect(shown.stage).to_have_attribute("data-content", first)
    rest(page)
    assert page.url == address


def test_a_setting_that_is_used_is_one_entry(server: Server, page: Page) -> None:
    page.goto(f"{server.url}/solve?height=9&to=3&seed=3")
    rest(page)
    before, address = entries(page), page.url
    page.get_by_role("button", name="use").nth(3).click()
    expect(page).not_to_have_url(address)
    rest(page)
    assert entries(page) == before + 1


def test_a_pixel_that_is_taken_along_leaves_the_way_back_to_the_picture(server: Server, page: Page) -> None:
    opened(page, server.url, "?stride=2&kernel_size=5&seed=3")
    rest(page)
    changed(page, lambda: page.get_by_role("button", name="filter 1,").click())
    box = place(page)
    page.mouse.click(box["x"] + 150, box["y"] + 200)
    rest(page)
    before = entries(page)
    page.get_by_test_id("take").click()
    expect(LayerPage(page).stage).to_be_visible()
    rest(page)
    assert entries(page) == before + 1


def test_a_slider_is_one_entry_for_each_time_that_it_is_used(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    rest(page)
    before, first = entries(page), shown.content
    shown.control("seed").get_by_role("slider").focus()
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"[?&]seed=3\b"))
    rest(page)
    assert entries(page) == before + 1
    second = shown.content
    shown.control("height").get_by_role("slider").focus()
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile(r"[?&]height=8\b"))
    rest(page)
    assert entries(page) == before + 2
    page.go_back()
    expect(shown.stage).to_have_attribute("data-content", second)
    rest(page)
    page.go_back()
    expect(shown.stage).to_have_attribute("data-content", first)


def test_a_change_of_the_page_is_one_entry(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?seed=3&kernel_size=5&filter=1")
    rest(page)
    before, first = entries(page), shown.content
    to_page(page, "Weights")
    expect(page.get_by_test_id("weights")).to_be_visible()
    rest(page)
    assert entries(page) == before + 1
    page.go_back()
    expect(shown.stage).to_have_attribute("data-content", first)


def test_undo_redo_and_start_again(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?kernel_size=5&filter=1")
    rest(page)
    undo, redo = (page.get_by_role("button", name=name, exact=True) for name in ("undo", "redo"))
    expect(undo).to_be_disabled()
    first = shown.content
    shown.control("seed").get_by_role("slider").press("ArrowRight")
    expect(page).to_have_url(re.compile(r"[?&]seed=1\b"))
    rest(page)
    second = shown.content
    undo.click()
    expect(shown.stage).to_have_attribute("data-content", first)
    rest(page)
    page.keyboard.press("Control+y")
    expect(shown.stage).to_have_attribute("data-content", second)
    rest(page)
    expect(redo).to_be_disabled()
    page.get_by_role("button", name="start again").click()
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)")
    rest(page)
    assert page.url == f"{server.url}/"
    page.keyboard.press("Control+z")
    expect(shown.stage).to_have_attribute("data-content", second)
