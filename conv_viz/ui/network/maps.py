"""The maps of every layer on the user's picture, one below the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import streamlit as st

from conv_viz.byte_cache import ARRAYS
from conv_viz.layers.values import Shape
from conv_viz.networks.graph import Network
from conv_viz.ui.image.own import Loaded, current_picture, sample
from conv_viz.ui.model.held import current_model
from conv_viz.ui.network.looked import change, current
from conv_viz.ui.starting import starting
from conv_viz.ui.words import literal

if TYPE_CHECKING:
    from conv_viz.lenses.model_weights import State


def thumbnail(shape: Shape) -> np.ndarray:
    """The picture of this session at an input's size, uint8 (H, W, 3)."""
    bands = _at(_picture(), 3, shape[2], shape[3])
    return np.ascontiguousarray(np.rint(255 * np.moveaxis(bands, 0, 2)).astype(np.uint8))


def maps_of_all(network: Network, shape: Shape) -> None:
    """A switch, and behind it the maps: torch is started only for those who want them."""
    st.session_state["net_show_maps"] = current().maps
    st.toggle(
        "feature maps, layer by layer",
        key="net_show_maps",
        on_change=lambda: change(maps=st.session_state["net_show_maps"]),
        help="The picture of the page Filter an image through the whole network: with the weights of the file on the "
        "page My model, if they are this network's, else with torch's random ones.",
    )
    if not current().maps:
        return
    with starting():
        from conv_viz.export.strips import scroll
        from conv_viz.images.contact_sheet import encode
        from conv_viz.lenses.network import fitting, strips
    shown = fitting(network, shape)
    if shown is None:
        st.info("This network has no maps that could be computed here: it breaks, or it is too large on any input.")
        return
    dark = st.context.theme.type == "dark"
    loaded = _picture()
    channels, height, width = shown.input_shape[1:]
    if shown.input_shape != shape:
        st.caption(f"On {height}x{width} pixels: on {shape[2]}x{shape[3]} this takes more than one run may.")

    state, whose = _weights(shown.network)

    def made() -> bytes:
        picture = _at(loaded, channels, height, width)
        return encode(scroll(strips(shown, picture, dark=dark, state=state), dark=dark))

    key = ("network maps", loaded.key, shown.network, shown.input_shape, dark)
    picture = made() if loaded.own or state else ARRAYS.get(key, made, len)
    st.image(
        picture,
        caption=literal(
            f"{loaded.title} (numbers from 0 to 1) with {whose}: first maps of each layer; blue below zero, red above."
        ),
    )


def _weights(network: Network) -> tuple[State | None, str]:
    """The numbers of the file that is open on My model, if they are this network's, and words for whose they are."""
    model = current_model()
    if model is None:
        return None, "torch's random weights"
    from conv_viz.lenses.model_weights import trained

    found = trained(network, model)
    if found.state is None:
        st.caption(literal(f"The weights of {model.title} are not used. {found.why_not}"))
        return None, "torch's random weights"
    return found.state, f"the weights of {model.title}"


def _picture() -> Loaded:
    return current_picture() or sample("astronaut.jpg")


def _at(loaded: Loaded, channels: int, height: int, width: int) -> np.ndarray:
    """A picture from 0 to 1, float32 (channels, H, W): its mean for one channel, repeated for many."""
    from PIL import Image

    picture = loaded.preview
    span = (picture.high - picture.low) or 1.0
    bands = (picture.array.astype(np.float32) - picture.low) / span
    bands = np.clip(np.nan_to_num(bands), 0, 1)
    if channels == 1:
        bands = bands[:3].mean(0, keepdims=True)
    bands = np.stack([bands[i % len(bands)] for i in range(channels)]) if channels != len(bands) else bands
    known: dict[int, np.ndarray] = {}
    for i, band in enumerate(bands[: len(picture.array)]):
        known[i] = np.asarray(Image.fromarray(band).resize((width, height), Image.Resampling.BOX))
    return np.stack([known[i % len(known)] for i in range(channels)])
