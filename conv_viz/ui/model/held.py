"""The model of this session: what was loaded, which layer is looked at, and what was said of its layers.

A file is kept as long as the session shows it: the next one takes its place, and the session's end ends it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from conv_viz.ui.reading import file_was_read
from conv_viz.ui.server.uploads import shown
from conv_viz.ui.session import session

if TYPE_CHECKING:  # the frame asks whether there is a model, and has no time for what reads one
    from conv_viz.models.convolutions import Convolution
    from conv_viz.models.model import Model


def current_model() -> Model | None:
    """The model of this session."""
    return session().model.model


def take_model(model: Model) -> None:
    """Make this the model of the session; the one before it is let go, with what was said of its layers."""
    shown(model)
    first = next((layer for layer in model.layers if not layer.problem), None)
    held = session().model
    held.model, held.text, held.arguments = model, "", {}
    held.layer = first.name if first else None
    file_was_read()


def tell_model(model: Model, text: str) -> None:
    """The same model, of which a text tells more."""
    shown(model)
    held = session().model
    held.model, held.text = model, text


def printed_of_it() -> str:
    """The text that told more of the model, empty if there is none."""
    return session().model.text


def chosen_layer() -> Convolution | None:
    """The layer that is looked at."""
    held = session().model
    return None if held.model is None or held.layer is None else held.model.layer(held.layer)


def choose_layer(name: str) -> None:
    """Look at another one."""
    session().model.layer = name


def said_of(layer: Convolution) -> Mapping[str, Any]:
    """What the reader said of a layer, in torch's names."""
    return session().model.arguments.get(layer.name, {})


def say_of(layer: Convolution, **arguments: Any) -> None:
    """Say more of it."""
    session().model.arguments[layer.name] = {**said_of(layer), **arguments}
