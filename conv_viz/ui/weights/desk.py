"""What the controls of the page Weights work on: one slice, and the part of the layer that a change reaches."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

import streamlit as st

from conv_viz.layers.kinds import WeightedLayer
from conv_viz.ui.weights.edited import acts_on, edit, weights_now
from conv_viz.weights.edits import Place, Weights
from conv_viz.weights.history import Form


@dataclass(frozen=True)
class Desk:
    """One slice of a layer, and the part of the layer around it that a change reaches."""

    spec: WeightedLayer
    seed: int
    filter: int
    slice: int

    @property
    def form(self) -> Form:
        """What its weights are kept by."""
        return Form.of(self.spec)

    @property
    def place(self) -> Place:
        """What "apply to" says now."""
        return Place(st.session_state.get("weights_scope") or "filter", self.filter, self.slice)

    @property
    def cell(self) -> Place:
        """The slice alone."""
        return Place("slice", self.filter, self.slice)

    @property
    def current(self) -> bool:
        """Whether the controls are still set to the layer that this was drawn for."""
        return acts_on(self.form, self.seed)

    @property
    def subject(self) -> Hashable:
        """What the controls of this slice work on."""
        return self.form, self.seed, self.filter, self.slice

    @property
    def now(self) -> Weights:
        """The weights as they are now, as filters."""
        return weights_now(self.spec, self.seed)

    def change(self, what: str, change: Callable[[Weights, Place], Weights], place: Place | None = None) -> None:
        """Do it in one place, as one step that can be undone; nothing once the controls are set to another layer."""
        at = place or self.place
        if self.current:
            edit(self.spec, self.seed, f"{what}, {at.words}", lambda weights: change(weights, at))
