"""One click from a layer of the file to a page: its numbers become the weights that every page runs with."""

from __future__ import annotations

import streamlit as st

from conv_viz.layers.kinds import WeightedLayer, WindowLayer, weighted
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.lenses.model_weights import weights_of
from conv_viz.models.convolutions import Convolution, spec_of
from conv_viz.models.model import Model
from conv_viz.text.adopt import adopt
from conv_viz.text.pasted import Layer, Pasted, PasteError
from conv_viz.ui.controls import said, set_controls
from conv_viz.ui.model.held import said_of
from conv_viz.ui.paste import LIMITS
from conv_viz.ui.view import look
from conv_viz.ui.weights.edited import discard, history, put, say
from conv_viz.weights.edits import Weights
from conv_viz.weights.header import WeightsFileError
from conv_viz.weights.history import Form

GO, REFUSED, OPENED = "_model_go", "_model_refused", "_model_opened"


def open_on(page: str, model: Model, layer: Convolution) -> None:
    """A callback: set the frame to the layer, with its weights, and remember to go to `page` (the file's name)."""
    st.session_state.pop(REFUSED, None)
    try:
        spec = spec_of(layer, said_of(layer))
        adopted = adopt(Pasted((Layer(layer.title, spec, 1),)), _roomy(spec, said().input_shape), LIMITS)
        weights = weights_of(model, layer)
    except (ConvSpecError, PasteError, WeightsFileError, ValueError) as error:
        st.session_state[REFUSED] = str(error)
        return
    take_weights(spec, weights, f"{layer.title} of {model.title}")
    set_controls(adopted.arguments, adopted.input_shape, layer=adopted.name)
    look({"filter": 0, "channel": 0, "sample": 0})
    go_to(page)


def take_weights(spec: WindowLayer, weights: Weights, label: str) -> None:
    """Make these the weights that every page runs this layer with."""
    held = weighted(spec)
    assert held is not None
    _instead_of_the_last(held)
    form = Form.of(held)
    put(form, history(form).then(label, weights, held))
    say(label)
    st.session_state[OPENED] = (form, history(form).now)


def _instead_of_the_last(spec: WeightedLayer) -> None:
    """Let the layer go that was opened before, unless somebody changed it: a model has many, and each takes memory."""
    form, step = st.session_state.get(OPENED, (None, None))
    if form is not None and form != Form.of(spec) and history(form).now is step:
        discard(form)


def _roomy(spec: WindowLayer, shape: Shape) -> Shape:
    """The frame's input as (N, C, H, W), with room for the window to move."""
    samples, channels, *sizes = shape
    height, width = sizes if len(sizes) == 2 else (st.session_state.get("height", sizes[0]), *sizes)
    tall, wide = spec.effective_kernel[0], spec.effective_kernel[-1]
    return samples, channels, max(height, 2 * tall), max(width, 2 * wide)


def go_to(page: str) -> None:
    """Remember to go to a page (the file's name)."""
    st.session_state[GO] = page


def where_to_go() -> str:
    """The page that a click asked for; asked once."""
    return st.session_state.pop(GO, "")


def refused() -> str:
    """Why the last layer could not be opened."""
    return st.session_state.get(REFUSED, "")
