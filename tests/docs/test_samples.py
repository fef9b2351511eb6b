"""The sample pictures that are our own are what their script draws."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np

from conv_viz.images.read import read

ROOT = Path(__file__).resolve().parents[2]


def test_the_drawn_samples_are_as_the_script_draws_them():
    drawn = runpy.run_path(str(ROOT / "docs" / "make_samples.py"))
    landscape = read((ROOT / "assets" / "landscape_4_bands.tif").read_bytes()).array
    again = drawn["landscape"]().transpose(2, 0, 1)
    assert np.abs(landscape.astype(int) - again).max() <= 1  # another processor rounds otherwise
    digit = read((ROOT / "assets" / "digit.png").read_bytes()).array[0]
    assert np.abs(digit.astype(int) - drawn["digit"]()).max() <= 1
