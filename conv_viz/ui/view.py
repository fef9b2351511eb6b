"""What the reader looks at, beside the controls: sample, filter, channel, picture, pinned cell; in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from conv_viz.layers.view import PICTURES, View
from conv_viz.ui.components import told_by
from conv_viz.ui.session import Looking, session

KEYS = ("sample", "filter", "channel")
DRAWN = "drawn"
"""Which of `PICTURES` it is; "picture" in the address is a photograph's name."""
PRESENT, SYMBOLS, SPEED, MAP = "present", "symbols", "speed", "map"
SPEEDS = ("0.5", "1", "2", "4", "8", "16", "32", "60", "240", "1000")
"""Steps a second, as frontend/scene/player.js has them."""
USUAL_SPEED = "2"
MARKED = {
    "cell": re.compile("[0-9]{1,5},[0-9]{1,5}"), "at": re.compile("[a-z_.]{1,20}:[0-9]{1,7}"), PRESENT: re.compile("1"),
    SYMBOLS: re.compile("1"), MAP: re.compile("[1-9][0-9]{0,3}"), SPEED: re.compile("|".join(map(re.escape, SPEEDS))),
}  # fmt: skip
"""What is pinned on the stage or chosen in a lens, whether the stage fills the window, or speaks in symbols, which map
of a picture is open, and how fast it plays: as the address says it."""
NAMES = (*KEYS, DRAWN, *MARKED)


def current_view() -> View:
    """What the reader looks at: of this session, else of the link."""
    looking = session().looking
    if looking.view is None:
        looking.view = View(
            _from_link("sample"),
            _from_link("filter"),
            _from_link("channel"),
            picture=_picture(st.query_params.get(DRAWN)),
        )
    return looking.view


def follow_history() -> None:
    """On the browser's way back or forward the link says what is looked at, not what the session held.

    The speed is a habit, not a place, and stays as it is.
    """
    run = get_script_run_ctx()
    if run is not None and run.is_history_navigation:
        marks = session().looking.marks
        session().looking = Looking(marks={SPEED: marks[SPEED]} if SPEED in marks else {})


def _from_link(key: str) -> int:
    text = st.query_params.get(key, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 0


def _picture(name: object) -> str:
    return name if isinstance(name, str) and name in PICTURES else PICTURES[0]


def look(change: Mapping[str, Any]) -> None:
    """Look at another sample, filter, channel or picture of the layer; the address says so too."""
    wanted = {key: change[key] for key in KEYS if isinstance(change.get(key), int) and change[key] >= 0}
    if "picture" in change:
        wanted["picture"] = _picture(change["picture"])
    session().looking.view = replace(current_view(), **wanted)


def keep_speed(component: str) -> None:
    """Another speed was chosen in a component; the stage and the lenses begin with the one in the address."""
    speed = told_by(component, SPEED)
    session().looking.marks[SPEED] = f"{speed:g}" if isinstance(speed, int | float) else ""


def mark(name: str) -> str:
    """What the session, else the link, says of one that is `MARKED`; nothing where that cannot be read."""
    marked = session().looking.marks.setdefault(name, st.query_params.get(name, ""))
    return marked if MARKED[name].fullmatch(marked) else ""


def open_map() -> int:
    """The map of a picture that is open on the page "Filter an image"."""
    return int(mark(MAP) or 0)


def looks() -> dict[str, str]:
    """What the address says of it; what is the default is left out."""
    view = current_view()
    texts = {key: str(getattr(view, key) or "") for key in KEYS}
    texts[DRAWN] = view.picture if view.picture != PICTURES[0] else ""
    texts |= {name: mark(name) for name in MARKED}
    if texts[SPEED] == USUAL_SPEED:
        texts[SPEED] = ""
    return {name: text for name, text in texts.items() if text}
