"""Drawing on the input that the stage shows: the fill becomes one's own numbers. With undo and redo.

While the pen is down, the controls keep their fill and the picture alone shows the stroke, as with a handle that is
pulled; the controls, and with them the address, take it when the pen is lifted.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from conv_viz.compute.inputs import fill_sample
from conv_viz.images.drawn import drawn
from conv_viz.images.planes import PlanesInput
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import Own
from conv_viz.ui.controls import set_controls
from conv_viz.ui.exercise import locked
from conv_viz.ui.image.own import NUMBERS, numbers, own_input, set_numbers
from conv_viz.ui.session import session
from conv_viz.ui.view import current_view


def draw_on(setup: Setup, act: Any) -> None:
    """Do what was drawn on the stage; only from a callback."""
    session().stage.stroke = None
    session().answer()
    if not isinstance(act, dict) or locked("fill"):
        return
    steps = session().stage.strokes
    now = (setup.fill, numbers())
    if act.get("act") in ("undo", "redo"):
        there = steps.undone(now) if act["act"] == "undo" else steps.redone(now)
        if there:
            _show(*there)
        return
    made = drawn(_planes(setup), act)
    if made is None:
        return
    if act.get("done") is False:
        session().stage.stroke = made
    else:
        steps.did(now)
        _show(NUMBERS, made)


def input_of(setup: Setup) -> tuple[Setup, Own | None]:
    """The setup that the picture shows, and its input where it is one's own: with a stroke of the pen that is down."""
    stroke = session().stage.stroke
    if stroke is None:
        return setup, own_input(setup.fill)
    return replace(setup, fill=NUMBERS), PlanesInput(stroke)


def _show(fill: str, planes: np.ndarray | None) -> None:
    set_numbers(planes)
    set_controls({}, None, fill)


def _planes(setup: Setup) -> np.ndarray:
    """The sample that is shown, as planes (C, H, W); a layer with one axis has planes of one row."""
    own, shape, number = own_input(setup.fill), setup.input_shape[1:], current_view().sample
    found = own.sample(shape, number) if own else fill_sample(setup.fill, shape, setup.seed, number)
    return found.reshape(shape[0], -1, shape[-1])
