"""What the page Weights shows: the weight as one picture, what a slice responds to, where the weights lie."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import streamlit as st

from conv_viz.edits import Weights
from conv_viz.initialisation import Histogram, figure, histogram, init_bound
from conv_viz.payload import encode
from conv_viz.responses import panels_scene, response
from conv_viz.spec import ConvSpec
from conv_viz.tensor import tensor_scene
from conv_viz.ui.components import panels_component, tensor_component
from conv_viz.ui.weights import current_weights, history


def tensor(
    spec: ConvSpec, weights: Weights, seed: int, filter: int, slice: int, on_choose: Callable[[int, int], None]
) -> None:
    """Show the weights around a slice; a click or an arrow key calls `on_choose` with filter and slice."""
    edited = history(spec.weight_shape).now.label if current_weights(spec) else ""

    def choose() -> None:
        chosen = st.session_state["tensor"].get("choose") or {}
        if all(isinstance(chosen.get(key), int) for key in ("filter", "slice")):
            on_choose(chosen["filter"], chosen["slice"])

    shown = tensor_scene(spec, weights, filter, slice, seed=seed, edited=edited)
    tensor_component(data=encode(shown), key="tensor", on_choose_change=choose)


def responses(spec: ConvSpec, kernel: np.ndarray, name: str) -> None:
    """What one slice answers to an impulse, with a switch to a true convolution, and its frequency response."""
    st.markdown(f"##### What {name} responds to")
    flip = st.toggle(
        "flip the kernel first",
        key="weights_convolution",
        help="Off: cross-correlation, which nn.Conv2d computes. On: what a mathematical convolution gives.",
    )
    st.markdown(
        "True convolution: the kernel is turned round first, and the impulse gives back the weights as they are."
        if flip
        else "The real layer on a single 1. It slides the kernel as it is, so the answer is the kernel turned "
        "round: `nn.Conv2d` computes a cross-correlation. Point at a weight to see where it comes out."
    )
    panels_component(data=encode(panels_scene(response(spec, kernel, flip=flip), flip=flip)), key="panels")


def initialisation(spec: ConvSpec, weights: Weights) -> None:
    """The histogram of all weights, with the bounds of torch's own draw."""
    init = init_bound(spec)
    shown = _counted(weights.weight, init.bound)
    st.markdown("##### Where the weights come from")
    chart, words = st.columns([7, 5], gap="large")
    chart.plotly_chart(
        figure(shown, init), key="weights_histogram", config={"displayModeBar": False}, alt="histogram of all weights"
    )
    words.markdown(f"torch's own initialisation: {init.text}\n\n{shown.words}")


def _counted(weight: np.ndarray, bound: float) -> Histogram:
    """Counted once for each weight: in a large layer it takes longer than all the rest of the page."""
    kept = st.session_state.get("weights_counted")
    if kept is None or kept[0] is not weight:
        kept = st.session_state["weights_counted"] = (weight, histogram(weight, bound))
    return kept[1]
