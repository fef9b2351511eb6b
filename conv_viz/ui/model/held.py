"""The model of this session: what was loaded, which layer is looked at, and what was said of its layers.

A file is kept as long as the session shows it: the next one takes its place, and the session's end ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:  # the frame asks whether there is a model, and has no time for what reads one
    from conv_viz.models.convolutions import Convolution
    from conv_viz.models.model import Model

MODEL, CHOSEN, SAID, FRESH, TEXT = "_model", "_model_layer", "_model_said", "_model_fresh", "_model_text"


def current_model() -> Model | None:
    """The model of this session."""
    return st.session_state.get(MODEL)


def take_model(model: Model) -> None:
    """Make this the model of the session; the one before it is let go, with what was said of its layers."""
    st.session_state.pop(MODEL, None)  # Streamlit would keep the one before it until the next run but one
    first = next((layer for layer in model.layers if not layer.problem), None)
    st.session_state.update({MODEL: model, SAID: {}, FRESH: True, TEXT: "", CHOSEN: first.name if first else None})


def tell_model(model: Model, text: str) -> None:
    """The same model, of which a text tells more."""
    st.session_state.update({MODEL: model, TEXT: text})


def printed_of_it() -> str:
    """The text that told more of the model, empty if there is none."""
    text: str = st.session_state.get(TEXT, "")
    return text


def refuse_model() -> None:
    """A file was read and is not taken: the model stays, and the memory of reading can be given back."""
    st.session_state[FRESH] = True


def fresh() -> bool:
    """Whether a file was read since this was asked last: its memory, and that of the one before, can be given back."""
    return st.session_state.pop(FRESH, False)


def chosen_layer() -> Convolution | None:
    """The layer that is looked at."""
    model = current_model()
    name = st.session_state.get(CHOSEN)
    return None if model is None or name is None else model.layer(name)


def choose_layer(name: str) -> None:
    """Look at another one."""
    st.session_state[CHOSEN] = name


def said_of(layer: Convolution) -> Mapping[str, Any]:
    """What the reader said of a layer, in torch's names."""
    return st.session_state.get(SAID, {}).get(layer.name, {})


def say_of(layer: Convolution, **arguments: Any) -> None:
    """Say more of it."""
    said = st.session_state.setdefault(SAID, {})
    said[layer.name] = {**said.get(layer.name, {}), **arguments}
