"""The edited weights of a session: every page's layer runs with them. Imports no torch, the frame needs it early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from conv_viz.layers.kinds import WeightedLayer, weighted
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.ui.controls import said, set_controls
from conv_viz.ui.session import session
from conv_viz.weights.edits import EditError, Weights, filters, in_torch
from conv_viz.weights.files import WeightsFileError
from conv_viz.weights.history import Form, History, as_words, refusal, set_aside
from conv_viz.weights.kernels import KernelError

SHAPING = ("in_channels", "out_channels", "kernel_size", "groups")
"""The arguments that the weight's shape follows from."""


def current_weights(spec: WeightedLayer) -> Weights | None:
    """The weights that this session edited for a layer of this shape; None means torch's own, drawn from the seed."""
    held = history(Form.of(spec)).now.weights
    return Weights(held.weight, None) if held and not spec.bias else held


def weights_of(setup: Setup) -> Weights | None:
    """The edited weights of what the controls are set to; None also where they cannot be edited."""
    spec = layer_of(setup)
    return current_weights(spec) if spec else None


def layer_of(setup: Setup) -> WeightedLayer | None:
    """The layer whose weights can be edited, whatever its input; None where there is none, or it has no weights."""
    try:
        return weighted(setup.layer())
    except ConvSpecError:
        return None


def acts_on(form: Form, seed: int | None = None) -> bool:
    """Whether a control that was drawn for weights of this form, and of this seed, is for those in use now."""
    setup = said()
    spec = layer_of(setup)
    return spec is not None and Form.of(spec) == form and seed in (None, setup.seed)


def history(form: Form) -> History:
    """What was done to the weights of this form."""
    return _kept().get(form, History())


def edit(spec: WeightedLayer, seed: int, label: str, change: Callable[[Weights], Weights]) -> None:
    """Do one change to the filters as they are now, or say in a sentence why not."""
    reason = refusal(_kept(), spec)
    if not reason:
        try:
            changed = in_torch(spec, change(weights_now(spec, seed)))
            form = Form.of(spec)
            put(form, history(form).then(label, changed, spec))
        except (EditError, KernelError, WeightsFileError) as error:
            reason = str(error)
    if reason:
        say(reason, "refused")


def say(sentence: str, kind: str = "done") -> None:
    """What the page Weights says about the last change: that it was done, or refused."""
    session().weights.said = (kind, sentence)


def weights_now(spec: WeightedLayer, seed: int) -> Weights:
    """The filters to edit: those of this session or else torch's own, with a bias also where the layer uses none."""
    from conv_viz.compute.drawn_weights import drawn_weights  # imports torch, which the frame has no time for

    return filters(spec, history(Form.of(spec)).now.weights or drawn_weights(spec.replace(bias=True), seed))


def put(form: Form, changed: History) -> None:
    """Keep a history as the latest."""
    others = {other: held for other, held in _kept().items() if other != form}
    session().weights.kept = {**others, form: changed}


def undo(form: Form) -> None:
    """One step back."""
    if acts_on(form):
        put(form, history(form).undone())


def redo(form: Form) -> None:
    """One step forward."""
    if acts_on(form):
        put(form, history(form).redone())


def reset(form: Form) -> None:
    """Back to torch's own weights; one can undo it."""
    if acts_on(form) and history(form).now.weights is not None:  # a second click finds nothing to do
        put(form, history(form).then("back to torch's own", None))


def discard(form: Form) -> None:
    """Let the edits of a form go."""
    _kept().pop(form, None)


def notice(setup: Setup, *, brief: bool = False) -> None:
    """Say that the weights are edited, or that edits wait for their shape. Always one place on the page.

    `brief` leaves out what the page Weights says itself.
    """
    place = st.empty()
    news = session().weights.news = _news(setup)
    edited = None if brief else news.edited
    if edited or news.waiting:
        with place.container(key="weights_notice", gap="xsmall"):
            if edited:
                _edited_line(edited)
            if news.waiting:
                _waiting_line(news)


def noticed(setup: Setup) -> bool:
    """Whether the notice on the page is still the right one for this frame."""
    return session().weights.news == _news(setup)


@dataclass(frozen=True)
class News:
    """What there is to say: the form and the last step of edited weights in use, and the forms whose edits wait."""

    edited: tuple[Form, str] | None = None
    waiting: tuple[Form, ...] = ()
    instead: str = ""


def _news(setup: Setup) -> News:
    spec = layer_of(setup)
    form = Form.of(spec) if spec else None
    waiting = tuple(set_aside(_kept(), form))
    now = history(form).now if form else None
    edited = (form, now.label) if form and now and now.weights else None
    here = f"this layer's are {form}" if form else f"nn.{setup.name} here has none"
    return News(edited, waiting, here if waiting else "")


def _edited_line(edited: tuple[Form, str]) -> None:
    form, label = edited
    with _line():
        st.markdown(f":orange-badge[edited weights] {label}", width="content")
        st.button("↶ undo", key="notice_undo", type="tertiary", on_click=undo, args=(form,))
        st.button("↺ back to torch's own", key="notice_reset", type="tertiary", on_click=reset, args=(form,))


def _waiting_line(news: News) -> None:
    latest = news.waiting[-1]
    with _line():
        st.markdown(
            f":gray-badge[set aside] Edited weights of {as_words(news.waiting)}; {news.instead}. "
            "They come back with their layer.",
            width="content",
        )
        # The form is in the keys: a second click must not reach the next one in the line.
        st.button("↩ bring back", key=f"notice_return_{latest}", type="tertiary", on_click=_bring_back, args=(latest,))
        st.button("✕ discard", key=f"notice_discard_{latest}", type="tertiary", on_click=discard, args=(latest,))


def _line() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _bring_back(form: Form) -> None:
    held = _kept().get(form)
    if held and held.spec:
        set_controls({name: held.spec.arguments()[name] for name in SHAPING}, layer=held.spec.name())


def _kept() -> dict[Form, History]:
    return session().weights.kept
