"""Where weights can come from: a named filter, another draw, a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.layers.kinds import WeightedLayer
from conv_viz.ui import current
from conv_viz.ui.server.uploads import NoRoomError, content, let_go
from conv_viz.ui.session import session
from conv_viz.ui.weights.desk import Desk
from conv_viz.ui.weights.edited import history, say
from conv_viz.weights import edits
from conv_viz.weights.edits import Place, Weights
from conv_viz.weights.files import load_weights, save_weights
from conv_viz.weights.history import Step
from conv_viz.weights.kernels import KERNELS, Parameter

SLIDERS = {  # what a slider offers of a named filter's parameter: from, to, step
    "angle": (0.0, 180.0, 5.0),
    "sigma": (0.0, 5.0, 0.1),
    "amount": (0.0, 5.0, 0.1),
    "wavelength": (2.0, 16.0, 0.5),
}
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, eq=False)
class Named:
    """A named filter with its parameters, the place that it was put into, and the step that did it."""

    place: Place
    step: Step
    name: str
    values: Mapping[str, Any]


def named_filters(desk: Desk) -> None:
    """Every named filter, one click away; one with parameters shows them once it is chosen."""
    name, values = _named(desk)
    key = current.key("weights_pills", (desk.subject, desk.place), name)

    def choose() -> None:
        chosen = st.session_state[key]
        if desk.current and current.taken("weights_pills", key, chosen):
            _apply(desk, chosen, {p.name: p.default for p in KERNELS[chosen].parameters})

    chosen = st.pills(
        "named filters",
        list(KERNELS),
        default=name,
        required=True,
        wrap=True,
        key=key,
        format_func=lambda name: KERNELS[name].title,
        on_change=choose,
    )
    if not chosen:
        return
    for parameter in KERNELS[chosen].parameters:
        _parameter(desk, chosen, parameter, values)
    width = desk.spec.filter_shape[1]
    shared = f" Divided by {width}, so that the filter sees the mean of its channels."
    turned = f" Turned round, as {desk.spec.kind} meets it from its end." if desk.spec.turned else ""
    words = f"{KERNELS[chosen].says}{shared if width > 1 and desk.place.scope != 'slice' else ''}{turned}"
    st.markdown(f":small[{words}]")


def _named(desk: Desk) -> tuple[str | None, Mapping[str, Any]]:
    """The named filter that is in this place, with its parameters, as long as nothing else was changed or chosen."""
    named = session().weights.named
    if named and named.place == desk.place and named.step is history(desk.form).now:
        return named.name, named.values
    return None, {}


def _apply(desk: Desk, name: str, values: Mapping[str, Any]) -> None:
    kernel = KERNELS[name]
    desk.change(kernel.title, lambda weights, at: edits.named(weights, at, name, values, turned=desk.spec.turned))
    session().weights.named = Named(desk.place, history(desk.form).now, name, values)


def _parameter(desk: Desk, name: str, parameter: Parameter, values: Mapping[str, Any]) -> None:
    slot = f"weights_{name}_{parameter.name}"
    shown = values.get(parameter.name, parameter.default)
    key = current.key(slot, (desk.subject, desk.place), shown)

    def change() -> None:
        value = st.session_state[key]
        if desk.current and current.taken(slot, key, value):
            _apply(desk, name, {**_named(desk)[1], parameter.name: value})

    if parameter.choices:
        st.segmented_control(
            parameter.title, parameter.choices, default=shown, required=True, key=key, on_change=change
        )
        return
    low, high, step = SLIDERS[parameter.name]
    st.slider(parameter.title, max(low, parameter.low), high, float(shown), step, key=key, on_change=change)


def redraw(desk: Desk) -> None:
    """torch's own initialisation again, from a seed of one's own."""

    def draw() -> None:
        seed = int(st.session_state["weights_seed"])
        source = edits.filters(desk.spec, drawn_weights(desk.spec.replace(bias=True), seed))
        desk.change(f"drawn from seed {seed}", lambda weights, at: edits.taken(weights, at, source))

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.number_input("seed", 0, LARGEST_SEED, 1, key="weights_seed", width=130)
        st.button("draw again", key="weights_draw", help="torch's own initialisation from this seed.", on_click=draw)


def files(desk: Desk) -> None:
    """Take the weights along, and bring them back."""
    spec = desk.spec
    held = edits.in_torch(spec, desk.now)
    name = "x".join(map(str, spec.weight_shape))
    with st.container(horizontal=True, gap="small"):
        st.download_button(
            "download",
            lambda: save_weights(spec, held.weight, held.bias if spec.bias else None),
            f"{spec.name().lower()}-{name}.safetensors",
            "application/octet-stream",
            key="weights_download",
            help="weight and bias as .safetensors, with the names of a layer's state_dict().",
            on_click="ignore",
        )
        with st.popover("load"):
            _upload(desk)


def _upload(desk: Desk) -> None:
    state = st.session_state
    key = current.key("weights_file", desk.form, None)  # after each file an empty field for the next one

    def read() -> None:
        file = state[key]
        if file is not None and desk.current and current.taken("weights_file", key, file.file_id):
            try:
                data = content(file)
                desk.change("loaded from a file", lambda weights, _: loaded(desk.spec, weights, data), Place())
            except NoRoomError as error:
                say(str(error), "refused")
            let_go(file)

    st.file_uploader(".safetensors with weight and bias of this layer", key=key, on_change=read)


def loaded(spec: WeightedLayer, weights: Weights, data: bytes) -> Weights:
    """A file's weights, as filters; where the layer has no bias the old one waits. Raises `WeightsFileError`."""
    weight, bias = load_weights(spec, data)
    return edits.filters(spec, Weights(weight, weights.bias if bias is None else bias))
