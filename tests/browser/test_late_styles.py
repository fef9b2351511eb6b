"""Modules can come before the styles that say where everything is. What is drawn lies where it belongs all the same."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page, Route

from tests.browser.conftest import Server

# How far each canvas is from what it was measured on.
OFF = """() => [...document.querySelectorAll(".cv .sheet")].map((content) => {
  const [around, canvas] = [content, content.querySelector(":scope > canvas")].map((e) => e.getBoundingClientRect());
  return Math.max(...["left", "top", "right", "bottom"].map((side) => Math.abs(around[side] - canvas[side])));
})"""


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/_stcore/[a-z-]+\)$", p)]


def late(route: Route) -> None:
    time.sleep(0.4)
    route.continue_()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("path, shown", [("", "stage"), ("weights", "weights"), ("image", "gallery")])
def test_late_styles_move_nothing(
    path: str, shown: str, width: int, server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    page.route(re.compile(r"\.css(\?|$)"), late)
    page.goto(f"{server.url}/{path}")
    page.locator(f"[data-testid={shown}][data-content]").wait_for(timeout=30_000)
    page.wait_for_timeout(1500)
    off = page.evaluate(OFF)
    assert off and max(off) < 1.5
    if path == "image":  # the picture has its place beside the maps, or above them
        picture, maps = (page.get_by_test_id("gallery").locator(part).bounding_box() for part in (".viewer", ".tiles"))
        assert picture and maps
        assert picture["x"] + picture["width"] <= maps["x"] or picture["y"] + picture["height"] <= maps["y"]
