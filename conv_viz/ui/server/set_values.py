"""Values that the script has given to controls and the browser may not have taken up yet.

An example, a paste or "undo" sets many controls. A control that the reader moves before these values have reached the
browser is sent with the values of all others as the browser knows them, the ones from before. Streamlit takes those for
choices: half of the example was gone again. And a control that is drawn twice before the browser comes to it forgets
that its value was set: it begins at its default.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState

VALUE = ("value", "raw_value", "raw_values")
"""Where the message of a control has its value: as it is, or as a choice is called."""


@dataclass(frozen=True)
class SetValue:
    """A value on its way.

    `says`: the fields of the control's message that hold it; `run`: which run has set it; `fragment`: where the control
    stands; `before`: what the browser had said of it; `chosen`: by the reader, before another value has arrived, which
    the browser will show then.
    """

    says: Any
    run: int
    fragment: str
    before: WidgetState | None
    chosen: bool = False

    def came_with(self, state: WidgetState) -> bool:
        """Whether the browser says this value, and not the one from before."""
        return state != self.before and _told(state) in _set(self.says)


class SetValues:
    """Those of one session.

    >>> from streamlit.proto.WidgetStates_pb2 import WidgetStates
    >>> def heard(fragment, **values):  # what is left of a message of the browser
    ...     states = [WidgetState(id=name, int_value=value) for name, value in values.items()]
    ...     message = ClientState(fragment_id=fragment, widget_states=WidgetStates(widgets=states))
    ...     known.hear(message)
    ...     return {state.id: state.int_value for state in message.widget_states.widgets}
    >>> def drawn(name, value, set_value):  # what the browser is told of a control
    ...     message = ForwardMsg()
    ...     message.delta.fragment_id = f"{name} alone"
    ...     slider = message.delta.new_element.slider
    ...     slider.id, slider.set_value = name, set_value
    ...     slider.value.append(value)
    ...     known.note(message)
    ...     return list(slider.value), slider.set_value
    >>> known = SetValues()
    >>> heard("width alone", height=3, width=5)
    {'height': 3, 'width': 5}
    >>> drawn("height", 9, True)  # by an example
    ([9.0], True)
    >>> heard("width alone", height=3, width=6)  # moved before it has arrived: 3 is no choice
    {'width': 6}
    >>> drawn("height", 0, False)  # once more, before the browser has come to the first: it is still set
    ([9.0], True)
    >>> heard("width alone", height=9, width=7)  # it has arrived
    {'height': 9, 'width': 7}
    >>> heard("height alone", height=3, width=7)
    {'height': 3, 'width': 7}
    >>> drawn("height", 9, True)
    ([9.0], True)
    >>> heard("height alone", height=4, width=7)  # itself moved before that has arrived: the choice counts,
    {'height': 4, 'width': 7}
    >>> drawn("height", 0, False)  # and the browser, which comes to 9 now, is told so
    ([4.0], True)
    >>> drawn("height", 0, False)
    ([0.0], False)
    """

    def __init__(self) -> None:
        self._run = 0
        self._on_the_way: dict[str, SetValue] = {}
        self._heard: dict[str, WidgetState] = {}

    def note(self, message: ForwardMsg) -> bool:
        """A message for the browser; whether it was changed, to say of a control that its value is still to be set."""
        self._run += message.HasField("new_session")
        control = _control(message)
        if control is None:
            return False
        if control.set_value:
            before = self._heard.get(control.id)
            self._on_the_way[control.id] = SetValue(_says(control), self._run, message.delta.fragment_id, before)
        elif control.id in self._on_the_way:
            value = self._on_the_way[control.id]
            if value.chosen:
                del self._on_the_way[control.id]
            _clear(control, VALUE)
            control.MergeFrom(value.says)
            return True
        return False

    def hear(self, asked: ClientState) -> None:
        """A message of the browser. Takes out of it what is older than a value that was set."""
        states = {state.id: state for state in asked.widget_states.widgets}
        if asked.is_history_navigation:  # back or forward: the address counts
            self._on_the_way.clear()
        old = self._take(states, asked.fragment_id) if self._on_the_way else set()
        self._heard = states
        if old:
            kept = [state for name, state in states.items() if name not in old]
            del asked.widget_states.widgets[:]
            asked.widget_states.widgets.extend(kept)

    def _take(self, states: dict[str, WidgetState], fragment: str) -> set[str]:
        """What the browser says of its controls. Returns those of which it says what it said before they were set.

        The values of one run arrive together. If no control has another value than in the message before, the reader
        has moved one back: one of those that stand in the `fragment` that is asked for.
        """
        both = [(name, value, states[name]) for name, value in self._on_the_way.items() if name in states]
        arrived = max((value.run for _, value, state in both if value.came_with(state)), default=-1)
        moved = any(state != self._heard.get(name) for name, state in states.items())
        old = set()
        for name, value, state in both:
            if value.run <= arrived or (not moved and value.fragment == fragment):
                del self._on_the_way[name]
            elif state == value.before:
                old.add(name)
            else:
                self._on_the_way[name] = replace(value, says=_saying(value.says, state), before=state, chosen=True)
        return old


def _control(message: ForwardMsg) -> Any:
    """What a message says of a control whose value a script may set; None if it says something else."""
    if not message.HasField("delta") or not message.delta.HasField("new_element"):
        return None
    element = message.delta.new_element
    said = getattr(element, element.WhichOneof("type") or "", None)
    return said if said is not None and "set_value" in said.DESCRIPTOR.fields_by_name else None


def _says(control: Any) -> Any:
    """A copy of a control's message with nothing but its value."""
    copy = type(control)()
    copy.CopyFrom(control)
    _clear(copy, {field.name for field, _ in copy.ListFields()} - {"set_value", *VALUE})
    return copy


def _saying(control: Any, state: WidgetState) -> Any:
    """Such a copy with the value that the browser says."""
    told = _told(state)
    named = bool(told) and isinstance(told[0], str)
    name = next(name for name in VALUE if name in control.DESCRIPTOR.fields_by_name and name.startswith("raw") == named)
    many = control.DESCRIPTOR.fields_by_name[name].is_repeated
    return type(control)(set_value=True, **{name: told if many else told[0]})


def _clear(control: Any, names: Iterable[str]) -> None:
    for name in names:
        if name in control.DESCRIPTOR.fields_by_name:
            control.ClearField(name)


def _set(control: Any) -> list[list[Any]]:
    """The value in a control's message, in each of the ways in which it is there; a list also where it is one."""
    return [_listed(getattr(control, name)) for name in VALUE if name in control.DESCRIPTOR.fields_by_name]


def _told(control: WidgetState) -> list[Any]:
    """The value that the browser says of a control, in the same way."""
    content = getattr(control, control.WhichOneof("value") or "", None)
    return _listed(getattr(content, "data", content))


def _listed(content: Any) -> list[Any]:
    return [content] if isinstance(content, bool | int | float | str) else list(content or ())
