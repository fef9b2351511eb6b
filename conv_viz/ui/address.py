"""The address bar, for controls that are set from code.

A bound widget keeps the address in step by itself, except where setting it makes a new widget of it:
a slider that appears, or whose end moves. Streamlit 1.67 then leaves its value out of the address,
and `st.query_params` refuses names that belong to a widget. So the last word is said here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

import streamlit as st
from streamlit.runtime.state import get_session_state


def show(query: Mapping[str, str], names: Collection[str]) -> None:
    """Make the address hold the values of `query` for these names, and no others of them."""
    with get_session_state().query_params() as address:
        for name in names:
            if name not in query:
                address.remove_param(name)
            elif st.query_params.get(name) != query[name]:
                address.set_corrected_value(name, query[name], "string_value")
