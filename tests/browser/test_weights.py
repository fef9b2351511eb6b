"""The page Weights as its reader sees it: edits reach torch, are undone, taken along and brought back."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Locator, Page, expect
from safetensors.numpy import load_file, save_file

from conv_viz import ConvSpec, run
from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import initial
from tests.browser.conftest import Server
from tests.browser.looking import LayerPage, at_rest
from tests.browser.navigation import to_page
from tests.browser.test_access import violations

SPEC = ConvSpec(3, 4, 3, stride=2, padding=1)


@pytest.fixture(autouse=True)
def below_the_root(problems: list[str]) -> Iterator[None]:
    """Below "/" Streamlit's own client first looks for the server beside the page, and the browser logs that."""
    yield
    problems[:] = [p for p in problems if not re.search(r"404 \(Not Found\) \(.*/weights/_stcore/[a-z-]+\)$", p)]


class WeightsPage:
    """An open page Weights."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.grid = page.get_by_test_id("weights")

    @classmethod
    def open(cls, page: Page, url: str, query: str = "") -> WeightsPage:
        page.goto(f"{url}/weights?{query}")
        opened = cls(page)
        expect(opened.grid).to_have_attribute("data-content", re.compile("."), timeout=30_000)
        expect(page.get_by_test_id("panels")).to_have_attribute("data-content", re.compile("."), timeout=30_000)
        return opened

    def changes(self, act: Callable[[], None]) -> None:
        """Do something and wait for another picture."""
        before = self.grid.get_attribute("data-content") or ""
        act()
        expect(self.grid).not_to_have_attribute("data-content", before, timeout=20_000)

    def button(self, name: str) -> Locator:
        """A button of the page by its label, which a shortcut may follow."""
        return self.page.get_by_test_id("stMain").get_by_role("button", name=re.compile(rf"^{name}( Shortcut.*)?$"))

    def press(self, name: str) -> None:
        self.changes(self.button(name).click)

    def pill(self, name: str) -> None:
        self.changes(self.page.get_by_test_id("stMain").get_by_text(name, exact=True).click)

    def select(self, row: int, column: int) -> None:
        """Click a cell of the table."""
        box = at_rest(self.page.get_by_test_id("stDataFrame"))
        x = box["x"] + (column + 0.5) * box["width"] / 3
        y = box["y"] + (row + 1.5) * box["height"] / 4
        self.page.mouse.click(x, y)

    def type(self, text: str) -> None:
        """Type a number into the selected cell and leave it with Enter, as fast as a hand can.

        The table comes after the picture: until the run is over it may be drawn anew, and close the field.
        """
        expect(self.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
        self.page.keyboard.press(text[0])
        field = self.page.locator("#portal input")  # opens with the first key, and may miss keys until then
        expect(field).to_have_value(text[0])
        self.page.keyboard.type(text[1:])
        expect(field).to_have_value(text)
        self.page.wait_for_timeout(200)  # the table hears of the last key a little later than the field shows it
        self.changes(lambda: self.page.keyboard.press("Enter"))

    def point(self, filter: int, slice: int, blocks: tuple[int, int]) -> None:
        """Put the pointer on a slice in the picture of `blocks` (filters, slices)."""
        box = at_rest(self.grid.get_by_role("img", name="weights of every filter in view"))
        x = box["x"] + 3 + (slice + 0.5) * (box["width"] - 6) / blocks[1]
        self.page.mouse.move(x, box["y"] + 3 + (filter + 0.5) * (box["height"] - 6) / blocks[0])

    def go(self, name: str) -> None:
        to_page(self.page, name)


def torchs_output(weight: np.ndarray, bias: np.ndarray) -> np.ndarray:
    return run(SPEC, fill_batch("photo", (1, 3, 7, 7), 0), weight=weight, bias=bias).output[0]


def drawn() -> tuple[np.ndarray, np.ndarray]:
    weight, bias = initial(SPEC, 0)
    return weight.numpy().copy(), bias.numpy().copy()


def shown_number(shown: LayerPage, row: int, column: int) -> float:
    """The output number that the tip writes in full."""
    shown.hover("output", (row, column), (4, 4))
    expect(shown.tip).to_contain_text(f"output[0, 0, {row}, {column}]")
    text = shown.tip.locator("b").inner_text()
    return float(text.replace("−", "-"))


def test_a_typed_weight_reaches_torch_and_undo_takes_it_back(server: Server, page: Page) -> None:
    weights = WeightsPage.open(page, server.url)
    weights.select(1, 2)
    weights.type("2.5")
    weights.type("-1")  # into the cell below, to which Enter has led: the table has stayed
    weights.go("Layer")
    shown = LayerPage(page)
    expect(shown.stage).to_have_attribute("data-content", re.compile("."))
    expect(page.get_by_text("edited weights")).to_be_visible()
    weight, bias = drawn()
    weight[0, 0, 1, 2], weight[0, 0, 2, 2] = 2.5, -1
    theirs = pytest.approx(torchs_output(weight, bias)[0, 2, 1], abs=1e-6)
    assert shown_number(shown, 2, 1) == theirs
    shown.leave()
    shown.push("batch_size")  # a control that runs alone
    assert shown_number(shown, 2, 1) == theirs
    before = shown.content
    page.get_by_role("button", name="back to torch's own").click()
    expect(shown.stage).not_to_have_attribute("data-content", before)
    shown.leave()
    assert shown_number(shown, 2, 1) == pytest.approx(torchs_output(*drawn())[0, 2, 1], abs=1e-6)
    expect(page.get_by_text("edited weights")).to_have_count(0)


def test_edits_survive_a_change_of_page_and_of_shape(server: Server, page: Page) -> None:
    weights = WeightsPage.open(page, server.url)
    weights.pill("Sobel in x")
    edited = weights.grid.get_attribute("data-content")
    weights.go("Layer")
    shown = LayerPage(page)
    expect(shown.stage).to_have_attribute("data-content", re.compile("."))
    shown.push("kernel_size")
    expect(page.get_by_text("Edited weights of nn.Conv2d (4, 3, 3, 3)")).to_be_visible()
    page.get_by_role("button", name="bring back").click()
    expect(page.get_by_text("Sobel in x, filter 0")).to_be_visible()
    weights.go("Weights")
    expect(weights.grid).to_have_attribute("data-content", edited or "")
    weights.press("undo")
    weights.press("redo")
    expect(weights.grid).to_have_attribute("data-content", edited or "")
    kernel = shown.control("kernel_size").get_by_role("slider")
    for stroke in ("ArrowRight", "ArrowRight", "ArrowLeft"):  # quicker than the page: that edits nothing
        kernel.press(stroke)
    expect(weights.grid).to_contain_text("(4, 3, 4, 4)", timeout=20_000)
    expect(
        page.get_by_text("Edited weights of nn.Conv2d (4, 3, 3, 3); this layer's are nn.Conv2d (4, 3, 4, 4).")
    ).to_be_visible()
    expect(weights.grid).to_contain_text("torch's own, seed 0")


def test_a_click_and_arrow_keys_choose_a_slice(server: Server, page: Page) -> None:
    weights = WeightsPage.open(page, server.url)
    weights.point(2, 1, (4, 3))
    tip = weights.grid.get_by_role("tooltip")
    expect(tip).to_contain_text("weight[2, 1, 1, 1]")
    expect(tip).to_contain_text("filter 2, input channel 1 (green), row 1, column 1")
    page.mouse.down()
    weights.changes(page.mouse.up)
    expect(weights.grid).to_have_attribute("data-chosen", "2,1")
    expect(page.locator("[aria-label=filter][value='2']")).to_have_count(1)  # the control before it may still be there
    expect(page).to_have_url(re.compile(r"filter=2.*channel=1|channel=1.*filter=2"))
    weights.changes(lambda: page.keyboard.press("ArrowRight"))
    expect(page.locator("[aria-label=slice][value='2']")).to_have_count(1)
    weights.changes(weights.grid.get_by_role("button", name="filter 3, reads channels 0–2").click)
    expect(page.get_by_role("heading", name="What filter 3, blue, responds to")).to_be_visible()


def test_download_and_load_give_the_same_weights(server: Server, page: Page, tmp_path: Path) -> None:
    weights = WeightsPage.open(page, server.url)
    weights.press("flip")
    edited = weights.grid.get_attribute("data-content") or ""
    with page.expect_download() as taken:
        weights.button("download").click()
    path = tmp_path / taken.value.suggested_filename
    taken.value.save_as(path)
    assert path.name == "conv2d-4x3x3x3.safetensors"
    held = load_file(path)
    np.testing.assert_array_equal(held["weight"][0], drawn()[0][0, :, ::-1, ::-1])
    weights.press("torch's own")
    loading(weights, path)
    expect(weights.grid).to_contain_text("edited: loaded from a file")
    wrong = tmp_path / "wrong.safetensors"
    save_file({"![x](http://example.org/x.png)": np.zeros(3, np.float32)}, wrong)
    before = weights.grid.get_attribute("data-content") or ""
    loading(weights, wrong)
    expect(page.get_by_text("name the tensors so")).to_be_visible()
    expect(page.get_by_test_id("stMain").get_by_role("img", name="x", exact=True)).to_have_count(0)
    expect(weights.grid).to_have_attribute("data-content", before)
    assert before != edited  # only the words differ: what was done last


def loading(weights: WeightsPage, path: Path) -> None:
    """Put a file into the field; after each file the page draws an empty one, at the end of the run."""
    uploader = weights.page.get_by_test_id("stFileUploaderDropzoneInput")
    expect(weights.page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    if not uploader.count():
        weights.button("load").click()
    expect(uploader).to_have_count(1)
    uploader.set_input_files(path)


def test_a_large_layer_answers_and_says_what_it_shows(server: Server, page: Page) -> None:
    weights = WeightsPage.open(page, server.url, "in_channels=512&out_channels=512")
    expect(weights.grid.get_by_test_id("pager-filters")).to_contain_text("filters 0–31 of 512")
    expect(weights.grid.get_by_test_id("pager-slices")).to_contain_text("slices 0–31 of 512")
    weights.changes(weights.grid.get_by_role("button", name="next filters").click)
    expect(weights.grid.get_by_test_id("pager-filters")).to_contain_text("filters 32–63 of 512")
    weights.press("zero")
    expect(weights.grid).to_contain_text("edited: zero, filter 32")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_axe_finds_nothing_serious(scheme: str, width: int, server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(color_scheme=scheme, viewport={"width": width, "height": 900})
    weights = WeightsPage.open(page, server.url, "in_channels=4&groups=2")
    weights.pill("Gabor")
    expect(page.locator(".js-plotly-plot .bars").first).to_be_attached()
    page.mouse.move(2, 2)  # Streamlit's own tint of what is pointed at
    page.evaluate("document.activeElement.blur()")
    page.wait_for_timeout(500)
    assert violations(page) == []


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_is_wider_than_the_window(width: int, server: Server, open_page: Callable[..., Page]) -> None:
    page = open_page(viewport={"width": width, "height": 900})
    for query in (
        "in_channels=64&out_channels=64&kernel_size=1",
        "in_channels=8&kernel_size=11&height=40&width=40",
    ):
        weights = WeightsPage.open(page, server.url, query)
        over = "e => e.scrollWidth - e.clientWidth"
        assert page.evaluate(f"({over})(document.scrollingElement)") == 0, query
        assert weights.grid.evaluate(over) == 0, query
        assert page.get_by_test_id("panels").evaluate(over) == 0, query


@pytest.mark.thorough
def test_first_request_of_a_fresh_server(fresh_server: Callable[..., Server], page: Page) -> None:
    weights = WeightsPage.open(page, fresh_server().url, "kernel_size=5")
    expect(weights.grid).to_contain_text("(4, 3, 5, 5)")
    expect(page.get_by_test_id("stSidebar")).to_be_visible()


def test_a_few_edited_weights_are_in_the_link_and_make_no_entry(server: Server, page: Page) -> None:
    shown = WeightsPage.open(page, server.url)
    entries = page.evaluate("history.length")
    shown.press("flip")
    expect(page).to_have_url(re.compile(r"[?&]weights=[\w-]{100,}"))
    edited = page.url
    assert page.evaluate("history.length") == entries
    shown.press("undo")
    expect(page).not_to_have_url(re.compile("weights="))
    page.goto(edited)
    expect(shown.grid).to_contain_text("from the link", timeout=30_000)
    assert page.url == edited
