"""On a telephone: the controls lie below the picture, and can be read."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage


def test_the_open_controls_leave_the_picture_in_view(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    shown = LayerPage.open(page, f"{server.url}/?layer=ConvTranspose2d")
    page.get_by_test_id("stExpandSidebarButton").tap()
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar).to_have_attribute("data-collapsed", "false")
    page.wait_for_function("(box) => box.getBoundingClientRect().x === 0", arg=sidebar.element_handle())
    shown.push("kernel_size")
    page.wait_for_function(  # the board is made anew when its room changes
        """() => {
          const names = ['[data-testid="stSidebar"]', '[data-testid="stage"] [aria-label="input red"]'];
          const [sheet, plane] = names.map((name) => document.querySelector(name)?.getBoundingClientRect());
          return plane && sheet.width === innerWidth && plane.top > 0 && plane.bottom < sheet.top;
        }"""
    )
    field = page.get_by_test_id("stChatInput").bounding_box()
    assert field and field["height"] < 100  # it was measured while the sidebar was closed
    layer = shown.control("layer").get_by_role("combobox")
    assert layer.evaluate("(field) => field.scrollWidth <= field.clientWidth"), "the layer's name is cut off"


def test_the_settings_can_be_read_without_scrolling_sideways(
    server: Server, open_page: Callable[..., Page], problems: list[str]
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/solve")
    remark = page.locator(".choices td").get_by_text("edges read padding").first
    expect(remark).to_be_visible()
    assert page.locator(".choices").evaluate("(box) => box.scrollWidth - box.clientWidth") == 0
    for cell in (remark, page.locator(".choices tbody button").first):
        box = cell.bounding_box()
        assert box and box["x"] >= 0 and box["x"] + box["width"] <= 390
    head, cells = (page.locator(f".choices {part}").nth(4) for part in ("th", "tbody tr:first-child td"))
    places = [place.bounding_box() for place in (head, cells)]
    assert places[0] and places[1] and places[0]["x"] == places[1]["x"], "a number stands below its name"
    problems[:] = [p for p in problems if "/solve/_stcore/" not in p]  # Streamlit looks there first


def test_no_word_is_cut_in_the_table_of_a_lens(
    server: Server, open_page: Callable[..., Page], problems: list[str]
) -> None:
    page = open_page(viewport={"width": 390, "height": 844})
    page.goto(f"{server.url}/groups")
    name = page.locator(".lens-table th").get_by_text("parameters", exact=True)
    expect(name).to_be_visible(timeout=30_000)
    assert (
        name.evaluate(
            "(cell) => { const all = document.createRange(); all.selectNodeContents(cell); "
            "return all.getClientRects().length; }"
        )
        == 1
    ), "the word stands in two lines"
    assert page.get_by_test_id("stMain").evaluate("(page) => page.scrollWidth - page.clientWidth") == 0
    problems[:] = [p for p in problems if "/groups/_stcore/" not in p]
