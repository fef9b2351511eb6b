"""From page to page, as a visitor goes: the sections at the top, and what is in them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

SECTIONS = ("The layer", "Look closer", "Your own", "Take along")


def to_page(page: Page, title: str, *sections: str) -> None:
    """Open the section that holds a page, one of `sections` where they are known, and then the page: two clicks."""
    header = page.get_by_test_id("stHeader")
    links = page.get_by_test_id("stTopNavDropdownLink")
    for section in sections or SECTIONS:
        header.get_by_text(section, exact=True).click()
        expect(links.first).to_be_visible()
        if title in links.all_inner_texts():
            links.get_by_text(title, exact=True).click()
            return
        page.keyboard.press("Escape")
        expect(links).to_have_count(0)
    raise AssertionError(f"no section holds the page {title!r}")
