"""Sizes and places of what is drawn, in whole pixels. As `frontend/scene/layout.js`, for paper and slides."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Any

from conv_viz.export.look import Look
from conv_viz.export.marks import fitting, width_of
from conv_viz.scenes.scene import Scene

USUAL = 24  # pixels of an input cell at which letters have their usual size; larger cells enlarge all
SIDES = {1: (238, 34), 4: (186, 32)}  # planes up to this many: side of a plane, most of a cell of the filter's slice
MANY = (150, 28)
ROW = 324  # side of plane and output of a layer with one axis: a row is not high, and its cells shall carry numbers
LARGEST_CELL = 30
OUTPUT, OUTPUT_CELL = 216, 40
PRODUCTS, PRODUCT_CELL = 236, (56, 34)
SLICE = 120
INDENT = 2.4  # of further lines of code, in sizes of a letter
SUM = (76, 30)
GAP = 18
MARGIN = 22
LEGEND = 176
TITLE, LEAST_TITLE, LINE = 19, 12, 18
"""Size of the code's letters, the smallest they become before the code is broken into lines, and a line's height."""

NUMBERS_FROM = 18  # a cell at least this wide carries its number


@dataclass(frozen=True)
class Plan:
    """Where everything stands. `zoom` enlarges letters and lines; lengths are pixels, places (x, y)."""

    zoom: float
    plane: int
    slice: int
    product: tuple[int, int]
    """Width and height of a product's cell; (0, 0) where products are left out."""
    output: int
    columns: tuple[int, ...]
    """Left ends of planes, slices, products, sums and the output."""
    rows: tuple[int, ...]
    """Upper ends of the channels' rows."""
    row_height: int
    row_middle: int
    """From the upper end of a row to the middle of its grids."""
    code: tuple[tuple[str, ...], float]
    """The lines of the code, and the size of its letters."""
    titles: int
    """Height at which the small titles stand."""
    size: tuple[int, int]
    """Width and height of the picture."""

    def px(self, length: float) -> int:
        """A length of the usual size, enlarged."""
        return max(1, round(length * self.zoom))


def plan(scene: Scene, look: Look) -> Plan:
    """Sizes and places for a scene."""
    scale, filter = look.scale, scene.header["stage"]["filter"] - scene.header["stage"]["filters"][0]
    arrays, stage = scene.arrays, scene.header["stage"]
    channels, padded = arrays["padded"].shape[0], plane_shape(scene)
    kernel, output = stage["kernel"], arrays["output"].shape[1:]
    titles = stage["scatter_titles" if stage["picture"] == "scatter" else "titles"]
    side, slice_most = next((size for most, size in SIDES.items() if channels <= most), MANY)
    one_row = stage["dims"] == 1
    cell = scale or _fit(ROW if one_row else side, padded, LARGEST_CELL)
    zoom = max(1.0, cell / USUAL) if scale else 1.0

    def px(length: float) -> int:
        return round(length * zoom)

    slice_ = _fit(px(SLICE), kernel, px(slice_most)) if "weight" in arrays else 0
    product = (
        max(1, min(px(PRODUCT_CELL[0]), px(PRODUCTS) // kernel[1])) if look.products else 0,
        max(1, min(px(PRODUCT_CELL[1]), px(side) // kernel[0])) if look.products else 0,
    )
    out = _fit(px(ROW if one_row else OUTPUT), output, px(OUTPUT_CELL))
    title = px(12)
    between = [
        max(kernel[1] * slice_, width_of(titles["filters"][filter], title)) if slice_ else 0,
        max(kernel[1] * product[0], width_of(titles["taps"], title)) if look.products else 0,
    ]
    # what is added below the sums begins under the filter, and must not reach the planes
    between[0] += max(0, _longest_label(scene, title) - sum(between) - px(GAP))
    widths = (
        max(padded[1] * cell, *(width_of(words, title) for words in ("input, padded", titles["input"])))
        + (px(9) if stage["groups"] > 1 else 0),
        *between,
        px(SUM[0]) + px(6),
        max(output[1] * out, px(LEGEND)),
    )
    lefts = [px(MARGIN)]
    for width in widths:
        lefts.append(lefts[-1] + (ceil(width) + px(GAP) if width else 0))
    total_width = lefts[-1] - px(GAP) + px(MARGIN)
    code = _code(scene.header["code"], total_width - 2 * px(MARGIN), px(TITLE), px(LEAST_TITLE))
    head = len(code[0]) * round(1.25 * code[1]) + px(LINE) * (2 if stage["cut_of_one"] else 1)
    titles = px(MARGIN) + head + px(26)
    grids = max(padded[0] * cell, kernel[0] * slice_, kernel[0] * product[1], px(SUM[1]))
    row_height = grids + (px(18) if channels > 1 else 0) + px(8)
    rows = tuple(titles + px(9) + i * row_height for i in range(channels))
    middle = grids // 2
    below = rows[-1] + middle + max(kernel[0] * max(slice_, product[1]), px(SUM[1])) // 2 + px(10 + 20 * 3)
    beside = rows[0] + output[0] * out + px(24 + 3 * 15)
    height = max(rows[-1] + row_height, below, beside) + px(MARGIN - 8)
    return Plan(
        zoom, cell, slice_, product, out, tuple(lefts[:5]), rows, row_height, middle, code, titles,
        (total_width, height),
    )  # fmt: skip


def plane_shape(scene: Scene) -> tuple[int, ...]:
    """Rows and columns of the planes: padded, or where the picture goes from the input, the input alone."""
    if scene.header["stage"]["picture"] == "scatter":
        return len(scene.arrays["input_y"]), len(scene.arrays["input_x"])
    return scene.arrays["padded"].shape[1:]


def _longest_label(scene: Scene, size: int) -> float:
    """How wide the words beside the total are at most, in pixels."""
    stage, (*_, rows, columns) = scene.header["stage"], scene.header["output_shape"]
    index = index_of({**stage, "origin": [0, 0]}, rows - 1, columns - 1)
    hidden = max(stage["hidden"])
    return max(width_of(index, size), width_of(f"{hidden} channels not in view", size) if hidden else 0)


def index_of(stage: dict[str, Any], y: int, x: int) -> str:
    """An output cell in view, as torch counts it in the whole layer: without its row where a layer has one axis.

    >>> index_of({"dims": 1, "sample": 0, "filter": 2, "origin": [0, 4]}, 0, 1)
    'output[0, 2, 5]'
    """
    top, left = stage["origin"][:2]
    place = (top + y, left + x)[-stage["dims"] :]
    return f"output[{', '.join(map(str, (stage['sample'], stage['filter'], *place)))}]"


def _fit(side: int, cells: tuple[int, ...] | list[int], most: int) -> int:
    """Whole pixels of a cell so that rows x columns fit into a square; at least one."""
    return max(1, min(most, side // max(cells)))


def _code(text: str, room: int, size: int, least: int) -> tuple[tuple[str, ...], float]:
    """The code in one line, smaller if need be; or in several, broken after commas."""
    fits = fitting(text, size, room, mono=True, bold=True)
    if fits >= least:
        return (text,), fits
    lines = [""]
    for word in text.split(" "):
        joined = f"{lines[-1]} {word}".strip()
        if lines[-1] and width_of(joined, least, mono=True) > room - INDENT * least:
            lines.append(word)
        else:
            lines[-1] = joined
    return tuple(lines), least
