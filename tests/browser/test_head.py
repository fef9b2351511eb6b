"""The head of the stage: every number says how it comes about."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage


def test_a_number_says_its_formula_when_pointed_at_tapped_or_reached_by_keyboard(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True)
    shown = LayerPage.open(page, server.url)
    shown.stage.get_by_role("button", name="numbers").tap()
    facts = shown.stage.get_by_test_id("facts")
    said = facts.get_by_role("tooltip")
    expect(said).to_have_count(0)
    parameters = facts.get_by_role("button", name="112", exact=True)
    parameters.tap()
    expect(said).to_have_text(re.compile(re.escape("(3·3·3 + 1)·4 = 112")))
    box, room = said.bounding_box(), facts.bounding_box()
    assert box and room and box["x"] >= 0 and box["x"] + box["width"] <= 390
    assert box["y"] >= room["y"] + room["height"], "it covers the number"
    page.keyboard.press("Escape")
    expect(said).to_have_count(0)
    parameters.focus()
    page.keyboard.press("Tab")
    expect(said).to_have_text(re.compile(re.escape("1·4·4·4 = 64")))
    facts.get_by_role("button", name="1,728", exact=True).hover()
    expect(said).to_have_text(re.compile(re.escape("3·3·3·4 · 4·4 = 1,728")))
