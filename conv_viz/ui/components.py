"""The components as Streamlit knows them. Without torch, which not every page needs."""

from __future__ import annotations

import streamlit as st

# Not isolated: some pages also style what Streamlit shows around the component.
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
