"""A lens's picture, checked as its reader would: every sum that it says is the number that it shows."""

from __future__ import annotations

import numpy as np

from conv_viz.scenes.scene import Scene


def assert_sums_hold(scene: Scene, tolerance: float = 1e-5) -> int:
    """Every number is what the tables say of it, up to rounding; returns how many numbers were looked at.

    Of steps it is the last one.
    """
    looked = 0
    moving = {planes["array"] for planes in scene.header["planes"] if planes["frames"]}
    arrays = {name: array[-1] if name in moving else array for name, array in scene.arrays.items()}
    for sum in scene.header["sums"]:
        of = sum["of"]
        shown = arrays[of].astype(np.float64).ravel()
        if sum["how"] == "difference":
            made = arrays[sum["left"]].astype(np.float64).ravel() - arrays[sum["right"]].ravel()
            size = np.abs(arrays[sum["left"]]).max()
        else:
            terms = arrays[sum["right"]].astype(np.float64).ravel()[arrays[f"{of}.right"]]
            if sum["left"]:
                terms = terms * arrays[sum["left"]].ravel()[arrays[f"{of}.left"]]
            cells = np.repeat(np.arange(shown.size), np.diff(arrays[f"{of}.starts"]))
            made = np.bincount(cells, terms, shown.size) / sum["divisor"]
            size = np.bincount(cells, np.abs(terms), shown.size).max(initial=0.0)
            if sum["more"]:
                made = made + arrays[sum["more"]].ravel()[arrays[f"{of}.more"]]
        np.testing.assert_allclose(made, shown, rtol=0, atol=tolerance * (1 + size), err_msg=of)
        looked += shown.size
    return looked
