"""A link that is an exercise: one control moves, others are hidden or locked, the output comes when asked for."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage


def test_predict_then_reveal(server: Server, page: Page, problems: list[str]) -> None:
    shown = LayerPage.open(page, f"{server.url}/?only=stride&hide=bias,example&ask=code,output&bias=false&padding=0")
    for name in ("bias", "preset_0"):
        expect(shown.control(name)).to_be_hidden()
    expect(shown.control("padding").get_by_role("slider")).to_be_disabled()
    expect(shown.stage.get_by_test_id("bias")).to_have_count(0)
    answers = [shown.code, shown.grid("output"), shown.stage.get_by_test_id("all"), shown.stage.locator(".outcome")]
    for answer in answers:
        expect(answer).to_be_hidden()
    expect(shown.grid("input red")).to_be_visible()
    shown.stage.get_by_role("button", name="show the output").click()
    expect(shown.code).to_be_hidden()
    shown.stage.get_by_role("button", name="show the code").click()
    for answer in answers:
        expect(answer).to_be_visible()
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=3, stride=2, bias=False)")
    shown.push("stride")  # another layer: another question
    for answer in answers:
        expect(answer).to_be_hidden()
    expect(page).to_have_url(re.compile("stride=3"))
    assert shown.query["only"] == "stride"
    assert shown.query["ask"] == "code,output"
    assert shown.query["bias"] == "false"
    page.goto(f"{server.url}/take?ask=code&stride=1")  # every other page says the code
    expect(shown.stage.get_by_role("button", name="show the code")).to_be_visible()
    expect(page.get_by_role("link", name="Take it with you")).to_have_count(0)
    expect(page).to_have_url(re.compile("/(start)?[?].*ask=code"))
    # Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
    problems[:] = [p for p in problems if "/take/_stcore/" not in p]
