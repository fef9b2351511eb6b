"""Drawing on the input: the planes follow the pointer, torch answers, the link holds it, undo goes back."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage


def test_what_is_drawn_is_the_input_and_in_the_link(server: Server, page: Page) -> None:
    query = "in_channels=1&out_channels=1&kernel_size=1&stride=1&padding=0&height=4&width=4&fill=impulse"
    shown = LayerPage.open(page, f"{server.url}/?{query}")
    before = shown.content
    shown.stage.get_by_role("button", name="draw on the input").click()
    pen = shown.stage.get_by_test_id("pen")
    pen.fill("3")
    shown.hover("input grey", (0, 0), (4, 4))
    address = page.url
    page.mouse.down()
    expect(shown.stage).not_to_have_attribute("data-content", before)  # torch answers while the pen is down
    begun = shown.content
    shown.hover("input grey", (0, 3), (4, 4))
    expect(shown.stage).not_to_have_attribute("data-content", begun)
    assert page.url == address
    page.mouse.up()
    drawn = shown.content
    expect(page).to_have_url(re.compile("fill=own.numbers&input=|input=.*&fill=own.numbers"))
    shown.click("output", (0, 1), (4, 4))  # a cell that the pointer jumped over
    expect(shown.stage.get_by_test_id("torch").locator("xpath=..")).to_have_class("torch agrees")
    sums = shown.stage.get_by_test_id("sum-0").inner_text()
    shown.click("input grey", (3, 3), (4, 4))
    expect(shown.stage).not_to_have_attribute("data-content", drawn)
    expect(pen).to_be_focused()
    page.keyboard.type("-7.5")
    clicked = shown.content
    page.keyboard.press("Enter")
    expect(shown.stage).not_to_have_attribute("data-content", clicked)
    typed = shown.content
    expect(page).to_have_url(re.compile("input="))
    expect(shown.stage).to_be_focused()
    for key in ("ArrowUp", "ArrowRight", "ArrowLeft", "ArrowLeft"):  # the last cell of a row has none to its right
        page.keyboard.press(key)
    expect(shown.stage.get_by_test_id("cursor")).to_have_text("grey, row 2, column 1: 0")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    expect(shown.stage).not_to_have_attribute("data-content", typed)
    expect(shown.stage.get_by_test_id("cursor")).to_have_text("grey, row 2, column 1: 5")
    shown.stage.get_by_role("button", name="undo").click()
    expect(shown.stage).to_have_attribute("data-content", typed)
    for name, content in (("undo", clicked), ("undo", drawn), ("redo", clicked), ("redo", typed)):
        shown.stage.get_by_role("button", name=name).click()
        expect(shown.stage).to_have_attribute("data-content", content)
    expect(page).to_have_url(re.compile("input="))
    again = LayerPage.open(page, page.url)
    expect(again.stage).to_have_attribute("data-content", typed)
    again.click("output", (0, 1), (4, 4))
    expect(again.stage.get_by_test_id("sum-0")).to_have_text(sums)
