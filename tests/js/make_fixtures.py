"""Write the payloads that the JavaScript tests decode: python tests/js/make_fixtures.py [--check].

With --check nothing is written, and the exit status says whether the files are what this code makes.
"""

from __future__ import annotations

import argparse
import json
import sys
from base64 import b64encode
from pathlib import Path

import numpy as np

from conv_viz import ConvSpec, run
from conv_viz.compute.filtering import filtered, layer_filters
from conv_viz.images.read import Picture
from conv_viz.layers.conv import Conv1dSpec
from conv_viz.layers.part import View
from conv_viz.layers.pool import AvgPoolSpec, LPPoolSpec, MaxPoolSpec
from conv_viz.layers.taps import gather, taps
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.lenses.layer import run_scene
from conv_viz.scenes.gallery import Look, gallery_scene
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene
from conv_viz.weights.edits import Weights

FOLDER = Path(__file__).parent / "fixtures"
LAYERS = {
    "strided": (ConvSpec(2, 3, (3, 2), stride=(2, 1), padding=(1, 0)), (2, 6, 5), np.float32),
    "circular": (ConvSpec(4, 4, 3, padding=2, groups=2, bias=False, padding_mode="circular"), (4, 4, 5), np.float64),
    "rest": (ConvSpec(20, 2, 3, dilation=2), (20, 6, 7), np.float32),
    "holes": (ConvTransposeSpec(2, 4, 3, stride=2, output_padding=1, groups=2), (2, 3, 2), np.float32),
    "cut_off": (ConvTransposeSpec(1, 2, (3, 2), stride=2, padding=(1, 0), dilation=(2, 1)), (1, 4, 3), np.float64),
    "overhang": (AvgPoolSpec(2, stride=3, ceil_mode=True), (2, 4, 7), np.float32),
    "norm": (LPPoolSpec(4, 2, stride=3, ceil_mode=True), (2, 4, 7), np.float32),
    "row": (Conv1dSpec(2, 3, 3, padding=1), (2, 6), np.float32),
}


def fixture(name: str) -> str:
    """A payload in base64, beside it some of its numbers as Python reads them."""
    spec, shape, kind = LAYERS[name]
    x = (np.arange(np.prod(shape)) % 7 - 3).reshape(shape).astype(kind) / 4
    weight = bias = None
    if spec.weight_shape:
        weight = (np.arange(np.prod(spec.weight_shape)) % 5 - 2).reshape(spec.weight_shape) / 8
        bias = np.arange(spec.out_channels) / 2 if spec.bias else None
    shown = run_scene(run(spec, x, weight=weight, bias=bias), View())
    arrays = {n: {"shape": list(a.shape), "data": a.ravel().tolist()} for n, a in shown.arrays.items()}
    made = {"payload": b64encode(encode(shown)).decode(), "code": spec.code(), "arrays": arrays}
    return json.dumps(made) + "\n"


GALLERIES = {  # the layer, the picture's kind of numbers, the map that is shown
    "gallery_bytes": (ConvSpec(5, 4, (3, 2), stride=(2, 1), padding=(1, 0)), np.uint8, 1),
    "gallery_numbers": (ConvSpec(4, 4, 3, padding=2, groups=2, bias=False, padding_mode="reflect"), np.float32, 3),
    "gallery_holes": (ConvTransposeSpec(3, 4, 3, stride=2, padding=1, output_padding=1), np.uint8, 2),
    "gallery_largest": (MaxPoolSpec(3, 2, 1, ceil_mode=True), np.float32, 1),
    "gallery_means": (AvgPoolSpec((2, 3), 2, (1, 0), ceil_mode=True, count_include_pad=False), np.float32, 2),
    "gallery_norms": (LPPoolSpec(2, 2, stride=3, ceil_mode=True), np.float32, 0),
    "gallery_rows": (Conv1dSpec(3, 2, 3, padding=1), np.uint8, 1),
}


def gallery_fixture(name: str) -> str:
    """A gallery without its JPEGs, whose bytes differ between versions of Pillow; with every window in numbers."""
    spec, kind, chosen = GALLERIES[name]
    array = (np.arange(3 * 6 * 5) * 37 % 251).reshape(3, 6, 5).astype(kind)
    picture = Picture(
        array if kind == np.uint8 else array / 8 - 3, 0 if kind == np.uint8 else -3, 255 if kind == np.uint8 else 28.5
    )
    weights = None
    if spec.weight_shape:
        weight = (np.arange(np.prod(spec.weight_shape)) % 5 - 2).reshape(spec.weight_shape).astype(np.float32) / 8
        weights = Weights(weight, np.arange(spec.out_channels, dtype=np.float32) / 2 if spec.bias else None)
    filters = layer_filters(spec, 0, weights, picture.channels)
    done, plane = filtered(picture, filters), filters.spec
    shown = gallery_scene(done, Look(chosen=chosen))
    kept = Scene(shown.header, {n: a for n, a in shown.arrays.items() if n not in ("before", "sheet", "after")})
    height, width = (taps(axis) for axis in plane.axes((filters.channels, *picture.size)))
    reads = plane.channels_of(chosen)
    padded = gather(done.picture.unit(), height.source, width.source, spec.reduce.empty)
    padded = padded[reads.start : reads.stop]
    back = -1 if spec.turned else 1
    windows = [[_numbers(padded[:, h[::back]][:, :, w[::back]]) for w in width.window] for h in height.window]
    made = {"payload": b64encode(encode(kept)).decode(), "windows": windows, "output": done.maps[chosen].tolist()}
    return json.dumps(made) + "\n"


def _numbers(window: np.ndarray) -> list[float | None]:
    """What JSON can hold: no infinity."""
    return [number if np.isfinite(number) else None for number in window.ravel().tolist()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    made = {**{name: fixture(name) for name in LAYERS}, **{name: gallery_fixture(name) for name in GALLERIES}}
    for name, text in made.items():
        path = FOLDER / f"{name}.json"
        if check:
            stale += [] if path.exists() and path.read_text(encoding="utf-8") == text else [name]
        else:
            FOLDER.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if stale:
        print(f"Not what the code makes now: {', '.join(stale)}. Run python tests/js/make_fixtures.py.")
    return len(stale) > 0


if __name__ == "__main__":
    sys.exit(main())
