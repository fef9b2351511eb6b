"""From this size to that size: the wish, and the settings that fulfil it, one click from the controls."""

from __future__ import annotations

import streamlit as st

from conv_viz.layers.choices import Choices, Size, any_size, columns, fixable, from_to, read_pair, shown
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.settings import SolveError
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.ui.arguments import INPUT
from conv_viz.ui.components import told_by, view_component
from conv_viz.ui.controls import said, set_controls, set_setup
from conv_viz.ui.session import session
from conv_viz.ui.words import literal

FOR = ("one size", "any size")
FACTORS = range(1, 9)
MORE = 300  # rows that a click adds
OUTPUT_SIZE = "Keep all but output_padding, and you see which one gives the wanted size: what torch's output_size does."
WIDTH = 150  # CSS pixels of a field for a size


class BeyondTheControls(SolveError):
    """A size that only the command line takes, and the command for it: to copy, so not in the sentence."""

    def __init__(self, rule: str, command: str) -> None:
        super().__init__(rule)
        self.command = command


def find_a_setting(setup: Setup) -> None:
    """Draw the page for the frame's layer."""
    try:
        found = _wish(setup)
    except SolveError as error:
        st.warning(literal(str(error)))
        if isinstance(error, BeyondTheControls):
            st.code(error.command, "sh")
        _title("")
    else:
        _settings(found, setup)


def _wish(setup: Setup) -> Choices:
    """What is wanted, read from the controls of this page; raises `SolveError`."""
    wish = st.container(horizontal=True, vertical_alignment="bottom")
    with wish:
        what = st.segmented_control("for", FOR, default=FOR[0], required=True, key="solve_for", bind="query-params")
    if what == FOR[1]:
        label = "times" if KINDS[setup.name].solver.grows else "divided by"
        with wish:
            factor = st.selectbox(label, FACTORS, key="divided_by", bind="query-params", width=WIDTH)
        return any_size(setup, factor, _keep(setup), session().solving.most)
    dims = KINDS[setup.name].dims
    with wish:
        size = _size("from", "input size", setup.input_shape[-dims:], dims)
        wanted = _size("to", "wanted size", _output(setup), dims)
    keep = _keep(setup)
    before, after = read_pair(size, dims), read_pair(wanted, dims)
    if max(before) > INPUT["height"].limit:
        layer = "" if setup.name == next(iter(KINDS)) else f" --layer {setup.name}"
        raise BeyondTheControls(
            f"The controls take inputs up to {INPUT['height'].limit:,}; larger ones are for the command line.",
            f"python -m conv_viz solve --from {_written(before)} --to {_written(after)}{layer}",
        )
    return from_to(setup, before, after, keep, session().solving.most)


def _keep(setup: Setup) -> list[str]:
    """A row of its own: beside the fields it would scroll instead of breaking."""
    fixed = fixable(setup)
    more = f" {OUTPUT_SIZE}" if "output_padding" in fixed else ""
    return st.pills(
        "keep as it is",
        list(fixed),
        selection_mode="multi",
        format_func=lambda name: f"{name}={fixed.get(name)}",
        key="keep",
        help=f"Only settings with these values of the frame.{more}",
    )


def _written(size: Size) -> str:
    return ",".join(map(str, size))


def _size(key: str, label: str, usual: Size | None, dims: int) -> str:
    """What is typed, or what the frame has."""
    text = st.text_input(
        label,
        key=key,
        bind="query-params",
        placeholder=shown(usual) if usual else "112, or 112 × 96" if dims == 2 else "112",
        help=f"One number{', or height and width: 480, 640' if dims == 2 else ''}. Empty: as the frame has it.",
        width=WIDTH,
    )
    return text.strip() or (shown(usual) if usual else "")


def _output(setup: Setup) -> Size | None:
    try:
        return setup.summary().output_shape[-KINDS[setup.name].dims :]
    except ConvSpecError:
        return None


def _settings(found: Choices, setup: Setup) -> None:
    more = f", the first {len(found.rows):,} shown" if found.count > len(found.rows) else ""
    _title(f"**{found.title}** · {found.count} setting{'s' * (found.count != 1)}, simplest first{more}")
    view_component(
        data={
            "kind": "choices",
            "columns": found.columns,
            "rows": [row.cells for row in found.rows],
            "current": found.current(setup),
        },
        key="choices",
        on_choose_change=lambda: _choose(found),
    )
    rest = found.count - len(found.rows)
    if rest:
        st.button(f"show {min(MORE, rest):,} more", key="solve_more", on_click=_more)


def _more() -> None:
    session().solving.most += MORE


def _title(text: str) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        if text:
            st.markdown(text, width="content")
        if session().solving.before:
            st.button("undo", key="solve_undo", on_click=_undo, help="Back to the layer before.")


def _choose(found: Choices) -> None:
    """The browser names a setting by its numbers: on its table a row may be another one than on ours."""
    now, cells = said(), told_by("choices", "choose")
    row = next((row for row in found.rows if list(row.cells) == cells), None)
    if row and found.columns == columns(now) and found.current(now) != found.rows.index(row):
        session().solving.before = now
        set_controls(row.arguments, found.input_shape)


def _undo() -> None:
    before, session().solving.before = session().solving.before, None
    if before:
        set_setup(before)
