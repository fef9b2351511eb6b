"""The frame's controls: one for each argument of ``nn.Conv2d``, and the input. All of them live in the URL."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from conv_viz.inputs import FILLS
from conv_viz.picture import Frame
from conv_viz.presets import PRESETS, Preset, find
from conv_viz.spec import PADDING_MODES, divisors


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
    "in_channels": Whole(1, 16, 4096, 3, "Planes of the input: 1 black and white, 3 colour, 4 some satellite pictures."),
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
PADDING_AS_HELP = (
    "'same' keeps the size at stride 1, 'valid' means no padding, a number pads that many cells at each edge."
)


def frame_controls() -> Frame:
    """Draw the controls in the current container and return what they say."""
    _preset_menu()
    values: dict[str, Any] = {name: _slider(name, whole) for name, whole in COUNTS.items()}
    square = st.toggle(
        "h = w", True, key="square", bind="query-params", help="One slider for height and width, or one for each."
    )
    values["kernel_size"] = _pair("kernel_size", square)
    values["stride"] = _pair("stride", square)
    values["padding"] = _padding(square)
    values["padding_mode"] = st.selectbox(
        "padding_mode",
        PADDING_MODES,
        key="padding_mode",
        bind="query-params",
        help="What stands in the padding: zeros, or copies of input cells.",
    )
    values["dilation"] = _pair("dilation", square)
    values["groups"] = _groups(values["in_channels"], values["out_channels"])
    values["bias"] = st.toggle("bias", True, key="bias", bind="query-params", help="One number added to each filter.")
    sizes = {name: _slider(name, whole) for name, whole in INPUT.items()}
    fill = st.selectbox("fill", FILLS, key="fill", bind="query-params", help="What the input is filled with.")
    seed = _slider("seed", SEED)
    shape = (sizes["batch_size"], values["in_channels"], sizes["height"], sizes["width"])
    return Frame.of(values, shape, fill, seed)


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


def _pair(name: str, square: bool) -> tuple[int, int]:
    whole = PAIRS[name]
    if square:
        value = _slider(name, whole)
        return value, value
    st.session_state.setdefault(f"{name}_w", _wanted(f"{name}_w", st.session_state.get(name, whole.default)))
    left, right = st.columns(2)
    with left:
        height = _slider(name, whole, f"{name} h")
    with right:
        width = _slider(f"{name}_w", whole, f"{name} w")
    return height, width


def _padding(square: bool) -> tuple[int, int] | str:
    kind = st.segmented_control(
        "padding",
        PADDING_AS,
        default="number",
        required=True,
        key="padding_as",
        bind="query-params",
        label_visibility="collapsed",
        help=PADDING_AS_HELP,
    )
    return _pair("padding", square) if kind == "number" else kind


def _groups(in_channels: int, out_channels: int) -> int:
    """Only what divides both channel counts; the choice stays as near as it can."""
    options = divisors(math.gcd(in_channels, out_channels))
    chosen = _wanted("groups", 1)
    if chosen not in options:
        st.session_state["groups"] = max(d for d in options if d <= max(chosen, 1))
    return st.select_slider(
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


def set_controls(arguments: Mapping[str, Any], input_shape: tuple[int, ...] | None = None, fill: str | None = None) -> None:
    """Put a layer, or some arguments of one, into the controls. Only from a callback or before they are drawn."""
    state = st.session_state
    pairs = {name: arguments[name] for name in PAIRS if name in arguments}
    padding = pairs.get("padding")
    if padding is not None:
        state["padding_as"] = padding if isinstance(padding, str) else "number"
        if isinstance(padding, str):
            del pairs["padding"]
    if any(not isinstance(pair, int) and pair[0] != pair[1] for pair in pairs.values()):
        state["square"] = False
    elif pairs.keys() >= PAIRS.keys() - {"padding"}:
        state["square"] = True  # a whole layer whose pairs are all equal
    for name, pair in pairs.items():
        height, width = (pair, pair) if isinstance(pair, int) else pair
        _put(name, height, PAIRS[name])
        _put(f"{name}_w", width, PAIRS[name])
    for name in ("in_channels", "out_channels"):
        if name in arguments:
            _put(name, arguments[name], COUNTS[name])
    for name in ("groups", "bias", "padding_mode"):
        if name in arguments:
            state[name] = arguments[name]
    if input_shape is not None:
        sizes = (input_shape[0] if len(input_shape) == 4 else 1, *input_shape[-2:])
        for name, size in zip(INPUT, sizes, strict=True):
            _put(name, size, INPUT[name])
    if fill is not None:
        state["fill"] = fill


def _put(name: str, value: int, whole: Whole) -> None:
    st.session_state[name] = min(max(value, whole.least), whole.limit)


def _preset_menu() -> None:
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
    preset = find(st.session_state["preset"])
    if preset is not None:
        apply(preset)


def apply(preset: Preset) -> None:
    """Set every control to a preset, and look at it from the start."""
    for name in ("in_channels", "out_channels", *PAIRS, *(f"{p}_w" for p in PAIRS), *INPUT):
        st.session_state.pop(f"_ceiling_{name}", None)
    set_controls(preset.spec.arguments(), preset.input_shape, preset.fill)
