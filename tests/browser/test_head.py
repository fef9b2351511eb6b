"""The head of the stage: every number says how it comes about, and the cell that is shown stands in symbols."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage
from tests.browser.test_in_view import PARTS, hidden


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


def test_the_cell_that_is_shown_in_symbols(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 1366, "height": 768}, permissions=["clipboard-read", "clipboard-write"])
    shown = LayerPage.open(page, f"{server.url}/?in_channels=4&out_channels=4&groups=2&cell=1,2&filter=3")
    switch = shown.stage.get_by_role("button", name="symbols")
    said = shown.stage.get_by_test_id("symbols")
    expect(said).to_be_hidden()
    switch.click()
    expect(switch).to_have_attribute("aria-pressed", "true")
    right = "b[3] + Σ w[3, c, i, j]·x[0, 2 + c, 2·{y} + i − 1, 2·{x} + j − 1]"
    expect(said).to_have_text(f"y[0, 3, 1, 2] = {right.format(y=1, x=2)}")
    expect(page).to_have_url(re.compile("symbols=1"))
    assert hidden(page, PARTS) == []
    shown.stage.press("ArrowRight")
    expect(said).to_have_text(f"y[0, 3, 1, 3] = {right.format(y=1, x=3)}")
    shown.stage.get_by_role("button", name="copy the equation as LaTeX").click()
    expect(shown.stage.get_by_text("copied")).to_be_visible()
    assert r"\sum_{c=0}^{1} \sum_{i=0}^{2}" in page.evaluate("navigator.clipboard.readText()")
    switch.click()
    expect(said).to_be_hidden()
    expect(shown.stage.get_by_test_id("facts")).to_be_visible()


# Every cell that the stage has explained, in turn; and the page of somebody who was never here.
RECORDED = """
  localStorage.removeItem("conv_viz:introduced");
  window.cells = [];
  new MutationObserver((all) => window.cells.push(...all.map(({ target }) => target.dataset.cell)))
    .observe(document, { subtree: true, attributeFilter: ["data-cell"] });
"""


def test_the_first_visit_sees_the_window_slide_once(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.add_init_script(RECORDED)
    shown = LayerPage.open(page, server.url)
    page.wait_for_function("window.cells.includes('0,0,0,0')")
    shown.expect_cell(0, 0, 1, 2)
    expect(shown.stage.get_by_role("button", name="play")).to_be_visible()
    for motion, query in (("reduce", ""), ("no-preference", "?seed=0")):
        page.emulate_media(reduced_motion=motion)  # type: ignore[arg-type]
        LayerPage.open(page, f"{server.url}/{query}")
        shown.expect_cell(0, 0, 1, 2)
        assert page.evaluate("new Set(window.cells).size") == 1, "it moved"


def test_a_number_goes_on_being_said_while_the_layer_changes(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?stride=1")
    facts = shown.stage.get_by_test_id("facts")
    said = facts.get_by_role("tooltip")
    facts.get_by_role("button", name="112", exact=True).hover()
    expect(said).to_have_text(re.compile(re.escape("(3·3·3 + 1)·4 = 112")))
    shown.push("kernel_size")
    expect(said).to_have_text(re.compile(re.escape("(3·4·4 + 1)·4 = 196")))
    shown.leave()
    expect(said).to_have_count(0)
    shown.push("kernel_size", "End")  # 11 does not fit into 7: what is wrong comes above, and goes again
    shown.push("kernel_size", "Home")
    expect(facts.get_by_role("button", name="16", exact=True)).to_have_count(1)
    expect(facts.get_by_role("button", name="see it in Weights")).to_have_count(1)
