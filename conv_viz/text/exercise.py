"""An exercise as the parameters of a link: what is hidden, what alone moves, what is shown when it is asked for.

After the parameters with which tensorflow/playground hides its controls. Without Streamlit.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import get_close_matches

ASKED = ("code", "output")
"""What a link may hide until its reader asks: predict, then reveal."""
PARTS = ("controls", "paste", "example", "text")
"""What a link may hide beside single controls: all of them, the field for code, the menu, the words of the stage."""
NAMES = ("hide", "only", "ask")


@dataclass(frozen=True)
class Exercise:
    """`hide`: names of controls and of `PARTS`; `only`: the controls that move, all if it is empty; `ask`: of `ASKED`.

    >>> exercise = Exercise(only=("stride",), ask=("output",))
    >>> exercise.locks("padding_as"), exercise.locks("stride_w"), Exercise().locks("padding")
    (True, False, False)
    >>> exercise.query()
    {'only': 'stride', 'ask': 'output'}
    """

    hide: tuple[str, ...] = ()
    only: tuple[str, ...] = ()
    ask: tuple[str, ...] = ()

    def locks(self, control: str) -> bool:
        """Whether a control may not be moved."""
        return bool(self.only) and argument_of(control) not in self.only

    def query(self) -> dict[str, str]:
        """What the address says of it; what is empty is left out."""
        return {name: ",".join(getattr(self, name)) for name in NAMES if getattr(self, name)}


def argument_of(control: str) -> str:
    """The name under which a link locks or hides a control: one for both of its axes, and for both kinds of padding.

    >>> argument_of("stride_w"), argument_of("padding_as"), argument_of("padding_mode")
    ('stride', 'padding', 'padding_mode')
    """
    return "padding" if control == "padding_as" else control.removesuffix("_w")


def possible(controls: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What each parameter may name, given the keys of all controls.

    >>> possible(["stride", "stride_w"])["only"], possible(["stride"])["hide"]
    (('stride',), ('stride', 'controls', 'paste', 'example', 'text'))
    """
    arguments = tuple(dict.fromkeys(map(argument_of, controls)))
    return {"hide": (*arguments, *PARTS), "only": arguments, "ask": ASKED}


def read(query: Mapping[str, str], controls: Collection[str]) -> Exercise:
    """The exercise of a link; names that nobody knows are passed over.

    >>> read({"only": "stride, strid", "ask": "output", "seed": "3"}, ["stride"])
    Exercise(hide=(), only=('stride',), ask=('output',))
    """
    known = possible(controls)
    return Exercise(**{name: tuple(n for n in _split(query.get(name, "")) if n in known[name]) for name in NAMES})


def unknown(query: Mapping[str, str], controls: Collection[str]) -> dict[str, str]:
    """For each parameter that names something unknown: why it is not taken, in a few words.

    >>> unknown({"only": "strid", "ask": "output"}, ["stride"])
    {'only': 'strid is no name of a control; perhaps stride is meant'}
    >>> unknown({"ask": "answer"}, ["stride"])
    {'ask': 'possible are code, output'}
    """
    said = {}
    for name, names in possible(controls).items():
        lost = [n for n in _split(query.get(name, "")) if n not in names]
        if lost:
            near = get_close_matches(lost[0].lower(), names, 1, 0.6)
            meant = f"; perhaps {near[0]} is meant" if near else ""
            few = f"possible are {', '.join(names)}" if name == "ask" else ""
            said[name] = few or f"{lost[0][:20]} is no name of a control{meant}"
    return said


def _split(text: str) -> tuple[str, ...]:
    """Names between commas, each once; no more than a link of ours could have."""
    return tuple(dict.fromkeys(part for part in (part.strip() for part in text[:1000].split(",")) if part))
