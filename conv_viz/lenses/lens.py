"""What a lens is: a question, what may be chosen, and the picture that answers it for a layer on an input."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from conv_viz.layers.budget import one_run
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.products import count
from conv_viz.layers.setup import Setup
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.layers.view import View
from conv_viz.lenses.subject import Subject
from conv_viz.limits import LAYER_SECONDS
from conv_viz.scenes.board import Board
from conv_viz.scenes.scene import Scene

MOST_PRODUCTS = 60_000
"""Products of one sample up to which a lens says of each number what it is made of: about 700 kB in a picture."""


@dataclass(frozen=True)
class Choice:
    """Something that a reader may choose in a lens, beside the layer: its name in the address, and its values.

    A menu's value is one of `options`, a text is what somebody types, a whole number lies within `options`, (least,
    most), and a switch is on (True) or off.
    """

    name: str
    label: str
    default: Any
    kind: Literal["menu", "text", "whole", "switch"] = "menu"
    options: tuple[Any, ...] = ()
    help: str = ""

    def read(self, value: Any) -> Any:
        """A value that is one; what else was given becomes the default."""
        if self.kind == "menu":
            return value if value in self.options else self.default
        if self.kind == "whole":
            least, most = self.options
            return min(max(value, least), most) if type(value) is int else self.default
        if self.kind == "switch":
            return value if isinstance(value, bool) else self.default
        return value.strip() if isinstance(value, str) else self.default


@dataclass(frozen=True)
class Ready:
    """A layer, its input and choices that show something worth seeing, under one name."""

    title: str
    arguments: Mapping[str, Any]
    input_shape: Shape
    values: Mapping[str, Any]
    fill: str = "photo"
    layer: str = "Conv2d"


@dataclass(frozen=True)
class Chosen:
    """What a lens is asked for: the layer on its input, what is looked at, what was chosen, and the seed."""

    subject: Subject
    view: View
    values: Mapping[str, Any]
    seed: int = 0

    @property
    def sample(self) -> np.ndarray:
        """The sample in view, (C, H, W): of a layer with one axis a height of 1."""
        head, given = self.subject.head, self.subject.input
        one = given[min(self.view.sample, len(given) - 1)] if given.ndim == head.spec.dims + 2 else given
        planes: np.ndarray = head.spec.as_planes(one)
        return planes

    @property
    def filter(self) -> int:
        """The filter in view."""
        return min(max(self.view.filter, 0), self.subject.head.out_channels - 1)


@dataclass(frozen=True)
class Lens:
    """One way of looking closer at a layer.

    `why_not` says in a sentence why a layer has nothing to see here, empty where it has; `draw` lays the picture on a
    board and returns the sentences above it, in which numbers are those of the running layer. `products` says how many
    products the picture of a layer lists, with what was chosen; above `MOST_PRODUCTS` it is not drawn. `runs` says how
    often the layer runs for it; what takes longer than `LAYER_SECONDS` is not drawn either.
    `instead` is the nearest layer that has a picture, of one that has none.
    """

    title: str
    question: str
    draw: Callable[[Chosen, Board], list[str]]
    choices: tuple[Choice, ...] = ()
    pairs: tuple[Ready, ...] = ()
    why_not: Callable[[WindowLayer], str] = lambda spec: ""
    products: Callable[[Summary, Mapping[str, Any]], int] = field(default=lambda head, values: count(head))
    runs: Callable[[Mapping[str, Any]], int] = lambda values: 1
    instead: Callable[[Setup], Setup | None] = lambda setup: None

    def read(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """A value for each choice."""
        return {choice.name: choice.read(values.get(choice.name, choice.default)) for choice in self.choices}


def lens_scene(name: str, lens: Lens, chosen: Chosen) -> Scene:
    """The picture of a lens; or its question and the sentence why there is none."""
    spec = chosen.subject.head.spec
    header: dict[str, Any] = {
        "kind": "lens", "lens": name, "title": lens.title, "question": lens.question, "code": spec.code(),
    }  # fmt: skip
    values = lens.read(chosen.values)
    if reason := refusal(lens, chosen.subject.head, values):
        return Scene({**header, **reason})
    board = Board()
    try:
        says = lens.draw(replace(chosen, values=values), board)
    except ConvSpecError as error:
        return Scene({**header, **_problem(error)})
    if not board.shown:
        return Scene({**header, "why_not": " ".join(says)})
    return board.scene({**header, "says": says})


def refusal(lens: Lens, head: Summary, values: Mapping[str, Any]) -> dict[str, Any]:
    """Why a layer has no picture, as fields of the header; empty when it has one."""
    if reason := lens.why_not(head.spec):
        return {"why_not": reason}
    try:
        products = lens.products(head, values)
    except ConvSpecError as error:
        return _problem(error)
    seconds = lens.runs(values) * one_run(head).seconds
    if products > MOST_PRODUCTS:
        words = (
            f"Here every number says what it is made of, which is drawn up to {MOST_PRODUCTS:,} products; "
            f"this layer has {products:,} in one sample. Choose a smaller input or fewer channels."
        )
    elif seconds > LAYER_SECONDS:
        words = (
            f"Running the layer so often would take up to {seconds:,.1f} seconds, and a picture may take "
            f"{LAYER_SECONDS:g}. Choose fewer {_repeated(lens)}, a smaller input or fewer channels."
        )
    else:
        return {}
    return {"too_large": words}


def _repeated(lens: Lens) -> str:
    """What there may be fewer of."""
    return next((choice.label for choice in lens.choices if choice.kind == "whole"), "samples")


def _problem(error: ConvSpecError) -> dict[str, Any]:
    return {"problem": {"parameter": error.parameter, "rule": error.rule, "advice": "", "torch": None}}
