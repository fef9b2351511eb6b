"""The equation of a cell, read as it stands, gives what torch returns."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from conv_viz.compute.layer import run
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.rounding import rounding_bound
from conv_viz.layers.run import LayerRun
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import taps
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.layers.values import ConvSpecError
from conv_viz.scenes.stage import divisors
from conv_viz.text.symbols import of_filter, rules
from tests.strategies import window_layers

TERM = re.compile(r"(\w)\[(.*?)\]")
MODES = {"zeros": "constant", "reflect": "reflect", "replicate": "edge", "circular": "wrap"}


def written(rule: str, values: dict[str, Any]) -> str:
    """A rule with the numbers of a cell, as the browser writes it."""
    return re.sub(r"@(\w)", lambda name: str(values[name[1]]), rule)


def index(text: str, letters: dict[str, int]) -> tuple[int, ...]:
    return tuple(eval(each.replace("·", "*").replace("−", "-"), {}, letters) for each in text.split(", "))


def over(note: str) -> Iterator[dict[str, int]]:
    """Every value of the letters of a sum, as its note says."""
    ranges, _, condition = note.partition("; ")[0].partition(", where ")
    spans = {letter: range(int(last) + 1) for letter, last in re.findall(r"(\w) = 0…(\d+)", ranges)}
    equations = [each.split(" = ") for each in condition.split(" and ")] if condition else []
    for values in product(*spans.values()):
        letters = dict(zip(spans, values, strict=True))
        if all(index(left, letters) == index(right, letters) for left, right in equations):
            yield letters


class Padded:
    """An input as the note says that it goes on."""

    def __init__(self, spec: WindowLayer, x: np.ndarray) -> None:
        sides = spec.padding_sides[-spec.dims :] if spec.padding_mode != "zeros" else ()
        self.before = [0, 0, *(low for low, _ in sides)] if sides else [0] * x.ndim
        self.cells = np.pad(x, [(0, 0), (0, 0), *sides], MODES[spec.padding_mode]) if sides else x  # type: ignore[call-overload]
        self.empty = -math.inf if spec.reduce.join == "max" else 0.0

    def __getitem__(self, place: tuple[int, ...]) -> float:
        cell = [i + low for i, low in zip(place, self.before, strict=True)]
        inside = all(0 <= i < size for i, size in zip(cell, self.cells.shape, strict=True))
        return float(self.cells[tuple(cell)]) if inside else self.empty


def value_of(text: str, note: str, done: LayerRun, x: Padded) -> float:
    """What the right side of an equation comes to, before the root of a p-norm."""
    right = text.split(" = ")[1]
    found: dict[str, Any] = {"w": done.weight, "b": done.bias, "x": x}
    body = TERM.findall(right)
    bias = [float(done.bias[index(place, {})]) for name, place in body if name == "b"] if done.bias is not None else []
    power = re.search(r"\]\^([\d.]+)", right)
    terms = [
        math.prod(float(found[name][index(place, letters)]) for name, place in body if name != "b")
        ** (float(power[1]) if power else 1)
        for letters in over(note)
    ]
    if "max" in right:
        return max(terms)
    share = re.search(r"(\d+)/(-?\d+) · ", right)
    return (sum(terms) + sum(bias)) * (int(share[1]) / int(share[2]) if share else 1)


def bound_of(done: LayerRun) -> float:
    x = done.input if done.spec.dims == 2 else done.input[..., None, :]
    return rounding_bound(x, done.spec.as_filters(done.weight), done.bias)


def try_out(spec: WindowLayer, shape: tuple[int, ...], places: list[float]) -> None:
    """The equation of an output cell somewhere gives torch's number there."""
    head = Summary.of(spec, shape)
    x = np.random.default_rng(0).standard_normal(shape).astype(np.float32)
    x = x if spec.power == 1 else np.abs(x)  # the root of a sum below 0 is NaN
    done = run(spec, x)
    padded = Padded(spec, x)
    cell = [min(int(at * size), size - 1) for at, size in zip(places, done.output.shape, strict=False)]
    values = of_filter(head, cell[1]) | {"n": cell[0], "x": cell[-1], "y": cell[-2]}
    if counted := divisors(spec, *map(taps, head.axes)):
        rows, columns = counted
        values["d"] = rows[cell[2] if spec.dims == 2 else 0] * columns[cell[-1]]
    rule = rules(head)["gather"]
    text, note = written(rule.text, values), written(rule.note, values)
    assert text.startswith(f"y[{', '.join(map(str, cell))}] = ")
    bound = 0.0 if spec.reduce.join == "max" else 1e-5 if done.weight is None else bound_of(done)
    right, torchs = value_of(text, note, done, padded), float(done.output[tuple(cell)])
    if spec.power == 1:
        assert right == pytest.approx(torchs, abs=bound, rel=0)
    else:
        assert f"^{spec.power})^(1/{spec.power})" in text
        assert torchs**spec.power == pytest.approx(right, abs=1e-4, rel=1e-4)


@pytest.mark.numeric
@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=25)
@given(data=st.data())
def test_the_equation_of_a_cell_gives_torchs_number(name: str, data: st.DataObject) -> None:
    arguments, shape = data.draw(window_layers(name))
    shape = shape if len(shape) == KINDS[name].dims + 2 else (1, *shape)
    try:
        spec = KINDS[name](**arguments)
        spec.axes(shape)
    except ConvSpecError:
        assume(False)
    try_out(spec, shape, data.draw(st.lists(st.floats(0, 0.999), min_size=4, max_size=4)))


def test_the_products_of_every_input_cell_add_up_to_the_output() -> None:
    spec = ConvTransposeSpec(4, 6, (3, 2), stride=(2, 3), padding=1, output_padding=(1, 0), groups=2, dilation=(1, 2))
    x = np.random.default_rng(0).standard_normal((1, 4, 3, 4)).astype(np.float32)
    head, done = Summary.of(spec, x.shape), run(spec, x)
    assert done.weight is not None and done.bias is not None
    made = np.zeros(done.output.shape) + done.bias[:, None, None]
    rule = rules(head)["scatter"]
    assert "cut off" in rule.note
    for filter, y, across in product(range(6), range(3), range(4)):
        text = written(rule.text, of_filter(head, filter) | {"n": 0, "y": y, "x": across})
        for letters in over(rule.note):
            lands, weight, cell = (index(place, letters) for _, place in TERM.findall(text))
            assert cell[2:] == (y, across)
            if all(0 <= i < size for i, size in zip(lands, made.shape, strict=True)):
                made[lands] += float(done.weight[weight]) * float(x[cell])
    np.testing.assert_allclose(made, done.output, rtol=0, atol=bound_of(done))


def test_latex_says_the_same() -> None:
    rule = rules(Summary.of(ConvSpec(3, 4, 3, stride=2, padding=1), (1, 3, 7, 7)))["gather"]
    values = {"n": 0, "f": 1, "c": "c", "y": 2, "x": 3}
    assert written(rule.latex, values) == (
        r"y_{0, 1, 2, 3} = b_{1} + \sum_{c=0}^{2} \sum_{i=0}^{2} \sum_{j=0}^{2} "
        r"w_{1, c, i, j}\, x_{0, c, 2 \cdot 2 + i - 1, 2 \cdot 3 + j - 1}"
    )


@pytest.mark.parametrize(
    "spec, latex",
    [
        (KINDS["MaxPool2d"](2), r"\max_{0 \le i \le 1,\; 0 \le j \le 1} x_{@n, @f, 2 \cdot @y + i, 2 \cdot @x + j}"),
        (KINDS["AvgPool2d"](1), r"\frac{1}{@d} x_{@n, @f, @y, @x}"),
        (
            KINDS["LPPool2d"](2, (2, 1)),
            r"\left(\sum_{i=0}^{1} x_{@n, @f, 2 \cdot @y + i, @x}^{2}\right)^{1/2}",
        ),
        (
            KINDS["ConvTranspose2d"](1, 1, 3, 2, 1, bias=False),
            r"\sum_{2 \cdot u + i - 1 = @y} \sum_{2 \cdot v + j - 1 = @x} w_{@c, @g, i, j}\, x_{@n, @c, u, v}",
        ),
    ],
)
def test_latex_of_other_layers(spec: WindowLayer, latex: str) -> None:
    rule = rules(Summary.of(spec, (1, 1, 6, 6)))["gather"]
    assert rule.latex == "y_{@n, @f, @y, @x} = " + latex
