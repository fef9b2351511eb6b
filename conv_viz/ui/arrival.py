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
from conv_viz.ui.image.choose import CAMERA, FILE, SAMPLES
from conv_viz.ui.image.own import INPUT, NUMBERS, OWN, fills, numbers
from conv_viz.ui.image.words import IN_THE_LINK
from conv_viz.ui.network.looked import NAMES as NETWORK_NAMES
from conv_viz.ui.session import session
from conv_viz.ui.view import DRAWN, MAP, PRESENT, SPEED, SPEEDS, SYMBOLS, USUAL_SPEED, current_view, looks
from conv_viz.ui.weights.linked import WEIGHTS
from conv_viz.ui.words import literal

OF_A_PICTURE = ("picture", "filters", "relu", "colours", "colours_named", "scale", MAP)
"""What the page "Filter an image" says in its address."""
ELSEWHERE = (
    "cell", "code", "from", "to", "solve_for", "divided_by", INPUT, WEIGHTS, *OF_A_PICTURE, *EXERCISE, *NETWORK_NAMES,
)  # fmt: skip
"""Parameters that are not the controls'."""
OWN_SOURCES = (FILE, CAMERA)
"""Where the page "Filter an image" has a picture of one's own from, as its address says."""
NOT_THERE = {"square": "height", "padding_as": "padding in words", "padding_mode": "padding_mode to choose"}
"""How a control that a layer does not have is called, where its name says too little."""
TOO_MANY = "the link does not hold its numbers; you see the photograph"
NOT_HELD = "it is a picture of the sender's own, which a link does not hold; you see the photograph"


def remember_link() -> dict[str, str]:
    """Keep what the address said on arrival, and return it: before the controls are drawn, which correct it."""
    link = session().link
    if link.said is None:
        link.said = st.query_params.to_dict()
    return link.said


def link_note(setup: Setup) -> None:
    """Say what was not taken, as long as nobody has changed anything. Always one place on the page."""
    place = st.empty()
    link = session().link
    if not link.compared:
        taken = _taken(setup)
        said = {name: text for name, text in remember_link().items() if name in taken or not _of_a_lens(name)}
        sentence = not_taken(said, taken, ELSEWHERE)
        link.compared, link.note = True, (sentence, setup) if sentence else None
    if link.note and link.note[1] != setup:
        _forget()
    link.noted = link.note is not None
    if link.note:
        with place.container(key="link_note", horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(literal(link.note[0]), width="content")
            st.button("✕", key="link_note_close", type="tertiary", help="Close this line.", on_click=_forget)


def note_goes(setup: Setup) -> bool:
    """Whether the line is on the page and no longer true of this frame."""
    link = session().link
    return link.noted and link.note is not None and link.note[1] != setup


def _of_a_lens(name: str) -> bool:
    """Whether a parameter is what somebody chose in a lens: these begin with the lens's name."""
    return name.partition("_")[0] in SHELF


def _forget() -> None:
    session().link.note = None


def _taken(setup: Setup) -> dict[str, Taken]:
    """What each parameter of a link became."""
    state, link = st.session_state, remember_link()
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
    lost = held.get(link.get("fill", "")) if state["fill"] != link.get("fill") else None
    taken["fill"] = Taken(state["fill"], fills(), lost or "")
    taken[DRAWN] = Taken(current_view().picture, PICTURES, "")
    for name, why in unknown(link, USUAL).items():
        taken[name] = Taken(None, (), why)
    if link.get(INPUT) and numbers() is None:
        taken[INPUT] = Taken(None, (), "its numbers cannot be read; ask for the link again")
    if why := session().weights.link_refused:
        taken[WEIGHTS] = Taken(None, (), why)
    taken[PRESENT] = taken[SYMBOLS] = Taken("1", ("1",))
    taken[SPEED] = Taken(looks().get(SPEED, USUAL_SPEED), SPEEDS)
    if source := link.get("picture"):
        taken["picture"] = _picture(source)
    for name, options in IN_THE_LINK.items():
        if name in link:
            said = link[name].lower()
            taken[name] = Taken(said if said in options else options[0], options)
    samples, channels, *_ = setup.input_shape
    counts = {"sample": samples, "filter": dict(setup.arguments).get("out_channels", channels), "channel": channels}
    for name, count in counts.items():
        index = _index(link.get(name, ""))
        taken[name] = Taken(min(index, count - 1), Range(0, count - 1))
    return taken


def _picture(source: str) -> Taken:
    if source in OWN_SOURCES:
        return Taken(source, OWN_SOURCES, "a link does not hold the sender's own picture; choose one again")
    names = tuple(SAMPLES)
    return Taken(source if source in names else names[0], names)


def _number(name: str, whole: Whole, unused: str = "") -> Taken:
    return Taken(st.session_state.get(name), Range(whole.least, whole.limit), unused)


def _why_unused(name: str, setup: Setup) -> str:
    """Why a control that the frame could have is not in it."""
    argument = name.removesuffix("_w")
    if argument not in used({"layer": setup.name}):
        return f"nn.{setup.name} has no {NOT_THERE.get(argument, argument)}"
    if name.endswith("_w") and len(setup.input_shape) == 3:
        return f"nn.{setup.name} has one axis"
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
    wanted = remember_link().get("groups", "")
    if wanted == str(arguments["groups"]) or not wanted.isdigit():
        return ""
    return (
        f"groups divides in_channels={arguments['in_channels']} and out_channels={arguments['out_channels']}: "
        f"{', '.join(map(str, possible))}"
    )


def _index(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0
