"""A control that runs alone is a fragment; a session that does not know the fragment runs the whole script.

Streamlit drops such a message without a word. It happens when a control is moved while another page is on its way, and
always after the session was lost: the browser still shows the controls of the old one.
"""

from __future__ import annotations

from datetime import timedelta

import streamlit as st
from streamlit.errors import FragmentStorageKeyError
from streamlit.runtime import app_session
from streamlit.runtime.fragment import Fragment, MemoryFragmentStorage

NEVER = timedelta(days=7)  # a window that is open for a week draws its page once more


class Fragments(MemoryFragmentStorage):
    """The fragments of a session; one that it does not have is the whole script.

    >>> Fragments().contains("gone"), Fragments().lookup("gone") is st.rerun
    (True, True)
    """

    def contains(self, key: str) -> bool:
        """Streamlit asks before it runs one."""
        return True

    def lookup(self, key: str) -> Fragment:
        """The fragment to run."""
        try:
            return super().lookup(key)
        except FragmentStorageKeyError:
            return st.rerun


def install() -> None:
    """For all sessions from now on."""
    vars(app_session)["MemoryFragmentStorage"] = Fragments


@st.fragment(run_every=NEVER)
def ask_again_after_a_break() -> None:
    """Draws nothing. A browser that connects anew asks for a run by itself only when a fragment runs by the clock."""
