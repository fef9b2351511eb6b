"""Edited weights in the address, as far as a link holds them."""

from __future__ import annotations

from collections.abc import Mapping

from conv_viz.layers.setup import Setup
from conv_viz.ui.session import session
from conv_viz.ui.weights.edited import history, layer_of, put
from conv_viz.weights.history import Form, History, set_aside

WEIGHTS = "weights"
"""The parameter of a link."""
UNREADABLE = "its numbers cannot be read; ask for the link again"
OTHER_LAYER = "they are of another layer; you see torch's own"


def weights_query(setup: Setup) -> dict[str, str]:
    """What the address says of edited weights: those in use, where they are few."""
    spec = layer_of(setup) if session().weights.kept else None
    weights = history(Form.of(spec)).now.weights if spec else None
    if weights is None:
        return {}
    from conv_viz.weights.packed import pack

    packed = pack(weights)
    return {WEIGHTS: packed} if packed else {}


def beyond_the_link(setup: Setup) -> bool:
    """Whether this session holds edited weights that its address does not say."""
    spec = layer_of(setup) if weights_query(setup) else None
    return bool(set_aside(session().weights.kept, Form.of(spec) if spec else None))


def remember_weights(setup: Setup, link: Mapping[str, str]) -> None:
    """Keep the weights of the link that somebody arrived with, or why they are not taken."""
    held = session().weights
    if held.link_read:
        return
    held.link_read = True
    if not link.get(WEIGHTS):
        return
    from conv_viz.weights.packed import unpack

    spec, weights = layer_of(setup), unpack(link[WEIGHTS])
    if weights is None:
        held.link_refused = UNREADABLE
    elif spec and (weights.weight.shape, weights.bias.shape) == (spec.weight_shape, (spec.out_channels,)):
        put(Form.of(spec), History().then("from the link", weights, spec))
    else:
        held.link_refused = OTHER_LAYER
