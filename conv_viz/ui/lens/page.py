"""A lens as a page: what may be chosen in it, and its picture. No lens needs code of its own here."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

import streamlit as st

from conv_viz.layers.setup import Setup
from conv_viz.lenses.lens import Choice, Lens, Ready
from conv_viz.lenses.look import nearest, through
from conv_viz.lenses.shelf import find
from conv_viz.scenes.later import later
from conv_viz.scenes.payload import content_id, encode
from conv_viz.scenes.scene import Scene
from conv_viz.ui import address, current
from conv_viz.ui.components import feed_component, told_by, view_component
from conv_viz.ui.controls import run_alone, said, set_controls
from conv_viz.ui.fix import apply_fix
from conv_viz.ui.image.own import own_input
from conv_viz.ui.lens.downloads import Shown, downloads
from conv_viz.ui.lens.link import code_of
from conv_viz.ui.server.garbage import leave_imports_alone
from conv_viz.ui.session import session
from conv_viz.ui.view import current_view, keep_speed, look
from conv_viz.ui.weights.edited import weights_of

ABREAST = 5  # controls in a row, whose values can still be read on a laptop


def lens_page(name: str, setup: Setup) -> None:
    """Show the frame's layer through a lens."""
    lens = find(name)
    state = session().lens
    state.name = name
    st.session_state.update(state.pending)
    state.pending = {}
    _controls(name, lens, setup)
    scene = _scene(name, setup)
    data = encode(scene)
    state.shown = shown = Shown(scene, content_id(data))
    view_component(
        data=session().fed(data),
        key=f"lens_{name}",
        on_at_change=lambda: _chosen(f"lens_{name}"),
        on_whole_change=lambda: None,  # the browser missed a picture: the page runs, and sends all of this one
        on_speed_change=lambda: keep_speed(f"lens_{name}"),
        on_fix_change=lambda: apply_fix(said(), nearest(name, said(), _values(name))),
    )
    downloads(name, shown)
    leave_imports_alone()


def refresh(setup: Setup, source: str) -> None:
    """Give the lens that is on the page another layer, from the control `source` that runs alone."""
    session().frame = setup
    shown = session().lens.shown
    assert shown is not None, "a control runs alone after the page was drawn"
    before, shown.scene = shown.scene, _scene(session().lens.name, setup)
    data = encode(later(shown.scene, before, shown.held))
    shown.held = content_id(data)
    feed_component(data=session().fed(data), key=f"feed_{source}")


def _moved(key: str) -> None:
    """Something else was chosen in the lens: only its picture changes."""
    refresh(session().frame, key)
    address.settle()


def _scene(name: str, setup: Setup) -> Scene:
    return through(name, setup, _values(name), current_view(), weights_of(setup), own_input(setup.fill))


def _values(name: str) -> Mapping[str, Any]:
    state = st.session_state
    held = {choice: state[key] for choice in find(name).choices if (key := _key(name, choice)) in state}
    return {choice.name: code_of(value) if choice.kind == "text" else value for choice, value in held.items()}


def _key(name: str, choice: Choice) -> str:
    """The control's key, which is its name in the address."""
    return f"{name}_{choice.name}"


def _controls(name: str, lens: Lens, setup: Setup) -> None:
    """What is ready to open, one control for each choice, and the filter in view: side by side."""
    with st.container(key=f"lens_controls_{name}"):
        _placed(name, lens, setup)


def _placed(name: str, lens: Lens, setup: Setup) -> None:
    widths = [2] * bool(lens.pairs) + [3 if choice.kind == "text" else 2 for choice in lens.choices] + [1]
    rows = -(-len(widths) // ABREAST)
    half = -(-len(widths) // rows)
    places = (
        place
        for first in range(0, len(widths), half)
        for place in st.columns(widths[first : first + half], vertical_alignment="bottom")
    )
    if lens.pairs:
        with next(places):
            _ready(name, lens.pairs)
    for choice in lens.choices:
        with next(places):
            key = _key(name, choice)
            run_alone(_moved, key, partial(_CONTROLS[choice.kind], key, choice))
    with next(places):
        _filter_control(setup)


def _filter_control(setup: Setup) -> None:
    """Which filter is looked at: the stage's own, which stands in the address."""
    count = dict(setup.arguments).get("out_channels", setup.input_shape[-3])
    if type(count) is not int or count < 2:
        return
    shown = min(current_view().filter, count - 1)
    key = current.key("lens_filter", count, shown)

    def take() -> None:
        if current.taken("lens_filter", key, st.session_state[key]):
            look({"filter": st.session_state[key]})

    st.selectbox("filter", range(count), shown, key=key, on_change=take)


def _menu(key: str, choice: Choice) -> None:
    if st.session_state.get(key) not in choice.options:
        st.session_state.pop(key, None)
    st.selectbox(
        choice.label, choice.options, choice.options.index(choice.default), key=key, bind="query-params",
        help=choice.help or None,
    )  # fmt: skip


def _text(key: str, choice: Choice) -> None:
    st.text_input(choice.label, choice.default, key=key, bind="query-params", help=choice.help or None)


def _whole(key: str, choice: Choice) -> None:
    least, most = choice.options
    st.slider(choice.label, least, most, choice.default, key=key, bind="query-params", help=choice.help or None)


def _switch(key: str, choice: Choice) -> None:
    st.toggle(choice.label, choice.default, key=key, bind="query-params", help=choice.help or None)


_CONTROLS: dict[str, Callable[[str, Choice], None]] = {
    "menu": _menu, "text": _text, "whole": _whole, "switch": _switch,
}  # fmt: skip


def _ready(name: str, pairs: tuple[Ready, ...]) -> None:
    """A menu of settings that are worth seeing; it sets the layer and the choices, and forgets."""
    key = current.key(f"ready_{name}", None, None)
    st.selectbox(
        "ready to open",
        [pair.title for pair in pairs],
        index=None,
        placeholder="choose a pair" if name == "compare" else "choose an example",
        key=key,
        on_change=_open,
        args=(name, key),
    )


def _open(name: str, key: str) -> None:
    title = st.session_state[key]
    pair = next((pair for pair in find(name).pairs if pair.title == title), None)
    if pair and current.taken(f"ready_{name}", key, title):
        _apply(name, pair)


def _apply(name: str, pair: Ready) -> None:
    if pair.arguments:
        # An argument that is not named has its default, not what was set before.
        defaults = {"stride": 1, "padding": 0, "dilation": 1, "groups": 1, "bias": True, "padding_mode": "zeros"}
        set_controls({**defaults, **pair.arguments}, pair.input_shape, pair.fill, pair.layer)
    values = {_key(name, choice): pair.values.get(choice.name, choice.default) for choice in find(name).choices}
    session().lens.pending = values


def _chosen(component: str) -> None:
    """A cell was chosen; the address says it, and frontend/hosts/lens.js begins with it."""
    at = told_by(component, "at")
    session().looking.marks["at"] = at if isinstance(at, str) else ""
