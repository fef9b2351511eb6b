"""A lens to take along: SVG, PNG and a page of its own, from the scene that is on the screen."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from conv_viz.export import Look, export
from conv_viz.scenes.scene import Scene

KINDS = {"svg": "image/svg+xml", "png": "image/png", "html": "text/html"}


@dataclass
class Shown:
    """The scene that is on the screen: a control that runs alone changes it, and the buttons are not drawn again.

    `held` is the id of the payload that the browser got last.
    """

    scene: Scene
    held: str


def downloads(name: str, shown: Shown) -> None:
    """One button for each kind of file; the file is made when it is asked for."""
    if "rows" not in shown.scene.header:
        return
    theme = "dark" if st.context.theme.type == "dark" else "light"

    def made(kind: str) -> bytes:
        return export(shown.scene, kind, Look(theme=theme))

    with st.container(horizontal=True, key=f"lens_take_{name}"):
        for kind, mime in KINDS.items():
            st.download_button(
                kind.upper(), partial(made, kind), f"conv_viz_{name}.{kind}", mime, key=f"lens_{name}_{kind}",
                on_click="ignore",
            )  # fmt: skip
