"""Make the small pictures of the examples that the Layer page offers: ``make examples``.

Each is drawn from the scene of its layer, as the stage is: planes, the window on them, the output cell that it makes.
"""

from __future__ import annotations

import json
import sys
from base64 import b64encode
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from conv_viz.export.colors import LIGHT, Scale, diverging, input_scale
from conv_viz.layers.presets import find
from conv_viz.layers.setup import Setup
from conv_viz.layers.view import View
from conv_viz.lenses.layer import drawn
from conv_viz.scenes.scene import Scene

MODULE = Path(__file__).resolve().parents[1] / "conv_viz" / "frontend" / "hosts" / "example_pictures.js"
TITLES = (
    "first steps: a colour picture, 4 filters",
    "arithmetic guide: dilation",
    "well-known layers: depthwise",
    "transposed: k3 s2, checkerboard",
    "pooling: 2x2 maximum",
    "one row: dilated",
)
SIZE = (320, 160)  # twice what the page shows, for fine screens
SIDE = 124  # pixels of a plane with two axes
BEHIND, MOST = 8, 3  # pixels from a plane to the one behind it, and planes that are drawn of many
MOST_BYTES = 20_000


def main() -> int:
    lines = "".join(map(entry, TITLES))
    head = "// Examples as small pictures. Made by docs/make_examples.py: `make examples`.\n"
    text = f"{head}export const EXAMPLES = [\n{lines}];\n"
    print(f"{MODULE.name}: {len(text):,} bytes")
    if len(text) > MOST_BYTES:
        print(f"That is more than {MOST_BYTES:,}.")
        return 1
    MODULE.write_text(text, encoding="utf-8", newline="\n")
    return 0


def entry(title: str) -> str:
    """An example as the formatter writes it, with its picture in the module itself."""
    data = f"data:image/png;base64,{b64encode(picture(title)).decode()}"
    return f"  {{\n    title: {json.dumps(title)},\n    picture:\n      {json.dumps(data)},\n  }},\n"


def picture(title: str) -> bytes:
    """An example as a PNG."""
    preset = find(title)
    assert preset, title
    scene = drawn(Setup.of(preset.spec.arguments(), preset.input_shape, preset.fill, name=preset.spec.name()), View())
    sheet = Image.new("RGB", SIZE, LIGHT.background)
    draw = ImageDraw.Draw(sheet)
    rows, columns = scene.arrays["output"].shape[1:]
    cell = (2 * rows // 5, 2 * columns // 5)
    if rows == 1:
        top, side = (20, 46), SIZE[0] - 40
        _planes(draw, top, side, scene, "padded", cell)
        _planes(draw, (20, 100), side, scene, "output", cell)
    else:
        _planes(draw, (14, 14), SIDE, scene, "padded", cell)
        draw.polygon([(170, 70), (186, 80), (170, 90)], LIGHT.quiet)
        _planes(draw, (202, 36), SIDE - 40, scene, "output", cell)
    data = BytesIO()
    sheet.quantize(48, dither=Image.Dither.NONE).save(data, "png", optimize=True)
    return data.getvalue()


def _planes(
    draw: ImageDraw.ImageDraw, corner: tuple[int, int], side: int, scene: Scene, name: str, cell: tuple[int, int]
) -> None:
    """Some planes behind each other, and on the front one what the window or the cell is."""
    planes, kinds = scene.arrays[name][:MOST], _kinds(scene) if name == "padded" else None
    size = (side - BEHIND * (len(planes) - 1)) // planes.shape[2]
    for position in reversed(range(len(planes))):
        left, top = (at + position * BEHIND for at in corner)
        colors = _scale(scene, name, position)(planes[position])
        for (y, x), kind in np.ndenumerate(np.zeros(planes.shape[1:], int) if kinds is None else kinds):
            box = (left + x * size, top + y * size, left + (x + 1) * size - 1, top + (y + 1) * size - 1)
            number = scene.header["stage"]["cells"][kind] in ("input", "copy")
            draw.rectangle(box, tuple(colors[y, x]) if number else LIGHT.background, LIGHT.line)
    taps_y, taps_x = (scene.arrays[f"window_{axis}"][at] for axis, at in zip("yx", cell, strict=True))
    marked = [(y, x) for y in taps_y for x in taps_x] if name == "padded" else [cell]
    if any(np.abs(np.diff(taps)).max(initial=1) > 1 for taps in (taps_y, taps_x)):  # else the window says it all
        for y, x in marked:
            draw.rectangle(_box(corner, size, (y, y), (x, x)), None, LIGHT.accent, 2)
    spans = [(min(at), max(at)) for at in zip(*marked, strict=True)]
    draw.rectangle(_box(corner, size, *spans), None, LIGHT.accent, 4)


def _box(
    corner: tuple[int, int], size: int, rows: tuple[int, int], columns: tuple[int, int]
) -> tuple[int, int, int, int]:
    (left, top), (first, last), (begin, end) = corner, rows, columns
    return left + begin * size, top + first * size, left + (end + 1) * size - 1, top + (last + 1) * size - 1


def _kinds(scene: Scene) -> np.ndarray:
    return np.maximum.outer(scene.arrays["cells_y"], scene.arrays["cells_x"])


def _scale(scene: Scene, name: str, position: int) -> Scale:
    stage = scene.header["stage"]
    if name == "output":
        return diverging(stage["ranges"]["output"][1], LIGHT)
    low, high = stage["ranges"]["input"]
    return input_scale(low, high, stage["names"][position], LIGHT)


if __name__ == "__main__":
    sys.exit(main())
