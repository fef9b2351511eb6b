"""What the page Weights shows: the weight as one picture, what a slice responds to, where the weights lie."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple
from weakref import ref

import numpy as np
import streamlit as st

from conv_viz.compute.responses import response
from conv_viz.layers.kinds import WeightedLayer
from conv_viz.scenes.panels import panels_scene
from conv_viz.scenes.payload import encode
from conv_viz.scenes.weights import tensor_scene
from conv_viz.ui.components import told_by, view_component
from conv_viz.ui.session import session
from conv_viz.ui.weights.edited import current_weights, history
from conv_viz.weights.edits import Weights, filters
from conv_viz.weights.history import Form
from conv_viz.weights.initialisation import Histogram, figure, histogram, init_bound
from conv_viz.weights.separable import separable_words


class Words(NamedTuple):
    """What is said of the answer to an impulse: beside the switch, as the layer is, with the kernel flipped."""

    help: str
    plain: str
    flipped: str


PLAIN = Words(
    "Off: cross-correlation, which {kind} computes. On: what a mathematical convolution gives.",
    "The real layer on a single 1. It slides the kernel as it is, so the answer is the kernel turned "
    "round: `{kind}` computes a cross-correlation. Point at a weight to see where it comes out.",
    "True convolution: the kernel is turned round first, and the impulse gives back the weights as they are.",
)
TURNED = Words(
    "Off: a mathematical convolution, which {kind} computes. On: a cross-correlation.",
    "The real layer, at stride 1, on a single 1. It spreads the kernel as it is, so the 1 gives back the weights: "
    "`{kind}` computes a true convolution. Point at a weight to see where it comes out.",
    "Cross-correlation: the kernel is turned round first, and the answer is the kernel turned round.",
)


def tensor(
    spec: WeightedLayer, weights: Weights, seed: int, filter: int, slice: int, on_choose: Callable[[int, int], None]
) -> None:
    """Show the weights around a slice; a click or an arrow key calls `on_choose` with filter and slice."""
    edited = history(Form.of(spec)).now.label if current_weights(spec) else ""

    def choose() -> None:
        chosen = told_by("tensor", "choose") or {}
        if all(isinstance(chosen.get(key), int) for key in ("filter", "slice")):
            on_choose(chosen["filter"], chosen["slice"])

    shown = tensor_scene(spec, filters(spec, weights), filter, slice, seed=seed, edited=edited)
    view_component(data=encode(shown), key="tensor", on_choose_change=choose)


def responses(spec: WeightedLayer, kernel: np.ndarray, name: str) -> None:
    """What one slice answers to an impulse, with a switch to a true convolution, and its frequency response."""
    st.markdown(f"##### What {name} responds to")
    words = TURNED if spec.turned else PLAIN
    flip = st.toggle("flip the kernel first", key="weights_convolution", help=words.help.format(kind=spec.kind))
    st.markdown((words.flipped if flip else words.plain).format(kind=spec.kind))
    view_component(data=encode(panels_scene(response(spec, kernel, flip=flip), flip=flip != spec.turned)), key="panels")
    if separable := separable_words(kernel):
        st.markdown(separable)


def initialisation(spec: WeightedLayer, weights: Weights) -> None:
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
    held = session().weights
    if held.counted is None or held.counted[0]() is not weight:
        held.counted = ref(weight), histogram(weight, bound)
    return held.counted[1]
