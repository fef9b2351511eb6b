"""From this size to that size: the wish, and the settings that fulfil it, one click from the controls."""

from __future__ import annotations

import streamlit as st

from conv_viz.choices import COLUMNS, Choices, Size, any_size, fixable, from_to, read_pair, shown
from conv_viz.frame import Frame
from conv_viz.solver import SolveError
from conv_viz.spec import ConvSpecError
from conv_viz.ui.components import choices_component
from conv_viz.ui.controls import INPUT, set_controls, set_frame
from conv_viz.ui.words import literal

FOR = ("one size", "any size")
DIVISORS = range(1, 9)
WIDTH = 150  # CSS pixels of a field for a size


def find_a_setting(frame: Frame) -> None:
    """Draw the page for the frame's layer."""
    try:
        found = _wish(frame)
    except SolveError as error:
        st.warning(literal(str(error)))
        _title("")
    else:
        _settings(found, frame)


def _wish(frame: Frame) -> Choices:
    """What is wanted, read from the controls of this page; raises `SolveError`."""
    wish = st.container(horizontal=True, vertical_alignment="bottom")
    with wish:
        what = st.segmented_control("for", FOR, default=FOR[0], required=True, key="solve_for", bind="query-params")
    if what == FOR[1]:
        with wish:
            divisor = st.selectbox("divided by", DIVISORS, key="divided_by", bind="query-params", width=WIDTH)
        return any_size(frame, divisor, _keep(frame))
    *_, height, width = frame.input_shape
    with wish:
        size = _size("from", "input size", (height, width))
        wanted = _size("to", "wanted size", _output(frame))
    keep = _keep(frame)
    before, after = read_pair(size), read_pair(wanted)
    if max(before) > INPUT["height"].limit:
        raise SolveError(
            f"The controls take inputs up to {INPUT['height'].limit:,}; larger ones are for the command line: "
            f"python -m conv_viz solve --from {before[0]},{before[1]} --to {after[0]},{after[1]}"
        )
    return from_to(frame, before, after, keep)


def _keep(frame: Frame) -> list[str]:
    """A row of its own: beside the fields it would scroll instead of breaking."""
    fixed = fixable(frame)
    return st.pills(
        "keep as it is",
        list(fixed),
        selection_mode="multi",
        format_func=lambda name: f"{name}={fixed.get(name)}",
        key="keep",
        help="Only settings with these values of the frame.",
    )


def _size(key: str, label: str, usual: Size | None) -> str:
    """What is typed, or what the frame has."""
    text = st.text_input(
        label,
        key=key,
        bind="query-params",
        placeholder=shown(usual) if usual else "112, or 112 × 96",
        help="One number, or height and width: 480, 640. Empty: as the frame has it.",
        width=WIDTH,
    )
    return text.strip() or (shown(usual) if usual else "")


def _output(frame: Frame) -> Size | None:
    try:
        height, width = frame.headline().axes
    except ConvSpecError:
        return None
    return height.output, width.output


def _settings(found: Choices, frame: Frame) -> None:
    more = f", the first {len(found.rows)} shown" if found.count > len(found.rows) else ""
    _title(f"**{found.title}** · {found.count} setting{'s' * (found.count != 1)}, simplest first{more}")
    choices_component(
        data={"columns": COLUMNS, "rows": [row.cells for row in found.rows], "current": found.current(frame)},
        key="choices",
        on_choose_change=lambda: _choose(found),
    )


def _title(text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if text:
            st.markdown(text, width="content")
        if "solve_before" in st.session_state:
            st.button("undo", key="solve_undo", on_click=_undo, help="Back to the layer before.")


def _choose(found: Choices) -> None:
    index = st.session_state["choices"].get("choose")
    if isinstance(index, int) and 0 <= index < len(found.rows):
        st.session_state["solve_before"] = st.session_state["frame"]
        set_controls(found.rows[index].arguments, found.input_shape)


def _undo() -> None:
    set_frame(st.session_state.pop("solve_before"))
