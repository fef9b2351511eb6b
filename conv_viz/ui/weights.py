"""The edited weights of a session: every page's layer runs with them. Imports no torch, the frame needs it early."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from conv_viz.edits import EditError, Weights
from conv_viz.frame import Frame
from conv_viz.history import History, as_words, refusal, set_aside
from conv_viz.kernels import KernelError
from conv_viz.spec import ConvSpec, ConvSpecError, Shape
from conv_viz.ui.controls import set_controls
from conv_viz.weights_file import WeightsFileError

SHAPING = ("in_channels", "out_channels", "kernel_size", "groups")
"""The arguments that the weight's shape follows from."""


def current_weights(spec: ConvSpec) -> Weights | None:
    """The weights that this session edited for a layer of this shape; None means torch's own, drawn from the seed."""
    held = history(spec.weight_shape).now.weights
    return Weights(held.weight, None) if held and not spec.bias else held


def weights_of(frame: Frame) -> Weights | None:
    """The edited weights of what the controls are set to; None also where that is no layer."""
    spec = layer_of(frame)
    return current_weights(spec) if spec else None


def layer_of(frame: Frame) -> ConvSpec | None:
    """The layer that the controls are set to, whatever its input, or None where there is no such layer."""
    try:
        return ConvSpec(**dict(frame.arguments))
    except ConvSpecError:
        return None


def history(shape: Shape) -> History:
    """What was done to the weights of this shape."""
    return _kept().get(shape, History())


def edit(spec: ConvSpec, seed: int, label: str, change: Callable[[Weights], Weights]) -> None:
    """Do one change to the weights as they are now, or say in a sentence why not."""
    reason = refusal(_kept(), spec)
    if not reason:
        try:
            shape = spec.weight_shape
            put(shape, history(shape).then(label, change(weights_now(spec, seed)), spec))
        except (EditError, KernelError, WeightsFileError) as error:
            reason = str(error)
    if reason:
        say(reason, "refused")


def say(sentence: str, kind: str = "done") -> None:
    """What the page Weights says about the last change: that it was done, or refused."""
    st.session_state["weights_said"] = (kind, sentence)


def weights_now(spec: ConvSpec, seed: int) -> Weights:
    """The weights to edit: those of this session or else torch's own, with a bias also where the layer uses none."""
    from conv_viz.picture import drawn_weights  # imports torch, which the frame has no time for

    return history(spec.weight_shape).now.weights or drawn_weights(spec.replace(bias=True), seed)


def put(shape: Shape, changed: History) -> None:
    """Keep a history as the latest."""
    discard(shape)
    _kept()[shape] = changed


def undo(shape: Shape) -> None:
    """One step back."""
    put(shape, history(shape).undone())


def redo(shape: Shape) -> None:
    """One step forward."""
    put(shape, history(shape).redone())


def reset(shape: Shape) -> None:
    """Back to torch's own weights; one can undo it."""
    put(shape, history(shape).then("back to torch's own", None))


def discard(shape: Shape) -> None:
    """Let the edits of a shape go."""
    _kept().pop(shape, None)


def notice(frame: Frame, *, brief: bool = False) -> None:
    """Say that the weights are edited, or that edits wait for their shape. Always one place on the page.

    `brief` leaves out what the page Weights says itself.
    """
    place = st.empty()
    news = st.session_state["weights_noticed"] = _news(frame)
    edited = None if brief else news.edited
    if edited or news.waiting:
        with place.container(key="weights_notice", gap="xsmall"):
            if edited:
                _edited_line(edited)
            if news.waiting:
                _waiting_line(news)


def noticed(frame: Frame) -> bool:
    """Whether the notice on the page is still the right one for this frame."""
    return st.session_state.get("weights_noticed") == _news(frame)


@dataclass(frozen=True)
class News:
    """What there is to say: the shape and the last step of edited weights in use, and the shapes whose edits wait."""

    edited: tuple[Shape, str] | None = None
    waiting: tuple[Shape, ...] = ()
    instead: Shape | None = None


def _news(frame: Frame) -> News:
    spec = layer_of(frame)
    shape = spec.weight_shape if spec else None
    waiting = tuple(set_aside(_kept(), shape))
    now = history(shape).now if shape else None
    edited = (shape, now.label) if shape and now and now.weights else None
    return News(edited, waiting, shape if waiting else None)


def _edited_line(edited: tuple[Shape, str]) -> None:
    shape, label = edited
    with _line():
        st.markdown(f":orange-badge[edited weights] {label}", width="content")
        st.button("↶ undo", key="notice_undo", type="tertiary", on_click=undo, args=(shape,))
        st.button("↺ back to torch's own", key="notice_reset", type="tertiary", on_click=reset, args=(shape,))


def _waiting_line(news: News) -> None:
    has = f"this layer's is {news.instead}" if news.instead else "this is no layer"
    latest = news.waiting[-1]
    with _line():
        st.markdown(
            f":gray-badge[set aside] Edited weights of shape {as_words(news.waiting)}; {has}. "
            "They come back with their shape.",
            width="content",
        )
        st.button("↩ bring back", key="notice_return", type="tertiary", on_click=_bring_back, args=(latest,))
        st.button("✕ discard", key="notice_discard", type="tertiary", on_click=discard, args=(latest,))


def _line() -> DeltaGenerator:
    return st.container(horizontal=True, vertical_alignment="center", gap="small")


def _bring_back(shape: Shape) -> None:
    spec = _kept()[shape].spec
    if spec:
        set_controls({name: spec.arguments()[name] for name in SHAPING})


def _kept() -> dict[Shape, History]:
    return st.session_state.setdefault("weights", {})
