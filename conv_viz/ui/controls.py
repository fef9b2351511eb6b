"""The frame's controls: one for each argument of ``nn.Conv2d``, and the input. All of them live in the URL."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import streamlit as st

from conv_viz.frame import Frame
from conv_viz.inputs import FILLS
from conv_viz.presets import PRESETS, find
from conv_viz.spec import PADDING_MODES, divisors
from conv_viz.ui import address
from conv_viz.ui.own_picture import fills


@dataclass(frozen=True)
class Whole:
    """A slider of whole numbers. `most` is where it usually ends; a larger value from a link
    or a pasted line moves the end up to `limit`."""

    least: int
    most: int
    limit: int
    default: int
    help: str


COUNTS = {
    "in_channels": Whole(1, 16, 4096, 3, "Planes of the input: 1 black and white, 3 colour, 4 some satellites."),
    "out_channels": Whole(1, 16, 4096, 4, "Number of filters; each makes one plane of the output."),
}
PAIRS = {
    "kernel_size": Whole(1, 11, 64, 3, "Rows and columns of weights in each filter."),
    "stride": Whole(1, 8, 64, 2, "Cells from one position of the kernel to the next."),
    "padding": Whole(0, 8, 64, 1, "Cells added at each edge of the input."),
    "dilation": Whole(1, 8, 64, 1, "Distance between two taps; 1 means side by side."),
}
INPUT = {
    "batch_size": Whole(1, 16, 1024, 1, "Samples that pass through together."),
    "height": Whole(1, 64, 1024, 7, "Rows of the input."),
    "width": Whole(1, 64, 1024, 7, "Columns of the input."),
}
SEED = Whole(0, 99, 2**31 - 1, 0, "Draws the weights, and a random input. The same seed gives the same numbers.")
PADDING_AS = ("number", "same", "valid")
CHOICES = {  # every control that is no slider of whole numbers, with its default
    "square": True,
    "padding_as": PADDING_AS[0],
    "padding_mode": PADDING_MODES[0],
    "groups": 1,
    "bias": True,
    "fill": FILLS[0],
}
PADDING_AS_HELP = (
    "'same' keeps the size at stride 1, 'valid' means no padding, a number pads that many cells at each edge."
)


def frame_controls(moved: Callable[[str], None] | None = None) -> Frame:
    """Draw the controls in the current container and return what they say.

    With `moved`, a control that is moved runs alone, and then `moved` with its name, instead of
    the whole script: most of what a person waits for is the rest of the page.
    """
    pending = st.session_state.pop("_pending", {})
    st.session_state.update(pending)
    _draw(moved)
    # A slider whose end has moved is a new widget to Streamlit, which then prefers the
    # value of the old address to ours. The second time round it is known, and ours counts.
    lost = any(st.session_state.get(name) != value for name, value in pending.items())
    if lost and not st.session_state.pop("_again", False):
        st.session_state.update(_pending=pending, _again=True)
        st.rerun()
    st.session_state.pop("_again", None)
    if pending:
        address.show(query(pending), pending)
    return said()


def said() -> Frame:
    """What the controls say; they have been drawn."""
    state = st.session_state
    arguments: dict[str, Any] = {name: state[name] for name in COUNTS}
    for name in PAIRS:
        if name != "padding":
            arguments[name] = _said_pair(name)
    kind = state["padding_as"]
    arguments["padding"] = _said_pair("padding") if kind == "number" else kind
    arguments |= {name: state[name] for name in ("padding_mode", "groups", "bias")}
    shape = (state["batch_size"], state["in_channels"], state["height"], state["width"])
    return Frame.of(arguments, shape, state["fill"], state["seed"])


def _said_pair(name: str) -> tuple[int, int]:
    state = st.session_state
    return state[name], state[name] if state["square"] else state[f"{name}_w"]


def _draw(moved: Callable[[str], None] | None) -> None:
    alone = partial(_alone, moved)
    _preset_menu()
    alone("channels", _channels)
    square = st.toggle(
        "h = w", True, key="square", bind="query-params", help="One slider for height and width, or one for each."
    )
    alone("kernel_size", partial(_pair, "kernel_size", square))
    alone("stride", partial(_pair, "stride", square))
    if _padding_kind() == "number":
        alone("padding", partial(_pair, "padding", square))
    alone("padding_mode", _padding_mode)
    alone("dilation", partial(_pair, "dilation", square))
    alone("bias", _bias)
    for name, whole in INPUT.items():
        alone(name, partial(_slider, name, whole))
    alone("fill", _fill)
    alone("seed", partial(_slider, "seed", SEED))


def _alone(moved: Callable[[str], None] | None, name: str, draw: Callable[[], object]) -> None:
    """Draw a control so that it runs alone when it is moved."""
    if moved is None:
        draw()
        return
    st.session_state["_drawing"] = True  # the whole frame is drawn, and the page after it

    def part() -> None:
        draw()
        if not st.session_state["_drawing"]:
            moved(name)

    st.fragment(part, key=f"alone_{name}")()
    st.session_state["_drawing"] = False


def _channels() -> None:
    for name, whole in COUNTS.items():
        _slider(name, whole)
    _groups(st.session_state["in_channels"], st.session_state["out_channels"])


def _padding_mode() -> None:
    st.selectbox(
        "padding_mode",
        PADDING_MODES,
        key="padding_mode",
        bind="query-params",
        help="What stands in the padding: zeros, or copies of input cells.",
    )


def _bias() -> None:
    st.toggle("bias", True, key="bias", bind="query-params", help="One number added to each filter.")


def _fill() -> None:
    st.selectbox("fill", fills(), key="fill", bind="query-params", help="What the input is filled with.")


def _slider(name: str, whole: Whole, label: str | None = None) -> int:
    return st.slider(
        label or name,
        whole.least,
        _ceiling(name, whole),
        whole.default,
        key=name,
        bind="query-params",
        help=whole.help,
    )


def _pair(name: str, square: bool) -> None:
    whole = PAIRS[name]
    if square:
        value = _slider(name, whole)
        st.session_state[f"{name}_w"] = value  # where the width starts when it gets a slider of its own
        return
    left, right = st.columns(2)
    with left:
        _slider(name, whole, f"{name} h")
    with right:  # in a link that leaves it out the width is the default: links drop what is the default
        _slider(f"{name}_w", whole, f"{name} w")


def _padding_kind() -> str:
    return st.segmented_control(
        "padding",
        PADDING_AS,
        default="number",
        required=True,
        key="padding_as",
        bind="query-params",
        label_visibility="collapsed",
        help=PADDING_AS_HELP,
    )


def _groups(in_channels: int, out_channels: int) -> None:
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
        help="Splits channels and filters into groups that do not see each other; only divisors of both counts.",
    )


def _ceiling(name: str, whole: Whole) -> int:
    """Where the slider ends: further than usual when the value that comes from a link needs it."""
    key = f"_ceiling_{name}"
    most = st.session_state.get(key, whole.most)
    wanted = _wanted(name, whole.default)
    if most < wanted <= whole.limit:
        most = min(whole.limit, 1 << (wanted - 1).bit_length())
        st.session_state[key] = most
    return most


def _wanted(name: str, default: int) -> int:
    """The value that is about to be shown: of this session, or on its way from the URL."""
    if name in st.session_state:
        return st.session_state[name]
    text = st.query_params.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 12 else default


# -- setting the controls from elsewhere -------------------------------------------------


def set_controls(
    arguments: Mapping[str, Any], input_shape: tuple[int, ...] | None = None, fill: str | None = None
) -> None:
    """Put a layer, or some arguments of one, into the controls. Only from a callback or before they are drawn."""
    values = control_values(arguments, input_shape, fill)
    st.session_state.update(values)
    st.session_state["_pending"] = values


def set_frame(frame: Frame) -> None:
    """Put a whole frame into the controls, as `set_controls`; the seed stays."""
    set_controls(dict(frame.arguments), frame.input_shape, frame.fill)


def control_values(
    arguments: Mapping[str, Any], input_shape: tuple[int, ...] | None = None, fill: str | None = None
) -> dict[str, Any]:
    """Which control takes which value to show these arguments; values beyond a control's limit are cut.

    >>> control_values({"padding": "same", "stride": (1, 2)})
    {'padding_as': 'same', 'square': False, 'stride': 1, 'stride_w': 2}
    """
    values: dict[str, Any] = {}
    pairs = {name: arguments[name] for name in PAIRS if name in arguments}
    if "padding" in pairs:
        words = isinstance(pairs["padding"], str)
        values["padding_as"] = pairs.pop("padding") if words else "number"
    sides = {name: (pair, pair) if isinstance(pair, int) else pair for name, pair in pairs.items()}
    if any(height != width for height, width in sides.values()):
        values["square"] = False
    elif sides.keys() >= PAIRS.keys() - {"padding"}:
        values["square"] = True  # a whole layer whose pairs are all equal
    for name, (height, width) in sides.items():
        values[name] = _within(height, PAIRS[name])
        if not values.get("square"):  # also where the frame already has a slider for each
            values[f"{name}_w"] = _within(width, PAIRS[name])
    values |= {name: _within(arguments[name], whole) for name, whole in COUNTS.items() if name in arguments}
    values |= {name: arguments[name] for name in ("groups", "bias", "padding_mode") if name in arguments}
    if input_shape is not None:
        sizes = (input_shape[0] if len(input_shape) == 4 else 1, *input_shape[-2:])
        values |= {name: _within(size, INPUT[name]) for name, size in zip(INPUT, sizes, strict=True)}
    return values if fill is None else {**values, "fill": fill}


def query(values: Mapping[str, Any]) -> dict[str, str]:
    """What the address says of these values of controls; what is the default is left out.

    >>> query({"in_channels": 3, "out_channels": 64, "kernel_size_w": 5, "bias": False, "padding_as": "number"})
    {'out_channels': '64', 'kernel_size_w': '5', 'bias': 'false'}
    """
    wholes = {**COUNTS, **PAIRS, **{f"{name}_w": whole for name, whole in PAIRS.items()}, **INPUT, "seed": SEED}
    usual = {**{name: whole.default for name, whole in wholes.items()}, **CHOICES}
    return {name: str(value).lower() for name, value in values.items() if value != usual[name]}


def _within(value: int, whole: Whole) -> int:
    return min(max(value, whole.least), whole.limit)


def _preset_menu() -> None:
    """A menu that sets the controls and forgets: which example is shown says the stage."""
    st.selectbox(
        "example",
        [p.title for p in PRESETS],
        index=None,
        placeholder="choose an example",
        key="preset",
        on_change=_apply_preset,
        help="Sets every control.",
    )


def _apply_preset() -> None:
    preset = find(st.session_state["preset"] or "")
    st.session_state["preset"] = None
    if preset is None:
        return
    for name in (*COUNTS, *PAIRS, *(f"{pair}_w" for pair in PAIRS), *INPUT):
        st.session_state.pop(f"_ceiling_{name}", None)
    set_controls(preset.spec.arguments(), preset.input_shape, preset.fill)
