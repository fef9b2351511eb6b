"""Hurried presses on a slow server in a slow browser: what nobody did does not happen, and the address is right."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, expect

from conv_viz.ui.arguments import INPUT, USUAL
from tests.browser.conftest import Server
from tests.browser.hurried import Hindered, comes_to, controls, picture, query, renderers, rest
from tests.browser.navigation import to_page
from tests.browser.test_weights import WeightsPage

HELD, QUICK = 30, 200  # ms between two presses: a key that is held down, and a quick hand


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/[a-z]+/_stcore/[a-z-]+\)$", p)]


@pytest.fixture
def hindered(server: Server, page: Page) -> Iterator[Hindered]:
    page.goto(f"{server.url}/_stcore/health")  # from its first page on a window has its process
    with Hindered(server.pid, *renderers(page)) as hindered:
        yield hindered


# They wait most of the time: in one process, while the others work.
pytestmark = [pytest.mark.usefixtures("hindered"), pytest.mark.slow, pytest.mark.xdist_group("hurried")]


def opened(page: Page, url: str) -> WeightsPage:
    page.goto(f"{url}/weights")
    rest(page)
    return WeightsPage(page)


@pytest.fixture
def same_afresh(hindered: Hindered, open_page: Callable[..., Page]) -> Callable[[Page], None]:
    """The address says what the controls say, and a fresh page at that address shows the same picture."""
    fresh = open_page()

    def check(page: Page) -> None:
        rest(page)
        said = query(page.url)
        for key, text in controls(page).items():
            assert said.get(key, str(USUAL[key]).lower()) == text, f"{key} in {page.url}"
        path = re.sub(r"^https?://[^/]+|\?.*$", "", page.url) or "/"
        with hindered.let_go():
            fresh.goto(page.url)
            rest(fresh, calm=0.5)  # nothing was done there
            comes_to(lambda: controls(fresh), controls(page))
            comes_to(lambda: picture(fresh, path), picture(page, path))

    return check


def hold(page: Page, key: str, strokes: tuple[str, ...], wait: int = HELD) -> None:
    slider = page.get_by_test_id("stSidebar").locator(f".st-key-{key}").get_by_role("slider").first
    slider.focus()
    for stroke in strokes:
        page.keyboard.press(stroke)
        page.wait_for_timeout(wait)


def test_a_slider_edits_no_weights(server: Server, page: Page, same_afresh: Callable[[Page], None]) -> None:
    weights = opened(page, server.url)
    for wait in (HELD, QUICK):
        hold(page, "seed", ("ArrowRight",) * 5, wait)
        rest(page)
        expect(weights.grid).to_contain_text("torch's own, seed")
    box = page.locator(".st-key-seed [data-testid=stSlider]").bounding_box()
    assert box
    for part in (0.2, 0.6, 0.4, 0.8):  # clicks on its track
        page.mouse.click(box["x"] + part * box["width"], box["y"] + 0.72 * box["height"])
        page.wait_for_timeout(350)
    same_afresh(page)
    expect(weights.grid).to_contain_text("torch's own, seed")
    hold(page, "kernel_size", ("ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight"), QUICK)
    same_afresh(page)
    expect(weights.grid).to_contain_text("torch's own, seed")


def test_each_click_is_one_step(server: Server, page: Page) -> None:
    weights = opened(page, server.url)
    weights.pill("Laplacian")
    rest(page)
    page.get_by_test_id("stMain").get_by_text("Sobel in x", exact=True).click()
    flip = weights.button("flip").element_handle()
    for _ in range(2):
        page.wait_for_timeout(60)
        flip.evaluate("button => button.click()")
    rest(page)
    steps = 0
    while weights.button("undo").is_enabled():
        weights.press("undo")
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        steps += 1
    assert steps == 4


def test_what_was_brought_back_or_discarded_is_clicked_twice(server: Server, page: Page) -> None:
    weights = opened(page, server.url)
    weights.press("flip")
    hold(page, "kernel_size", ("ArrowRight",))
    page.get_by_role("button", name="bring back").dblclick()
    expect(weights.grid).to_contain_text("edited: flip")
    rest(page)
    hold(page, "kernel_size", ("ArrowRight",))
    rest(page)
    weights.press("zero")
    hold(page, "kernel_size", ("ArrowRight",))
    rest(page)
    page.get_by_role("button", name="discard").dblclick()
    rest(page)
    expect(page.get_by_text("Something went wrong")).to_have_count(0)
    expect(page.get_by_text("Edited weights of nn.Conv2d (4, 3, 3, 3);")).to_be_visible()


def test_an_example_is_set_once(server: Server, page: Page, same_afresh: Callable[[Page], None]) -> None:
    page.goto(server.url)
    rest(page)
    menu = page.locator("[class*=st-key-preset_]").get_by_role("combobox")
    menu.click()
    menu.fill("ResNet stem")
    menu.press("Enter")
    hold(page, "seed", ("ArrowRight",) * 2)
    rest(page)
    hold(page, "stride", ("ArrowRight",) * 2)
    same_afresh(page)
    assert (query(page.url)["seed"], query(page.url)["stride"]) == ("2", "4")


def test_the_address_says_what_the_controls_say(
    server: Server, page: Page, same_afresh: Callable[[Page], None]
) -> None:
    page.goto(f"{server.url}/?fill=ramp&filter=2")
    rest(page)
    for key in ("in_channels", "kernel_size", "stride", "padding", "dilation", *INPUT, "seed"):
        hold(page, key, ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"))
    page.locator(".st-key-bias label").first.click()
    hold(page, "height", ("ArrowRight",) * 2)
    same_afresh(page)
    page.locator(".st-key-square label").first.click()
    hold(page, "kernel_size", ("ArrowLeft",) * 2)
    page.get_by_test_id("stSidebar").get_by_text("valid", exact=True).click()
    hold(page, "seed", ("ArrowRight",) * 2)
    same_afresh(page)


ALIKE = [pytest.param(path, marks=pytest.mark.thorough) for path in ("/solve", "/take", "/padding")]


@pytest.mark.parametrize("path", ["/weights", "/image", *ALIKE])
def test_so_it_is_on_each_page(path: str, server: Server, page: Page, same_afresh: Callable[[Page], None]) -> None:
    page.goto(f"{server.url}{path}?fill=ramp&filter=2")
    rest(page, calm=0.5)
    for key in ("kernel_size", "height", "seed"):
        hold(page, key, ("ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft"))
    page.locator(".st-key-bias label").first.click()
    page.get_by_test_id("stSidebar").get_by_text("valid", exact=True).click()
    hold(page, "seed", ("ArrowRight",) * 2)
    same_afresh(page)


def test_pages_are_changed_in_a_hurry(server: Server, page: Page, same_afresh: Callable[[Page], None]) -> None:
    page.goto(f"{server.url}/?bias=false&fill=ramp&filter=1")
    rest(page)
    for name in ("Weights", "Layer", "Filter an image", "Take it with you", "Layer", "Find a setting", "Weights"):
        hold(page, "seed", ("ArrowRight",))
        to_page(page, name)
        hold(page, "height", ("ArrowRight",))
    same_afresh(page)
    assert re.search("/weights[?]", page.url)
    assert query(page.url) == {"bias": "false", "fill": "ramp", "filter": "1", "seed": "7", "height": "14"}
