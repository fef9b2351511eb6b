"""What a session holds beside the values of its controls: one typed value, under one key.

The value of a control is Streamlit's, under the control's own key; so is what a component in the browser has said.
Weights and pictures, which are a subject of their own, are kept by `weights.edited` and `image.own`.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from secrets import token_hex
from typing import TYPE_CHECKING, Any

import streamlit as st

if TYPE_CHECKING:
    from conv_viz.layers.setup import Setup
    from conv_viz.scenes.headers import Pull
    from conv_viz.ui.current import Drawn

KEY = "_session"


@dataclass(frozen=True)
class Change:
    """Values that the controls are about to take; `again` when Streamlit has preferred older ones once."""

    values: Mapping[str, Any]
    again: bool = False


@dataclass
class Session:
    """One visitor, from the first run on.

    - `change`: what something else than a control wants the controls to say, until they are drawn;
    - `drawing`: the whole script is drawing the controls, and the page after them;
    - `feeds`: how many pictures a control that runs alone has handed to the page. Streamlit skips a component whose
      data did not change; the counter makes them differ;
    - `pull`: what a handle on the stage is pulled to, until it is let go;
    - `drawn`: the controls of `conv_viz.ui.current`, by name; `ceilings`: where a slider ends that a link moved;
    - `paste_set`: whether the text that was just pasted set the controls; `paste_stands`: whether what is said of a
      pasted text still holds;
    - `address_sent`: when the server last said the address;
    - `before_solving`: the layer before a setting was chosen.
    """

    name: str = field(default_factory=lambda: token_hex(8))
    change: Change | None = None
    drawing: bool = False
    feeds: int = 0
    pull: Pull | None = None
    drawn: dict[str, Drawn] = field(default_factory=dict)
    ceilings: dict[str, int] = field(default_factory=dict)
    paste_set: bool | None = None
    paste_stands: bool = True
    address_sent: float | None = None
    before_solving: Setup | None = None
    gallery: Gallery = field(default_factory=lambda: Gallery())

    def fed(self, data: bytes) -> bytes:
        """A payload, other than the one before it was fed; nobody reads the number at its end."""
        return data + self.feeds.to_bytes(4, "little")

    def about_to(self) -> Mapping[str, Any]:
        """The values that the controls are about to take."""
        return self.change.values if self.change else {}


@dataclass
class Gallery:
    """What the page "Filter an image" remembers: the open map, the picture that the layer was fitted to, what is shown.

    `payloads` are the last ones, for going back to what was just seen; `to_layer` asks for the Layer page.
    """

    map: int = 0
    fitted: str = ""
    looked: Any = None
    offered: Any = None
    payloads: OrderedDict[Any, bytes] = field(default_factory=OrderedDict)
    to_layer: bool = False


def session() -> Session:
    """That of the run."""
    held: Session = st.session_state.setdefault(KEY, Session())
    return held
