"""The stand-alone HTML file, opened from the disk: the whole stage, and not one request."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, Request, expect

from conv_viz import ConvSpec, run
from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import LayerRun
from conv_viz.export.html import other_scenes, page
from conv_viz.layers.part import View
from conv_viz.lenses.layer import run_scene
from conv_viz.scenes.scene import Scene
from tests.browser.hurried import comes_to
from tests.browser.looking import LayerPage
from tests.browser.test_access import overflow, violations
from tests.browser.test_stage import KERNEL, OUTPUT, PADDED, assert_written, read

HOSTILE = "</script><img src=x onerror=\"document.title='hit'\"></title>&amp;<!--"


@pytest.fixture(scope="module")
def done() -> LayerRun:
    return run(ConvSpec(3, 4, 3, stride=2, padding=1), fill_batch("photo", (1, 3, 7, 7)))


@pytest.fixture(scope="module")
def paged() -> LayerRun:
    """More samples, channels and filters than one picture holds."""
    return run(ConvSpec(20, 40, 3, padding=1, groups=4), fill_batch("random", (2, 20, 5, 6)), seed=3)


@pytest.fixture
def open_file(open_page: Callable[..., Page], tmp_path: Path) -> Callable[..., LayerPage]:
    """``open_file(text, **context options)`` opens a page from the disk; asking for anything else is an error."""

    def opened(text: str, **options: object) -> LayerPage:
        path = tmp_path / "stage.html"
        path.write_text(text, encoding="utf-8")
        window = open_page(**options)
        asked: list[str] = []

        def on_request(request: Request) -> None:
            asked.append(request.url)
            assert asked == [path.as_uri()], asked

        window.on("request", on_request)
        return LayerPage.open(window, path.as_uri())

    return opened


def test_the_whole_stage_from_the_disk(open_file: Callable[..., LayerPage], done: LayerRun) -> None:
    shown = open_file(page(run_scene(done)))
    keyboard = shown.page.keyboard
    expect(shown.page).to_have_title("nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)")
    for stroke, row, column in (("Home", 0, 0), ("ArrowRight", 0, 1), ("ArrowDown", 1, 1), ("End", 3, 3)):
        keyboard.press(stroke)  # nothing was clicked: the page's keys are the stage's
        shown.expect_cell(0, 0, row, column)
        assert_written(shown.number("torch"), done.output[0, 0, row, column])
        assert read(shown.number("all")) == pytest.approx(done.output[0, 0, row, column], abs=1.01e-4)

    shown.stage.get_by_role("button", name="filter 2", exact=True).click()
    shown.expect_cell(0, 2, 3, 3)
    assert_written(shown.number("torch"), done.output[0, 2, 3, 3])
    shown.stage.get_by_role("slider", name="step").fill("6")
    shown.expect_cell(0, 2, 1, 2)

    keyboard.press("Home")
    shown.stage.get_by_role("combobox", name="speed").select_option("60")
    shown.stage.get_by_role("button", name="play").click()
    shown.expect_cell(0, 2, 3, 3)
    expect(shown.stage.get_by_role("button", name="play")).to_be_visible()


def test_pointing_and_pinning(open_file: Callable[..., LayerPage], done: LayerRun) -> None:
    shown = open_file(page(run_scene(done)))
    shown.hover("output", (2, 3), OUTPUT)
    shown.expect_cell(0, 0, 2, 3)
    assert np.float32(read(shown.tip.inner_text().splitlines()[1])) == done.output[0, 0, 2, 3]
    shown.hover("input green", (4, 4), PADDED)
    expect(shown.tip).to_contain_text("input[0, 1, 3, 3]")
    shown.hover("weights for blue", (1, 2), KERNEL)
    expect(shown.tip).to_contain_text("weight of filter 0, channel 2, row 1, column 2")
    shown.leave()
    at_rest = shown.marks("output")
    shown.click("input green", (4, 4), PADDED)
    shown.leave()
    assert shown.marks("output") != at_rest
    shown.page.keyboard.press("Escape")
    assert shown.marks("output") == at_rest


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_light_and_dark(scheme: str, open_file: Callable[..., LayerPage], done: LayerRun) -> None:
    shown = open_file(page(run_scene(done), title="A first layer"), color_scheme=scheme)
    expect(shown.stage).to_have_attribute("data-theme", scheme)
    expect(shown.page.get_by_role("heading", name="A first layer")).to_be_visible()
    assert violations(shown.page) == []
    other = "light" if scheme == "dark" else "dark"
    shown.page.emulate_media(color_scheme=other)
    expect(shown.stage).to_have_attribute("data-theme", other)


@pytest.mark.parametrize("width", [1280, 390])
def test_it_fits_the_window(width: int, open_file: Callable[..., LayerPage], paged: LayerRun) -> None:
    shown = open_file(page(run_scene(paged), title="x" * 300), viewport={"width": width, "height": 900})
    assert overflow(shown.page) == {"page": 0, "stage": 0}


def test_no_grid_is_cut_at_any_width(open_file: Callable[..., LayerPage], paged: LayerRun, done: LayerRun) -> None:
    cut = """() => [...document.querySelectorAll(".cv .grid, .cv .bar")].filter((part) => {
      const [inner, sheet] = [part, part.closest(".sheet")].map((e) => e.getBoundingClientRect());
      const inside = inner.right <= sheet.right + 3.5 && sheet.right <= document.documentElement.clientWidth;
      return inner.width && !(inside && part.scrollWidth <= part.clientWidth);
    }).map((part) => part.getAttribute("aria-label") ?? part.title)"""
    for made in (paged, done):
        shown = open_file(page(run_scene(made)))
        for width in range(360, 1280, 45):
            shown.page.set_viewport_size({"width": width, "height": 900})
            comes_to(partial(shown.page.evaluate, cut), [])  # it is drawn with one of the next frames


def test_words_of_a_user_are_words(open_file: Callable[..., LayerPage], done: LayerRun) -> None:
    made = run_scene(done)
    header = {**made.header, "code": f"nn.Conv2d({HOSTILE}"}
    shown = open_file(page(Scene(header, made.arrays), title=HOSTILE))
    expect(shown.page).to_have_title(HOSTILE)
    expect(shown.page.get_by_role("heading", level=1)).to_have_text(HOSTILE)
    expect(shown.code).to_have_text(f"nn.Conv2d({HOSTILE}")
    assert shown.page.locator("img:not([role])").count() == 0 and shown.page.locator("main > img").count() == 0


def test_other_samples_and_pages_are_in_the_file(open_file: Callable[..., LayerPage], paged: LayerRun) -> None:
    first = run_scene(paged)
    shown = open_file(page(first, others=other_scenes(first, lambda view: run_scene(paged, view))))
    stage, keyboard = shown.stage, shown.page.keyboard
    keyboard.press("End")
    expect(shown.page.get_by_role("contentinfo")).to_have_text("")

    following = stage.get_by_role("button", name="next sample")
    following.focus()
    keyboard.press("Enter")
    shown.expect_cell(1, 0, 4, 5)
    expect(stage.get_by_role("button", name="previous sample")).to_be_enabled()
    assert_written(shown.number("torch"), paged.output[1, 0, 4, 5])
    for pages in (16, 32):
        stage.get_by_role("button", name="next filters").click()
        shown.expect_cell(1, pages, 4, 5)
        assert_written(shown.number("torch"), paged.output[1, pages, 4, 5])
    stage.get_by_role("button", name="filter 37").click()
    shown.expect_cell(1, 37, 4, 5)
    channels = stage.get_by_test_id("pager-channels")
    expect(channels).to_contain_text("channels 8–15 of 20")  # the first that filter 37 reads
    stage.get_by_role("button", name="next channels").focus()
    keyboard.press("Enter")
    expect(channels).to_contain_text("channels 16–19 of 20")
    expect(stage.get_by_role("button", name="previous channels")).to_be_enabled()
    assert_written(shown.number("torch"), paged.output[1, 37, 4, 5])


def test_what_the_file_lacks_is_said_and_not_offered(open_file: Callable[..., LayerPage], paged: LayerRun) -> None:
    shown = open_file(page(run_scene(paged, View(sample=1))))
    said = "This file holds sample 1 of 2, channels 0–7 of 20, filters 0–15 of 40."
    expect(shown.page.get_by_role("contentinfo")).to_have_text(said)
    assert shown.stage.get_by_role("button", name="next").count() == 0
    shown.stage.get_by_role("button", name="filter 15").click()
    assert_written(shown.number("torch"), paged.output[tuple(map(int, shown_cell(shown)))])


def shown_cell(shown: LayerPage) -> list[str]:
    return (shown.stage.get_attribute("data-cell") or "").split(",")


def test_a_layer_that_cannot_be_has_no_dead_button(open_file: Callable[..., LayerPage]) -> None:
    from conv_viz.layers.setup import Setup
    from conv_viz.lenses.layer import drawn

    setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=9), (1, 1, 5, 5))
    shown = open_file(page(drawn(setup, View())))
    expect(shown.stage.get_by_role("alert")).to_contain_text("Set kernel_size=5.")
    assert shown.stage.get_by_test_id("fix").count() == 0
