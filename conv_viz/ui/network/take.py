"""The network to take along: its table, its code, and the architecture as a figure."""

from __future__ import annotations

from functools import partial

import streamlit as st

from conv_viz.networks.table import as_code, as_csv, as_markdown
from conv_viz.networks.walk import Walk


def take_along(shown: Walk, name: str) -> None:
    """Buttons; what they give is made when they are pressed."""
    file = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name).lower()
    with st.container(horizontal=True, key="net_take"):
        st.download_button("CSV", lambda: as_csv(shown), f"{file}.csv", "text/csv", key="net_csv", on_click="ignore")
        st.download_button(
            "Markdown", lambda: as_markdown(shown), f"{file}.md", "text/markdown", key="net_md", on_click="ignore"
        )
        st.download_button(
            "code", lambda: as_code(shown.network), f"{file}.py", "text/x-python", key="net_py", on_click="ignore"
        )
        for format, kind in (("svg", "image/svg+xml"), ("pdf", "application/pdf")):
            st.download_button(
                f"figure, {format.upper()}",
                partial(_figure, shown, format, name),
                f"{file}.{format}",
                kind,
                key=f"net_{format}",
                on_click="ignore",
                disabled=not shown.rows,
            )


def _figure(shown: Walk, format: str, name: str) -> bytes:
    from conv_viz.export.architecture import architecture

    return architecture(shown, format, name)
