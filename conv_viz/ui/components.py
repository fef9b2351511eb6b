"""The components as Streamlit knows them. Without torch: those of the Layer page are fetched while it is imported."""

from __future__ import annotations

import streamlit as st

# Not isolated: the stylesheet also narrows the margins of the page around the stage and hides what carries payloads.
stage_component = st.components.v2.component("conv_viz.stage", js="streamlit.js", css="stage.css", isolate_styles=False)
gallery_component = st.components.v2.component(
    "conv_viz.gallery", js="gallery_host.js", css="gallery.css", isolate_styles=False
)
feed_component = st.components.v2.component("conv_viz.feed", js="feed.js")
choices_component = st.components.v2.component("conv_viz.choices", js="choices.js", css="choices.css")
tensor_component = st.components.v2.component(
    "conv_viz.weights", js="weights.js", css="weights.css", isolate_styles=False
)
panels_component = st.components.v2.component(
    "conv_viz.panels", js="panels.js", css="weights.css", isolate_styles=False
)


def fetch_early() -> None:
    """Let the browser fetch the stage's modules now: before it is busy with the controls, and before torch is there."""
    feed_component(data=b"", key="feed_early")
