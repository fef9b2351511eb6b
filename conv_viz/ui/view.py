"""What the reader looks at, beside the controls: sample, filter, channel, picture, pinned cell; in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from conv_viz.layers.view import PICTURES, View

KEYS = ("sample", "filter", "channel")
DRAWN = "drawn"
"""Which of `PICTURES` it is; "picture" in the address is a photograph's name."""
PRESENT = "present"
MARKED = {
    "cell": re.compile("[0-9]{1,5},[0-9]{1,5}"), "at": re.compile("[a-z_.]{1,20}:[0-9]{1,7}"), PRESENT: re.compile("1"),
}  # fmt: skip
"""What is pinned on the stage or chosen in a lens, and whether the stage fills the window: as the address says it."""
NAMES = (*KEYS, DRAWN, *MARKED)


def current_view() -> View:
    """What the reader looks at: of this session, else of the link."""
    if "view" not in st.session_state:
        st.session_state["view"] = View(
            _from_link("sample"),
            _from_link("filter"),
            _from_link("channel"),
            picture=_picture(st.query_params.get(DRAWN)),
        )
    return st.session_state["view"]


def follow_history() -> None:
    """On the browser's way back or forward the link says what is looked at, not what the session held."""
    run = get_script_run_ctx()
    if run is not None and run.is_history_navigation:
        for name in ("view", *MARKED):
            st.session_state.pop(name, None)


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
    st.session_state["view"] = replace(current_view(), **wanted)


def looks() -> dict[str, str]:
    """What the address says of it; what is the default is left out."""
    view = current_view()
    texts = {key: str(getattr(view, key) or "") for key in KEYS}
    texts[DRAWN] = view.picture if view.picture != PICTURES[0] else ""
    for name, form in MARKED.items():
        marked = st.session_state.setdefault(name, st.query_params.get(name, ""))
        texts[name] = marked if form.fullmatch(marked) else ""
    return {name: text for name, text in texts.items() if text}
