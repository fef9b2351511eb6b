"""A network of one's own: pasted, and changed by hand row by row."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from conv_viz.layers.values import ConvSpecError
from conv_viz.networks.calls import read_line
from conv_viz.networks.edit import inserted, moved, removed
from conv_viz.networks.graph import Network, NetworkError
from conv_viz.networks.listing import write_listing
from conv_viz.networks.pasted import JOINS, PastedNetwork, read_network
from conv_viz.ui.network.from_file import said_of_it
from conv_viz.ui.network.looked import OWN, change, current
from conv_viz.ui.session import session
from conv_viz.ui.words import literal

START = "conv1: nn.Conv2d(3, 16, 3, padding=1)\nrelu1: nn.ReLU()\npool1: nn.MaxPool2d(2)"


def own_text() -> PastedNetwork | None:
    """Draw the field for the text; the network in it, None where it is none, which is then said."""
    st.session_state["net_text"] = current().text
    st.text_area(
        "nn.Sequential(...), print(model), or one layer a line",
        key="net_text",
        height=170,
        on_change=lambda: change(text=st.session_state["net_text"], layer="", unit=None),
    )
    try:
        pasted = read_network(current().text, current().joins)
    except NetworkError as error:
        st.warning(literal(str(error)))
        return None
    if pasted.asked:
        _joins()
    for note in (*said_of_it(), *pasted.notes):
        st.caption(literal(note))
    return pasted


def _joins() -> None:
    """The question that the text leaves open."""
    st.session_state["net_joined"] = current().joins or "chain"
    st.segmented_control(
        "the parts of a block",
        list(JOINS),
        format_func=JOINS.__getitem__,
        required=True,
        key="net_joined",
        on_change=lambda: change(joins=st.session_state["net_joined"], unit=None),
    )


def by_hand(network: Network, layer: str) -> None:
    """Buttons that change the layer that is looked at, and a field for a new one behind it."""

    def act(edit: Callable[[], Network], chosen: str | None = None) -> Callable[[], None]:
        def run() -> None:
            try:
                made = edit()
            except (NetworkError, ConvSpecError) as error:
                session().network.error = str(error)
                return
            now = {name: name for name in made.names}
            change(net=OWN, text=write_listing(made), layer=now.get(chosen or layer, ""), unit=None)
            st.session_state["net_new"] = ""

        return run

    with st.container(horizontal=True, vertical_alignment="bottom", key="net_by_hand"):
        st.text_input(
            f"add behind {literal(layer) or 'the input'}",
            key="net_new",
            placeholder="nn.Conv2d(64, 64, 3, padding=1)",
            on_change=lambda: act(lambda: inserted(network, layer, read_line(st.session_state["net_new"])))(),
            width=330,
        )
        st.button("↑", key="net_up", on_click=act(lambda: moved(network, layer, -1)), help="before the layer above it")
        st.button("↓", key="net_down", on_click=act(lambda: moved(network, layer, 1)), help="behind the layer below it")
        st.button("remove", key="net_remove", on_click=act(lambda: removed(network, layer)))
    error, session().network.error = session().network.error, ""
    if error:
        st.warning(literal(error))
