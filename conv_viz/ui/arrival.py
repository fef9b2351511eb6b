"""What a link said and the page does not show: one quiet line, until something is changed."""

from __future__ import annotations

import math
from typing import Any

import streamlit as st

from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.groups import divisors
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.layers.view import PICTURES
from conv_viz.lenses.shelf import SHELF
from conv_viz.text.arrival import Range, Taken, not_taken
from conv_viz.text.exercise import NAMES as EXERCISE
from conv_viz.text.exercise import unknown
from conv_viz.ui.arguments import FLAGS, PADDING_AS, REALS, USUAL, WHOLES, Whole, used
from conv_viz.ui.controls import in_use
from conv_viz.ui.image.own import INPUT, NUMBERS, OWN, fills, numbers
from conv_viz.ui.network.looked import NAMES as NETWORK_NAMES
from conv_viz.ui.view import DRAWN, PRESENT, current_view
from conv_viz.ui.words import literal

LINK, SAID, SHOWN = "_link", "_link_said", "_link_noted"
ELSEWHERE = ("cell", "code", "picture", "from", "to", "solve_for", "divided_by", INPUT, *EXERCISE, *NETWORK_NAMES)
"""Parameters that are not the controls'."""
OWN_SOURCES = ("your file", "camera")
"""Where the page "Filter an image" has a picture of one's own from, as its address says."""
NOT_THERE = {"square": "height", "padding_as": "padding in words", "padding_mode": "padding_mode to choose"}
"""How a control that a layer does not have is called, where its name says too little."""
TOO_MANY = "the link does not hold its numbers; you see the photograph"
NOT_HELD = "it is a picture of the sender's own, which a link does not hold; you see the photograph"


def remember_link() -> dict[str, str]:
    """Keep what the address said on arrival, and return it: before the controls are drawn, which correct it."""
    said: dict[str, str] = st.session_state.setdefault(LINK, st.query_params.to_dict())
    return said


def link_note(setup: Setup) -> None:
    """Say what was not taken, as long as nobody has changed anything. Always one place on the page."""
    place = st.empty()
    if SAID not in st.session_state:
        taken = _taken(setup)
        link = {name: text for name, text in st.session_state[LINK].items() if name in taken or not _of_a_lens(name)}
        said = not_taken(link, taken, ELSEWHERE)
        st.session_state[SAID] = (said, setup) if said else None
    if st.session_state[SAID] and st.session_state[SAID][1] != setup:
        _forget()
    said = st.session_state[SAID]
    st.session_state[SHOWN] = bool(said)
    if said:
        with place.container(key="link_note", horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(literal(said[0]), width="content")
            st.button("✕", key="link_note_close", type="tertiary", help="Close this line.", on_click=_forget)


def note_goes(setup: Setup) -> bool:
    """Whether the line is on the page and no longer true of this frame."""
    said = st.session_state.get(SAID)
    return bool(st.session_state.get(SHOWN) and said and said[1] != setup)


def _of_a_lens(name: str) -> bool:
    """Whether a parameter is what somebody chose in a lens: these begin with the lens's name."""
    return name.partition("_")[0] in SHELF


def _forget() -> None:
    st.session_state[SAID] = None


def _taken(setup: Setup) -> dict[str, Taken]:
    """What each parameter of a link became."""
    state = st.session_state
    unused = {name: _why_unused(name, setup) for name in USUAL.keys() - in_use().keys()}
    taken = {name: _number(name, whole, unused.get(name, "")) for name, whole in WHOLES.items()}
    for name, real in REALS.items():
        taken[name] = Taken(state.get(name), Range(real.least, real.most), unused.get(name, ""))
    words = {"layer": tuple(KINDS), "padding_as": PADDING_AS, "padding_mode": PADDING_MODES}
    words |= dict.fromkeys(("square", *FLAGS), ("true", "false"))
    for name, options in words.items():
        taken[name] = Taken(state.get(name), options, unused.get(name, ""))
    taken["groups"] = _groups(dict(setup.arguments), unused.get("groups", ""))
    held = {OWN: NOT_HELD, NUMBERS: TOO_MANY}
    lost = held.get(state[LINK].get("fill", "")) if state["fill"] != state[LINK].get("fill") else None
    taken["fill"] = Taken(state["fill"], fills(), lost or "")
    taken[DRAWN] = Taken(current_view().picture, PICTURES, "")
    for name, why in unknown(state[LINK], USUAL).items():
        taken[name] = Taken(None, (), why)
    if state[LINK].get(INPUT) and numbers() is None:
        taken[INPUT] = Taken(None, (), "its numbers cannot be read; ask for the link again")
    taken[PRESENT] = Taken("1", ("1",))
    if (source := state[LINK].get("picture")) in OWN_SOURCES:
        taken["picture"] = Taken(source, OWN_SOURCES, "a link does not hold the sender's own picture; choose one again")
    samples, channels, *_ = setup.input_shape
    counts = {"sample": samples, "filter": dict(setup.arguments).get("out_channels", channels), "channel": channels}
    for name, count in counts.items():
        index = _index(state[LINK].get(name, ""))
        taken[name] = Taken(min(index, count - 1), Range(0, count - 1))
    return taken


def _number(name: str, whole: Whole, unused: str = "") -> Taken:
    return Taken(st.session_state.get(name), Range(whole.least, whole.limit), unused)


def _why_unused(name: str, setup: Setup) -> str:
    """Why a control that the frame could have is not in it."""
    argument = name.removesuffix("_w")
    if argument not in used({"layer": setup.name}):
        return f"nn.{setup.name} has no {NOT_THERE.get(argument, argument)}"
    if name.endswith("_w") and len(setup.input_shape) == 3:
        return f"nn.{setup.name} has no height beside its width"
    if isinstance(dict(setup.arguments).get("padding"), str) and argument == "padding":
        return f"padding_as={dict(setup.arguments)['padding']} is"
    return "it counts with square=false only"


def _groups(arguments: dict[str, Any], unused: str) -> Taken:
    if unused:
        return Taken(None, (), unused)
    both = divisors(math.gcd(arguments["in_channels"], arguments["out_channels"]))
    possible = tuple(map(str, both))
    return Taken(str(arguments["groups"]), possible, _groups_words(arguments, both))


def _groups_words(arguments: dict[str, int], possible: list[int]) -> str:
    wanted = st.session_state[LINK].get("groups", "")
    if wanted == str(arguments["groups"]) or not wanted.isdigit():
        return ""
    return (
        f"groups divides in_channels={arguments['in_channels']} and out_channels={arguments['out_channels']}: "
        f"{', '.join(map(str, possible))}"
    )


def _index(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
