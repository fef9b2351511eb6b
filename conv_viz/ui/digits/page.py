"""The page Draw a digit: the pad, the maps of every layer, and one click from a map to its sliding window."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from conv_viz.compute.digits import INK, SIDE, Step, examples, steps, weights
from conv_viz.images.planes import PlanesInput
from conv_viz.layers.kinds import WindowLayer, parse
from conv_viz.scenes.digits import digits_scene
from conv_viz.scenes.payload import encode
from conv_viz.ui.components import told_by, view_component
from conv_viz.ui.controls import set_controls
from conv_viz.ui.going import asked, go, go_to
from conv_viz.ui.image.own import OWN, set_own_input
from conv_viz.ui.model.opened import take_weights
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.session import session
from conv_viz.ui.view import look
from conv_viz.weights.edits import Weights

FIRST = 3
"""The example that is there before anything is drawn."""


def digit_page() -> None:
    """Draw the page; a stroke runs the board alone."""
    go()
    st.fragment(_board, key="digit_board")()
    leave_imports_alone()


def _board() -> None:
    if asked():
        st.rerun()
    cells, learned = drawn(), session().digit.learned
    picture = cells.astype(np.float32) / INK
    both = {kind: steps(picture, kind) for kind in (True, False)}
    scene = digits_scene(
        cells,
        both[learned][0],
        [both[kind][1] for kind in (True, False)],
        [weights(kind)["conv1.weight"] for kind in (True, False)],
        examples(),
        learned=learned,
    )
    view_component(
        data=encode(scene), key="digits", on_drawn_change=_draw, on_learned_change=_choose, on_open_change=_open
    )


def drawn() -> np.ndarray:
    """The ink of this session's digit, (8, 8), whole numbers from 0 to 16."""
    held = session().digit.cells
    return examples()[FIRST] if held is None else held


def _said(name: str) -> Any:
    return told_by("digits", name)


def _draw() -> None:
    cells = _said("drawn")
    if isinstance(cells, list) and len(cells) == SIDE**2 and all(type(n) is int and 0 <= n <= INK for n in cells):
        session().digit.cells = np.array(cells, np.uint8).reshape(SIDE, SIDE)


def _choose() -> None:
    session().digit.learned = _said("learned") is not False


def _open() -> None:
    """A map was clicked: its layer goes to the frame, with its weights and on what it reads."""
    wanted = _said("open")
    if not isinstance(wanted, dict):
        return
    learned = session().digit.learned
    made, _ = steps(drawn().astype(np.float32) / INK, learned)
    step = _window_of(made, wanted.get("layer"))
    index = wanted.get("map")
    if step is None or type(index) is not int or not 0 <= index < len(step.output):
        return
    spec = parse(step.code)
    if spec.weight_shape is not None:
        held = weights(learned)
        whose = "learned" if learned else "random"
        take_weights(spec, Weights(held[f"{step.name}.weight"], held[f"{step.name}.bias"]),
                     f"{step.name}, {whose}, of the network for digits")  # fmt: skip
    _set(spec, step)
    look({"filter": index, "channel": 0 if spec.weight_shape else index, "sample": 0})
    go_to("layer.py")


def _window_of(made: list[Step], name: Any) -> Step | None:
    """The layer with a window that made a map: of a ReLU's, the convolution before it."""
    found: Step | None = None
    for step in made:
        if step.code.startswith(("nn.Conv2d", "nn.MaxPool2d")):
            found = step
        if step.name == name:
            return found
    return None


def _set(spec: WindowLayer, step: Step) -> None:
    set_own_input(PlanesInput(step.input))
    set_controls(spec.arguments(), (1, *step.input.shape), OWN, spec.kind.removeprefix("nn."))
