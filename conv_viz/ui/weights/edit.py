"""The controls that change weights: undo, the choice of a slice, a table to type into, operations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import streamlit as st

from conv_viz.scenes.weights import column_name
from conv_viz.ui import current
from conv_viz.ui.session import session
from conv_viz.ui.weights.desk import Desk
from conv_viz.ui.weights.edited import acts_on, history, redo, reset, say, undo
from conv_viz.ui.weights.sources import files, named_filters, redraw
from conv_viz.ui.words import literal
from conv_viz.weights import edits
from conv_viz.weights.edits import Place, Weights


def editor(desk: Desk, on_choose: Callable[[int, int], None]) -> None:
    """All controls, from the choice of a slice to files."""
    steps(desk)
    _said()
    chosen_slice(desk, on_choose)
    table(desk)
    st.segmented_control(
        "apply to",
        edits.SCOPES,
        default="filter",
        required=True,
        key="weights_scope",
        format_func=lambda scope: {"slice": "this slice", "layer": "all filters"}.get(scope, f"filter {desk.filter}"),
        help="What the buttons below change.",
    )
    operations(desk)
    named_filters(desk)
    redraw(desk)
    files(desk)


def steps(desk: Desk) -> None:
    """Undo, redo, and torch's own."""
    done = history(desk.form)
    buttons = (("undo", undo, done.undo, "Ctrl+Z"), ("redo", redo, done.redo, "Ctrl+Y"))
    with st.container(horizontal=True, gap="xsmall"):
        for name, act, what, keys in buttons:
            st.button(
                name,
                key=f"weights_{name}",
                disabled=not what,
                help=what or None,
                on_click=act,
                args=(desk.form,),
                shortcut=keys,
            )
        st.button(
            "torch's own",
            key="weights_reset",
            disabled=done.now.weights is None,
            help="Back to the weights that torch draws from the layer's seed. You can undo it.",
            on_click=reset,
            args=(desk.form,),
        )


def _said() -> None:
    """What the last change had to say; only until something else is done."""
    place = st.empty()
    sentence, session().weights.said = session().weights.said, None
    if sentence:
        kind, text = sentence
        (place.warning if kind == "refused" else place.info)(literal(text))


def chosen_slice(desk: Desk, on_choose: Callable[[int, int], None]) -> None:
    """Which slice, by number, and the bias of its filter.

    A field that shows another number than somebody typed into it is another field, see `current`. Were it the same,
    the browser would send the number that it still has with the next quick click elsewhere.
    """
    total, width, *_ = desk.spec.filter_shape
    state, form = st.session_state, desk.form
    filter_key = current.key("weights_filter", form, desk.filter)
    slice_key = current.key("weights_slice", form, desk.slice)

    def choose(name: str, key: str) -> None:
        if acts_on(form) and current.taken(name, key, int(state[key])):
            on_choose(int(state[filter_key]), int(state[slice_key]))

    left, middle, right = st.columns(3)
    left.number_input(
        "filter", 0, total - 1, desk.filter, key=filter_key, on_change=choose, args=("weights_filter", filter_key)
    )
    middle.number_input(
        "slice",
        0,
        width - 1,
        desk.slice,
        key=slice_key,
        on_change=choose,
        args=("weights_slice", slice_key),
        help="One for each channel read.",
    )
    with right:
        bias(desk)


def bias(desk: Desk) -> None:
    """The bias of the filter, or of all filters when changes reach them."""
    held = desk.now.bias
    assert held is not None
    shown = float(held[desk.filter])
    key = current.key("weights_bias", (desk.form, desk.seed, desk.filter), shown)
    every = desk.place.scope == "layer"

    def change() -> None:
        value = st.session_state[key]
        place = desk.place if every else Place("filter", desk.filter)
        if desk.current and current.taken("weights_bias", key, as_kept(value)):
            desk.change(f"bias {value:g}", lambda weights, at: edits.with_bias(weights, at, value), place)

    st.number_input(
        "bias of all" if every else "bias",
        value=shown,
        key=key,
        step=0.1,
        format="%.4g",
        disabled=not desk.spec.bias,
        help="Added to each output of the filter." if desk.spec.bias else "This layer has bias=False.",
        on_change=change,
    )


def as_kept(value: float) -> float:
    """A number as the weights keep it, in 32 bits.

    >>> as_kept(0.1), as_kept(1e300)
    (0.10000000149011612, inf)
    """
    with np.errstate(over="ignore"):
        return float(np.float32(value))


# -- typing ------------------------------------------------------------------------------


def table(desk: Desk) -> None:
    """The slice as a table to type into.

    Streamlit keeps what was typed beside the numbers that the table began with. As long as both together
    are the slice the table stays, and with it the cell that one is in; else it begins anew.
    """
    held = session().weights
    now = desk.now.weight[desk.filter, desk.slice]
    key = current.key("weights_table", desk.subject, now.tobytes())
    if held.table is None or held.table[0] != key:
        held.table = key, now
    base = held.table[1]
    name = column_name(desk.spec, desk.slice)

    def change() -> None:
        values = with_typed(base, st.session_state[key]["edited_rows"])
        if desk.current and current.taken("weights_table", key, values.tobytes()):
            desk.change("typed", lambda weights, at: edits.typed(weights, at, values), desk.cell)

    st.data_editor(
        {str(column): base[:, column] for column in range(base.shape[1])},
        key=key,
        hide_index=True,
        on_change=change,
        alt=f"weights of filter {desk.filter}, {name}",
        column_config={
            str(column): st.column_config.NumberColumn(format="%.4g", width=70) for column in range(base.shape[1])
        },
    )


def with_typed(base: np.ndarray, rows: Mapping[Any, Mapping[str, Any]]) -> np.ndarray:
    """A table's numbers with what was typed over them; an empty cell counts as 0.

    >>> with_typed(np.ones((1, 2), np.float32), {0: {"1": None}}).tolist()
    [[1.0, 0.0]]
    """
    values = base.astype(np.float64)
    for row, cells in rows.items():
        for column, value in cells.items():
            values[int(row), int(column)] = 0.0 if value is None else value
    with np.errstate(over="ignore"):
        return values.astype(np.float32)


# -- changing ------------------------------------------------------------------------------


def operations(desk: Desk) -> None:
    """Flip, transpose, normalise, zero, copy."""
    _, _, rows, columns = desk.spec.filter_shape
    square = rows == columns
    buttons = (
        ("flip", flip, False, "Turn each slice round, upside down and left to right."),
        (
            "transpose",
            transpose,
            not square,
            "Exchange rows and columns." if square else "Only a square kernel has one.",
        ),
        ("normalise", normalise, False, "Make the weights of the filter, or of the slice, sum to 1."),
        ("zero", zero, False, "Set every weight to 0."),
        ("copy", copy, desk.place.scope == "slice", "Put this slice into every slice that changes reach."),
    )
    with st.container(horizontal=True, gap="xxsmall"):
        for name, act, disabled, help in buttons:
            st.button(name, key=f"weights_{name}", disabled=disabled, help=help, on_click=act, args=(desk,))


def flip(desk: Desk) -> None:
    """Both axes of every slice."""
    desk.change("flip", edits.flipped)


def transpose(desk: Desk) -> None:
    """Rows and columns of every slice."""
    desk.change("transpose", edits.transposed)


def zero(desk: Desk) -> None:
    """No weight left."""
    desk.change("zero", edits.zeroed)


def copy(desk: Desk) -> None:
    """The slice everywhere."""
    desk.change(f"copy of filter {desk.filter}, slice {desk.slice}", edits.copied)


def normalise(desk: Desk) -> None:
    """Sum one, and which kind of sum."""
    said = []

    def change(weights: Weights, place: Place) -> Weights:
        changed, sentence = edits.normalised(weights, place)
        said.append(sentence)
        return changed

    desk.change("normalise", change)
    if said:
        say(said[0])
