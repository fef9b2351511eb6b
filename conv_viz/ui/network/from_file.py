"""A network that came from a model's file: brought to this page, and what is to be said of it as long as it stands."""

from __future__ import annotations

from dataclasses import dataclass

from conv_viz.layers.values import Shape
from conv_viz.limits import NETWORK_SIDE
from conv_viz.ui.network.looked import OWN, change, current
from conv_viz.ui.session import session


@dataclass(frozen=True)
class Brought:
    """A text that came from a file, and sentences about it."""

    text: str
    notes: tuple[str, ...]


def bring(text: str, input_shape: Shape | None = None, notes: tuple[str, ...] = ()) -> None:
    """Show this text as a network of one's own, on the input (N, C, H, W) that the file names, if the page takes it."""
    size = input_shape[1:] if input_shape and max(input_shape[2:]) <= NETWORK_SIDE else None
    session().network.brought = Brought(text, notes)
    change(net=OWN, text=text, size=size, layer="", unit=None, joins="", same=False)


def said_of_it() -> tuple[str, ...]:
    """Sentences about the text that is shown, as long as it is the one that was brought."""
    brought = session().network.brought
    return brought.notes if brought and brought.text == current().text else ()
