"""The second picture of a transposed convolution: the switch, the play head over the input, pointing three ways."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage

URL = "?layer=ConvTranspose2d&padding=1&output_padding=1&height=3&width=3&in_channels=1&out_channels=2&fill=ramp"


def test_the_switch_shows_the_same_numbers_from_the_input(
    server: Server, page: Page, open_page: Callable[..., Page]
) -> None:
    shown = LayerPage.open(page, f"{server.url}/{URL}")
    scatter = shown.stage.get_by_role("button", name=re.compile("^scatter"))
    expect(scatter).to_have_attribute("aria-pressed", "false")
    scatter.click()
    expect(scatter).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(r"[?&]drawn=scatter\b"))
    shown.stage.get_by_role("button", name="last step").click()
    expect(shown.stage).to_have_attribute("data-cell", "0,2,2")
    shown.stage.get_by_role("button", name="first step").click()
    expect(shown.stage).to_have_attribute("data-cell", "0,0,0")
    expect(shown.stage.get_by_test_id("sum-0")).to_have_text("4 of 9")  # the padding cuts off a row and a column

    shown.hover("output", (1, 1), (6, 6))
    expect(shown.tip).to_contain_text("4 input cells of each channel add to it")
    expect(shown.stage.get_by_test_id("all")).to_be_visible()
    shown.hover("input grey", (0, 0), (3, 3))
    expect(shown.tip).to_contain_text("the padding cuts 5 products off")
    shown.hover("weights for grey", (0, 2), (3, 3))
    expect(shown.tip).to_contain_text("row 0, column 2")

    same = LayerPage.open(open_page(), page.url)
    expect(same.stage.get_by_role("button", name=re.compile("^scatter"))).to_have_attribute("aria-pressed", "true")
    shown.stage.get_by_role("button", name=re.compile("^gather")).click()
    expect(page).not_to_have_url(re.compile("drawn="))


def test_the_maps_below_say_where_the_checkerboard_comes_from(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/{URL}")
    maps = shown.stage.get_by_test_id("checkerboard")
    expect(maps.get_by_test_id("evenness")).to_contain_text("1, 2 or 4 products")
    expect(maps).to_contain_text("nn.Upsample(size=(6, 6))")
    shown.hover("products that each output cell adds up", (1, 1), (6, 6))
    expect(shown.tip).to_contain_text("4")
    other = LayerPage.open(page, f"{server.url}/?layer=MaxPool2d")
    expect(other.stage.get_by_test_id("checkerboard")).to_have_count(0)
    expect(other.stage.get_by_role("button", name=re.compile("^scatter"))).to_have_count(0)
