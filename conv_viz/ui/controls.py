"""The frame's controls: the layer, one for each of its arguments, and the input. All of them live in the URL."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import streamlit as st

from conv_viz.layers.kinds import KINDS
from conv_viz.layers.presets import PRESETS, Preset, find, matching, neighbour
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.ui import current, widgets
from conv_viz.ui.arguments import (
    COUNTS,
    DIVISORS,
    FLAGS,
    INPUT,
    LAYER,
    LENGTH,
    PAIRS,
    REALS,
    SEED,
    USUAL,
    control_values,
    has,
    in_words,
    setup_of,
    used,
)
from conv_viz.ui.exercise import exercise, locked
from conv_viz.ui.session import Change, session

Alone = Callable[[str, Callable[[], object]], None]

POOL_SEED_HELP = "Draws a random input; a pool has no weights. The same seed draws the same again."


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
    lost = any(st.session_state.get(name, value) != value for name, value in change.values.items())
    if lost and not change.again:
        now.change = replace(change, again=True)
        st.rerun()
    return said()


def said() -> Setup:
    """What the controls say; they have been drawn."""
    return setup_of(in_use())


def in_use() -> dict[str, Any]:
    """The value of each control that says something now, see `conv_viz.ui.arguments.used`."""
    names = used(_held(("layer", "square", "padding_as")))
    return _held(name for name in USUAL if name in names)


def _held(names: Iterable[str]) -> dict[str, Any]:
    """The values of those of these controls that have one, with one look at each: Streamlit takes ten microseconds."""
    found = {}
    for name in names:
        with suppress(KeyError):
            found[name] = st.session_state[name]
    return found


def with_height(shape: Shape) -> tuple[int, int, int, int]:
    """The frame's input as (N, C, H, W): that of a layer with one axis has the height that the controls had last."""
    samples, channels, *sizes = shape
    height, width = sizes if len(sizes) == 2 else (st.session_state.get("height", INPUT["height"].default), *sizes)
    return samples, channels, height, width


def _keep_the_others() -> None:
    """What another layer's controls were set to: Streamlit forgets the value of a control that is not drawn."""
    state = st.session_state
    for name in USUAL.keys() - in_use().keys():
        if name in state:
            state[name] = state[name]


def _draw(moved: Callable[[str], None]) -> None:
    """Two controls in a row: every argument of the layer is in view on a laptop, and the input below them.

    Each has a place of its own, whatever the others do: the browser makes a control anew whose place has changed, and
    what is pressed on it meanwhile is lost.
    """
    alone = partial(run_alone, moved)
    with widgets.two_in_a_row("layer"):
        layer = _layer()
        _preset_menu()
    _in_place(alone, "channels", partial(_channels, layer), has(layer, "in_channels"))
    windows = widgets.two_in_a_row("windows")
    two = KINDS[layer].dims == 2
    with widgets.two_in_a_row("below"):
        mode = st.container()
        square = not two or widgets.square()  # drawn first, since it says how the others are drawn
    with windows:
        _windows(layer, alone, two=two, square=square)
    if in_words(layer):
        with mode:
            alone("padding_mode", widgets.padding_mode)
    for name in FLAGS:  # in a row of their own: their names are long
        if name != "bias":
            _in_place(alone, name, partial(widgets.flag, name), has(layer, name))
    numbers: dict[str, Callable[[], object]] = {
        name: partial(widgets.slider, name, whole) for name, whole in DIVISORS.items()
    }
    numbers |= {name: partial(widgets.real, name, real) for name, real in REALS.items()}
    with widgets.two_in_a_row("numbers"):
        for name, draw in numbers.items():
            _in_place(alone, name, draw, has(layer, name))
    with widgets.two_in_a_row("input"):
        _input(layer, alone)
    alone("fill", widgets.fill)


def _in_place(alone: Alone, name: str, draw: Callable[[], object], shown: bool) -> None:
    """A control, or nothing in the place that is kept for it."""
    if shown:
        alone(name, draw)
    else:
        st.container()


def _windows(layer: str, alone: Alone, *, two: bool, square: bool) -> None:
    """How the window lies and moves: a slider for each argument, or one for each axis of it."""
    for name in PAIRS:
        draw, shown = partial(widgets.pair, name, square=square, two=two), has(layer, name)
        if name == "padding":
            with st.container():
                shown = widgets.padding_kind() == "number" if in_words(layer) else shown
        if name == "padding" and in_words(layer) and square and not shown:
            st.space()  # dilation stays in its half of the row
        else:
            _in_place(alone, name, draw, shown)


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
    counted = has(layer, "in_channels")
    row = KINDS[layer].dims == 1
    width = INPUT["width"]
    if row:  # torch's word; the address keeps the one name for both
        width = replace(width, help="Cells of the row.")
    seed = SEED if counted else replace(SEED, help=POOL_SEED_HELP)
    draw = widgets.slider
    alone("batch_size", partial(draw, "batch_size", INPUT["batch_size"]))
    _in_place(alone, "in_channels", partial(draw, "in_channels", COUNTS["in_channels"], "channels"), not counted)
    _in_place(alone, "height", partial(draw, "height", INPUT["height"]), not row)
    alone("width", partial(draw, "width", width, LENGTH if row else None))
    alone("seed", partial(draw, "seed", seed))


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
    with widgets.two_in_a_row("channels"):
        for name, whole in COUNTS.items():
            widgets.slider(name, whole)
        widgets.groups(st.session_state["in_channels"], st.session_state["out_channels"])
        if has(layer, "bias"):
            widgets.flag("bias")


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
    """Give controls these values, by the names of the controls; from where `set_controls` may be called.

    None of them where the link of an exercise locks one that would change: half of a fix is none.
    """
    state = st.session_state
    if any(locked(name) and state.get(name) != value for name, value in values.items()):
        st.toast(f"This link lets only {' and '.join(exercise().only)} move.")
        return
    state.update(values)
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
        placeholder="choose",
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
