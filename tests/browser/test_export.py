"""Animated SVG and GIF in a real browser: frame after frame as the film says, and still for whoever wants it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page

from conv_viz.export import Look, save
from conv_viz.export.numbers import signed
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn
from conv_viz.scenes.scene import Scene

# The texts that are seen, and where the group of the window in a plane is.
SEEN = "[...document.querySelectorAll('text')].filter(t => getComputedStyle(t).visibility === 'visible')"
AT = """time => {
  for (const animation of document.getAnimations()) { animation.pause(); animation.currentTime = time; }
  return [SEEN.map(t => t.textContent), SEEN.map(t => t.getBoundingClientRect().right)];
}""".replace("SEEN", SEEN)
ORANGE = (
    """() => [...document.querySelectorAll('path[stroke="#e8730c"]')].map(p => p.getBoundingClientRect().toJSON())"""
)


@pytest.fixture(scope="module")
def made() -> Scene:
    arguments = dict(in_channels=2, out_channels=1, kernel_size=3, stride=2, padding=1)
    return drawn(Setup.of(arguments, (1, 2, 5, 5)), View())


@pytest.fixture(scope="module")
def file(made: Scene, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("svg") / "layer.svg"
    save(made, path, Look(speed=4, hold=1), animated=True)
    return path


def test_an_svg_plays_cell_by_cell(made: Scene, file: Path, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(file.as_uri())
    cells = made.arrays["output"][0].ravel()
    film_ends = 250 * 8 + 1000
    for number in (0, 1, 4, 8):
        said, rights = page.evaluate(AT, 250 * number + 120)
        assert f"step {number + 1} of 9" in said and sum(text.startswith("step ") for text in said) == 1
        assert signed(cells[number], 4) in said
        assert sum(said.count(signed(value)) for value in set(cells[: number + 1])) >= number + 1
        assert said.count(signed(cells[8])) == (number == 8), "the last cell is empty until the end"
        assert max(rights) <= page.evaluate("document.documentElement.width.baseVal.value")
    assert page.evaluate(AT, film_ends - 20)[0] == page.evaluate(AT, 250 * 8 + 20)[0], "the last frame stays"
    assert page.evaluate(AT, film_ends + 20)[0] == page.evaluate(AT, 20)[0], "and begins again"


def test_the_window_is_where_the_taps_say(made: Scene, file: Path, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(file.as_uri())
    places = []
    for number in range(9):
        page.evaluate(AT, 250 * number + 120)
        boxes = page.evaluate(ORANGE)
        assert len(boxes) == 3, "two planes and the output"
        places.append((boxes[1]["x"], boxes[1]["y"]))
    rows, columns = made.arrays["window_y"][:, 0], made.arrays["window_x"][:, 0]
    side = (places[1][0] - places[0][0]) / (columns[1] - columns[0])
    expected = [(places[0][0] + side * x, places[0][1] + side * y) for y in rows for x in columns]
    assert side > 4 and np.allclose(places, expected)


def test_reduced_motion_sees_the_last_frame(made: Scene, file: Path, open_page: Callable[..., Page]) -> None:
    page = open_page(reduced_motion="reduce")
    page.goto(file.as_uri())
    assert page.evaluate("document.getAnimations().length") == 0
    said = page.evaluate(f"{SEEN}.map(t => t.textContent)")
    assert "step 9 of 9" in said and sum(text.startswith("step ") for text in said) == 1
    for value in made.arrays["output"][0].ravel():
        said.remove(signed(value))


def test_two_svgs_in_one_page_leave_each_other_alone(made: Scene, file: Path, open_page: Callable[..., Page]) -> None:
    other = file.with_name("other.svg")
    save(made, other, Look(theme="dark", speed=2), animated=True, force=True)
    page = open_page()
    page.set_content(file.read_text(encoding="utf-8") + other.read_text(encoding="utf-8"))
    said, _ = page.evaluate(AT, 600)
    assert [text for text in said if text.startswith("step ")] == ["step 3 of 9", "step 2 of 9"]


def test_numbers_stay_inside_their_cells(made: Scene, file: Path, open_page: Callable[..., Page]) -> None:
    """With whatever font there is: no number of the output is wider than its cell."""
    page = open_page(reduced_motion="reduce")
    page.goto(file.as_uri())
    widths = page.evaluate(f"{SEEN}.filter(t => /^[+−]?\\d\\.\\d\\d$/.test(t.textContent)).map(t => t.getBBox().width)")
    assert len(widths) >= 9 + 18 and max(widths) <= 40
