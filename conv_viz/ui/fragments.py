"""A control that runs alone is a fragment. What the browser asks of a fragment never changes the page.

Streamlit drops a message for a fragment that a session does not know, without a word. It happens always after the
session was lost: the browser still shows the controls of the old one. Such a message runs the whole script here.

Each message names a page as well: the one that the browser shows. A control that is moved while another page is on its
way names the page that was left, and Streamlit would go back to it.
"""

from __future__ import annotations

from asyncio import TimerHandle
from datetime import timedelta
from typing import Any

import streamlit as st
from streamlit.errors import FragmentStorageKeyError
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.runtime import app_session, websocket_session_manager
from streamlit.runtime.app_session import AppSession
from streamlit.runtime.forward_msg_cache import populate_hash_if_needed
from streamlit.runtime.fragment import Fragment, MemoryFragmentStorage
from streamlit.runtime.scriptrunner_utils.script_requests import ScriptRequestType

from conv_viz.ui.server.presses import Presses
from conv_viz.ui.server.references import References
from conv_viz.ui.server.set_values import SetValues

UNHEARD = 3.0
"""Seconds after which what waits for a press goes on, whatever became of it."""
NEVER = timedelta(days=7)  # a window that is open for a week draws its page once more
TOGETHER = 0.05
"""Seconds that the messages of a fragment's run wait for its last one: most runs take a tenth of it."""


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


class PageAsked:
    """Which page a session's browser has asked for, and whether it may still show the one before.

    >>> asked = PageAsked()
    >>> [asked.page_of("layer", ""), asked.page_of("weights", "")]  # two whole runs: the visitor went to Weights
    ['layer', 'weights']
    >>> asked.page_of("layer", "a control")  # moved on the page that was left
    'weights'
    >>> [asked.page_of("weights", "a control"), asked.page_of("layer", "a control")]  # it has arrived; then gone back
    ['weights', 'layer']
    """

    def __init__(self) -> None:
        self._page: str | None = None
        self._left: str | None = None

    def page_of(self, page: str, fragment: str) -> str:
        """The page that a message is for: it names `page`, and asks for `fragment` or (empty) for a whole run."""
        if fragment and page == self._left:
            return self._page or page
        self._left = self._page if page != self._page and not fragment else None
        self._page = page
        return page


class Session(AppSession):
    """A session of Streamlit on the page that was asked for last, which points only at what its browser still has."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asked = PageAsked()
        self._references = References()
        self._set_values = SetValues()
        self._presses = Presses()
        self._unheard: TimerHandle | None = None
        self._send = self._message_enqueued_callback
        self._late: TimerHandle | None = None

    def request_rerun(self, client_state: ClientState | None) -> None:
        """Every message that asks for a run comes here, and those of the clock."""
        if client_state is None:
            return super().request_rerun(None)
        self._presses.ask(client_state)
        self._hand_over()

    def _hand_over(self) -> None:
        """All requests that need not wait for a press."""
        while client_state := self._presses.next():
            client_state.page_script_hash = self._asked.page_of(client_state.page_script_hash, client_state.fragment_id)
            self._set_values.hear(client_state)
            client_state.cached_message_hashes[:] = self._references.safe(client_state.cached_message_hashes)
            super().request_rerun(client_state)
            if self._unheard:
                self._unheard.cancel()
            self._unheard = self._event_loop.call_later(UNHEARD, self._give_up)

    def _give_up(self) -> None:
        self._presses.give_up()
        self._hand_over()

    def _pending(self) -> WidgetStates | None:
        """What the controls said with the request that Streamlit has not begun yet."""
        requests = self._scriptrunner._requests if self._scriptrunner else None
        pending = requests is not None and requests._state == ScriptRequestType.RERUN
        return requests._rerun_data.widget_states if requests is not None and pending else None

    def _enqueue_forward_msg(self, msg: ForwardMsg) -> None:
        """What a fragment's run says leaves together: for each arrival the browser goes over the whole page.

        Streamlit also pauses for 5 ms after it has sent something, and would begin with the news that a run has begun.
        """
        if msg.HasField("new_session") and msg.metadata.run.fragment_ids:
            self._message_enqueued_callback = None
            self._late = self._event_loop.call_later(TOGETHER, self._send_now)
        if self._set_values.note(msg):
            msg.ClearField("hash")
            populate_hash_if_needed(msg)
        super()._enqueue_forward_msg(msg)
        if self._presses.note(msg, self._pending()):
            self._event_loop.call_soon(self._hand_over)
        if msg.HasField("script_finished"):
            self._send_now()

    def _send_now(self) -> None:
        if self._late:
            self._late.cancel()
        self._message_enqueued_callback = self._send
        if self._send:
            self._send()

    def flush_browser_queue(self) -> list[ForwardMsg]:
        """What leaves for the browser now."""
        messages: list[ForwardMsg] = super().flush_browser_queue()
        self._references.note(messages)
        return messages


def install() -> None:
    """For all sessions from now on."""
    vars(app_session)["MemoryFragmentStorage"] = Fragments
    vars(websocket_session_manager)["AppSession"] = Session


@st.fragment(run_every=NEVER)
def ask_again_after_a_break() -> None:
    """Draws nothing. A browser that connects anew asks for a run by itself only when a fragment runs by the clock."""
