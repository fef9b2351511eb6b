"""Where weights can come from: a named filter, another draw, a file."""

from __future__ import annotations

import streamlit as st

from conv_viz import edits
from conv_viz.edits import Place, Weights
from conv_viz.kernels import KERNELS, Parameter
from conv_viz.picture import drawn_weights
from conv_viz.spec import ConvSpec
from conv_viz.ui.weights import history
from conv_viz.ui.weights_desk import Desk
from conv_viz.weights_file import load_weights, save_weights

SLIDERS = {  # what a slider offers of a named filter's parameter: from, to, step
    "angle": (0.0, 180.0, 5.0),
    "sigma": (0.0, 5.0, 0.1),
    "amount": (0.0, 5.0, 0.1),
    "wavelength": (2.0, 16.0, 0.5),
}
LARGEST_SEED = 2**31 - 1


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
