"""The picture is the control: handles on the stage are pulled, by pointer, keyboard and touch."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.hurried import rest
from tests.browser.looking import LayerPage, at_rest
from tests.browser.test_history import entries

FIRST = "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
THUMB = 44  # CSS pixels


def dot(shown: LayerPage, name: str) -> Locator:
    """What is pulled: "kernel_size", "stride", "padding", "dilation" or "size"."""
    return shown.stage.locator(f"[data-grip={name}]")


def middle(grip: Locator) -> tuple[float, float]:
    box = at_rest(grip)
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def pull(shown: LayerPage, name: str, way: tuple[float, float]) -> None:
    """Take a handle with the mouse and hold it so many cells of the filter further right and down."""
    x, y = middle(dot(shown, name))
    width = at_rest(shown.grid("weights for red"))["width"] / 3
    shown.page.mouse.move(x, y)
    shown.page.mouse.down()
    shown.page.mouse.move(x + way[0] * width, y + way[1] * width, steps=4)


def test_pulling_the_kernels_corner_is_one_step(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    rest(page)
    before, address, slider = entries(page), page.url, shown.control("kernel_size").get_by_role("slider")
    pull(shown, "kernel_size", (1, 0.4))
    expect(shown.code).to_have_text(FIRST.replace("kernel_size=3", "kernel_size=4"))
    expect(shown.stage.get_by_test_id("facts")).to_contain_text("(4, 3, 4, 4)")
    expect(slider).to_have_attribute("aria-valuetext", "3")  # not before the reader lets go
    page.mouse.move(*middle(dot(shown, "kernel_size")))
    assert (page.url, entries(page)) == (address, before)
    page.mouse.up()
    expect(slider).to_have_attribute("aria-valuetext", "4")
    expect(page).to_have_url(re.compile(r"[?&]kernel_size=4\b"))
    expect(shown.code).to_have_text(FIRST.replace("kernel_size=3", "kernel_size=4"))
    rest(page)
    assert entries(page) == before + 1
    page.go_back()
    expect(shown.code).to_have_text(FIRST)
    expect(slider).to_have_attribute("aria-valuetext", "3")
    shown.stage.get_by_role("button", name="one filter more").click()
    expect(shown.control("out_channels").get_by_role("slider")).to_have_attribute("aria-valuetext", "5")
    shown.stage.get_by_role("button", name="one filter more").click()
    shown.stage.get_by_role("button", name="more groups").click()  # what divides both counts
    expect(shown.code).to_have_text("nn.Conv2d(3, 6, kernel_size=3, stride=2, padding=1, groups=3)")


def test_keys_move_a_handle_and_escape_takes_it_back(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    rest(page)
    padding = shown.stage.get_by_role("slider", name="padding")
    slider = shown.control("padding").get_by_role("slider")
    padding.focus()
    for value in ("2", "3"):
        page.keyboard.press("ArrowUp")
        expect(slider).to_have_attribute("aria-valuetext", value)
        expect(padding).to_have_attribute("aria-valuenow", value)
    expect(padding).to_be_focused()
    page.keyboard.press("Escape")
    expect(slider).to_have_attribute("aria-valuetext", "1")
    expect(shown.code).to_have_text(FIRST)
    rest(page)
    before, address = entries(page), page.url
    pull(shown, "stride", (1, 0))
    expect(shown.code).not_to_have_text(FIRST)
    page.keyboard.press("Escape")
    expect(shown.code).to_have_text(FIRST)
    page.mouse.up()
    rest(page)
    assert (shown.code.inner_text(), page.url, entries(page)) == (FIRST, address, before)


def test_an_impossible_value_says_why_and_lets_go_to_the_last_possible_one(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    shown = LayerPage.open(page, f"{server.url}/?height=5&width=5&padding=0&stride=1")
    rest(page)
    for grip in shown.stage.locator("[data-grip]").all():
        box = at_rest(grip)
        assert min(box["width"], box["height"]) >= THUMB
    finger = page.context.new_cdp_session(page)
    x, y = middle(dot(shown, "kernel_size"))
    for kind, points in [
        ("touchStart", [{"x": x, "y": y}]),
        *(("touchMove", [{"x": x - 5, "y": y + 40 * step}]) for step in range(1, 11)),
    ]:
        finger.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    kernel = shown.stage.get_by_role("slider", name="kernel_size")
    expect(kernel).to_have_attribute("aria-valuetext", re.compile("does not fit"))
    expect(shown.stage.locator(".says")).to_contain_text("does not fit")
    expect(shown.code).to_contain_text("kernel_size=5")
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect(page).to_have_url(re.compile(r"[?&]kernel_size=5\b"))
    expect(kernel).to_have_attribute("aria-valuetext", "5")
    expect(shown.stage.get_by_role("alert")).to_have_count(0)
