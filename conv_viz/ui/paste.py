"""The field that takes pasted text and sets every control by it. Idle, it is one element of the sidebar."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import numpy as np
import streamlit as st

from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.text.adopt import adopt
from conv_viz.text.array import read_array
from conv_viz.text.calls import MAX_NUMBER
from conv_viz.text.paste import read
from conv_viz.text.pasted import Layer, Pasted, PasteError
from conv_viz.text.typed import read_typed
from conv_viz.ui import current
from conv_viz.ui.arguments import COUNTS, INPUT, PAIRS, REALS, WHOLES, Whole, has
from conv_viz.ui.controls import in_use, said, set_controls, set_setup, set_values, whole_script, with_height
from conv_viz.ui.exercise import locked
from conv_viz.ui.image.own import NUMBERS, numbers, numbers_query, set_numbers
from conv_viz.ui.session import session
from conv_viz.ui.words import literal

LIMITS = {name: whole.limit for name, whole in {**COUNTS, **PAIRS, **INPUT}.items()}
LIMITS |= {name: int(real.most) for name, real in REALS.items()}
USUAL = {"stride": 1, "dilation": 1, "groups": 1, "padding": 0}  # what a variable of that name mostly is
NOTHING = Pasted()
AHEAD = 0.05  # seconds in which the picture is on its way before a new run of the script drops what was not sent
PLACEHOLDER = "paste code, an error; or 224"
HELD = "They are too many for the link, which holds 16×16 of up to 4 channels: they end with this visit."


@dataclass(frozen=True)
class Paste:
    """What was pasted and what came of it; `values` were given for its names, "undo" goes back to `before`.

    `adopted` is the layer and the input that the controls were set to, None when they were not.
    """

    text: str = ""
    values: Mapping[str, int] = field(default_factory=dict)
    pasted: Pasted = NOTHING
    before: Setup | None = None
    adopted: Setup | None = None
    numbers_before: np.ndarray | None = None
    notes: tuple[str, ...] = ()
    refused: str = ""
    layer: int = 0


def paste_field(show: Callable[[str], None] = whole_script) -> None:
    """Draw the field and, after a paste, what it says. Before the controls: it sets them.

    The field runs alone first and hands its picture to the page by `show`, as for `frame_controls`; then the whole
    script brings the controls after it.
    """
    st.fragment(partial(_field_alone, show), key="alone_paste")()
    paste = session().pasting.paste
    if paste:
        _outcome(paste)


def _field() -> bool | None:
    """The field; whether the text that was just pasted set the controls, None when nothing was pasted."""
    st.chat_input(PLACEHOLDER, key="paste", on_submit=_submit, disabled=locked("paste"))
    now = session().pasting
    controls_set, now.controls_set = now.controls_set, None
    return controls_set


def _field_alone(show: Callable[[str], None]) -> None:
    controls_set = _field()
    if controls_set:
        show("paste")
        time.sleep(AHEAD)
    if controls_set is not None:
        st.rerun()


def still_said(setup: Setup) -> bool:
    """Whether the sentences on the page are those for this frame."""
    now = session().pasting
    return not now.paste or _stands(now.paste, setup) == now.stands


def _stands(paste: Paste, setup: Setup) -> bool:
    """Whether the controls still hold what the paste set: a sentence about a fault goes when the fault is mended."""
    return paste.adopted is None or (setup.arguments, setup.input_shape) == (
        paste.adopted.arguments,
        paste.adopted.input_shape,
    )


def _outcome(paste: Paste) -> None:
    pasted = paste.pasted
    st.session_state.update(session().about_to())
    stands = session().pasting.stands = _stands(paste, said())
    if paste.refused:
        st.warning(literal(paste.refused))
    if sentences := _sentences(paste, stands):
        st.markdown("\n\n".join(sentences))
    if len(pasted.layers) > 1:
        key = current.key("paste_layer", (paste.text, *paste.values.items()), paste.layer)
        st.selectbox(
            f"{len(pasted.layers)} layers",
            range(len(pasted.layers)),
            paste.layer,
            format_func=lambda i: _title(pasted.layers[i]),
            key=key,
            on_change=_choose,
            args=(key,),
        )
    if pasted.asked:
        _ask(pasted.asked)
    with st.container(horizontal=True):
        if paste.before:
            st.button("undo", key="paste_undo", on_click=_undo, help="Back to the layer before the paste.")
        st.button("close", key="paste_close", on_click=_close, help="Keep the layer, put these lines away.")


def _title(layer: Layer) -> str:
    """A layer as the menu shows it: ``conv1 (3, 64, kernel_size=7)``."""
    return f"{layer.name} {layer.spec.code().removeprefix('nn.Conv2d')}"


def _sentences(paste: Paste, stands: bool) -> list[str]:
    """Cause and fix, what the text holds, and what is shown of it; only the second when something else is shown."""
    pasted = paste.pasted
    fault = [f"**{literal(pasted.cause)}**", literal(pasted.fix)] if pasted.cause and stands else []
    return fault + [literal(note) for note in (*pasted.notes, *(paste.notes if stands else ()))]


def _ask(names: tuple[str, ...]) -> None:
    """A field for each variable whose value the text does not give."""
    with st.form("paste_values", border=False):
        for i, name in enumerate(names):
            if i % 2 == 0:  # two in a row; a row at a time, so that the tab key goes along it
                row = st.columns(2)
            row[i % 2].number_input(literal(name), 0, MAX_NUMBER, _usual(name), 1, key=f"asked_{i}")
        st.form_submit_button("set", on_click=_give)


def _usual(name: str) -> int | None:
    if name == "in_channels":
        return session().frame.input_shape[1]
    return USUAL.get(name)


# -- callbacks: they run before the controls are drawn ------------------------------------


def _submit() -> None:
    before = session().change
    _read(Paste(st.session_state["paste"] or ""))
    session().pasting.controls_set = session().change is not before


def _give() -> None:
    paste = session().pasting.paste
    if paste is None:  # closed before
        return
    given = {name: st.session_state.get(f"asked_{i}") for i, name in enumerate(paste.pasted.asked)}
    known = {name: value for name, value in given.items() if value is not None}
    _read(replace(paste, values={**paste.values, **known}))


def _read(paste: Paste) -> None:
    """Read a text and show its first layer; when it says nothing, all stays as it was."""
    setup = session().frame
    try:
        typed = read_typed(paste.text, {name: (whole.least, whole.limit) for name, whole in _typed().items()})
        if typed is not None:
            session().pasting.paste = None
            set_values(typed)
            return
        planes = read_array(paste.text, KINDS[setup.name].dims)
        if planes is not None:
            _fill_with(planes, setup)
            return
        pasted = read(paste.text, paste.values, size=with_height(setup.input_shape)[2:])
    except PasteError as error:
        last = session().pasting.paste or paste
        session().pasting.paste = Paste(before=last.before, refused=str(error))
        return
    _show(replace(paste, pasted=pasted), 0)


def _typed() -> dict[str, Whole]:
    """The controls that take a typed number now."""
    return {name: WHOLES[name] for name in in_use() if name in WHOLES}


def _fill_with(planes: np.ndarray, setup: Setup) -> None:
    """Make pasted numbers the input of the layer that is shown."""
    paste = Paste(before=setup, numbers_before=numbers())
    set_numbers(planes)
    channels, *sides = planes.shape
    reads = {"in_channels": channels} if has(setup.name, "in_channels") else {}
    set_controls(reads, (1, channels, *sides[-KINDS[setup.name].dims :]), NUMBERS)
    size = "×".join(map(str, planes.shape))
    held = "They are in the link." if numbers_query(NUMBERS) else HELD
    session().pasting.paste = replace(paste, adopted=said(), notes=(f"The input is your {size} numbers. {held}",))


def _choose(key: str) -> None:
    index, paste = st.session_state[key], session().pasting.paste
    if paste and current.taken("paste_layer", key, index):
        _show(paste, index)


def _show(paste: Paste, index: int) -> None:
    """Set the controls to a layer of the text, or to what a message tells without one."""
    paste, setup = replace(paste, layer=index), session().frame
    try:
        adopted = adopt(paste.pasted, with_height(setup.input_shape), LIMITS, index)
    except PasteError as error:
        session().pasting.paste = replace(paste, notes=(), refused=str(error))
        return
    if adopted.arguments or adopted.input_shape:
        paste = replace(paste, before=paste.before or setup)
        set_controls(adopted.arguments, adopted.input_shape, layer=_class_of(paste, index))
        paste = replace(paste, adopted=said())
    session().pasting.paste = replace(paste, notes=adopted.notes, refused="")


def _class_of(paste: Paste, index: int) -> str | None:
    """The class in ``torch.nn`` of a layer of the text; None for a message without one, which is about the frame's."""
    layers = paste.pasted.layers
    return layers[index].spec.name() if layers else None


def _undo() -> None:
    paste, session().pasting.paste = session().pasting.paste, None
    if paste and paste.before:
        if paste.adopted and paste.adopted.fill == NUMBERS:
            set_numbers(paste.numbers_before)
        set_setup(paste.before)


def _close() -> None:
    session().pasting.paste = None
