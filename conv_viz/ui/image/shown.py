"""What the page "Filter an image" shows at the moment, for what happens later: a download, a run in full resolution."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

import streamlit as st

from conv_viz.images.maps import Filters
from conv_viz.scenes.gallery import Look
from conv_viz.ui.image.own import Loaded

NOW = "_shown"


@dataclass(frozen=True, eq=False)
class Shown:
    """A picture, the filters that it goes through, how the maps are looked at; `key` tells the filters apart."""

    loaded: Loaded
    filters: Filters
    look: Look
    key: Hashable


@dataclass
class Now:
    """The latest of what is shown. A moved slider changes the gallery but not the buttons below it, which look here."""

    shown: Shown


def show(shown: Shown) -> Now:
    """From now on this is shown."""
    now = st.session_state.get(NOW)
    if now is None:
        now = st.session_state[NOW] = Now(shown)
    now.shown = shown
    return now
