"""One click from a model to the page Network: the graph of its file, or the text that was pasted about it."""

from __future__ import annotations

import streamlit as st

from conv_viz.limits import NETWORK_TEXT
from conv_viz.models.model import Model
from conv_viz.models.onnx_network import network_in
from conv_viz.networks.graph import NetworkError
from conv_viz.networks.listing import write_listing
from conv_viz.networks.pasted import read_network
from conv_viz.ui.going import go_to
from conv_viz.ui.model.held import printed_of_it
from conv_viz.ui.network.from_file import bring
from conv_viz.ui.session import session
from conv_viz.ui.words import literal


def whole_network(model: Model) -> None:
    """Draw the button, where something tells how the layers are joined, and why it could not be followed."""
    if model.graph is None and not printed_of_it():
        return
    st.button(
        "the whole network", key="model_network", on_click=_open, args=(model,),
        help="Shapes, costs and receptive fields of all its layers, on the page Network.",
    )  # fmt: skip
    sentence, session().model.no_network = session().model.no_network, ""
    if sentence:
        st.warning(literal(sentence))


def _open(model: Model) -> None:
    try:
        if model.graph is not None:
            found = network_in(model.graph)
            text, shape, notes = write_listing(found.network), found.input_shape, found.notes
        else:
            text, shape, notes = printed_of_it(), None, ()
            read_network(text)
        if len(text) > NETWORK_TEXT:
            raise NetworkError(
                f"The network's text is {len(text):,} characters long; at most {NETWORK_TEXT:,} are read."
            )
    except NetworkError as error:
        session().model.no_network = f"It does not become a network. {error}"
        return
    bring(text, shape, notes)
    go_to("network.py")
