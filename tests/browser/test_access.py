"""For everybody: light and dark, contrast, names and roles, small windows."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage

IMPOSSIBLE = "kernel_size=9&height=5&width=5&padding=0&stride=1"


# Streamlit's own: in a narrow window the pages stand in the sidebar, where the headings of sections break up a list.
SIDEBAR_PAGES = ["[data-testid=stSidebarNavItems]"]


def violations(page: Page) -> list[str]:
    """Serious and critical findings of axe, one line for each element."""
    found = Axe().run(page, {"exclude": [SIDEBAR_PAGES]}, {"resultTypes": ["violations"]}).response["violations"]
    return [
        f"{rule['id']} ({rule['impact']}): {node['target']} {node['html'][:160]} {node['failureSummary'][:300]}"
        for rule in found
        if rule["impact"] in ("serious", "critical")
        for node in rule["nodes"]
    ]


def overflow(page: Page) -> dict[str, int]:
    """CSS pixels by which the document and the stage are wider than their place."""
    over = "e => e.scrollWidth - e.clientWidth"
    return {
        "page": page.evaluate(f"({over})(document.scrollingElement)"),
        "stage": page.get_by_test_id("stage").evaluate(over),
    }


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious_and_all_fits(
    scheme: str, width: int, server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    shown = LayerPage.open(page, f"{server.url}/?in_channels=4&groups=2")
    brightness = "e => getComputedStyle(e).backgroundColor.match(/[0-9]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)"
    assert (page.get_by_test_id("stApp").evaluate(brightness) > 382) == (scheme == "light")
    page.wait_for_timeout(500)  # fading in is no lack of contrast
    assert violations(page) == []
    assert overflow(page) == {"page": 0, "stage": 0}
    shown = LayerPage.open(page, f"{server.url}/?{IMPOSSIBLE}")
    expect(shown.stage.get_by_role("alert")).to_be_visible()
    page.wait_for_timeout(500)
    assert violations(page) == []
    assert overflow(page) == {"page": 0, "stage": 0}


@pytest.mark.parametrize("width", [1280, 900, 390])
def test_nothing_is_wider_than_the_window(width: int, server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    LayerPage.open(page, f"{server.url}/?in_channels=8&out_channels=16&height=64&width=64&kernel_size=11")
    assert overflow(page) == {"page": 0, "stage": 0}
