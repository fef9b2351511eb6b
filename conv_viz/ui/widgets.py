"""One control of the frame each, as it is drawn: its slider, switch or menu, in the address and perhaps locked."""

from __future__ import annotations

import math
from contextlib import AbstractContextManager

import streamlit as st

from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.groups import divisors
from conv_viz.ui.arguments import FLAGS, PADDING_AS, PAIRS, Real, Whole
from conv_viz.ui.exercise import locked
from conv_viz.ui.image.own import fills
from conv_viz.ui.session import session

GROUPS_HELP = "Splits channels and filters into groups that do not see each other; only divisors of both counts."
PADDING_AS_HELP = (
    "'same' keeps the size at stride 1, 'valid' means no padding, a number pads that many cells at each edge."
)


def two_in_a_row(place: str) -> AbstractContextManager[object]:
    """A place whose controls stand two in a row, by frame.css. The browser goes over columns at every change."""
    return st.container(key=f"two_{place}")


def square() -> bool:
    """Whether height and width have one slider."""
    return st.toggle(
        "h = w",
        True,
        key="square",
        bind="query-params",
        help="One slider for both axes of the kernel, its stride, padding and dilation, or one for each axis.",
        disabled=locked("square"),
    )


def padding_mode() -> None:
    """What stands in the padding."""
    st.selectbox(
        "padding_mode",
        PADDING_MODES,
        key="padding_mode",
        bind="query-params",
        disabled=locked("padding_mode"),
        help="What stands in the padding: zeros, or copies of input cells.",
    )


def flag(name: str) -> None:
    """A switch for an argument that is True or False."""
    default, help = FLAGS[name]
    st.toggle(name, default, key=name, bind="query-params", help=help, disabled=locked(name))


def fill() -> None:
    """What the input is filled with."""
    st.selectbox(
        "fill",
        fills(),
        key="fill",
        bind="query-params",
        help="What the input is filled with. For numbers of your own paste them above, like [[0, 1], [2, 3]].",
        disabled=locked("fill"),
    )


def slider(name: str, whole: Whole, label: str | None = None) -> int:
    """A whole number."""
    return st.slider(
        label or name,
        whole.least,
        _ceiling(name, whole),
        whole.default,
        key=name,
        bind="query-params",
        help=whole.help,
        disabled=locked(name),
    )


def real(name: str, between: Real) -> float:
    """A number between whole ones, too."""
    return st.slider(
        name,
        between.least,
        between.most,
        between.default,
        between.step,
        key=name,
        bind="query-params",
        help=between.help,
        disabled=locked(name),
    )


def pair(name: str, square: bool, two: bool) -> None:
    """One slider, or two, which stand side by side."""
    whole = PAIRS[name]
    value = slider(name, whole, name if square else f"{name} h")
    if not square:
        # In a link that leaves it out the width is the default: links drop what is the default.
        slider(f"{name}_w", whole, f"{name} w")
    elif two:
        st.session_state[f"{name}_w"] = value  # where the width starts when it gets a slider of its own


def padding_kind() -> str:
    """Whether padding is a number or one of torch's words."""
    return st.segmented_control(
        "padding",
        PADDING_AS,
        default="number",
        required=True,
        key="padding_as",
        bind="query-params",
        label_visibility="collapsed",
        help=PADDING_AS_HELP,
        disabled=locked("padding_as"),
    )


def groups(in_channels: int, out_channels: int) -> None:
    """Only what divides both channel counts; the choice stays as near as it can."""
    options = divisors(math.gcd(in_channels, out_channels))
    chosen = _wanted("groups", 1)
    if chosen not in options:
        st.session_state["groups"] = max(d for d in options if d <= max(chosen, 1))
    st.select_slider(
        "groups",
        options,
        key="groups",
        bind="query-params",
        disabled=locked("groups"),
        help=GROUPS_HELP
        if len(options) > 1
        else f"Nothing but 1 divides {in_channels} channels and {out_channels} filters.",
    )


def _ceiling(name: str, whole: Whole) -> int:
    """Where the slider ends: further than usual when the value that comes from a link needs it."""
    ceilings = session().ceilings
    most = ceilings.get(name, whole.most)
    wanted = _wanted(name, whole.default)
    if most < wanted <= whole.limit:
        most = ceilings[name] = min(whole.limit, 1 << (wanted - 1).bit_length())
    return most


def _wanted(name: str, default: int) -> int:
    """The value that is about to be shown: of this session, or on its way from the URL."""
    if name in st.session_state:
        return st.session_state[name]
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else default
