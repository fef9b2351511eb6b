"""The page Network as somebody sees it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server

BESIDE = re.compile(r"404 \(Not Found\) \(.*/network/_stcore/[a-z-]+\)$")


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]) -> Iterator[None]:
    """Streamlit looks for itself beside a page that is opened by its link, before it looks above it."""
    yield
    problems[:] = [p for p in problems if not BESIDE.search(p)]


def test_a_pixel_says_who_sees_it_and_a_click_moves_the_unit(open_page: Callable[..., Page], server: Server) -> None:
    page = open_page()
    page.goto(f"{server.url}/network?net=lenet5")
    view = page.get_by_test_id("network")
    expect(view.get_by_test_id("field-words")).to_contain_text("Unit (2, 2) of S4", timeout=30_000)
    plane = view.get_by_test_id("field")
    box = plane.bounding_box()
    assert box
    plane.hover(position={"x": 2, "y": 2})
    expect(view.get_by_test_id("pixel-words")).to_contain_text("Pixel (0, 0)")
    expect(view.locator("tr", has_text="C1").first.locator("td.seen")).to_have_text("(0, 0)")
    plane.click(position={"x": 2, "y": 2})
    expect(view.get_by_test_id("field-words")).to_contain_text("Unit (0, 0) of S4 sees rows 0–15")
    expect(page).to_have_url(re.compile("net_unit=0%2C0"))
    view.get_by_role("button", name="C3", exact=True).click()
    expect(view.get_by_test_id("field-words")).to_contain_text("of C3")
    expect(page).to_have_url(re.compile("net_layer=C3"))
    page.reload()
    expect(view.get_by_test_id("field-words")).to_contain_text("of C3", timeout=30_000)


def test_repeated_blocks_unfold_and_a_break_is_said(open_page: Callable[..., Page], server: Server) -> None:
    page = open_page()
    page.goto(f"{server.url}/network?net=resnet34")
    view = page.get_by_test_id("network")
    fold = view.get_by_role("button", name="2 more like the 7 above: layer1.1.conv1")
    expect(fold).to_have_attribute("aria-expanded", "false", timeout=30_000)
    expect(view.get_by_role("button", name="layer1.2.conv1")).to_have_count(0)
    fold.click()
    expect(view.get_by_role("button", name="layer1.2.conv1")).to_have_count(1)
    page.goto(f"{server.url}/network?net=unet&net_input=1x230x230")
    expect(view.get_by_test_id("broken")).to_contain_text("Pad the input to a multiple of 16", timeout=30_000)
    view.get_by_test_id("mend").first.click()
    expect(view.get_by_test_id("broken")).to_have_count(0)
    expect(page).to_have_url(re.compile("net_input=1x240x240"))
