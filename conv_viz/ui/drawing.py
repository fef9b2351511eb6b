"""Drawing on the input that the stage shows: the fill becomes one's own numbers. With undo and redo."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import streamlit as st

from conv_viz.compute.inputs import fill_sample
from conv_viz.images.drawn import drawn
from conv_viz.layers.setup import Setup
from conv_viz.ui.controls import set_controls
from conv_viz.ui.exercise import locked
from conv_viz.ui.image.own import NUMBERS, numbers, own_input, set_numbers
from conv_viz.ui.view import current_view

MOST_STEPS = 100
KEY = "_drawing"

State = tuple[str, np.ndarray | None]
"""What the input was filled with, and the session's own numbers."""


@dataclass
class Steps:
    """What the input was before each act that can be undone, and after each that was."""

    back: list[State] = field(default_factory=list)
    forth: list[State] = field(default_factory=list)


def draw_on(setup: Setup, act: Any) -> None:
    """Do what was drawn on the stage; only from a callback."""
    if not isinstance(act, dict) or locked("fill"):
        return
    steps: Steps = st.session_state.setdefault(KEY, Steps())
    now = (setup.fill, numbers())
    if act.get("act") in ("undo", "redo"):
        here, there = (steps.back, steps.forth) if act["act"] == "undo" else (steps.forth, steps.back)
        if here:
            there.append(now)
            _show(*here.pop())
        return
    made = drawn(_planes(setup), act)
    if made is not None:
        steps.back, steps.forth = [*steps.back[1 - MOST_STEPS :], now], []
        _show(NUMBERS, made)


def _show(fill: str, planes: np.ndarray | None) -> None:
    set_numbers(planes)
    set_controls({}, None, fill)


def _planes(setup: Setup) -> np.ndarray:
    """The sample that is shown, as planes (C, H, W); a layer with one axis has planes of one row."""
    own, shape, number = own_input(setup.fill), setup.input_shape[1:], current_view().sample
    found = own.sample(shape, number) if own else fill_sample(setup.fill, shape, setup.seed, number)
    return found.reshape(shape[0], -1, shape[-1])
