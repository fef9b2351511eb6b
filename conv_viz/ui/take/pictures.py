"""The layer as a picture to take along: choices, a preview, a download that is made when somebody asks for it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import streamlit as st

from conv_viz.export import ExportError, Look, export
from conv_viz.export.film import moment, ordinal, refusal
from conv_viz.export.formats import affordable, format_of, worksheet
from conv_viz.export.html import other_scenes, page
from conv_viz.export.look import MOST_CELLS
from conv_viz.export.sheet import worksheet as worksheet_pages
from conv_viz.export.spreading import first
from conv_viz.export.svg import still_svg
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn
from conv_viz.scenes.scene import Scene
from conv_viz.ui.image.own import own_input
from conv_viz.ui.view import current_view
from conv_viz.weights.edits import Weights

KINDS = {
    "GIF": ("gif", True),
    "animated SVG": ("svg", True),
    "animated WebP": ("webp", True),
    "SVG, one frame": ("svg", False),
    "PNG, one frame": ("png", False),
    "PDF, one frame": ("pdf", False),
}
"""What the menu says: the file's ending, and whether it is animated."""

PAGE, STRIP, WORKSHEET = "HTML page", "film strip", "worksheet"
"""Beside `KINDS`: the stage itself, with no look to choose; chosen steps side by side; a page to fill in."""

MOST_STEPS = 1000  # offered for a film strip
PREVIEWED = 5  # a preview plays up to a fifth of the frames that an SVG may have: it is sent at every move of a control


def pictures(setup: Setup, weights: Weights | None = None) -> None:
    """Draw the choices, the preview and the download for the frame's layer."""
    own = own_input(setup.fill)

    def draw(view: View) -> Scene:
        return drawn(setup, view, weights, own)

    scene = draw(current_view())
    if reason := refusal(scene):
        st.info(reason)
        return
    kind = st.segmented_control(
        "picture", [*KINDS, STRIP, WORKSHEET, PAGE], default="GIF", required=True, key="picture_kind"
    )
    if kind == PAGE:
        _page(scene, draw, setup.name.lower())
        return
    if kind in (STRIP, WORKSHEET):
        try:
            (_strip if kind == STRIP else _worksheet)(scene, setup.name.lower())
        except ExportError as error:
            st.info(str(error))
        return
    ending, animated = KINDS[kind or "GIF"]
    try:
        look = _look(scene, animated)
        look = affordable(scene, ending, look) if animated else look
        frames = _preview(scene, look, animated)
    except ExportError as error:
        st.info(str(error))
        return
    _download(scene, ending, animated, look, setup.name.lower())
    if look.every > 1:
        st.caption(f"A frame at every {look.every}{ordinal(look.every)} output cell: {frames} frames in all.")


def _page(scene: Scene, draw: Callable[[View], Scene], name: str) -> None:
    """The stage as one file; it has the look of whoever opens it."""
    st.markdown("One file with the stage in it: it plays, steps, scrubs and answers to the pointer, without a network.")
    st.download_button(
        "download .html",
        data=lambda: page(scene, others=other_scenes(scene, draw)),
        file_name=f"{name}.html",
        mime=format_of("html").mime,
        on_click="ignore",
        key="page_download",
    )


def _strip(scene: Scene, name: str) -> None:
    """Chosen steps side by side; raises `ExportError`."""
    look = _look(scene, animated=False, one=False)
    board = moment(scene, look).board
    rows, columns = board.steps
    count = min(rows * columns, MOST_STEPS)
    usual = sorted({1, (count + 1) // 2, count})
    help = f"At most {MOST_CELLS}, counted as the stage counts them."
    steps = st.multiselect("steps", range(1, count + 1), usual, max_selections=MOST_CELLS, key="strip_steps", help=help)
    top, left = first(board) if board.scatter else scene.header["stage"]["origin"][:2]
    cells = [divmod(step - 1, columns) for step in sorted(steps)]
    look = replace(look, cells=tuple((top + y, left + x) for y, x in cells))
    if not cells:
        return
    st.image(export(scene, "svg", look).decode(), alt=scene.header["code"])
    ending = (
        st.segmented_control("file", ("svg", "pdf", "png"), default="svg", required=True, key="strip_file") or "svg"
    )
    _download(scene, ending, False, look, f"{name}_steps")


def _worksheet(scene: Scene, name: str) -> None:
    """A page with an empty output, and one with the answers; raises `ExportError`."""
    look = _look(scene, animated=False, one=False)
    blank, _ = worksheet_pages(scene, look)
    st.image(still_svg(blank).decode(), alt="the worksheet")
    st.caption(
        "Two pages: this one, and the same with torch's numbers. Small inputs and whole numbers are the easiest."
    )
    st.download_button(
        "download .pdf",
        data=lambda: worksheet(scene, look),
        file_name=f"{name}_worksheet.pdf",
        mime=format_of("pdf").mime,
        on_click="ignore",
        key="worksheet_download",
    )


def _look(scene: Scene, animated: bool, one: bool = True) -> Look:
    """What is chosen: how it looks, and how it runs or at which `one` cell it stands."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="medium"):
        dark = st.context.theme.type == "dark"
        themes = ("light", "dark")
        theme = st.segmented_control("colours", themes, default=themes[dark], required=True, key="picture_theme")
        clear = st.toggle("transparent", key="picture_clear", help="What lies behind the picture shines through.")
        products = st.toggle("products", True, key="picture_products", help="Each product between filter and sum.")
        if animated:
            speed = st.slider("frames a second", 0.5, 20.0, 3.0, 0.5, key="picture_speed", width=220)
            cell: tuple[int, int] | None = None
        else:
            speed, cell = 3.0, _cell(scene) if one else None
    background = "transparent" if clear else "theme"
    return Look(theme or themes[dark], background, products=products, speed=speed, cell=cell)


def _cell(scene: Scene) -> tuple[int, int]:
    """The output cell of a still, among those in view; begins where the stage rests."""
    top, left = scene.header["stage"]["origin"][:2]
    rows, columns = scene.arrays["output"].shape[1:]
    middle = divmod(int(rows * columns * 0.4), columns)
    axes = (("output row", top, rows, middle[0]), ("output column", left, columns, middle[1]))
    row, column = (
        st.number_input(name, first, first + count - 1, first + at, key=f"picture_{name}_{first}_{count}", width=120)
        for name, first, count, at in axes
    )
    return row, column


def _preview(scene: Scene, look: Look, animated: bool) -> int:
    """Show the picture as an SVG, which has the same marks in every format. Returns the number of frames."""
    rows, columns = scene.arrays["output"].shape[1:]
    frames = -(-rows * columns // look.every) if animated else 1
    plays = animated and PREVIEWED * frames <= format_of("svg").most_frames(scene, look)
    st.image(export(scene, "svg", look, animated=plays).decode(), alt=scene.header["code"])
    if animated and not plays:
        st.caption(f"One of {frames} frames. Making all of them takes a while after the click.")
    return frames


def _download(scene: Scene, ending: str, animated: bool, look: Look, name: str) -> None:
    """The button: the file is made when it is clicked."""
    st.download_button(
        f"download .{ending}",
        data=lambda: export(scene, ending, look, animated=animated),
        file_name=f"{name}.{ending}",
        mime=format_of(ending).mime,
        on_click="ignore",
        key="picture_download",
    )
