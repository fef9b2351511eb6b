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
from conv_viz.payload import encode
from conv_viz.scene import View, scene

FOLDER = Path(__file__).parent / "fixtures"
LAYERS = {
    "strided": (ConvSpec(2, 3, (3, 2), stride=(2, 1), padding=(1, 0)), (2, 6, 5), np.float32),
    "circular": (ConvSpec(4, 4, 3, padding=2, groups=2, bias=False, padding_mode="circular"), (4, 4, 5), np.float64),
    "rest": (ConvSpec(20, 2, 3, dilation=2), (20, 6, 7), np.float32),
}


def fixture(name: str) -> str:
    """A payload in base64, beside it some of its numbers as Python reads them."""
    spec, shape, kind = LAYERS[name]
    x = (np.arange(np.prod(shape)) % 7 - 3).reshape(shape).astype(kind) / 4
    weight = (np.arange(np.prod(spec.weight_shape)) % 5 - 2).reshape(spec.weight_shape) / 8
    bias = np.arange(spec.out_channels) / 2 if spec.bias else None
    shown = scene(run(spec, x, weight=weight, bias=bias), View())
    arrays = {n: {"shape": list(a.shape), "data": a.ravel().tolist()} for n, a in shown.arrays.items()}
    made = {"payload": b64encode(encode(shown)).decode(), "code": spec.code(), "arrays": arrays}
    return json.dumps(made) + "\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    stale = []
    for name in LAYERS:
        path, text = FOLDER / f"{name}.json", fixture(name)
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
