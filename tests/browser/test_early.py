"""What the page names beforehand is what the browser comes to use, and nothing that it uses is asked for late."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from conv_viz.ui.server.early import KINDS
from tests.browser.conftest import Server
from tests.browser.looking import LayerPage

LATE = {"index", "wavesurfer", "record"}  # the page's own script; what the field for a paste loads for a microphone
ASKED = """() => performance.getEntriesByType("resource")
  .filter(({name}) => name.endsWith(".js")).map(({name, initiatorType}) => [name, initiatorType])"""


def test_the_page_names_what_it_uses(server: Server, page: Page) -> None:
    LayerPage.open(page, server.url)
    for kind in KINDS:
        expect(page.locator(f"[data-testid^=st{kind}]").first).to_be_attached()
    page.wait_for_timeout(1000)
    asked = page.evaluate(ASKED)
    assert len(asked) == len({name for name, _ in asked}), "a file was named in another way than it is asked for"
    late = {name.rpartition("/")[2].partition(".")[0] for name, initiator in asked if initiator == "script"}
    assert late <= LATE
