"""The paste field as somebody uses it: paste, Enter, look, choose, undo."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage
from tests.browser.test_access import violations

FIRST = "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
MODEL = """Net(
  (conv1): Conv2d(3, 64, kernel_size=(7, 7), stride=(2, 2), padding=(3, 3), bias=False)
  (bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1)
  (layer1): Sequential(
    (0): Conv2d(64, 32, kernel_size=(1, 5), stride=(1, 1), padding=(0, 2))
  )
)"""
STEM = "nn.Conv2d(3, 64, kernel_size=7, stride=2, padding=3, bias=False)"
SECOND = "nn.Conv2d(64, 32, kernel_size=(1, 5), padding=(0, 2))"


def field(page: Page) -> Locator:
    return page.get_by_test_id("stChatInput").get_by_role("textbox")


def paste(page: Page, text: str) -> None:
    """As from a clipboard: the text arrives at once, with its lines, and Enter sends it."""
    field(page).focus()
    page.keyboard.insert_text(text)
    assert field(page).input_value() == text
    page.keyboard.press("Enter")


def choose(page: Page, number: int) -> None:
    page.locator("[class*=st-key-paste_layer_]").get_by_role("combobox").click()
    page.get_by_role("option").nth(number).click()


def test_a_printed_model(server: Server, page: Page, open_page: Callable[..., Page]) -> None:
    shown = LayerPage.open(page, f"{server.url}/?height=20&fill=ramp")
    paste(page, MODEL)
    expect(shown.code).to_have_text(STEM)
    expect(shown.control("out_channels").get_by_role("slider")).to_have_attribute("aria-valuetext", "64")
    expect(page).to_have_url(re.compile(r"[?&]out_channels=64\b"))  # its slider ends further now, and is a new one
    choose(page, 1)
    expect(shown.code).to_have_text(SECOND)
    expect(page.get_by_text("2 layers")).to_be_visible()
    expect(shown.control("kernel_size_w").get_by_role("slider")).to_have_attribute("aria-valuetext", "5")
    expect(page).to_have_url(re.compile(r"[?&]padding_w=2\b"))
    expect(page).to_have_url(re.compile(r"[?&]in_channels=64\b"))

    copied = LayerPage.open(open_page(), page.url)
    expect(copied.stage).to_have_attribute("data-content", shown.content)

    shown.push("height")  # the stage still follows
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 64, 21, 7) → output (1, 32, 21, 7)")
    page.locator(".st-key-paste_undo").get_by_role("button").click()
    expect(shown.code).to_have_text(FIRST)
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 3, 20, 7)")
    expect(page.locator(".st-key-paste_undo").get_by_role("button")).to_have_count(0)
    assert shown.query == {"height": "20", "fill": "ramp"}


def test_an_error_is_explained_and_its_layer_shown(server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme="dark")
    shown = LayerPage.open(page, server.url)
    paste(
        page,
        "Traceback (most recent call last):\n  ...\nRuntimeError: Given groups=1, weight of size [16, 3, 5, 5], "
        "expected input[1, 1, 28, 28] to have 3 channels, but got 1 channels instead",
    )
    expect(shown.code).to_have_text("nn.Conv2d(3, 16, kernel_size=5)")
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 3, 28, 28)")
    sidebar = page.get_by_test_id("stSidebar")
    expect(sidebar.get_by_text("the picture is grey: it has 1.")).to_be_visible()
    expect(sidebar.get_by_text("x.repeat(1, 3, 1, 1)")).to_be_visible()
    page.wait_for_timeout(500)
    assert violations(page) == []


def test_a_variable_is_asked_for_and_hostile_text_is_text(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    paste(page, "nn.Conv2d(f('![x](http://example.com/x.png)'), dims[0], 3)")
    label = page.get_by_test_id("stNumberInput").first
    expect(label).to_contain_text(re.compile(r"f\('!\[x\]\(http:\u2060?//example\.com/x\.png\)'\)"))
    expect(page.get_by_test_id("stSidebar").locator("img")).to_have_count(0)
    for name, value in (("asked_0", "3"), ("asked_1", "5")):
        page.locator(f".st-key-{name} input").fill(value)
    page.get_by_role("button", name="set", exact=True).click()
    expect(shown.code).to_have_text("nn.Conv2d(3, 5, kernel_size=3)")
    paste(page, "<img src=x onerror=alert(1)> [a](javascript:alert(1)) $x$ :red[no]")
    expect(page.get_by_role("alert").filter(has_text="No convolution layer is in this text")).to_be_visible()
    expect(shown.code).to_have_text("nn.Conv2d(3, 5, kernel_size=3)")
    page.wait_for_timeout(500)
    assert violations(page) == []


def test_words_of_the_text_stay_words(server: Server, page: Page) -> None:
    """No link, picture, icon, emoji, colour, formula or arrow comes of a name in the text."""
    LayerPage.open(page, server.url)
    names = [
        "www.example.com", "http://example.com/a", "https://example.com", "me@example.com", ":material/home:",
        ":streamlit:", ":smile:", ":red[no]", "$x^2$", "![x](http://a.b/c.png)", "<b>no</b>", "a -> b <= c", "**no**",
    ]  # fmt: skip
    sidebar = page.get_by_test_id("stSidebar")
    for names_here in (names[:7], names[7:]):
        paste(page, "\n".join(f"nn.Conv2d(f({name!r}), 8, 3)" for name in names_here))
        for name in names_here:
            plain = re.compile("\u2060?".join(map(re.escape, f"f({name!r})")))
            expect(sidebar.get_by_test_id("stMarkdown").filter(has_text=plain).first).to_be_visible()
            expect(sidebar.get_by_test_id("stWidgetLabel").filter(has_text=plain).first).to_be_visible()
        said = sidebar.locator(":is([data-testid=stMarkdown], [data-testid=stWidgetLabel])")
        expect(said.locator("a, img, .katex, strong, [data-testid=stIconMaterial], span[style*=color]")).to_have_count(
            0
        )
