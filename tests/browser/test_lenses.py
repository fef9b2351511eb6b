"""The lenses in Chromium: from the start page to an answer in two clicks, pointing, keys, files, and light and dark."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from conv_viz.layers.setup import Setup
from conv_viz.lenses.learns import EDGE
from conv_viz.lenses.look import through
from conv_viz.lenses.shelf import SHELF
from tests.browser.conftest import Server
from tests.browser.navigation import to_page
from tests.browser.test_access import violations
from tests.browser.test_paste import paste

# Streamlit looks beside a page for its own files first.
BESIDE = re.compile(rf"404 \(Not Found\) \(.*/({'|'.join(SHELF)})/_stcore/[a-z-]+\)$")

# What people ask: what the start page's address says of the layer, the page with the answer, and its numbers.
QUESTIONS = [
    ("in_channels=4&out_channels=12&groups=4", "Groups", "the weight is (12, 1, 3, 3)", "a channel multiplier of 3"),
    ("kernel_size=4&padding_as=same&stride=1", "Padding", "1 before and 2 after"),
    (
        "padding=8",
        "Padding",
        "reflect pads at most 6 cells here, one less than the 7 rows",
        "circular pads at most 7 cells",
    ),
    (
        "height=8&width=8&square=false&kernel_size=3&kernel_size_w=5&padding=1&padding_w=2&stride=2&stride_w=2",
        "Padding",
        "TensorFlow's 'SAME' would pad ((0, 1), (1, 2)) here instead of ((1, 1), (2, 2))",
        "F.pad(x, (2, 2, 1, 1), mode='constant')",
        "1. left: 2",
        "3. top: 1",
    ),
    ("in_channels=1&out_channels=1&height=4&width=4&stride=1&padding=0", "As a matrix", "9 rows and 4 columns"),
    ("", "Backwards", "stride (1, 1), dilation (2, 2)"),
    ("", "Compare", "48 of 64 output numbers differ"),
    ("in_channels=1&fill=impulse", "Compare", "a cross-correlation", "with its kernel turned round"),
    (
        "bias=false",
        "Compare",
        "nn.BatchNorm2d subtracts each channel's mean",
        "A layer before a batch norm needs no bias, 4 parameters here",
    ),
    ("", "Weights", "1/√27 = 0.1925"),
]
SEEN_AT_ONCE = [  # what the start page itself says
    (
        "height=8&width=8&square=false&padding=0&padding_w=0&stride=2&stride_w=1&dilation_w=2",
        "remainder 1: row 7 is never read",
        "effective kernel3 × 5",
    ),
    ("kernel_size=9&height=5&width=5&padding=0", "Set kernel_size=5"),
]
PASTED = [  # what somebody pastes into the start page's field, and the answer
    (
        "Given groups=1, weight of size [64, 3, 7, 7], expected input[1, 1, 224, 224] to have 3 channels, "
        "but got 1 channels instead",
        "built for 3 input channels",
        "Set in_channels=1",
    ),
    (
        "Given groups=1, weight of size [32, 3, 3, 3], expected input[1, 224, 224, 3] to have 3 channels, "
        "but got 224 channels instead",
        "x.permute(0, 3, 1, 2)",
    ),
    ("nn.Conv2d(3, 4, 3, stride=2, padding='same')", "torch refuses it", "Set padding=1"),
    ("nn.Conv2d(3, 4, 4, padding=(1, 2, 1, 2))", "F.pad(x, (1, 2, 1, 2))"),
    ("mat1 and mat2 shapes cannot be multiplied (1x400 and 120x84)", "nn.Linear(400, 84)"),
]


@pytest.fixture(autouse=True)
def _only_own_problems(problems: list[str]) -> Iterator[None]:
    yield
    problems[:] = [problem for problem in problems if not BESIDE.search(problem)]


def opened(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator('[data-testid="lens"][data-content]')).to_be_visible(timeout=60_000)


def test_each_question_is_settled_in_two_clicks(server: Server, page: Page) -> None:
    at = None
    for query, title, *answers in QUESTIONS:
        if query != at:  # the navigation is the same on every page
            page.goto(f"{server.url}/?{query}")
            expect(page.locator('[data-testid="stage"][data-content]')).to_be_visible(timeout=30_000)
            at = query
        to_page(page, title, "Look closer")
        for answer in answers:
            expect(page.get_by_test_id("stMain")).to_contain_text(answer, timeout=30_000)


def test_the_start_page_settles_the_rest(server: Server, page: Page) -> None:
    for query, *answers in SEEN_AT_ONCE:
        page.goto(f"{server.url}/?{query}")
        for answer in answers:
            expect(page.get_by_test_id("stage")).to_contain_text(answer, timeout=30_000)
    for text, *answers in PASTED:
        paste(page, text)
        for answer in answers:
            expect(page.get_by_test_id("stSidebar")).to_contain_text(answer, timeout=30_000)


def test_b_comes_from_the_address_and_one_pointer_drives_both(server: Server, page: Page) -> None:
    b = f"{server.url}/?padding_mode=reflect"  # as a second link
    opened(page, f"{server.url}/compare?{urlencode({'compare_b': b, 'at': 'a.output:0'})}")
    lens = page.get_by_test_id("lens")
    layer = dict(in_channels=3, out_channels=4, kernel_size=3, stride=2, padding=1)
    scene = through("compare", Setup.of(layer, (1, 3, 7, 7)), {"b": "padding_mode='reflect'"})
    expect(lens).to_have_attribute("data-at", "a.output:0")
    expect(lens.get_by_test_id("lens-total")).to_contain_text("✓")
    grid = lens.locator('[data-array="apart"]')
    grid.scroll_into_view_if_needed()
    grid.hover(position={"x": 8, "y": 8})
    expect(lens).to_have_attribute("data-at", "apart:0")
    number = f"{abs(float(scene.arrays['apart'].ravel()[0])):.4f}"
    expect(lens.get_by_test_id("lens-total")).to_contain_text(number)
    grid.click(position={"x": 8, "y": 8})
    expect(page).to_have_url(re.compile(r"[?&]at=apart%3A0\b"))
    lens.focus()
    page.keyboard.press("ArrowRight")
    expect(lens).to_have_attribute("data-at", "apart:1")
    page.keyboard.press("PageDown")
    expect(lens).to_have_attribute("data-at", "a.padded:0")


def test_a_moved_control_changes_the_lens_and_the_address(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/matrix")
    lens = page.get_by_test_id("lens")
    before = lens.get_attribute("data-content")
    slider = page.locator(".st-key-kernel_size").get_by_role("slider")
    slider.focus()
    slider.press("ArrowLeft")
    expect(lens).not_to_have_attribute("data-content", before or "")
    expect(lens).to_contain_text("12 rows and 16 columns")
    expect(page).to_have_url(re.compile(r"[?&]kernel_size=2\b"))


def test_a_training_is_played_step_by_step(server: Server, page: Page) -> None:
    query = urlencode({"learns_rate": "0.03", "learns_steps": 10, "learns_on": EDGE})
    opened(page, f"{server.url}/learns?{query}")
    lens = page.get_by_test_id("lens")
    expect(lens).to_contain_text("It learned 1.0063, -0.9662")
    expect(lens).to_contain_text("before the last step it was 0.0433")
    curve = lens.get_by_test_id("lens-curve")
    expect(curve).to_contain_text("0.0265")
    slider = page.locator(".st-key-learns_steps").get_by_role("slider")
    page.evaluate("document.addEventListener('conv_viz:payload', ({ detail }) => (window.fed ??= detail))")
    slider.press("ArrowRight")
    expect(lens).to_contain_text("11 steps of SGD")
    expect(curve).not_to_contain_text("0.0265")  # one step more is seen at once
    assert '"kept":11' in page.evaluate("new TextDecoder().decode(window.fed)")  # of 12, with the untrained layer
    before = lens.get_attribute("data-content")
    page.evaluate("document.dispatchEvent(new CustomEvent('conv_viz:payload', { detail: window.fed }))")
    expect(lens).not_to_have_attribute("data-content", before or "")  # it goes on from a picture that is gone: all anew
    expect(lens).to_contain_text("11 steps of SGD")
    lens.focus()
    page.keyboard.press("ArrowLeft")
    expect(curve).to_contain_text("0.0265")
    page.keyboard.press("ArrowLeft")
    expect(curve).to_contain_text("0.0433")
    page.keyboard.press("Home")
    expect(curve).to_contain_text("19.158")


def test_a_lens_without_a_meaning_says_why(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/learns?layer=MaxPool2d&padding=0")
    expect(page.get_by_test_id("why-not")).to_have_text("A pool has no weights: there is nothing to learn.")


def test_an_impossible_layer_is_mended_with_one_click(server: Server, page: Page) -> None:
    opened(page, f"{server.url}/groups?kernel_size=9&height=5&width=5&padding=0&stride=1")
    page.get_by_test_id("lens").get_by_role("button", name="Set kernel_size=5").click()
    expect(page.get_by_test_id("lens")).to_contain_text("the weight is (4, 3, 5, 5)")
    # The same click where every number's sum would be too many.
    opened(page, f"{server.url}/backwards?height=64&width=64&stride=1")
    page.get_by_test_id("too-large").get_by_role("button", name="Set height=21, width=21").click()
    expect(page.get_by_test_id("says").first).to_be_visible()
    expect(page).to_have_url(re.compile(r"[?&]width=21\b"))


def test_a_lens_is_taken_along(server: Server, open_page: Callable[..., Page], tmp_path: Path) -> None:
    page = open_page()
    opened(page, f"{server.url}/compare")
    files = {}
    for kind in ("SVG", "PNG", "HTML"):
        with page.expect_download() as download:
            page.get_by_role("button", name=kind, exact=True).click()
        files[kind] = tmp_path / f"lens.{kind.lower()}"
        download.value.save_as(files[kind])
    assert b"<svg" in files["SVG"].read_bytes()[:200] and b"Compare" in files["SVG"].read_bytes()
    assert files["PNG"].read_bytes()[1:4] == b"PNG"
    alone = open_page()
    alone.goto(files["HTML"].as_uri())
    expect(alone.get_by_test_id("lens")).to_contain_text("48 of 64 output numbers differ")


EVEN, ODD = [*SHELF][::2], [*SHELF][1::2]


@pytest.mark.parametrize(
    ("scheme", "names"),
    [  # each lens in one look, and in the other one only when all is tried
        ("light", EVEN),
        ("dark", ODD),
        pytest.param("light", ODD, marks=pytest.mark.thorough),
        pytest.param("dark", EVEN, marks=pytest.mark.thorough),
    ],
)
def test_axe_finds_nothing_serious_and_nothing_is_too_wide(
    scheme: str, names: list[str], server: Server, open_page: Callable[..., Page]
) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": 390 if scheme == "dark" else 1366, "height": 768})
    for name in names:
        opened(page, f"{server.url}/{name}")
        page.wait_for_timeout(500)  # fading in is no lack of contrast
        assert violations(page) == [], name
        wide = page.get_by_test_id("stMain").evaluate("e => e.scrollWidth - e.clientWidth")
        assert wide == 0, name
