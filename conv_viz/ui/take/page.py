"""The page of what one takes along: code and links, each with the copy button of its box, and pictures."""

from __future__ import annotations

import streamlit as st

from conv_viz.layers.call import write_call
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.same import Sides
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.text.ipynb import notebook
from conv_viz.text.take import KINDS as FORMS
from conv_viz.text.take import code, embed, is_causal, link, pads, sides_of
from conv_viz.ui.arguments import control_values, query
from conv_viz.ui.image.own import NUMBERS, OWN, numbers_query, own_input
from conv_viz.ui.take.exercise import exercise_panel
from conv_viz.ui.view import looks
from conv_viz.ui.weights.edited import weights_of
from conv_viz.ui.weights.linked import weights_query
from conv_viz.ui.words import literal

CAUSAL = "causal"
PADDINGS = ("as the layer", "'same'", CAUSAL, "each side")
"""A layer with one axis can see only what lies before it: no cell that comes later."""


def take_along(setup: Setup) -> None:
    """Draw the page for the frame's layer: one function a section."""
    _code(setup)
    _notebook(setup)
    _links(setup)
    exercise_panel(lambda more: link(_app(), {**_query(setup), **more}))
    _pictures(setup)


def _code(setup: Setup) -> None:
    kind = st.segmented_control("code", FORMS, default=FORMS[0], required=True, key="code", bind="query-params")
    kind = kind or FORMS[0]  # an empty value in a link
    found = code(kind, setup, _sides(setup) if kind == "F.pad" else None)
    if found.code:
        # Plain and wrapped: Streamlit's colours of code have too little contrast, and a box that scrolls takes no keys.
        st.code(found.code, language=None, wrap_lines=True)
        st.markdown(literal(found.note))
    else:
        st.info(literal(found.note))


def _sides(setup: Setup) -> Sides | str | None:
    """Which padding ``F.pad`` is to do; None for the layer's own."""
    if not pads(setup):
        return None
    one = KINDS[setup.name].dims == 1
    options = [name for name in PADDINGS if one or name != CAUSAL]
    usual = CAUSAL if is_causal(setup) else options[0]
    what = st.segmented_control("padding", options, default=usual, required=True, key="pad_as")
    if what != PADDINGS[-1]:
        return {"'same'": "same", CAUSAL: "causal"}.get(what or "")
    (top, bottom), (left, right) = sides_of(setup)
    begin = {"left": left, "right": right} if one else {"top": top, "bottom": bottom, "left": left, "right": right}
    with st.container(horizontal=True):
        chosen = {name: st.number_input(name, 0, 64, pad, key=f"pad_{name}", width=110) for name, pad in begin.items()}
    return (chosen.get("top", 0), chosen.get("bottom", 0)), (chosen["left"], chosen["right"])


def _notebook(setup: Setup) -> None:
    """The layer as a notebook, with the weights and the input that the controls say."""
    try:
        setup.summary()
    except ConvSpecError:
        return  # the code above says why
    own, weights = own_input(setup.fill), weights_of(setup)
    st.download_button(
        "download .ipynb",
        data=lambda: notebook(
            setup,
            None if own is None else own.batch(setup.input_shape),
            *((weights.weight, weights.bias) if weights else ()),
        ),
        file_name=f"{setup.name.lower()}.ipynb",
        mime="application/x-ipynb+json",
        on_click="ignore",
        key="notebook_download",
        help="A Jupyter notebook: the layer in torch on its input, and its stage.",
    )


def _links(setup: Setup) -> None:
    arguments = dict(setup.arguments)
    address = link(_app(), _query(setup))
    st.markdown("link to this layer, with everything that the controls say")
    st.code(address, language=None, wrap_lines=True)
    if weights_of(setup) and not weights_query(setup):
        st.markdown(
            "These edited weights are too many for a link, which shows torch's own; the page *Weights* saves them as "
            "a file."
        )
    if setup.fill == NUMBERS and not numbers_query(setup.fill):
        st.markdown("Your numbers are too many for a link, which shows the photograph instead.")
    if setup.fill == OWN:
        st.markdown("Your own picture is not in a link, which shows the photograph instead.")
    st.markdown(
        "What is chosen on *Filter an image* (a sample, named filters, ReLU, colours) is in the address of that page. "
        "For an exercise, `hide`, `only` and `ask` are below."
    )
    st.markdown("the same inside a page of yours")
    st.code(embed(address, write_call(arguments, setup.name)), language=None, wrap_lines=True)


def _query(setup: Setup) -> dict[str, str]:
    """What a link to the frame says."""
    values = control_values(dict(setup.arguments), setup.input_shape, setup.fill, setup.name)
    return {**query({**values, "seed": setup.seed}), **looks(), **numbers_query(setup.fill), **weights_query(setup)}


def _pictures(setup: Setup) -> None:
    from conv_viz.ui.take.pictures import pictures  # imports torch: the rest of the page does not wait for it

    pictures(setup, weights_of(setup))


def _app() -> str:
    """Where the app is, as the browser sees it."""
    return (st.context.url or "").split("?")[0].removesuffix("/").removesuffix("/take")
