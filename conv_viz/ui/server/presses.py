"""No press of a button is lost: what is asked after one waits until its run has taken it.

Streamlit keeps one request at most that has not begun yet, and stops a run for the next request. Of two clicks that
reach a busy server together one was lost, and a click could be stopped while it was taken.
"""

from __future__ import annotations

from collections import deque

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState, WidgetStates

TRIGGERS = ("trigger_value", "string_trigger_value", "json_trigger_value", "chat_input_value")
"""How a control says something once: a button, a field that is sent, a component."""
MOST = 8  # requests that wait: a key that is held down on a button presses it faster than pages run


class Presses:
    """The requests of one session, in their order.

    >>> from streamlit.proto.WidgetStates_pb2 import WidgetStates
    >>> click = ClientState(widget_states=WidgetStates(widgets=[WidgetState(id="flip", trigger_value=True)]))
    >>> begun, drawn = ForwardMsg(), ForwardMsg()
    >>> begun.new_session.name, drawn.delta.fragment_id = "app", ""
    >>> presses = Presses()
    >>> presses.ask(click); presses.ask(click)
    >>> presses.next() is click, presses.next()  # the second one waits
    (True, None)
    >>> presses.note(drawn), presses.next()  # by a run that was under way
    (False, None)
    >>> presses.note(begun), presses.note(drawn), presses.next() is click
    (False, True, True)
    """

    def __init__(self) -> None:
        self._waiting: deque[ClientState] = deque()
        self._pressed = self._begun = False

    def ask(self, request: ClientState) -> None:
        """The browser asks for a run."""
        self._waiting.append(request)

    def next(self) -> ClientState | None:
        """The request to hand over now, if there is one."""
        if not self._waiting or (self._pressed and len(self._waiting) <= MOST):
            return None
        request = self._waiting.popleft()
        self._pressed, self._begun = has_press(request.widget_states), False
        return request

    def note(self, message: ForwardMsg, pending: WidgetStates | None = None) -> bool:
        """A message for the browser; whether it says that the press was taken: its run has begun, and draws.

        `pending` is what Streamlit has not begun yet.
        """
        if not self._pressed:
            return False
        self._begun |= message.HasField("new_session")
        draws = message.HasField("delta") or message.HasField("script_finished")
        if self._begun and draws and not (pending and has_press(pending)):
            self._pressed = False
        return not self._pressed

    def give_up(self) -> None:
        """Nothing is heard of the press: what waits goes on."""
        self._pressed = False


def has_press(states: WidgetStates) -> bool:
    """Whether a control says something once.

    >>> has_press(WidgetStates(widgets=[WidgetState(id="undo", trigger_value=True)]))
    True
    >>> has_press(WidgetStates(widgets=[WidgetState(id="undo", trigger_value=False), WidgetState(id="n", int_value=3)]))
    False
    """
    return any(_says_once(state) for state in states.widgets)


def _says_once(control: WidgetState) -> bool:
    kind = control.WhichOneof("value")
    if kind not in TRIGGERS:
        return False
    said = getattr(control, kind)
    return bool(said.ListFields() if kind == "chat_input_value" else getattr(said, "data", said))
