"""The five layers by the control at the head of the frame: the stage, the address, and a fresh page of that address."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.hurried import rest
from tests.browser.looking import LayerPage
from tests.browser.navigation import to_page
from tests.browser.test_access import violations
from tests.ui.looking import SHOWN

SHARED = "kernel_size=2, stride=3"


def choose_layer(shown: LayerPage, layer: str) -> None:
    shown.control("layer").get_by_role("combobox").click()
    shown.page.get_by_role("option", name=layer, exact=True).click()
    expect(shown.code).to_have_text(re.compile(rf"^nn\.{layer}\("))
    rest(shown.page)


def first_sum(shown: LayerPage) -> str:
    """What torch returned at the first step."""
    shown.stage.get_by_role("button", name="first step").click()
    expect(shown.stage).to_have_attribute("data-cell", "0,0,0,0")
    return shown.number("torch")


def test_the_control_walks_through_the_layers(server: Server, page: Page, open_page: Callable[..., Page]) -> None:
    shown = LayerPage.open(page, f"{server.url}/?kernel_size=2&stride=3&out_channels=6&width=11&seed=4")
    begin = shown.content
    fresh = open_page()
    for layer in [*SHOWN[1:], "Conv2d"]:
        choose_layer(shown, layer)
        expect(shown.code).to_contain_text(SHARED)
        assert shown.query.get("layer") == (None if layer == "Conv2d" else layer)
        same = LayerPage.open(fresh, page.url)
        expect(same.code).to_have_text(shown.code.inner_text())
        if layer in ("Conv2d", "ConvTranspose2d", "Conv1d"):
            expect(shown.code).to_contain_text("(3, 6,")  # also after a pool, which has no filters
        expect(same.stage).to_have_attribute("data-content", shown.content)
        assert first_sum(same) == first_sum(shown)
    assert shown.content == begin


def test_a_shared_slider_moves_each_layer_alone(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?layer=MaxPool2d&kernel_size=2&padding=0")
    expect(shown.code).to_have_text("nn.MaxPool2d(kernel_size=2)")
    shown.push("stride")
    expect(shown.code).to_have_text("nn.MaxPool2d(kernel_size=2, stride=3)")
    choose_layer(shown, "Conv1d")
    shown.push("width")
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 3, 8) → output (1, 4, 3)")


def test_an_impossible_pool_is_mended_in_one_click(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?layer=MaxPool2d&padding=3")
    problem = shown.stage.get_by_role("alert")
    problem.get_by_role("button", name="Set padding=1").click()
    expect(problem).to_have_count(0)
    expect(shown.code).to_have_text("nn.MaxPool2d(kernel_size=3, stride=2, padding=1)")


def test_a_slider_moves_the_gallery_of_another_layer(server: Server, page: Page) -> None:
    LayerPage.open(page, f"{server.url}/?layer=MaxPool2d")
    to_page(page, "Filter an image")
    gallery = page.get_by_test_id("gallery")
    expect(gallery.get_by_test_id("about")).to_contain_text("of 256 × 256", timeout=30_000)
    slider = page.locator(".st-key-stride").get_by_role("slider")
    slider.focus()
    slider.press("ArrowRight")
    expect(gallery.get_by_test_id("about")).to_contain_text("of 171 × 171")
    expect(page).to_have_url(re.compile(r"[?&]stride=3\b"))


# Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
BESIDE = re.compile(r"404 \(Not Found\) \(.*/(weights|image|solve|take)/_stcore/[a-z-]+\)$")
READY = {
    "/weights": "[data-testid=weights][data-content], [data-testid=stAlert]",
    "/image": "[data-testid=gallery][data-content]",
    "/solve": ".choices table",
    "/take": "[data-testid=stCode]",
}


LOOKS = [("light", 1366), ("dark", 390)]


@pytest.mark.parametrize(
    ("layer", "scheme", "width"),
    [  # each kind of layer in one look, everything when all is tried; the tests of each page do it with Conv2d
        pytest.param(
            layer, *look, marks=[pytest.mark.thorough] * ((i + j) % 2 or layer in ("Conv2d", "AvgPool2d", "LPPool2d"))
        )
        for i, layer in enumerate(SHOWN)
        for j, look in enumerate(LOOKS)
    ],
)
def test_every_page_shows_every_layer(
    layer: str, scheme: str, width: int, server: Server, open_page: Callable[..., Page], problems: list[str]
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 768})
    for path, ready in READY.items():
        page.goto(f"{server.url}{path}?layer={layer}")
        page.locator(ready).first.wait_for(timeout=30_000)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        said = page.get_by_test_id("stAlert")
        expect(said).to_have_count(1 if path == "/weights" and "Pool" in layer else 0)
        assert not violations(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    problems[:] = [problem for problem in problems if not BESIDE.search(problem)]


def test_a_pixel_of_a_pool_says_its_largest_and_of_an_average_its_divisor(
    server: Server, page: Page, problems: list[str]
) -> None:
    for layer, words in (("MaxPool2d", r"^largest \+0\.\d{4}  torch \+0\.\d{4} ✓$"),
                         ("AvgPool2d", r"^divided by 9 = \+0\.\d{4}  torch \+0\.\d{4} ✓$")):  # fmt: skip
        page.goto(f"{server.url}/image?layer={layer}")
        page.locator("[data-testid=gallery][data-content]").wait_for(timeout=30_000)
        expect(page.get_by_test_id("sums")).to_have_text(re.compile(words))
    problems[:] = [problem for problem in problems if not BESIDE.search(problem)]
