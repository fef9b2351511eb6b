"""One step back: the layer before it was set from elsewhere than the controls."""

from __future__ import annotations

from dataclasses import dataclass

import streamlit as st

from conv_viz.frame import Frame
from conv_viz.ui.controls import set_controls


@dataclass(frozen=True)
class Before:
    """What the frame showed, and the example that it was, if any."""

    frame: Frame
    preset: str | None

    @classmethod
    def now(cls) -> Before:
        """The frame as it is."""
        return cls(st.session_state["frame"], st.session_state.get("preset"))

    def restore(self) -> None:
        """Put it back. Only from a callback, as `set_controls`."""
        set_controls(dict(self.frame.arguments), self.frame.input_shape, self.frame.fill)
        st.session_state["preset"] = self.preset
