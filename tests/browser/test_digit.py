"""The page Draw a digit as its reader sees it: a digit drawn with the pointer, and with the keyboard."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage, at_rest
from tests.browser.test_access import violations


@pytest.fixture(autouse=True)
def below_the_root(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/digit/_stcore/[a-z-]+\)$", p)]


class DigitPage:
    """An open page Draw a digit."""

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        page.goto(f"{url}/digit")
        expect(self.view).to_have_attribute("data-content", re.compile("."), timeout=30_000)

    @property
    def view(self) -> Locator:
        return self.page.get_by_test_id("digits")

    @property
    def verdict(self) -> Locator:
        return self.page.get_by_test_id("verdict")

    def draw(self, *points: tuple[float, float]) -> None:
        """One stroke through these points, in cells from the upper left corner."""
        box = at_rest(self.view.get_by_test_id("pad"))
        places = [(box["x"] + x * box["width"] / 8, box["y"] + y * box["height"] / 8) for x, y in points]
        self.page.mouse.move(*places[0])
        self.page.mouse.down()
        for place in places[1:]:
            self.page.mouse.move(*place, steps=6)
        self.page.mouse.up()

    def share(self, digit: int) -> str:
        return self.view.locator(f".bars [data-digit='{digit}'] .number").inner_text()


def test_a_drawn_digit_is_read_and_its_map_is_explained(server: Server, page: Page) -> None:
    digit = DigitPage(page, server.url)
    expect(digit.verdict).to_contain_text("taken for a 3")
    digit.view.get_by_role("button", name="clear").click()
    expect(digit.verdict).to_contain_text("Draw a digit")
    digit.draw((4, 0.5), (4, 7.5))
    expect(digit.verdict).to_contain_text("taken for a 1")
    expect(digit.view.locator(".bars")).to_have_attribute("data-best", "1")
    assert digit.share(1) != "< 1 %"
    digit.view.get_by_role("button", name="map 5 of relu2: its sliding window").click()
    shown = LayerPage(page)
    expect(shown.code).to_have_text("nn.Conv2d(8, 16, kernel_size=3, padding=1)", timeout=30_000)
    expect(shown.stage).to_have_attribute("data-cell", re.compile("^0,5,"))
    expect(page.get_by_text("conv2, learned, of the network for digits")).to_be_visible()


def test_a_pools_map_leads_to_the_pool(server: Server, page: Page) -> None:
    digit = DigitPage(page, server.url)
    digit.view.get_by_role("button", name="map 2 of pool1: its sliding window").click()
    shown = LayerPage(page)
    expect(shown.code).to_have_text("nn.MaxPool2d(kernel_size=2)", timeout=30_000)
    expect(shown.stage).to_have_attribute("data-cell", re.compile("^0,2,"))


def test_a_digit_is_drawn_with_the_keyboard(server: Server, page: Page) -> None:
    digit = DigitPage(page, server.url)
    pad = digit.view.get_by_test_id("pad")
    pad.focus()
    pad.press("Delete")
    expect(digit.verdict).to_contain_text("Draw a digit")
    for _ in range(4):
        pad.press("ArrowRight")
    for _ in range(8):
        pad.press("Space")
        pad.press("ArrowDown")
    expect(digit.verdict).to_contain_text("taken for a 1")


def test_random_weights_know_nothing(server: Server, page: Page) -> None:
    digit = DigitPage(page, server.url)
    before = digit.view.get_attribute("data-content") or ""
    digit.view.get_by_role("button", name="random", exact=True).click()
    expect(digit.view).not_to_have_attribute("data-content", before)
    label = digit.view.locator(".bars [data-digit='3']").get_attribute("aria-label") or ""
    assert re.fullmatch(r"3: > 99 %, with random weights \d{1,2} %", label), label
    digit.view.get_by_role("button", name="map 0 of conv1: its sliding window").click()
    expect(page.get_by_text("conv1, random, of the network for digits")).to_be_visible(timeout=30_000)


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_and_all_fits(
    scheme: str, width: int, server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    digit = DigitPage(page, server.url)
    assert violations(page) == []
    over = "e => e.scrollWidth - e.clientWidth"
    assert page.evaluate(f"({over})(document.scrollingElement)") == 0
    assert digit.view.evaluate(over) == 0


@pytest.mark.thorough
def test_first_request_of_a_fresh_server(fresh_server: Callable[..., Server], page: Page) -> None:
    DigitPage(page, fresh_server().url)
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
