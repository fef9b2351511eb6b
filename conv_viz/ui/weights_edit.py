"""The controls that change weights: a table to type into, operations, named filters, undo, files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import streamlit as st

from conv_viz import edits
from conv_viz.edits import Place, Weights
from conv_viz.kernels import KERNELS, Parameter
from conv_viz.picture import drawn_weights
from conv_viz.spec import ConvSpec
from conv_viz.tensor import column_name
from conv_viz.ui.weights import edit, history, redo, reset, say, undo, weights_now
from conv_viz.weights_file import load_weights, save_weights

SLIDERS = {  # what a slider offers of a named filter's parameter: from, to, step
    "angle": (0.0, 180.0, 5.0),
    "sigma": (0.0, 5.0, 0.1),
    "amount": (0.0, 5.0, 0.1),
    "wavelength": (2.0, 16.0, 0.5),
}
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Desk:
    """One slice of a layer, and the part of the layer around it that a change reaches."""

    spec: ConvSpec
    seed: int
    filter: int
    slice: int

    @property
    def place(self) -> Place:
        """What "apply to" says now."""
        return Place(st.session_state.get("weights_scope") or "filter", self.filter, self.slice)

    @property
    def cell(self) -> Place:
        """The slice alone."""
        return Place("slice", self.filter, self.slice)

    @property
    def now(self) -> Weights:
        """The weights as they are now."""
        return weights_now(self.spec, self.seed)

    def change(self, what: str, change: Callable[[Weights, Place], Weights], place: Place | None = None) -> None:
        """Do it in one place, as one step that can be undone."""
        at = place or self.place
        edit(self.spec, self.seed, f"{what}, {at.words}", lambda weights: change(weights, at))


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
    done = history(desk.spec.weight_shape)
    buttons = (("undo", undo, done.undo, "Ctrl+Z"), ("redo", redo, done.redo, "Ctrl+Y"))
    with st.container(horizontal=True, gap="xsmall"):
        for name, act, what, keys in buttons:
            st.button(
                name,
                key=f"weights_{name}",
                disabled=not what,
                help=what or None,
                on_click=act,
                args=(desk.spec.weight_shape,),
                shortcut=keys,
            )
        st.button(
            "torch's own",
            key="weights_reset",
            disabled=done.now.weights is None,
            help="Back to the weights that torch draws from the layer's seed. You can undo it.",
            on_click=reset,
            args=(desk.spec.weight_shape,),
        )


def _said() -> None:
    """What the last change had to say; only until something else is done."""
    place = st.empty()
    if sentence := st.session_state.pop("weights_said", None):
        kind, text = sentence
        (place.warning if kind == "refused" else place.info)(plain(text))


def plain(text: str) -> str:
    """Text as Markdown that shows it as it is: a file's own words are no markup.

    >>> plain("![x](http://y)")
    '\\\\!\\\\[x\\\\]\\\\(http\\\\:\\\\/\\\\/y\\\\)'
    """
    return re.sub(r"([^\w\s])", r"\\\1", text)


def chosen_slice(desk: Desk, on_choose: Callable[[int, int], None]) -> None:
    """Which slice, by number, and the bias of its filter."""
    total, width, *_ = desk.spec.weight_shape
    state = st.session_state
    state["weights_filter"], state["weights_slice"] = desk.filter, desk.slice
    left, middle, right = st.columns(3)

    def choose() -> None:
        on_choose(int(state["weights_filter"]), int(state["weights_slice"]))

    left.number_input("filter", 0, total - 1, key="weights_filter", on_change=choose)
    middle.number_input("slice", 0, width - 1, key="weights_slice", on_change=choose, help="One for each channel read.")
    with right:
        bias(desk)


def bias(desk: Desk) -> None:
    """The bias of the filter, or of all filters when changes reach them."""
    held = desk.now.bias
    assert held is not None
    name = "bias of all" if desk.place.scope == "layer" else "bias"
    st.session_state["weights_bias"] = float(held[desk.filter])

    def change() -> None:
        value = st.session_state["weights_bias"]
        place = desk.place if desk.place.scope == "layer" else Place("filter", desk.filter)
        desk.change(f"bias {value:g}", lambda weights, at: edits.with_bias(weights, at, value), place)

    st.number_input(
        name,
        key="weights_bias",
        step=0.1,
        format="%.4f",
        disabled=not desk.spec.bias,
        help="Added to each output of the filter." if desk.spec.bias else "This layer has bias=False.",
        on_change=change,
    )


# -- typing ------------------------------------------------------------------------------


def table(desk: Desk) -> None:
    """The slice as a table to type into.

    Streamlit keeps what was typed beside the numbers that the table began with. As long as both together
    are the slice the table stays, and with it the cell that one is in; else it begins anew.
    """
    state = st.session_state
    current = desk.now.weight[desk.filter, desk.slice]
    key = f"weights_table_{state.get('weights_tables', 0)}"
    base = state.get("weights_base")
    changed = state.get(key)
    if base is None or changed is None or not np.array_equal(with_typed(base, changed["edited_rows"]), current):
        state["weights_tables"] = state.get("weights_tables", 0) + 1
        state["weights_base"] = base = current
        key = f"weights_table_{state['weights_tables']}"
    name = column_name(desk.spec, desk.slice)

    def change() -> None:
        values = with_typed(base, state[key]["edited_rows"])
        desk.change("typed", lambda weights, at: edits.typed(weights, at, values), desk.cell)

    st.data_editor(
        {str(column): base[:, column] for column in range(base.shape[1])},
        key=key,
        hide_index=True,
        on_change=change,
        alt=f"weights of filter {desk.filter}, {name}",
        column_config={
            str(column): st.column_config.NumberColumn(format="%.4f", width=70) for column in range(base.shape[1])
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
    square = desk.spec.kernel_size[0] == desk.spec.kernel_size[1]
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


# -- named filters, another draw, files ------------------------------------------------------


def named_filters(desk: Desk) -> None:
    """Every named filter, one click away; one with parameters shows them once it is chosen."""
    key = _pills_key(desk)
    chosen = st.pills(
        "named filters",
        list(KERNELS),
        required=True,
        wrap=True,
        key=key,
        format_func=lambda name: KERNELS[name].title,
        on_change=lambda: _apply(desk, st.session_state[key]),
    )
    if not chosen:
        return
    for parameter in KERNELS[chosen].parameters:
        _parameter(desk, chosen, parameter)
    width = desk.spec.weight_shape[1]
    shared = f" Divided by {width}, so that the filter sees the mean of its channels."
    st.markdown(f":small[{KERNELS[chosen].says}{shared if width > 1 and desk.place.scope != 'slice' else ''}]")


def _pills_key(desk: Desk) -> str:
    """The same until something else is changed or chosen; then a new one, so that any filter can be clicked again."""
    state = st.session_state
    seen = state.get("weights_named")
    if seen is None or seen[0] != desk.place or seen[1] is not history(desk.spec.weight_shape).now:
        state["weights_pills"] = state.get("weights_pills", 0) + 1
        state["weights_named"] = (desk.place, history(desk.spec.weight_shape).now)
    return f"weights_pills_{state['weights_pills']}"


def _apply(desk: Desk, name: str) -> None:
    kernel = KERNELS[name]
    values = {p.name: st.session_state.get(_key(name, p), p.default) for p in kernel.parameters}
    desk.change(kernel.title, lambda weights, at: edits.named(weights, at, name, values))
    st.session_state["weights_named"] = (desk.place, history(desk.spec.weight_shape).now)


def _key(name: str, parameter: Parameter) -> str:
    return f"weights_{name}_{parameter.name}"


def _parameter(desk: Desk, name: str, parameter: Parameter) -> None:
    key, again = _key(name, parameter), lambda: _apply(desk, name)
    if parameter.choices:
        st.segmented_control(
            parameter.title, parameter.choices, default=parameter.default, required=True, key=key, on_change=again
        )
        return
    low, high, step = SLIDERS[parameter.name]
    st.slider(parameter.title, max(low, parameter.low), high, float(parameter.default), step, key=key, on_change=again)


def redraw(desk: Desk) -> None:
    """torch's own initialisation again, from a seed of one's own."""

    def draw() -> None:
        seed = int(st.session_state["weights_seed"])
        source = drawn_weights(desk.spec.replace(bias=True), seed)
        desk.change(f"drawn from seed {seed}", lambda weights, at: edits.taken(weights, at, source))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input("seed", 0, LARGEST_SEED, 1, key="weights_seed", width=130)
        st.button("draw again", key="weights_draw", help="torch's own initialisation from this seed.", on_click=draw)


def files(desk: Desk) -> None:
    """Take the weights along, and bring them back."""
    spec, held = desk.spec, desk.now
    name = "x".join(map(str, spec.weight_shape))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "download",
            lambda: save_weights(spec, held.weight, held.bias if spec.bias else None),
            f"conv2d-{name}.safetensors",
            "application/octet-stream",
            key="weights_download",
            help="weight and bias as .safetensors, with the names of a layer's state_dict().",
            on_click="ignore",
        )
        with st.popover("load"):
            _upload(desk)


def _upload(desk: Desk) -> None:
    state = st.session_state
    key = f"weights_file_{state.get('weights_files', 0)}"

    def read() -> None:
        if state[key] is None:
            return
        data = state[key].getvalue()
        state["weights_files"] = state.get("weights_files", 0) + 1  # an empty field, for the next file
        desk.change("loaded from a file", lambda weights, _: loaded(desk.spec, weights, data), Place())

    st.file_uploader(".safetensors with weight and bias of this layer", key=key, on_change=read)


def loaded(spec: ConvSpec, weights: Weights, data: bytes) -> Weights:
    """A file's weights; where the layer has no bias the old one waits. Raises `WeightsFileError`."""
    weight, bias = load_weights(spec, data)
    return Weights(weight, weights.bias if bias is None else bias)
