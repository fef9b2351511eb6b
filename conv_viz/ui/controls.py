"""The frame's controls: the layer, one for each of its arguments, and the input. All of them live in the URL."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.groups import divisors
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.presets import PRESETS, Preset, find, matching, neighbour
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.ui import current
from conv_viz.ui.arguments import (
    COUNTS,
    DIVISORS,
    FLAGS,
    INPUT,
    LAYER,
    PADDING_AS,
    PAIRS,
    REALS,
    SEED,
    USUAL,
    Real,
    Whole,
    control_values,
    has,
    in_words,
    setup_of,
    used,
)
from conv_viz.ui.exercise import locked
from conv_viz.ui.image.own import fills
from conv_viz.ui.session import Change, session

Alone = Callable[[str, Callable[[], object]], None]

POOL_SEED_HELP = "Draws a random input; a pool has no weights. The same seed draws the same again."
PADDING_AS_HELP = (
    "'same' keeps the size at stride 1, 'valid' means no padding, a number pads that many cells at each edge."
)


def whole_script(name: str) -> None:
    """What a control that was moved asks for where a page cannot draw another layer alone."""
    st.rerun()


def frame_controls(moved: Callable[[str], None] = whole_script) -> Setup:
    """Draw the controls in the current container and return what they say.

    A control that is moved runs alone, and then `moved` with its name, instead of the whole script: most of what a
    person waits for is the rest of the page.
    """
    now = session()
    change, now.change = now.change or Change({}), None
    st.session_state.update(change.values)
    _draw(moved)
    _keep_the_others()
    # A slider whose end has moved is a new widget to Streamlit, which then prefers the
    # value of the old address to ours. The second time round it is known, and ours counts.
    lost = any(st.session_state.get(name) != value for name, value in change.values.items())
    if lost and not change.again:
        now.change = replace(change, again=True)
        st.rerun()
    return said()


def said() -> Setup:
    """What the controls say; they have been drawn."""
    return setup_of(in_use())


def in_use() -> dict[str, Any]:
    """The value of each control that says something now, see `conv_viz.ui.arguments.used`."""
    state = st.session_state
    names = used({name: state[name] for name in ("layer", "square", "padding_as") if name in state})
    return {name: state[name] for name in USUAL if name in state and name in names}


def _keep_the_others() -> None:
    """What another layer's controls were set to: Streamlit forgets the value of a control that is not drawn."""
    state = st.session_state
    for name in USUAL.keys() - in_use().keys():
        if name in state:
            state[name] = state[name]


def _draw(moved: Callable[[str], None]) -> None:
    """Two controls in a row: every argument of the layer is in view on a laptop, and the input below them."""
    alone = partial(run_alone, moved)
    left, right = st.columns(2)
    with left:
        layer = _layer()
    with right:
        _preset_menu()
    if has(layer, "in_channels"):
        alone("channels", partial(_channels, layer))
    windows, below = st.container(), st.columns(2, vertical_alignment="bottom")
    two = KINDS[layer].dims == 2
    with below[1]:  # drawn first, since it says how the others are drawn
        square = not two or _square()
    with windows:
        _windows(layer, alone, two=two, square=square)
    if in_words(layer):
        with below[0]:
            alone("padding_mode", _padding_mode)
    for name in FLAGS:  # in a row of their own: their names are long
        if has(layer, name) and name != "bias":
            alone(name, partial(_flag, name))
    numbers: dict[str, Callable[[], object]] = {name: partial(_slider, name, whole) for name, whole in DIVISORS.items()}
    numbers |= {name: partial(_real, name, real) for name, real in REALS.items()}
    _rows(alone, {name: draw for name, draw in numbers.items() if has(layer, name)})
    _input(layer, alone)


def _rows(alone: Alone, controls: Mapping[str, Callable[[], object]]) -> None:
    """Controls side by side, two in a row."""
    names = list(controls)
    for first in range(0, len(names), 2):
        for place, name in zip(st.columns(2, vertical_alignment="bottom"), names[first : first + 2], strict=False):
            with place:
                alone(name, controls[name])


def _windows(layer: str, alone: Alone, *, two: bool, square: bool) -> None:
    """How the window lies and moves: a slider for each argument, or one for each axis of it."""
    draw_pair = partial(_pair, square=square, two=two)
    # Its kind decides whether padding is a number. The place stays: a control below one that comes or goes is made
    # anew, and forgets the key pressed last.
    pairs: dict[str, Callable[[], object]] = {name: partial(draw_pair, name) for name in PAIRS if has(layer, name)}
    before = [name for name in ("kernel_size", "stride") if name in pairs]
    _rows(alone, {name: pairs[name] for name in before}) if square else _each(alone, pairs, before)
    if in_words(layer) and _padding_kind() != "number":
        pairs["padding"] = _nothing
    after = [name for name in pairs if name not in before]
    _rows(alone, {name: pairs[name] for name in after}) if square else _each(alone, pairs, after)


def _each(alone: Alone, controls: Mapping[str, Callable[[], object]], names: Iterable[str]) -> None:
    for name in names:
        with st.container():
            alone(name, controls[name])


def _nothing() -> None:
    """What stands in a control's place while it has nothing to say."""


def _square() -> bool:
    return st.toggle(
        "h = w",
        True,
        key="square",
        bind="query-params",
        help="One slider for height and width, or one for each.",
        disabled=locked("square"),
    )


def _layer() -> str:
    return st.selectbox(
        "layer",
        list(KINDS),
        key="layer",
        bind="query-params",
        disabled=locked("layer"),
        help="A class of torch.nn. What two layers share keeps its value.",
    )


def _input(layer: str, alone: Alone) -> None:
    """The input; its channels too where they are no argument of the layer."""
    controls: dict[str, Callable[[], object]] = {}
    for name, whole in INPUT.items():
        if name != "height" or KINDS[layer].dims == 2:
            controls[name] = partial(_slider, name, whole)
        if name == "batch_size" and not has(layer, "in_channels"):
            controls["in_channels"] = partial(_slider, "in_channels", COUNTS["in_channels"], "channels")
    seed = SEED if has(layer, "in_channels") else replace(SEED, help=POOL_SEED_HELP)
    _rows(alone, {**controls, "seed": partial(_slider, "seed", seed)})
    alone("fill", _fill)


def run_alone(moved: Callable[[str], None], name: str, draw: Callable[[], object]) -> None:
    """Draw a control so that it runs alone when it is moved.

    On every page: the browser keeps a control as it is only where it stands in a fragment on both pages. One that is
    made anew, while pages change quickly, may fall to its default.
    """
    session().drawing = True  # the whole frame is drawn, and the page after it

    def part() -> None:
        draw()
        if not session().drawing:
            moved(name)

    st.fragment(part, key=f"alone_{name}")()
    session().drawing = False


def _channels(layer: str) -> None:
    places = [*st.columns(2), *st.columns(2, vertical_alignment="bottom")]
    for place, (name, whole) in zip(places, COUNTS.items(), strict=False):
        with place:
            _slider(name, whole)
    with places[2]:
        _groups(st.session_state["in_channels"], st.session_state["out_channels"])
    if has(layer, "bias"):
        with places[3]:
            _flag("bias")


def _padding_mode() -> None:
    st.selectbox(
        "padding_mode",
        PADDING_MODES,
        key="padding_mode",
        bind="query-params",
        disabled=locked("padding_mode"),
        help="What stands in the padding: zeros, or copies of input cells.",
    )


def _flag(name: str) -> None:
    default, help = FLAGS[name]
    st.toggle(name, default, key=name, bind="query-params", help=help, disabled=locked(name))


def _fill() -> None:
    st.selectbox(
        "fill",
        fills(),
        key="fill",
        bind="query-params",
        help="What the input is filled with. For numbers of your own paste them above, like [[0, 1], [2, 3]].",
        disabled=locked("fill"),
    )


def _slider(name: str, whole: Whole, label: str | None = None) -> int:
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


def _real(name: str, real: Real) -> float:
    return st.slider(
        name, real.least, real.most, real.default, real.step, key=name, bind="query-params", help=real.help
    )


def _pair(name: str, square: bool, two: bool) -> None:
    """One slider, or two side by side."""
    whole = PAIRS[name]
    if square:
        value = _slider(name, whole)
        if two:
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
        disabled=locked("padding_as"),
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
        disabled=locked("groups"),
        help="Splits channels and filters into groups that do not see each other; only divisors of both counts.",
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


# -- setting the controls from elsewhere -------------------------------------------------


def set_controls(
    arguments: Mapping[str, Any],
    input_shape: tuple[int, ...] | None = None,
    fill: str | None = None,
    layer: str | None = None,
) -> None:
    """Put a layer, or some arguments of one, into the controls. Only from a callback or before they are drawn.

    `layer` is its class in ``torch.nn``, without it the one that is chosen.
    """
    set_values(control_values(arguments, input_shape, fill, layer or st.session_state.get("layer", LAYER)))


def set_values(values: Mapping[str, Any]) -> None:
    """Give controls these values, by the names of the controls; from where `set_controls` may be called."""
    st.session_state.update(values)
    session().change = Change(values)


def set_setup(setup: Setup) -> None:
    """Put a whole setup into the controls, as `set_controls`; the seed stays."""
    set_controls(dict(setup.arguments), setup.input_shape, setup.fill, setup.name)


def _preset_menu() -> None:
    """A menu that sets the controls and forgets: which example is shown says the stage."""
    key = current.key("preset", None, None)
    st.selectbox(
        "example",
        [preset.title for preset in PRESETS],
        index=None,
        placeholder="choose an example",
        key=key,
        on_change=_apply_preset,
        args=(key,),
        help="Sets every control.",
        disabled=locked("example"),
    )


def _apply_preset(key: str) -> None:
    title = st.session_state[key]
    if find(title or "") and current.taken("preset", key, title):
        set_preset(title)


def set_preset(title: str) -> None:
    """Put the example of this title into the controls, if there is one and it is not locked."""
    preset = find(title)
    if preset is not None and not locked("example"):
        _set_preset(preset)


def next_example(setup: Setup, by: int | None) -> None:
    """Set every control to the example after the one that is shown (`by` 1) or before it (-1); else to the first."""
    if by not in (1, -1) or locked("example"):
        return
    try:
        shown = matching(setup.layer(), setup.input_shape, setup.fill)
    except ConvSpecError:
        shown = None
    _set_preset(neighbour(shown, by))


def _set_preset(preset: Preset) -> None:
    ceilings = session().ceilings
    session().ceilings = {name: end for name, end in ceilings.items() if name == "seed"}
    name = preset.spec.name()
    set_controls(preset.spec.arguments(), preset.input_shape, preset.fill, name)
