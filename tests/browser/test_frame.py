"""The frame around the stage: controls, links, impossible settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Server
from tests.browser.hurried import comes_to
from tests.browser.looking import LayerPage

FIRST = "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
ROOMY = "in_channels=4&out_channels=8&height=20&width=20&stride=1"
ROOMY_CODE = "nn.Conv2d(4, 8, kernel_size=3, padding=1)"


@pytest.mark.parametrize("path", [pytest.param("/", marks=pytest.mark.thorough), "/layer?kernel_size=5"])
def test_first_request_of_a_fresh_server(
    path: str, fresh_server: Callable[..., Server], page: Page, problems: list[str]
) -> None:
    shown = LayerPage.open(page, fresh_server().url + path)
    expect(shown.code).to_have_text(FIRST.replace("kernel_size=3", "kernel_size=5") if "?" in path else FIRST)
    expect(shown.stage.get_by_role("group", name="animation")).to_be_visible()
    expect(page.get_by_test_id("stSidebar")).to_be_visible()
    expect(shown.control("kernel_size").get_by_role("slider")).to_have_attribute(
        "aria-valuetext", "5" if "?" in path else "3"
    )
    expect(page.get_by_role("dialog")).to_have_count(0)
    assert page.title() == "conv_viz"
    # Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/layer/_stcore/[a-z-]+\)$", p)]


def test_the_first_visitor_is_told_what_is_waited_for(fresh_server: Callable[..., Server], page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url.rsplit("/", 1)[1]))
    page.goto(fresh_server().url)
    waiting = page.get_by_text("Starting torch")
    expect(waiting).to_be_visible(timeout=30_000)
    assert page.get_by_test_id("stage").count() == 0  # nothing that looks like a picture
    expect(page.get_by_test_id("stage")).to_have_attribute("data-content", re.compile("."), timeout=30_000)
    expect(waiting).to_have_count(0)
    assert fetched.count("stage.js") == 1  # fetched ahead, and not again
    page.reload()
    expect(page.get_by_test_id("stage")).to_be_visible()
    expect(waiting).to_have_count(0)


def test_every_slider_moves_the_layer(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?{ROOMY}")
    expect(shown.code).to_have_text(ROOMY_CODE)
    shapes = shown.stage.get_by_test_id("shapes")
    start = shown.content
    codes = {
        "in_channels": ("5", "nn.Conv2d(5, 8, kernel_size=3, padding=1)", "(1, 5, 20, 20) → output (1, 8, 20, 20)"),
        "out_channels": ("9", "nn.Conv2d(4, 9, kernel_size=3, padding=1)", "(1, 4, 20, 20) → output (1, 9, 20, 20)"),
        "kernel_size": ("4", "nn.Conv2d(4, 8, kernel_size=4, padding=1)", "(1, 4, 20, 20) → output (1, 8, 19, 19)"),
        "stride": ("2", "nn.Conv2d(4, 8, kernel_size=3, stride=2, padding=1)", "20) → output (1, 8, 10, 10)"),
        "padding": ("2", "nn.Conv2d(4, 8, kernel_size=3, padding=2)", "(1, 4, 20, 20) → output (1, 8, 22, 22)"),
        "dilation": ("2", "nn.Conv2d(4, 8, kernel_size=3, padding=1, dilation=2)", "→ output (1, 8, 18, 18)"),
        "groups": ("2", "nn.Conv2d(4, 8, kernel_size=3, padding=1, groups=2)", "→ output (1, 8, 20, 20)"),
        "batch_size": ("2", ROOMY_CODE, "(2, 4, 20, 20) → output (2, 8, 20, 20)"),
        "height": ("21", ROOMY_CODE, "(1, 4, 21, 20) → output (1, 8, 21, 20)"),
        "width": ("21", ROOMY_CODE, "(1, 4, 20, 21) → output (1, 8, 20, 21)"),
        "seed": ("1", ROOMY_CODE, "(1, 4, 20, 20) → output (1, 8, 20, 20)"),
    }
    query = shown.query
    for name, (value, code, shape) in codes.items():
        shown.push(name)
        expect(shown.code).to_have_text(code)
        expect(shapes).to_contain_text(shape)
        if name == "stride":  # 2 is its default, which a link leaves out
            expect(page).not_to_have_url(re.compile(r"\bstride="))
        else:
            expect(page).to_have_url(re.compile(rf"[?&]{name}={value}(&|$)"))
        shown.push(name, "ArrowLeft")
        expect(shown.stage).to_have_attribute("data-content", start)
        if name == "stride":
            expect(page).to_have_url(re.compile(r"\bstride=1\b"))
    assert shown.query == query


def test_height_and_width_of_their_own(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?{ROOMY}")
    shown.control("square").get_by_text("h = w").click()
    for name in ("kernel_size", "stride", "padding", "dilation"):
        shown.push(f"{name}_w")
    expect(shown.code).to_have_text(
        "nn.Conv2d(4, 8, kernel_size=(3, 4), stride=(1, 2), padding=(1, 2), dilation=(1, 2))"
    )
    shown.push("kernel_size")
    expect(shown.code).to_contain_text("kernel_size=4,")


def test_link_restores_everything(server: Server, page: Page, open_page: Callable[..., Page]) -> None:
    link = (
        "in_channels=6&out_channels=4&square=false&kernel_size=2&kernel_size_w=3&stride=1&stride_w=3&padding=0"
        "&padding_w=2&dilation=2&dilation_w=1&groups=2&bias=false&padding_mode=replicate&batch_size=3&height=9"
        "&width=100&fill=random&seed=5&sample=2&filter=3"
    )
    code = (
        "nn.Conv2d(6, 4, kernel_size=(2, 3), stride=(1, 3), padding=(0, 2), dilation=(2, 1), groups=2, "
        "bias=False, padding_mode='replicate')"
    )
    shown = LayerPage.open(page, f"{server.url}/?{link}")
    expect(shown.code).to_have_text(code)
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(3, 6, 9, 100) → output (3, 4, 7, 34)")
    expect(shown.control("fill").get_by_role("combobox")).to_have_value("random")
    expect(shown.control("width").get_by_role("slider")).to_have_attribute("aria-valuetext", "100")
    expect(shown.stage.get_by_role("button", name="filter 3")).to_have_attribute("aria-pressed", "true")
    expect(shown.stage).to_have_attribute("data-cell", re.compile("^2,3,"))

    shown.push("seed")
    shown.push("groups", "ArrowLeft")
    shown.stage.get_by_role("button", name="filter 1").click()
    expect(page).to_have_url(re.compile(r"[?&]filter=1\b"))
    expect(page).to_have_url(re.compile(r"[?&]seed=6\b"))
    expect(page).not_to_have_url(re.compile(r"[?&]groups="))

    copied = LayerPage.open(open_page(), page.url)
    expect(copied.code).to_have_text(code.replace(" groups=2,", ""))
    expect(copied.stage).to_have_attribute("data-content", shown.content)
    expect(copied.stage.get_by_role("button", name="filter 1")).to_have_attribute("aria-pressed", "true")
    assert copied.number("torch") == shown.number("torch")


def test_example_sets_every_control(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?seed=3&bias=false&filter=2")
    choose_example(shown, "depthwise")
    expect(shown.code).to_have_text("nn.Conv2d(6, 6, kernel_size=3, padding=1, groups=6)")
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 6, 9, 9) → output (1, 6, 9, 9)")
    expect(page).to_have_url(re.compile(r"[?&]groups=6\b"))
    expect(shown.control("groups").get_by_role("slider")).to_have_attribute("aria-valuetext", "6")


def choose_example(shown: LayerPage, words: str) -> None:
    menu = shown.page.locator("[class*=st-key-preset_]").get_by_role("combobox")
    menu.click()
    menu.fill(words)
    menu.press("Enter")


def test_a_moved_control_redraws_nothing_but_itself_and_the_stage(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    for key in ("stride", "height"):
        shown.control(key).evaluate("node => (node.dataset.mark = 'kept')")
    shown.stage.evaluate("node => (node.dataset.mark = 'kept')")
    shown.push("height")
    expect(shown.control("stride")).to_have_attribute("data-mark", "kept")
    expect(shown.stage).to_have_attribute("data-mark", "kept")
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)")
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 3, 8, 7)")
    expect(page.locator("[class*=st-key-feed_]").first).to_be_hidden()


MARK_CONTROLS = """side => side.querySelectorAll("[class*=st-key-]").forEach((node) => (node.dataset.mark = "kept"))"""
MADE_ANEW = """side => [...side.querySelectorAll(".stElementContainer[class*=st-key-]:not([data-mark])")].flatMap(
  (node) => [...node.classList].filter((name) => name.startsWith("st-key-")).map((name) => name.slice(7))).sort()"""


def test_controls_that_come_and_go_leave_the_others_as_they_are(server: Server, page: Page) -> None:
    """The browser loses a key that is pressed on a control while that is made anew."""
    shown = LayerPage.open(page, f"{server.url}/?stride=1")
    expect(shown.control("fill")).to_be_visible()
    side = page.get_by_test_id("stSidebarUserContent")

    def new_after(click: Callable[[], object], name: str, comes: bool = True) -> list[str]:
        side.evaluate(MARK_CONTROLS)
        click()
        expect(shown.control(name)).to_have_count(int(comes))
        expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        return side.evaluate(MADE_ANEW)

    def choose(layer: str) -> None:
        shown.control("layer").locator("input").click()
        page.get_by_role("option", name=layer, exact=True).click()

    square, padding = shown.control("square").get_by_text("h = w"), shown.control("padding_as")
    widths = ["dilation_w", "kernel_size_w", "padding_w", "stride_w"]
    assert new_after(square.click, "dilation_w") == widths
    assert new_after(square.click, "dilation_w", comes=False) == []
    assert new_after(padding.get_by_text("same").click, "padding", comes=False) == []
    assert new_after(padding.get_by_text("number").click, "padding") == ["padding"]
    assert new_after(lambda: choose("MaxPool2d"), "return_indices") == ["ceil_mode", "in_channels", "return_indices"]


def test_back_to_the_first_layer_in_another_way_than_one_came(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    first = shown.content
    shown.push("height")  # by the control alone ...
    choose_example(shown, "a colour picture")  # ... and back by a run of the whole page
    expect(shown.stage).to_have_attribute("data-content", first)
    expect(shown.stage.get_by_test_id("example")).to_contain_text("a colour picture, 4 filters")
    shown.push("height")
    expect(shown.stage.get_by_test_id("example")).to_have_count(0)


def test_impossible_setting_is_announced_and_mended_in_one_click(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?kernel_size=9&height=5&width=5&padding=0&stride=1")
    problem = shown.stage.get_by_role("alert")
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=9)")
    expect(problem).to_contain_text("kernel_size")
    expect(problem).to_contain_text("torch says: RuntimeError")
    expect(shown.stage.get_by_text("shown instead: nn.Conv2d(3, 4, kernel_size=5)")).to_be_visible()
    expect(shown.grid("output")).to_be_visible()  # of the mended layer, as there was no picture before
    problem.get_by_role("button", name="Set kernel_size=5").click()
    expect(problem).to_have_count(0)
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=5)")
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("→ output (1, 4, 1, 1)")
    expect(page).to_have_url(re.compile(r"[?&]kernel_size=5\b"))
    expect(shown.control("kernel_size").get_by_role("slider")).to_have_attribute("aria-valuetext", "5")

    shown.push("kernel_size")  # the same from here: the last picture stays, and says of which layer it is
    expect(problem).to_be_visible()
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=6)")
    expect(shown.stage.get_by_text("still shown: nn.Conv2d(3, 4, kernel_size=5)")).to_be_visible()
    expect(shown.grid("output")).to_be_visible()
    shown.push("kernel_size", "ArrowLeft")
    expect(problem).to_have_count(0)
    expect(shown.stage.get_by_text("still shown")).to_have_count(0)

    shown.control("square").get_by_text("h = w").click()
    shown.push("kernel_size")
    shown.push("kernel_size_w")
    problem.get_by_role("button", name="Set kernel_size=5").click()
    expect(problem).to_have_count(0)
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=5)")


def test_the_stage_comes_as_one_module(server: Server, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path))
    LayerPage.open(page, server.url)

    def modules() -> list[str]:
        return sorted(
            path.rsplit("/", 1)[-1] for path in asked if "/conv_viz/frontend/" in path and path.endswith(".js")
        )

    comes_to(modules, ["session.js", "stage.js", "steps.js"])  # the session's may come after the picture
