"""Exports look as the stage does: the same numbers and colours as `frontend/scene/format.js` and `color.js`."""

from __future__ import annotations

import json
import subprocess

import numpy as np
import pytest

from conv_viz.export import colors, numbers
from conv_viz.export.look import ExportError, Look
from tests.js.run import HERE, node

FRONTEND = HERE.parents[1] / "conv_viz" / "frontend"
VALUES = [
    *(0.0, 0.5, 0.25, 0.125, 0.05, 0.005, 0.0005, 1.0, 12.0, 9999.0, 10000.0, 123456.0, 0.995, 9.95, 99.5, 999.5),
    *(0.999, 0.0049, 1234.5678, 999999.4, 1e6, 1.25e7, 3e-9, 2.5e20, 62.5, 650.5),
    *np.random.default_rng(0).normal(size=300).astype(np.float32).astype(float).tolist(),
    *(10 ** np.random.default_rng(1).uniform(-4, 7, 300)).tolist(),
]
VALUES = VALUES + [-value for value in VALUES]
SCRIPT = """
import * as format from "./scene/format.js";
import * as color from "./scene/color.js";
import { productLines } from "./scene/words.js";
import { readFileSync } from "node:fs";
const { values, themes } = JSON.parse(readFileSync(0));
const scaled = (scale) => values.map((v) => scale(v));
console.log(JSON.stringify({
  signed: [2, 3, 4].map((digits) => values.map((v) => format.signed(v, digits))),
  brief: [1, 2].map((digits) => values.map((v) => format.brief(v, digits))),
  factor: values.map((v) => productLines({ value: v, factor: 1, product: 1 })[0].split(" ")[0]),
  themes: themes.map((theme) => ({
    diverging: scaled(color.diverging(2.5, theme)),
    grey: scaled(color.inputScale([0, 3], "grey", theme)),
    green: scaled(color.inputScale([0, 3], "green", theme)),
    signed: scaled(color.inputScale([-3, 1], "green", theme)),
    ink: scaled(color.diverging(2.5, theme)).map(color.inkOn),
    bands: [0, 1, 9].map((g) => color.parse(color.band(g))),
    shares: [0.66, 0.16, 0.28, 0.3].map((t) => color.mix(theme.background, theme.words, t)),
  })),
}));
"""


@pytest.fixture(scope="module")
def stage() -> dict:
    """What the JavaScript modules say of `VALUES`."""
    themes = [dict(dark=t.name == "dark", background=t.background, words=t.text, mark=t.mark) for t in THEMES]
    path = node()
    assert path, "node is among the test requirements"
    call = [path, "--input-type=module", "--eval", SCRIPT]
    given = json.dumps({"values": VALUES, "themes": themes})
    done = subprocess.run(call, input=given, cwd=FRONTEND, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


THEMES = (colors.LIGHT, colors.DARK)


def test_numbers_are_written_as_on_the_stage(stage: dict) -> None:
    for digits, expected in zip((2, 3, 4), stage["signed"], strict=True):
        assert [numbers.signed(value, digits) for value in VALUES] == expected
    for digits, expected in zip((1, 2), stage["brief"], strict=True):
        assert [numbers.brief(value, digits) for value in VALUES] == expected
    assert [numbers.factor(value) for value in VALUES] == stage["factor"]


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_colours_are_those_of_the_stage(theme: colors.Theme, stage: dict) -> None:
    said = stage["themes"][THEMES.index(theme)]
    scales = {
        "diverging": colors.diverging(2.5, theme),
        "grey": colors.input_scale(0, 3, "grey", theme),
        "green": colors.input_scale(0, 3, "green", theme),
        "signed": colors.input_scale(-3, 1, "green", theme),
    }
    for name, scale in scales.items():
        assert np.abs(scale(np.array(VALUES)).astype(int) - np.array(said[name])).max() <= 1, name
    inks = [tuple(color) for color in said["diverging"]]
    assert ["#{:02x}{:02x}{:02x}".format(*colors.ink_on(color)) for color in inks] == said["ink"]
    assert [list(colors.band(group)) for group in (0, 1, 9)] == said["bands"]
    assert [list(theme.toward_text(share)) for share in (0.66, 0.16, 0.28, 0.3)] == said["shares"]


def test_what_is_no_number_has_a_sign_and_a_colour_of_its_own() -> None:
    assert [numbers.signed(v) for v in (np.nan, np.inf, -np.inf)] == ["NaN", "∞", "−∞"]
    scaled = colors.diverging(1, colors.LIGHT)(np.array([np.nan, np.inf, 0.5]))
    assert tuple(scaled[0]) == tuple(scaled[1]) == colors.LIGHT.mark != tuple(scaled[2])


@pytest.mark.parametrize(
    "wrong",
    [
        *(dict(theme="blue"), dict(background="none"), dict(speed=0), dict(speed=99), dict(speed=float("nan"))),
        *(dict(hold=-1), dict(every=0), dict(scale=0), dict(scale=10_000)),
    ],
    ids=str,
)
def test_an_impossible_look_is_one_sentence(wrong: dict) -> None:
    with pytest.raises(ExportError) as error:
        Look(**wrong)
    assert str(error.value).endswith(".") and str(error.value).count(". ") == 0
