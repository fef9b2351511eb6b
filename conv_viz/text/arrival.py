"""What a link says and the controls did not take, in words. Without Streamlit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from math import isfinite

from conv_viz.limits import LINK_LETTERS, LINK_VALUES


@dataclass(frozen=True)
class Range:
    """The numbers that a parameter of a link may have; whole ones, where the ends are."""

    least: float
    most: float


@dataclass(frozen=True)
class Taken:
    """What a control shows, what it could show, and why it may show something else than the link says."""

    value: object
    allowed: Range | tuple[str, ...]
    unused: str = ""


def not_taken(query: Mapping[str, str], taken: Mapping[str, Taken], others: Iterable[str] = ()) -> str:
    """One sentence that names each value of a link that is not on the screen, and why; empty when all are.

    `others` are names that are none of the controls' and yet known. A name that is nobody's is passed over, unless
    it is nearly one of ours.

    >>> controls = {"height": Taken(7, Range(1, 1024)), "bias": Taken(True, ("true", "false"))}
    >>> not_taken({"height": "4096", "bias": "TRUE", "utm_source": "x"}, controls)
    'Not taken from the link: height=4096 (1 to 1024 are possible).'
    >>> not_taken({"hieght": "9"}, controls)
    'Not taken from the link: hieght=9 (perhaps height is meant).'
    """
    known = [*taken, *others]
    said = []
    for name, text in query.items():
        if name in taken:
            why = _why(text, taken[name])
        else:
            near = [] if name in known else get_close_matches(name.lower(), known, 1, 0.75)
            why = f"perhaps {near[0]} is meant" if near else ""
        if why:
            said.append(f"{_short(name)}={_short(text) or 'nothing'} ({why})")
    if not said:
        return ""
    more = f", and {len(said) - LINK_VALUES} more" if len(said) > LINK_VALUES else ""
    return f"Not taken from the link: {', '.join(said[:LINK_VALUES])}{more}."


def _why(text: str, taken: Taken) -> str:
    """Why a control does not show this text; empty when it does."""
    if isinstance(taken.allowed, Range):
        number = _number(text, whole=isinstance(taken.allowed.least, int))
        if number == taken.value and not taken.unused:
            return ""
        if number is None:
            return "no whole number" if isinstance(taken.allowed.least, int) else "no number"
        if not taken.allowed.least <= number <= taken.allowed.most:
            return f"{taken.allowed.least} to {taken.allowed.most} are possible"
    elif text == taken.value or text.lower() == str(taken.value).lower():
        return taken.unused
    elif text not in taken.allowed:
        return taken.unused or f"possible are {', '.join(taken.allowed)}"
    return taken.unused or f"the page shows {taken.value}"


def _number(text: str, *, whole: bool = True) -> float | None:
    """The number that a text says; none for one of more digits than any control has.

    >>> _number("7"), _number("7.0"), _number("7.5"), _number("7.5", whole=False), _number("inf"), _number("9" * 400)
    (7, 7, None, 7.5, None, None)
    """
    try:
        number = float(text[:32])
    except ValueError:
        return None
    if len(text) > 32 or not isfinite(number):
        return None
    return int(number) if number.is_integer() else None if whole else number


def _short(text: str) -> str:
    return text if len(text) <= LINK_LETTERS else f"{text[: LINK_LETTERS - 1]}…"
