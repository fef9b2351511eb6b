"""A control acts only while it is the one on the screen, and only with a value that it did not show.

With every message the browser sends the values of all controls that it still shows. Streamlit forgets the value of a
control that is gone, but keeps its callback; so a late report of an unchanged value counts as a change. Here each
control has a name that stays, and a key with a number that goes up when something else has changed what it shows.
"""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass

from conv_viz.ui.session import session


@dataclass(frozen=True)
class Drawn:
    """A control as it was drawn last: which one of its name, what it works on, the value that it shows.

    >>> first = Drawn(0, "layer", 1.0)
    >>> first.again("layer", 1.0) is first, first.again("layer", 2.0).number, first.again("another", 1.0).number
    (True, 1, 1)
    >>> first.takes(0, 2.0), first.takes(0, 1.0), first.again("another", 1.0).takes(0, 2.0)
    (True, False, False)
    """

    number: int
    subject: Hashable
    value: Hashable

    def again(self, subject: Hashable, value: Hashable) -> Drawn:
        """The control to draw now: the same one as long as nothing else changed what it shows."""
        same = (self.subject, self.value) == (subject, value)
        return self if same else Drawn(self.number + 1, subject, value)

    def takes(self, number: int, value: Hashable) -> bool:
        """Whether a value that the browser reports for the control with this number was put in by somebody."""
        return number == self.number and value != self.value


def key(name: str, subject: Hashable, value: Hashable) -> str:
    """The key of the control to draw now, which works on `subject` and shows `value`."""
    last = _all().get(name)
    now = _all()[name] = last.again(subject, value) if last else Drawn(0, subject, value)
    return f"{name}_{now.number}"


def taken(name: str, key: str, value: Hashable) -> bool:
    """Whether a callback may act on this value of the control with this key; from then on the control shows it."""
    last, number = _all().get(name), int(key.rpartition("_")[2])
    if last is None or not last.takes(number, value):
        return False
    _all()[name] = Drawn(number, last.subject, value)
    return True


def _all() -> dict[str, Drawn]:
    return session().drawn
