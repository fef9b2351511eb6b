"""The page My model: a file, its convolutions, and one of them to open."""

from __future__ import annotations

import math

import streamlit as st

from conv_viz.layers.setup import Setup
from conv_viz.models.convolutions import Convolution
from conv_viz.models.model import Model
from conv_viz.ui.components import told_by, view_component
from conv_viz.ui.going import go
from conv_viz.ui.model.held import choose_layer, chosen_layer, current_model
from conv_viz.ui.model.load import choose_file, printed_text
from conv_viz.ui.model.one import one_layer
from conv_viz.ui.model.whole import whole_network
from conv_viz.ui.reading import give_back_what_reading_took
from conv_viz.ui.words import literal

COLUMNS = ("layer", "class", "weight", "parameters", "known from")
TALL = 520  # CSS pixels of the list; more of it scrolls
FEW = 8  # layers that need no place of their own to scroll in


def model_page(setup: Setup) -> None:
    """Show the model of this session, or how to bring one."""
    go()
    choose_file()
    model = current_model()
    if model is not None:
        _listed(model)
    give_back_what_reading_took()


def _listed(model: Model) -> None:
    for note in model.notes:
        st.info(literal(note))
    if not model.layers:
        return
    printed_text(model)
    layer = chosen_layer()
    left, right = st.columns([7, 5], gap="large")
    with right:
        if layer is not None:
            one_layer(model, layer)
    with left:
        count = len(model.layers)
        st.markdown(
            f"**{literal(model.title)}** · {count} convolution{'s' * (count != 1)} in {model.tensors:,} tensors"
        )
        whole_network(model)
        with st.container(height=TALL if count > FEW else "content", border=False):
            view_component(
                data={
                    "kind": "choices",
                    "what": "layer",
                    "verb": "open",
                    "columns": COLUMNS,
                    "rows": [row(each) for each in model.layers],
                    "current": next((i for i, each in enumerate(model.layers) if each is layer), None),
                },
                key="model_layers",
                on_choose_change=lambda: _choose(model),
            )


def row(layer: Convolution) -> tuple[str, ...]:
    """One line of the list.

    >>> from conv_viz.weights.header import Stored
    >>> row(Convolution("conv1", Stored("F32", (8, 3, 5, 5), 0, 0)))
    ('conv1', 'Conv2d', '8 × 3 × 5 × 5', '600', 'its weight')
    """
    size = math.prod(layer.weight.shape)
    bias = layer.bias.shape[0] if layer.bias else 0
    known = "not read" if layer.problem else layer.source or "its weight"
    return (
        layer.title,
        layer.usual,
        " × ".join(map(str, layer.weight.shape)),
        f"{size + bias:,}",
        known,
    )


def _choose(model: Model) -> None:
    """The browser names a row by its words."""
    cells = told_by("model_layers", "choose")
    for layer in model.layers:
        if list(row(layer)) == cells:
            choose_layer(layer.name)
