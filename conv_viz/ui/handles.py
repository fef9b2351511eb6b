"""The picture is the control: which controls have a handle on the stage, and what the reader pulls there.

While a handle is pulled, the controls keep their values and the picture alone shows the pulled ones; the controls, and
with them the address, take them when the reader lets go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from math import gcd
from typing import Any

from conv_viz.layers.groups import divisors
from conv_viz.layers.setup import Setup
from conv_viz.scenes.headers import Handle, Pull
from conv_viz.ui.arguments import LENGTH, WHOLES, setup_of
from conv_viz.ui.controls import in_use, set_values
from conv_viz.ui.exercise import locked
from conv_viz.ui.session import session

PULLED = ("kernel_size", "stride", "padding", "dilation")
HANDLES = (*PULLED, *(f"{name}_w" for name in PULLED), "height", "width", "in_channels", "out_channels")
COUNTED = ("in_channels", "out_channels")
"""Groups divide them, so they go in steps of as many."""
GROUPS = "groups"


def handles(values: Mapping[str, Any], ends: Mapping[str, int]) -> dict[str, Handle]:
    """The handle of each control that has one: what it is called, where it stands, how far it goes.

    `values` are those of the controls in use, `ends` where a slider ends that goes further than usual.

    >>> handles({"padding": 1, "seed": 3}, {})
    {'padding': {'label': 'padding', 'value': 1, 'least': 0, 'most': 8, 'step': 1}}
    >>> made = handles({"in_channels": 4, "out_channels": 6, "groups": 2}, {})
    >>> made["in_channels"]["step"], made["groups"]["choices"]
    (2, [1, 2])
    """
    found = {name: _handle(name, values, ends) for name in HANDLES if name in values}
    return {**found, GROUPS: _of_groups(values)} if set(values) >= {GROUPS, *COUNTED} else found


def _of_groups(values: Mapping[str, Any]) -> Handle:
    possible = divisors(gcd(*(values[name] for name in COUNTED)))
    ends: Handle = {"label": GROUPS, "value": values[GROUPS], "least": 1, "most": possible[-1], "step": 1}
    return {**ends, "choices": possible}


def _handle(name: str, values: Mapping[str, Any], ends: Mapping[str, int]) -> Handle:
    whole, value = WHOLES[name], values[name]
    step = values.get("groups", 1) if name in COUNTED else 1
    least = step if name in COUNTED else whole.least
    return {
        "label": _label(name, values),
        "value": value,
        "least": least,
        "most": max(ends.get(name, whole.most), value),
        "step": step,
    }


def _label(name: str, values: Mapping[str, Any]) -> str:
    """As the frame calls the control.

    >>> _label("width", {"width": 7}), _label("width", {"width": 7, "height": 7})
    ('length', 'width')
    """
    if name == "width" and "height" not in values:
        return LENGTH
    if name.endswith("_w"):
        return f"{name.removesuffix('_w')} w"
    return f"{name} h" if f"{name}_w" in values else name


def read_pull(told: object) -> dict[str, int]:
    """The values of controls in what the browser has told; anything else in it is left out.

    >>> read_pull({"kernel_size": 5, "padding": -1, "fill": 3, "stride": True, "height": 10**9})
    {'kernel_size': 5}
    """
    pairs = told.items() if isinstance(told, Mapping) else ()
    return {name: value for name, value in pairs if type(value) is int and _is_within(name, value)}


def _is_within(name: str, value: int) -> bool:
    if name == GROUPS:
        return 1 <= value <= WHOLES[COUNTED[0]].limit
    return name in HANDLES and WHOLES[name].least <= value <= WHOLES[name].limit


def pull(told: Mapping[str, Any], refusal: Callable[[Setup], str]) -> None:
    """The reader pulls a handle, or lets it go: from a callback, before the picture is made.

    `refusal` says why there is no picture of a setup, empty where there is one.
    """
    values = read_pull(told.get("values"))
    session().stage.pull = None
    if not told.get("done"):
        session().stage.pull = _answer(values, refusal) if values else None
    elif values:
        set_values(values)


def _answer(wanted: dict[str, int], refusal: Callable[[Setup], str]) -> Pull:
    """What is shown of it: all, or the last values on the way there that have a picture."""
    state = in_use()
    reason = refusal(setup_of({**state, **wanted}))
    possible = (values for values in way_back(state, wanted) if not refusal(setup_of({**state, **values})))
    return {"wanted": wanted, "shown": next(possible, {}) if reason else wanted, "why": reason}


def shown_setup() -> Setup:
    """What the picture shows: what the controls say, and what is pulled."""
    return setup_of(_shown())


def on_stage() -> dict[str, Any]:
    """What the payload says of handles, see `conv_viz.scenes.headers.StageHeader`."""
    found = handles(_shown(), session().ceilings)
    told = {"handles": {name: handle for name, handle in found.items() if not locked(name)}}
    return told if session().stage.pull is None else {**told, "pull": session().stage.pull}


def _shown() -> dict[str, Any]:
    pull = session().stage.pull
    return {**in_use(), **(pull["shown"] if pull else {})}


def way_back(begin: Mapping[str, int], wanted: Mapping[str, int]) -> Iterator[dict[str, int]]:
    """From the wanted values step by step to those of the controls, which are not among them.

    >>> list(way_back({"height": 7, "width": 7}, {"height": 9, "width": 5}))
    [{'height': 9, 'width': 5}, {'height': 8, 'width': 6}]
    """
    ways = {name: value - begin[name] for name, value in wanted.items() if name in begin}
    steps = max(map(abs, ways.values()), default=0)
    for step in range(steps, 0, -1):
        yield {name: begin[name] + round(way * step / steps) for name, way in ways.items()}
