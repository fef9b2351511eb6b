"""What the page Network shows, as one value: of this session, at first of the link. It is in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import streamlit as st

from conv_viz.layers.values import Pair
from conv_viz.limits import NETWORK_SIDE
from conv_viz.networks.packed import pack, unpack
from conv_viz.networks.pasted import JOINS
from conv_viz.networks.presets import PRESETS
from conv_viz.ui.session import session

OWN = "own"
"""In the place of a preset's key: a text of one's own."""
FIRST = next(iter(PRESETS))
NAMES = ("net", "net_code", "net_input", "net_layer", "net_unit", "net_same", "net_joins", "net_effective", "net_maps")
SIZES = re.compile("([0-9]{1,4})x([0-9]{1,4})(?:x([0-9]{1,4}))?")
UNIT = re.compile("([0-9]{1,5}),([0-9]{1,5})")


@dataclass(frozen=True)
class NetworkLook:
    """`net` is a preset's key or `OWN`, `text` what was pasted; `size` (channels, H, W) of the input, None as usual.

    `layer` and `unit` are looked at; `same` puts TensorFlow's padding in the place of torch's; `joins` answers how the
    parts of a printed block go together; `effective` and `maps` are what torch is asked for.
    """

    net: str = FIRST
    text: str = ""
    size: tuple[int, int, int] | None = None
    layer: str = ""
    unit: Pair | None = None
    same: bool = False
    joins: str = ""
    effective: bool = False
    maps: bool = False


def current() -> NetworkLook:
    """What is shown now."""
    held = session().network
    if held.look is None:
        held.look = from_link(st.query_params.to_dict())
    return held.look


def change(**changes: Any) -> None:
    """Show something else; the address says so too."""
    session().network.look = replace(current(), **changes)


def from_link(query: Mapping[str, str]) -> NetworkLook:
    """What an address says; what it cannot mean is left out.

    >>> look = from_link({"net": "lenet5", "net_input": "1x32x32", "net_unit": "3,4", "net_same": "true"})
    >>> look.net, look.size, look.unit, look.same
    ('lenet5', (1, 32, 32), (3, 4), True)
    >>> from_link({"net": "<b>", "net_input": "9999999x1"}) == NetworkLook()
    True
    """
    net = query.get("net", "")
    unit = UNIT.fullmatch(query.get("net_unit", ""))
    return NetworkLook(
        net if net in PRESETS or net == OWN else FIRST,
        unpack(query.get("net_code", "")),
        read_size(query.get("net_input", "")),
        query.get("net_layer", "")[:80],
        (int(unit[1]), int(unit[2])) if unit else None,
        query.get("net_same") == "true",
        query.get("net_joins", "") if query.get("net_joins") in JOINS else "",
        query.get("net_effective") == "true",
        query.get("net_maps") == "true",
    )


def read_size(text: str) -> tuple[int, int, int] | None:
    """Channels, height and width, or a height and width with three channels; None for anything else.

    >>> read_size("1x28x28"), read_size("224 × 200"), read_size("0x3"), read_size("tall")
    ((1, 28, 28), (3, 224, 200), None, None)
    """
    found = SIZES.fullmatch("".join(text.replace("×", "x").replace(",", "x").split()))
    if not found:
        return None
    numbers = [int(part) for part in found.groups() if part]
    channels, height, width = numbers if len(numbers) == 3 else (3, *numbers)
    if min(channels, height, width) < 1 or max(height, width) > NETWORK_SIDE:
        return None
    return channels, height, width


def network_address() -> dict[str, str]:
    """What the address says of it; what is the default is left out."""
    look = current()
    texts = {
        "net": look.net if look.net != FIRST else "",
        "net_code": pack(look.text) if look.net == OWN else "",
        "net_input": "x".join(map(str, look.size)) if look.size else "",
        "net_layer": look.layer,
        "net_unit": ",".join(map(str, look.unit)) if look.unit else "",
        "net_same": "true" if look.same else "",
        "net_joins": look.joins if look.net == OWN else "",
        "net_effective": "true" if look.effective else "",
        "net_maps": "true" if look.maps else "",
    }
    return {name: text for name, text in texts.items() if text}
