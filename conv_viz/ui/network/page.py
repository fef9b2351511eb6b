"""The page Network: one network, its layers as a table, and what one unit sees of the picture."""

from __future__ import annotations

import numpy as np
import streamlit as st

from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.limits import NETWORK_FIELD
from conv_viz.networks.graph import INPUT, Network
from conv_viz.networks.listing import write_listing
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.reach import work
from conv_viz.networks.same import with_same, without_same
from conv_viz.networks.walk import Walk, walk
from conv_viz.scenes.network import Looked, followed, looked_at, mend_asked, network_scene
from conv_viz.scenes.payload import encode
from conv_viz.ui.components import told_by, view_component
from conv_viz.ui.network.looked import OWN, NetworkLook, change, current, read_size
from conv_viz.ui.network.maps import maps_of_all, thumbnail
from conv_viz.ui.network.own import START, by_hand, own_text
from conv_viz.ui.network.take import take_along
from conv_viz.ui.starting import starting
from conv_viz.ui.words import literal


def network_page() -> None:
    """Draw the page."""
    _choices(current())
    network = _network()
    look = current()
    if network is None:
        return
    try:
        shape = input_shape(look, network)
        shown = walk(with_same(network) if look.same else network, shape)
    except ConvSpecError as error:
        st.warning(literal(str(error)))
        return
    looked = looked_at(shown, look.layer, look.unit)
    if work(shown) > NETWORK_FIELD:
        st.info("What a unit sees takes too long to be drawn for this network on this input; give a smaller input.")
        looked = Looked("", looked.unit)
    beside = _effective(shown, looked) if look.effective else (None, "")
    scene = network_scene(shown, looked, thumbnail(shape), beside)
    view_component(data=encode(scene), key="network_view", on_look_change=lambda: _look(shown, looked))
    by_hand(network, looked.layer or network.names[0])
    take_along(shown, _name(look))
    maps_of_all(network, shape)


def _name(look: NetworkLook) -> str:
    return PRESETS[look.net].name if look.net in PRESETS else "network"


def _effective(shown: Walk, looked: Looked) -> tuple[np.ndarray | None, str]:
    with starting():
        from conv_viz.lenses.network import effective
    return effective(shown, looked)


def _network() -> Network | None:
    """What is chosen, with the words about it."""
    if current().net == OWN:
        pasted = own_text()
        return pasted.network if pasted else None
    preset = PRESETS[current().net]
    st.markdown(literal(f"{preset.name}: {preset.about} {preset.source}."))
    return preset.network


def input_shape(look: NetworkLook, network: Network) -> Shape:
    """The input (1, C, H, W): what was typed, else what the network is made for; the channels are its first layer's."""
    usual = PRESETS[look.net].input_shape[1:] if look.net in PRESETS else (3, 224, 224)
    channels, height, width = look.size or usual
    if look.size is None and look.net == OWN:
        first = next((node.operation for node in network.nodes if INPUT in node.reads), None)
        channels = getattr(first, "in_channels", channels)
    return 1, channels, height, width


def _choices(look: NetworkLook) -> None:
    state = st.session_state
    usual = PRESETS[look.net].input_shape[1:] if look.net in PRESETS else ()
    state["net_chosen"], state["net_typed"] = look.net, "x".join(map(str, look.size or usual))
    state["net_switch"], state["net_gradient"] = look.same, look.effective
    with st.container(horizontal=True, vertical_alignment="bottom"):
        st.selectbox(
            "network",
            [*PRESETS, OWN],
            format_func=lambda key: PRESETS[key].name if key in PRESETS else "your own",
            key="net_chosen",
            on_change=_chosen,
            width=260,
        )
        st.text_input(
            "input",
            key="net_typed",
            on_change=lambda: change(size=read_size(state["net_typed"]) or current().size, unit=None),
            placeholder="as its first layer",
            help="Channels, height and width: 3x224x224.",
            width=150,
        )
        st.toggle(
            "TensorFlow's SAME",
            key="net_switch",
            on_change=lambda: change(same=state["net_switch"]),
            help="Padded layers get the padding that TensorFlow calls 'SAME': as much as the input's size needs, the "
            "odd cell at the end.",
        )
        st.toggle(
            "effective field",
            key="net_gradient",
            on_change=lambda: change(effective=state["net_gradient"]),
            help="How strongly each pixel moves the unit: torch's gradient through a thin copy of the network, at most "
            "eight channels wide, with torch's random weights.",
        )


def _chosen() -> None:
    """Another network; one of one's own begins with the one that was shown."""
    before, net = current(), st.session_state["net_chosen"]
    text = before.text
    if net == OWN and not text:
        text = write_listing(PRESETS[before.net].network) if before.net in PRESETS else START
    change(net=net, text=text, size=None, layer="", unit=None, joins="")


def _look(shown: Walk, looked: Looked) -> None:
    """The browser tells of a layer, of a pixel that was clicked, of a step of the unit, or that the break be mended."""
    said = told_by("network_view", "look") or {}
    if (mended := mend_asked(shown, said)) is not None:
        network = without_same(mended.network)
        own = {} if network == without_same(shown.network) else {"net": OWN, "text": write_listing(network)}
        change(size=mended.input_shape[1:], layer="", unit=None, **own)
    elif (told := followed(shown, looked, said)) is not None:
        change(layer=told.layer, unit=told.unit)
