"""The components as Streamlit knows them. Without torch, which not every page needs."""

from __future__ import annotations

from typing import Any

import streamlit as st

from conv_viz.ui.server.linked import VIEWS, script, styles, view_script

component = st.components.v2.component

# Shows a scene, whatever its kind. Not isolated: some pages also style what Streamlit shows around it.
view_component = component("conv_viz.view", js=view_script(), css=styles(VIEWS), isolate_styles=False)
# Shows nothing: carries a payload to a view, and remembers what the session holds.
feed_component = component("conv_viz.feed", js=script("hosts/feed.js"))
steps_component = component(
    "conv_viz.steps", js=script("hosts/steps.js"), css=styles("hosts/steps.css"), isolate_styles=False
)
session_component = component("conv_viz.session", js=script("hosts/session.js"), css=styles("hosts/session.css"))


def told_by(key: str, name: str) -> Any:
    """What the component with this key has told last under a name; None before that. A browser may tell anything."""
    return (st.session_state.get(key) or {}).get(name)
