"""The weight as one picture, as a Streamlit component: a click chooses a filter and a slice."""

from __future__ import annotations

import streamlit as st

from conv_viz.edits import Weights
from conv_viz.payload import encode
from conv_viz.spec import ConvSpec
from conv_viz.tensor import tensor_scene
from conv_viz.ui.weights import current_weights, history

# Not isolated, for the reason that the stage is not; both share one stylesheet.
_tensor = st.components.v2.component("conv_viz.weights", js="weights.js", css="weights.css", isolate_styles=False)


def tensor(spec: ConvSpec, weights: Weights, filter: int, slice: int, on_choose) -> None:
    """Show the weights around a slice."""
    edited = history(spec).now.label if current_weights(spec) else ""

    def choose() -> None:
        chosen = st.session_state["tensor"].get("choose") or {}
        if all(isinstance(chosen.get(key), int) for key in ("filter", "slice")):
            on_choose(chosen["filter"], chosen["slice"])

    _tensor(
        data=encode(tensor_scene(spec, weights, filter, slice, edited)), key="tensor", on_choose_change=choose
    )
