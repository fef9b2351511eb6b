"""All of the story is in view: planes, filter, products, sums, bias, total, torch's number, output and transport."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage

SIZES = [(1366, 768), (1280, 720), (1280, 900), (1440, 900), (1920, 1080)]
PARTS = [
    *("plane", "slice", "products", "sum", "total .bias", "total .all", "total .torch.agrees"),
    *("side > .grid", "transport .buttons", "transport input", "rows > .title", "side .maps button"),
]
# Parts that are cut off by the window or by a part of the page that scrolls, and those that are not there at all.
HIDDEN = """(parts) => {
  const cut = (node) => {
    const box = node.getBoundingClientRect();
    if (!box.width || !box.height) return "is not drawn";
    for (let place = node.parentElement; place; place = place.parentElement) {
      if (getComputedStyle(place).overflow === "visible" && place !== document.documentElement) continue;
      const room = place === document.documentElement
        ? { left: 0, top: 0, right: innerWidth, bottom: innerHeight } : place.getBoundingClientRect();
      const beyond = [room.left - box.left, room.top - box.top, box.right - room.right, box.bottom - room.bottom];
      if (Math.max(...beyond) > 4) return `is ${beyond.map(Math.round)} beyond ${place.className || place.tagName}`;
    }
    return null;
  };
  const found = [];
  for (const part of parts) {
    const nodes = [...document.querySelectorAll(`.cv .${part}`)];
    if (!nodes.length) found.push(`${part} is not there`);
    for (const [i, node] of nodes.entries()) if (cut(node)) found.push(`${part} ${i} ${cut(node)}`);
  }
  return found;
}"""


def hidden(page: Page, parts: list[str]) -> list[str]:
    """What is not in view without scrolling, once the picture has taken its place."""
    for _ in range(40):
        found: list[str] = page.evaluate(HIDDEN, parts)
        if not found:
            return []
        page.wait_for_timeout(50)
    return found


LAYERS = [*product((1, 3, 5), (5, 9, 14))]  # kernel_size, height and width
SOME = [(1, 5), (3, 9), (5, 14)]
OTHERS = [layer for layer in LAYERS if layer not in SOME]


@pytest.mark.slow
@pytest.mark.parametrize("layers", [SOME, pytest.param(OTHERS, marks=pytest.mark.thorough)], ids=["some", "others"])
@pytest.mark.parametrize("channels", [1, 4, *(pytest.param(n, marks=pytest.mark.thorough) for n in (2, 3))])
def test_everything_is_in_view_without_scrolling(
    channels: int, layers: list[tuple[int, int]], server: Server, page: Page
) -> None:
    for kernel, side in layers:
        query = f"in_channels={channels}&kernel_size={kernel}&height={side}&width={side}&stride=1&padding={kernel // 2}"
        shown = LayerPage.open(page, f"{server.url}/?{query}")
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            assert hidden(page, PARTS) == [], f"{query} at {width} x {height}"
        expect(shown.stage.locator(".plane")).to_have_count(channels)


@pytest.mark.parametrize("size", [(1366, 768), (1280, 720)])
def test_many_channels_scroll_inside_and_the_total_stays(
    size: tuple[int, int], server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]})
    LayerPage.open(page, f"{server.url}/?in_channels=8&height=9&width=9&stride=1&padding=1&out_channels=16")
    stay = ["total .bias", "total .all", "total .torch.agrees", "side > .grid", "transport .buttons"]
    assert hidden(page, stay) == []
    assert hidden(page, ["plane"]) != []
    page.locator(".cv .equation .scroll").evaluate("node => node.scrollTo(0, 1e6)")
    assert "plane 7" not in " ".join(hidden(page, ["plane"]))
    assert hidden(page, stay) == []


@pytest.mark.parametrize("size", [(390, 844), (683, 384)], ids=["telephone", "200 % zoom"])
def test_a_small_window_shows_the_picture_first(
    size: tuple[int, int], server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": size[0], "height": size[1]})
    shown = LayerPage.open(page, server.url)
    facts = shown.stage.get_by_test_id("facts")
    expect(facts).to_be_hidden()
    assert "plane 0" not in " ".join(hidden(page, ["plane"]))
    if size[0] > 620:  # wide enough for all columns: total and output stay, the rows scroll
        assert hidden(page, ["total .all", "total .torch.agrees", "side > .grid", "transport .buttons"]) == []
    numbers = shown.stage.get_by_role("button", name="numbers")
    numbers.click()
    expect(facts).to_be_visible()
    expect(numbers).to_have_attribute("aria-expanded", "true")


def test_every_argument_of_the_layer_is_at_a_glance(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": 1366, "height": 768})
    shown = LayerPage.open(page, server.url)
    arguments = ["in_channels", "out_channels", "kernel_size", "stride", "padding", "dilation", "groups", "bias"]
    for name in [*arguments, "padding_mode"]:
        box = shown.control(name).bounding_box()
        assert box and box["y"] >= 0 and box["y"] + box["height"] <= 768, name
    labels = page.get_by_test_id("stSidebar").get_by_test_id("stWidgetLabel").locator("p")
    heights = {label.inner_text(): (label.bounding_box() or {"height": 0})["height"] for label in labels.all()}
    assert {name: height for name, height in heights.items() if height > 26} == {}, "a name that is broken in two"


@pytest.mark.parametrize("lens", ["matrix", "compare", "backwards"])
def test_the_sum_of_a_lens_is_in_view_above_its_transport(
    lens: str, server: Server, page: Page, problems: list[str]
) -> None:
    page.goto(f"{server.url}/{lens}")
    for width, height in [(1366, 768), (1280, 720), (1366, 768), (1280, 900)]:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator(".lens-words .result")).to_be_visible()
        parts = ["lens-words", "lens-words .result", "transport .buttons", "lens-row figure"]
        assert hidden(page, parts) == [], f"{lens} at {width} x {height}"
        words, transport = (page.locator(f".cv {part}").bounding_box() for part in (".lens-words", ".transport"))
        assert words and transport and words["y"] + words["height"] <= transport["y"] + 1, f"{width} x {height}"
    problems[:] = [p for p in problems if f"/{lens}/_stcore/" not in p]  # Streamlit looks there first
