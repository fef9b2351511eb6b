"""What the controls of the page Weights work on: one slice, and the part of the layer that a change reaches."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st

from conv_viz.edits import Place, Weights
from conv_viz.spec import ConvSpec
from conv_viz.ui.weights import edit, weights_now


@dataclass(frozen=True)
class Desk:
    """One slice of a layer, and the part of the layer around it that a change reaches."""

    spec: ConvSpec
    seed: int
    filter: int
    slice: int

    @property
    def place(self) -> Place:
        """What "apply to" says now."""
        return Place(st.session_state.get("weights_scope") or "filter", self.filter, self.slice)

    @property
    def cell(self) -> Place:
        """The slice alone."""
        return Place("slice", self.filter, self.slice)

    @property
    def now(self) -> Weights:
        """The weights as they are now."""
        return weights_now(self.spec, self.seed)

    def change(self, what: str, change: Callable[[Weights, Place], Weights], place: Place | None = None) -> None:
        """Do it in one place, as one step that can be undone."""
        at = place or self.place
        edit(self.spec, self.seed, f"{what}, {at.words}", lambda weights: change(weights, at))
