"""One layer of the model: what it is, what has to be said of it, its filters in colour, and the way to each page."""

from __future__ import annotations

import math
from functools import partial
from typing import Any

import streamlit as st

from conv_viz.images.colour_filters import MOST, colour_sheet
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.model_weights import weights_of
from conv_viz.models.convolutions import AXES, Convolution, must_be_transposed, possible_groups, spec_of
from conv_viz.models.model import Model
from conv_viz.ui.model.held import said_of, say_of
from conv_viz.ui.model.opened import open_on
from conv_viz.ui.session import session
from conv_viz.ui.words import literal
from conv_viz.weights.header import WeightsFileError

WAYS = {  # a button: the page, what it shows there
    "its filters": ("weights.py", "All weights, on the page Weights."),
    "its sliding window": ("layer.py", "The layer runs, on the page Layer."),
    "its feature maps": ("image.py", "A picture through the layer, on the page Filter an image."),
}
SAID = {"stride": (1, 64, 1), "padding": (0, 64, 0), "dilation": (1, 64, 1)}  # from, to, as long as nothing is said
NORMED = (
    "It is weight-normalised: the file holds the direction and the length of each filter; torch computes the weight "
    "from them."
)
WIDE, CELL = 340, (4, 12)  # pixels: of a sheet of colour filters, and of one weight on it


def one_layer(model: Model, layer: Convolution) -> None:
    """Draw it."""
    st.markdown(f"##### {literal(layer.title)}")
    spec, sentence = _spec(layer)
    if spec is not None:
        st.code(spec.code(), "python", wrap_lines=True)
        with st.container(horizontal=True, gap="small"):
            for label, (page, help) in WAYS.items():
                st.button(label, key=f"model_{page}", help=help, on_click=open_on, args=(page, model, layer))
    else:
        st.info(literal(sentence))
    if reason := session().model.not_opened:
        st.warning(literal(reason))
    if spec is not None and layer.weight.shape[1] == 3 and spec.dims == 2:
        _in_colour(model, layer)
    if layer.scale is not None:
        st.markdown(f":small[{NORMED}]")
    if layer.note:
        st.markdown(f":small[{literal(layer.note)}]")
    if layer.source:
        st.markdown(f":small[Its arguments are told by {literal(layer.source)}.]")
    elif not layer.problem and "3d" not in layer.usual:
        _to_say(layer)


def _spec(layer: Convolution) -> tuple[WindowLayer | None, str]:
    """The layer as it is shown now, or why it cannot be, in one sentence."""
    try:
        return spec_of(layer, said_of(layer)), ""
    except ConvSpecError as error:
        return None, error.rule
    except ValueError as error:
        return None, str(error)


def _to_say(layer: Convolution) -> None:
    """Fields for what the weight does not tell."""
    names = [name for name in layer.untold if name in SAID]
    st.markdown(":small[Its weight does not tell these; say them, or paste what print(model) writes.]")
    key = f"model_said_{layer.name}"
    for name, column in zip(names, st.columns(len(names)), strict=True):
        least, most, usual = SAID[name]
        column.number_input(
            name, least, most, _one(said_of(layer).get(name), usual), 1, key=f"{key}_{name}",
            on_change=partial(_say, layer, name, f"{key}_{name}"),
        )  # fmt: skip
    if layer.usual in ("Conv1d", "Conv2d") or said_of(layer).get("kind"):
        st.toggle(
            "transposed", "Transpose" in said_of(layer).get("kind", ""), key=f"{key}_transposed",
            disabled=must_be_transposed(layer), on_change=partial(_turn, layer, f"{key}_transposed"),
            help=f"nn.{_turned(layer)} keeps its weight as (in_channels, out_channels / groups, ...).",
        )  # fmt: skip
    groups = possible_groups(layer, "Transpose" in (said_of(layer).get("kind") or layer.usual))
    if len(groups) > 1:
        now = said_of(layer).get("groups", groups[0])
        st.selectbox(
            "groups", groups, groups.index(now) if now in groups else 0, key=f"{key}_groups",
            on_change=partial(_say, layer, "groups", f"{key}_groups"),
            help="1 reads every channel; as many as out_channels is a depthwise layer.",
        )  # fmt: skip


def _one(value: Any, usual: int) -> int:
    return value if isinstance(value, int) else usual


def _say(layer: Convolution, name: str, key: str) -> None:
    value = st.session_state.get(key)
    if isinstance(value, int):
        say_of(layer, **{name: value})


def _turn(layer: Convolution, key: str) -> None:
    kind = _turned(layer)
    say_of(layer, kind=kind if st.session_state.get(key) else kind.replace("Transpose", ""), groups=None)


def _turned(layer: Convolution) -> str:
    """The transposed layer that would have this weight."""
    return AXES[len(layer.weight.shape)].replace("Conv", "ConvTranspose")


def _in_colour(model: Model, layer: Convolution) -> None:
    """Filters that read three channels, as colours: of a first layer these are red, green and blue."""
    try:
        weight = weights_of(model, layer).weight
    except WeightsFileError as error:
        st.warning(literal(str(error)))
        return
    count, (_, width) = min(len(weight), MOST), weight.shape[2:]
    columns = min(count, max(1, round(math.sqrt(2 * count))))
    cell = min(max(WIDE // (columns * (width + 1)), CELL[0]), CELL[1])
    st.markdown(":small[Its filters as colours, where its three channels are red, green and blue; grey is zero.]")
    st.image(colour_sheet(weight, columns, cell), alt=f"the {len(weight)} filters of this layer as colours")
