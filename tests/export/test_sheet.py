"""Pictures for paper: the film strip, the worksheet and PDF."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest

from conv_viz.export import ExportError, Look, export
from conv_viz.export.formats import worksheet
from conv_viz.export.marks import Text
from conv_viz.export.sheet import film_strip
from conv_viz.export.sheet import worksheet as pages
from conv_viz.export.svg import still_svg
from conv_viz.layers.kinds import parse
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn
from conv_viz.scenes.scene import Scene


def scene(call: str, shape: tuple[int, ...], view: View | None = None) -> Scene:
    spec = parse(call)
    return drawn(Setup.of(spec.arguments(), shape, "ramp", 0, spec.name()), view or View())


def texts(data: bytes) -> list[str]:
    return [element.text or "" for element in ET.fromstring(data).iter("{http://www.w3.org/2000/svg}text")]


LAYERS = [
    ("nn.Conv2d(2, 2, 3, padding=1, groups=2)", (1, 2, 5, 5), View(filter=1)),
    ("nn.ConvTranspose2d(1, 1, 3, stride=2)", (1, 1, 3, 3), View()),
    ("nn.ConvTranspose2d(1, 1, 3, stride=2)", (1, 1, 3, 3), View(picture="scatter")),
    ("nn.MaxPool2d(2, ceil_mode=True)", (1, 1, 5, 5), View()),
    ("nn.AvgPool2d(2)", (1, 1, 6, 6), View()),
    ("nn.Conv1d(1, 1, 3)", (1, 1, 9), View()),
]


@pytest.mark.parametrize(("call", "shape", "view"), LAYERS)
def test_a_strip_has_the_words_of_its_stills_and_one_heading(call: str, shape: tuple[int, ...], view: View) -> None:
    made = scene(call, shape, view)
    cells = ((0, 0), (0, 1), (0, 2))
    strip = texts(still_svg(film_strip(made, Look(cells=cells))))
    alone = [texts(export(made, "svg", Look(cell=cell))) for cell in cells]
    head = 2  # the code, and the shapes
    assert strip[:head] == alone[0][:head]
    assert sorted(strip[head:]) == sorted(word for still in alone for word in still[head:])
    assert export(made, "pdf", Look(cells=cells)).startswith(b"%PDF")


def test_a_strip_of_cells_that_are_not_there_or_of_too_many_is_refused() -> None:
    made = scene("nn.Conv2d(1, 1, 3)", (1, 1, 5, 5))
    with pytest.raises(ExportError, match="rows 0 to 2"):
        export(made, "svg", Look(cells=((0, 0), (3, 0))))
    with pytest.raises(ExportError, match="at most 8 frames, not 9"):
        Look(cells=((0, 0),) * 9)
    with pytest.raises(ExportError, match="pixels"):
        export(made, "png", Look(cells=((0, 0),) * 8, scale=60))


@pytest.mark.parametrize(("call", "shape", "view"), [row for row in LAYERS if row[2].picture != "scatter"])
def test_a_worksheet_asks_for_what_its_answers_say(call: str, shape: tuple[int, ...], view: View) -> None:
    made = scene(call, shape, view)
    blank, answers = ([mark.text for mark in page.still if isinstance(mark, Text)] for page in pages(made, Look()))
    filter = made.header["stage"]["filter"] - made.header["stage"]["filters"][0]
    count = made.arrays["output"][filter].size
    told = texts(export(made, "svg", Look(cell=tuple(n - 1 for n in made.arrays["output"].shape[1:]))))
    numbers = answers[-count:]
    assert all(number in told for number in numbers)
    assert not any(number in blank for number in numbers if number not in answers[:-count])
    assert len([word for word in blank if word.endswith((".", "little."))]) == 2


def test_a_worksheet_is_two_pages_whose_letters_are_letters() -> None:
    data = worksheet(scene("nn.Conv2d(1, 1, 2)", (1, 1, 3, 3)), Look())
    assert len(re.findall(rb"/Type /Page\b", data)) == 2
    assert b"/FontFile2" in data


@pytest.mark.parametrize("call, shape", [("nn.Conv2d(1, 1, 3)", (1, 1, 64, 64)), ("nn.MaxPool2d(2)", (1, 3, 28, 28))])
def test_numbers_too_small_to_work_with_are_refused(call: str, shape: tuple[int, ...]) -> None:
    with pytest.raises(ExportError, match="too small to work with"):
        worksheet(scene(call, shape), Look())
