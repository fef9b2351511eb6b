"""The stage: every number that it shows is torch's, and mouse and keyboard reach every cell."""

from __future__ import annotations

import re

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from conv_viz import ConvSpec, run
from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import LayerRun
from conv_viz.layers.rounding import rounding_bound
from tests.browser.conftest import Server
from tests.browser.hurried import rest
from tests.browser.looking import LayerPage

OUTPUT = (4, 4)  # rows and columns of the first layer's output
PADDED = (9, 9)
KERNEL = (3, 3)


@pytest.fixture(scope="module")
def done() -> LayerRun:
    """The layer that the page shows at first."""
    return run(ConvSpec(3, 4, 3, stride=2, padding=1), fill_batch("photo", (1, 3, 7, 7)))


def written(value: float) -> str:
    """A number below 10 as the stage writes it."""
    return f"{value:+.4f}".replace("-", "−")


def read(text: str) -> float:
    return float(text.replace("−", "-"))


def assert_written(text: str, value: float) -> None:
    """A sum of torch's in four places; which way the last one rounds may depend on the process that added up."""
    assert re.fullmatch(r"[+−]?\d+\.\d{4}", text)
    assert read(text) == pytest.approx(value, abs=0.51e-4)


def feeds(row: int, column: int) -> list[tuple[int, int, int, int]]:
    """Which outputs of the first layer read an input cell, by trying all: (row, column, weight row, weight column)."""
    return [
        (y, x, ky, kx)
        for y in range(OUTPUT[0])
        for x in range(OUTPUT[1])
        for ky in range(KERNEL[0])
        for kx in range(KERNEL[1])
        if (2 * y - 1 + ky, 2 * x - 1 + kx) == (row, column)
    ]


def test_keyboard_and_numbers(server: Server, page: Page, done: LayerRun) -> None:
    shown = LayerPage.open(page, server.url)
    shown.stage.focus()
    for stroke, row, column in (
        ("Home", 0, 0),
        ("ArrowRight", 0, 1),
        ("ArrowDown", 1, 1),
        ("ArrowLeft", 1, 0),
        ("ArrowLeft", 0, 3),
        ("ArrowUp", 0, 3),
        ("End", 3, 3),
        ("ArrowRight", 3, 3),
        ("ArrowUp", 2, 3),
    ):
        page.keyboard.press(stroke)
        shown.expect_cell(0, 0, row, column)
        value = done.output[0, 0, row, column]
        assert_written(shown.number("torch"), value)
        assert read(shown.number("all")) == pytest.approx(value, abs=1.01e-4)
        assert shown.number("bias") == written(done.bias[0])
    for channel in range(3):
        window = np.pad(done.input[0, channel], 1)[4:7, 6:9]
        expect(shown.stage.get_by_test_id(f"sum-{channel}")).to_have_text(
            written((window * done.weight[0, channel]).sum(dtype=np.float64))
        )
    expect(shown.stage.get_by_role("status")).to_have_text(re.compile(r"^Step 12 of 16: output\[0, 0, 2, 3\] = "))


def test_play_pause_scrub_speed(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?seed=1")
    shown.stage.focus()
    page.keyboard.press("Home")
    shown.expect_cell(0, 0, 0, 0)
    page.keyboard.press("Space")
    expect(shown.stage.get_by_role("button", name="pause")).to_be_visible()
    expect(shown.stage).not_to_have_attribute("data-cell", "0,0,0,0")
    page.keyboard.press("Space")
    expect(shown.stage.get_by_role("button", name="play")).to_be_visible()
    stopped = shown.stage.get_attribute("data-cell")
    page.wait_for_timeout(700)  # longer than a step takes
    assert shown.stage.get_attribute("data-cell") == stopped

    scrub = shown.stage.get_by_role("slider", name="step")
    scrub.fill("9")
    shown.expect_cell(0, 0, 2, 1)
    expect(scrub).to_have_attribute("aria-valuetext", "step 10 of 16")
    scrub.press("ArrowRight")
    shown.expect_cell(0, 0, 2, 2)
    shown.stage.get_by_role("combobox", name="speed").select_option("60")
    shown.stage.get_by_role("button", name="play").click()
    shown.expect_cell(0, 0, 3, 3)
    expect(shown.stage.get_by_role("button", name="play")).to_be_visible()  # stops at the end
    for name, cell in {"first step": (0, 0), "step forward": (0, 1), "step back": (0, 0), "last step": (3, 3)}.items():
        shown.stage.get_by_role("button", name=name).click()
        shown.expect_cell(0, 0, *cell)


def test_place_survives_a_slider(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, f"{server.url}/?height=12&width=12")
    shown.stage.focus()
    for stroke in ("Home", "ArrowDown", "ArrowRight", "ArrowRight"):
        page.keyboard.press(stroke)
    shown.expect_cell(0, 0, 1, 2)
    shown.push("kernel_size")
    shown.expect_cell(0, 0, 1, 2)
    shown.push("stride")
    shown.expect_cell(0, 0, 1, 2)
    shown.push("seed")
    shown.expect_cell(0, 0, 1, 2)
    shown.stage.get_by_role("combobox", name="speed").select_option("0.5")
    shown.stage.get_by_role("button", name="play").click()
    shown.push("seed")
    expect(shown.stage.get_by_role("button", name="pause")).to_be_visible()
    expect(shown.stage.get_by_role("combobox", name="speed")).to_have_value("0.5")


def test_pointing_at_cells(server: Server, page: Page, done: LayerRun) -> None:
    shown = LayerPage.open(page, server.url)
    place = shown.stage.get_attribute("data-cell") or ""
    for cell in ((0, 0), (3, 1), (2, 3)):
        shown.hover("output", cell, OUTPUT)
        shown.expect_cell(0, 0, *cell)
        lines = shown.tip.inner_text().splitlines()
        assert lines[0] == f"output[0, 0, {cell[0]}, {cell[1]}]"
        bound = rounding_bound(done.input, done.weight, done.bias)
        assert read(lines[1]) == pytest.approx(done.output[(0, 0, *cell)], abs=bound)
        assert_written(shown.number("torch"), done.output[(0, 0, *cell)])
    shown.leave()
    expect(shown.tip).to_be_hidden()
    expect(shown.stage).to_have_attribute("data-cell", place)

    for channel, name in enumerate(("red", "green", "blue")):
        for row, column in ((0, 0), (3, 3), (5, 2)):
            shown.hover(f"input {name}", (row + 1, column + 1), PADDED)
            uses = feeds(row, column)
            expect(shown.tip).to_contain_text(f"input[0, {channel}, {row}, {column}]")
            lines = shown.tip.inner_text().splitlines()
            assert np.float32(read(lines[1])) == done.input[0, channel, row, column]
            assert lines[2].startswith(f"feeds {len(uses)} output{'s' * (len(uses) != 1)} of filter 0")
            for line, (y, x, ky, kx) in zip(lines[3:], uses, strict=True):
                weight = f"{done.weight[0, channel, ky, kx]:+.3f}".replace("-", "−")
                assert line == f"output ({y}, {x}) through weight ({ky}, {kx}) {weight}"
    shown.hover("input red", (0, 4), PADDED)
    expect(shown.tip).to_contain_text("padding")
    expect(shown.tip).to_contain_text("a zero")

    shown.hover("weights for blue", (1, 2), KERNEL)
    expect(shown.tip).to_contain_text("weight of filter 0, channel 2, row 1, column 2")
    lines = shown.tip.inner_text().splitlines()
    assert np.float32(read(lines[1])) == done.weight[0, 2, 1, 2]
    assert lines[2] == "used 16 times: once for each output cell"


def test_click_pins_and_escape_lets_go(server: Server, page: Page) -> None:
    shown = LayerPage.open(page, server.url)
    rest(page)  # late fonts give the grids another size
    shown.leave()
    at_rest = shown.marks("output")
    for label, cell, shape in (("input green", (4, 4), PADDED), ("weights for red", (0, 1), KERNEL)):
        shown.click(label, cell, shape)
        shown.leave()
        expect(shown.tip).to_be_hidden()
        page.wait_for_timeout(300)  # whatever the server does about it must not let go
        assert shown.marks("output") != at_rest
        page.keyboard.press("Escape")
        assert shown.marks("output") == at_rest

    shown.click("output", (0, 3), OUTPUT)
    shown.hover("output", (2, 2), OUTPUT)
    shown.expect_cell(0, 0, 2, 2)
    shown.leave()
    shown.expect_cell(0, 0, 0, 3)
    page.keyboard.press("ArrowDown")  # the click has given the stage the keyboard
    shown.expect_cell(0, 0, 1, 3)


def test_choosing_a_filter(server: Server, page: Page, done: LayerRun) -> None:
    shown = LayerPage.open(page, server.url)
    shown.stage.focus()
    page.keyboard.press("End")
    for chosen in (2, 3, 0):
        shown.stage.get_by_role("button", name=f"filter {chosen}", exact=True).click()
        shown.expect_cell(0, chosen, 3, 3)
        assert_written(shown.number("torch"), done.output[0, chosen, 3, 3])
        expect(shown.stage.get_by_role("button", pressed=True)).to_have_text(str(chosen))
        expect(shown.stage.get_by_text(f"output channel {chosen}")).to_be_visible()
        expect(page).to_have_url(re.compile(rf"[?&]filter={chosen}\b" if chosen else r"^[^?]*/$"))
        shown.expect_cell(0, chosen, 3, 3)  # also after the server has answered


PICTURES = 8
# The pictures of two pressed keys once more, one after the other, without a server.
AGAIN = """(times) => {
  const kept = [...window.kept];
  for (let i = 0; i < times; i++)
    document.dispatchEvent(new CustomEvent("conv_viz:payload", { detail: kept[i % kept.length].slice() }));
}"""


def test_a_picture_lays_the_page_out_twice(server: Server, page: Page) -> None:
    """Once for the head, whose height says how much room there is, and once for the board in it."""
    page.add_init_script(
        "window.kept = []; document.addEventListener('conv_viz:payload', ({ detail }) => kept.push(detail.slice()));"
    )
    shown = LayerPage.open(page, server.url)
    shown.push("height")
    shown.push("height")
    rest(page)
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def counted() -> dict[str, float]:
        metrics = session.send("Performance.getMetrics")["metrics"]
        return {each["name"]: each["value"] for each in metrics if each["name"] in ("LayoutCount", "RecalcStyleCount")}

    before = counted()
    page.evaluate(AGAIN, PICTURES)
    after = counted()
    assert all(after[name] - before[name] <= 2 * PICTURES + 2 for name in before), (before, after)
