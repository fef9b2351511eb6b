"""The pages beside the stage: find a setting, take it with you."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Server
from tests.browser.looking import LayerPage
from tests.browser.navigation import to_page
from tests.browser.test_access import violations

READY = {"/solve": ".choices table", "/take": "[data-testid=stCode]"}
# Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that.
BESIDE = re.compile(r"404 \(Not Found\) \(.*/(solve|take)/_stcore/[a-z-]+\)$")


@pytest.fixture(autouse=True)
def looked_beside(problems: list[str]):
    yield
    problems[:] = [p for p in problems if not BESIDE.search(p)]


def opened(page: Page, server: Server, path: str) -> Page:
    page.goto(server.url + path)
    page.locator(READY[path.split("?")[0]]).first.wait_for(timeout=30_000)
    return page


@pytest.mark.parametrize(
    "path", ["/solve?height=9&to=3", pytest.param("/take?kernel_size=5", marks=pytest.mark.thorough)]
)
def test_first_request_of_a_fresh_server(path: str, fresh_server: Callable[..., Server], page: Page) -> None:
    opened(page, fresh_server(), path)
    expect(page.get_by_test_id("stSidebar").get_by_role("slider").first).to_be_visible()
    expect(page.get_by_test_id("stAlert")).to_have_count(0)
    expect(page.get_by_text("9 × 7 → 3" if "solve" in path else "kernel_size=5, stride=2").first).to_be_visible()


@pytest.mark.parametrize(
    "scheme, width, paths",
    [
        ("light", 1280, ("/solve?from=28,%2030&to=26", "/take?code=F.pad")),
        ("dark", 390, ("/solve", "/take?code=Keras&padding_mode=circular")),
        ("light", 390, ("/solve?from=1000&to=3",)),
    ],
)
def test_axe_finds_nothing_serious_and_all_fits(
    scheme: str, width: int, paths: tuple[str, ...], server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    for path in paths:
        page.goto(server.url + path)
        main = page.get_by_test_id("stMain")
        expect(main.locator(".choices table, [data-testid=stCode], [data-testid=stAlert]").first).to_be_visible()
        page.wait_for_timeout(500)
        assert violations(page) == [], path
        assert main.evaluate("e => e.scrollWidth - e.clientWidth") == 0, path


def rows(page: Page) -> Locator:
    return page.locator(".choices tbody tr")


def test_a_setting_is_one_click_from_the_controls(server: Server, page: Page) -> None:
    opened(page, server, "/solve")
    for label, size in (("input size", "224"), ("wanted size", "112")):
        page.get_by_role("textbox", name=label).fill(size)
        page.get_by_role("textbox", name=label).press("Enter")
    expect(page.get_by_text("224 → 112")).to_be_visible()
    expect(rows(page).first).to_contain_text("52use")
    rows(page).nth(2).click()
    expect(rows(page).nth(2).get_by_role("button", name="shown setting 3")).to_have_attribute("aria-pressed", "true")
    expect(page).to_have_url(re.compile(r"[?&]kernel_size=5\b"))
    expect(page).to_have_url(re.compile(r"[?&]height=224\b"))  # beyond the end that its slider had
    rows(page).nth(3).get_by_role("button").press("Enter")
    expect(rows(page).nth(3).get_by_role("button")).to_be_focused()
    expect(page.locator(".st-key-kernel_size").get_by_role("slider")).to_have_attribute("aria-valuetext", "7")
    page.get_by_test_id("stMain").get_by_role("button", name="undo").click()
    expect(page.locator(".st-key-kernel_size").get_by_role("slider")).to_have_attribute("aria-valuetext", "5")
    to_page(page, "Layer")
    shown = LayerPage(page)
    expect(shown.code).to_have_text("nn.Conv2d(3, 4, kernel_size=5, stride=2, padding=2)", timeout=30_000)
    expect(shown.stage.get_by_test_id("shapes")).to_contain_text("(1, 3, 224, 224) → output (1, 4, 112, 112)")


def copied(page: Page, box: Locator) -> str:
    """What the copy button of a box of code puts into the clipboard."""
    box.hover()
    box.get_by_role("button").click()
    return page.evaluate("navigator.clipboard.readText()")


def test_code_and_link_are_copied_and_the_link_shows_the_same_numbers(
    server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    shown = LayerPage.open(page, f"{server.url}/?out_channels=40&batch_size=2&square=false&kernel_size_w=5&seed=4")
    shown.stage.get_by_role("button", name="filter 3", exact=True).click()
    expect(page).to_have_url(re.compile(r"[?&]filter=3\b"))
    shown.click("output", (2, 1), (4, 3))
    expect(page).to_have_url(re.compile(r"[?&]cell=2%2C1\b"))
    to_page(page, "Take it with you")
    boxes = page.get_by_test_id("stCode")
    expect(boxes).to_have_count(3)
    assert copied(page, boxes.nth(0)) == "nn.Conv2d(3, 40, kernel_size=(3, 5), stride=2, padding=1)"
    page.get_by_test_id("stMain").get_by_text("with input").click()
    expect(boxes.nth(0)).to_contain_text("assert y.shape == (2, 40, 4, 3)")
    link = copied(page, boxes.nth(1))
    assert link.startswith(server.url + "/?") and "filter=3" in link and "cell=2%2C1" in link

    again = LayerPage.open(open_page(), link)
    expect(again.stage.get_by_role("button", name="filter 3", exact=True)).to_have_attribute("aria-pressed", "true")
    to_page(page, "Layer")
    expect(shown.stage).to_have_attribute("data-content", again.content, timeout=30_000)
    again.expect_cell(0, 3, 2, 1)
    shown.leave()  # the pointer still lies where the menu was, which may be on a cell of the picture
    shown.expect_cell(0, 3, 2, 1)
    assert shown.number("torch") == again.number("torch")


@pytest.fixture
def another_server() -> Iterator[Callable[[Path], str]]:
    """``another_server(folder)`` serves a folder from an origin of its own, and says where."""
    with ExitStack() as stack:

        def serve(folder: Path) -> str:
            made = ThreadingHTTPServer(("127.0.0.1", 0), partial(SimpleHTTPRequestHandler, directory=str(folder)))
            stack.callback(made.server_close)
            stack.callback(made.shutdown)
            Thread(target=made.serve_forever, daemon=True).start()
            return f"http://localhost:{made.server_port}"

        yield serve


def test_the_page_to_embed_works_in_another_page(
    server: Server, open_page: Callable[..., Page], another_server: Callable[[Path], str], tmp_path: Path
) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    opened(page, server, "/take?kernel_size=5&bias=false")
    snippet = copied(page, page.get_by_test_id("stCode").nth(2))
    assert 'title="nn.Conv2d(3, 4, kernel_size=5, stride=2, padding=1, bias=False)"' in snippet
    (tmp_path / "lecture.html").write_text(
        f'<link rel="icon" href="data:,"><h1>A lecture</h1>{snippet}', encoding="utf-8"
    )
    page.goto(f"{another_server(tmp_path)}/lecture.html")
    inside = page.frame_locator("iframe")
    expect(inside.get_by_test_id("code")).to_have_text(
        "nn.Conv2d(3, 4, kernel_size=5, stride=2, padding=1, bias=False)", timeout=30_000
    )
    expect(inside.get_by_role("group", name="animation")).to_be_visible()
    box = page.locator("iframe").bounding_box()
    assert box and box["height"] >= 900


def test_the_page_to_take_along_plays_from_the_disk(
    server: Server, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    taking = opened(open_page(accept_downloads=True), server, "/take?height=9&seed=3")
    taking.get_by_text("HTML page", exact=True).click()
    with taking.expect_download() as waiting:
        taking.get_by_role("button", name="download .html").click()
    waiting.value.save_as(tmp_path / "layer.html")
    alone = LayerPage.open(open_page(), (tmp_path / "layer.html").as_uri())
    beside = LayerPage.open(open_page(), f"{server.url}/?height=9&seed=3")
    assert alone.number("torch") == beside.number("torch")
    alone.stage.press("End")
    alone.expect_cell(0, 0, 4, 3)


def test_a_keyboard_comes_to_the_pages_at_once_and_the_badge_to_the_weights(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    page.mouse.move(640, 450)  # above the frame it would show Streamlit's button that hides it, one stop more
    page.get_by_role("button", name="start again").wait_for()
    for _ in range(2):  # past Streamlit's own "Skip to main content"
        page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="to the pages")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("navigation").get_by_role("button", name="The layer")).to_be_focused()
    shown.stage.get_by_role("button", name="see it in Weights").click()
    expect(page.get_by_text("flip the kernel first")).to_be_visible()
