"""The exercise that a link has made of the page: which controls are hidden or locked, for the whole session.

What is hidden is on the page all the same, without being seen: so it keeps the value that the link gave it.
"""

from __future__ import annotations

from collections.abc import Mapping

from conv_viz.text.exercise import Exercise, argument_of, read
from conv_viz.ui.arguments import USUAL
from conv_viz.ui.session import session

PLACES = {  # of the parts of the page that are no controls' own
    "controls": '[data-testid="stSidebar"], [data-testid="stExpandSidebarButton"]',
    "paste": ".st-key-paste",
    "example": '[class*="st-key-preset_"]',
}


def remember_exercise(link: Mapping[str, str]) -> None:
    """Keep what the address said on arrival."""
    if session().exercise is None:
        session().exercise = read(link, USUAL)


def exercise() -> Exercise:
    """That of the session; without a link it hides and locks nothing."""
    return session().exercise or Exercise()


def locked(control: str) -> bool:
    """Whether a control stands still; "paste" and "example", which set all of them, are locked with the first one."""
    return exercise().locks(control)


def hiding(shown: Exercise) -> str:
    """The styles that hide what it hides, and the place in a row that a control then leaves empty.

    >>> hiding(Exercise(hide=("bias",)))
    '.st-key-bias, [class*="st-key-two_"] > :has(.st-key-bias) { display: none; }'
    >>> hiding(Exercise())
    ''
    """
    keys = [f".st-key-{key}" for key in USUAL if argument_of(key) in shown.hide]
    rows = [f'[class*="st-key-two_"] > :has({key})' for key in keys]
    found = [*keys, *rows, *(place for name, place in PLACES.items() if name in shown.hide)]
    return f"{', '.join(found)} {{ display: none; }}" if found else ""
