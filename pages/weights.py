"""The weights: all of them at a glance, any of them to change."""

import streamlit as st

from conv_viz.picture import drawn_weights
from conv_viz.ui.stage import current_view, look
from conv_viz.ui.weights import current_weights, layer_of
from conv_viz.ui.weights_view import tensor
from conv_viz.ui.garbage import leave_imports_alone

frame = st.session_state["frame"]
spec = layer_of(frame)
if spec is None:
    st.warning("no layer")
    st.stop()
view = current_view()
reads = spec.channels_of(min(view.filter, spec.out_channels - 1))
slice = min(max(view.channel - reads.start, 0), len(reads) - 1)
weights = current_weights(spec) or drawn_weights(spec, frame.seed)


def choose(filter: int, slice: int) -> None:
    look({"filter": filter, "channel": spec.channels_of(filter).start + slice})


tensor(spec, weights, view.filter, slice, choose)
leave_imports_alone()
