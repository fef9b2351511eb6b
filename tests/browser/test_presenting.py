"""In front of people: the stage alone, large, with keys for whoever stands beside it."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage
from tests.browser.test_in_view import PARTS

IN_VIEW = """(parts) => parts.every((part) => [...document.querySelectorAll(`.cv .${part}`)].every((node) => {
  const box = node.getBoundingClientRect();
  return box.width && box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.bottom <= innerHeight;
})) && [...document.querySelectorAll(".cv, .cv .scroll")].every((node) => node.scrollHeight <= node.clientHeight)"""


def test_a_link_shows_the_stage_alone_and_keys_lead_through_it(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 1920, "height": 1080})
    shown = LayerPage.open(page, f"{server.url}/?present=1")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_be_hidden()
    expect(shown.stage.locator(".maps button")).to_have_count(4)
    page.wait_for_function(IN_VIEW, arg=PARTS)
    sizes = "[...document.querySelectorAll('.cv :is(.title, .name, .keys, .total span, .step)')].map(getSize)"
    letters = page.evaluate(
        f"() => {{ const getSize = (e) => parseFloat(getComputedStyle(e).fontSize); return {sizes} }}"
    )
    assert len(letters) > 8
    assert min(letters) >= 20
    page.keyboard.press("Home")
    page.keyboard.press("PageDown")
    shown.expect_cell(0, 0, 0, 1)
    page.keyboard.press("PageUp")
    shown.expect_cell(0, 0, 0, 0)
    page.keyboard.press("f")
    shown.expect_cell(0, 1, 0, 0)
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile(r"cell=0%2C0"))
    page.keyboard.press("n")
    expect(shown.code).to_have_text("nn.Conv2d(1, 3, kernel_size=(4, 5))")
    assert shown.query["present"] == "1"
    page.keyboard.press("Escape")
    expect(sidebar).to_be_visible()
    expect(page).not_to_have_url(re.compile("present"))
    shown.stage.get_by_role("button", name="present").click()
    expect(sidebar).to_be_hidden()
    expect(page).to_have_url(re.compile("present=1"))
