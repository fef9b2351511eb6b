"""Modules can come before the styles that say where everything is. What is drawn lies where it belongs all the same."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Server

# For each grid how many of its four corner cells are drawn, two pixels in from where the grid lies on the page.
CORNERS = """() => [...document.querySelectorAll(".cv :not(.products) > .grid")].map((grid) => {
  const shown = grid.closest(".sheet").querySelector(":scope > .under > canvas");
  const [inner, outer] = [grid, shown].map((node) => node.getBoundingClientRect());
  const copy = new OffscreenCanvas(shown.width, shown.height).getContext("2d");
  copy.drawImage(shown, 0, 0);
  const scale = shown.width / outer.width;
  const inside = (start, length) => [start + 5, start + length - 6].map((at) => at * scale);
  const across = inside(inner.left - outer.left, inner.width);
  const down = inside(inner.top - outer.top, inner.height);
  return across.flatMap((x) => down.map((y) => copy.getImageData(x, y, 1, 1).data[3])).filter(Boolean).length;
})"""


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/_stcore/[a-z-]+\)$", p)]


def late(route: Route) -> None:
    time.sleep(0.4)
    route.continue_()


AGAIN = pytest.mark.thorough


@pytest.mark.parametrize(
    "path, shown, width",
    [
        ("", "stage", 1280),
        ("weights", "weights", 1280),
        ("image", "gallery", 390),
        pytest.param("", "stage", 390, marks=AGAIN),
        pytest.param("weights", "weights", 390, marks=AGAIN),
        pytest.param("image", "gallery", 1280, marks=AGAIN),
    ],
)
def test_late_styles_move_nothing(
    path: str, shown: str, width: int, server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.route(re.compile(r"\.css(\?|$)"), late)
    page.goto(f"{server.url}/{path}")
    page.locator(f"[data-testid={shown}][data-content]").wait_for(timeout=30_000)
    page.wait_for_timeout(1500)
    drawn = page.evaluate(CORNERS)
    assert drawn and set(drawn) == {4}
    if path == "image":  # the picture has its place beside the maps, or above them
        picture, maps = (page.get_by_test_id("gallery").locator(part).bounding_box() for part in (".viewer", ".tiles"))
        assert picture and maps
        assert picture["x"] + picture["width"] <= maps["x"] or picture["y"] + picture["height"] <= maps["y"]
