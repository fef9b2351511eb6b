"""docs/gallery/: an animation for each example of the arithmetic guide, small, and of the layer that it names."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from math import prod
from pathlib import Path

import pytest

from conv_viz.layers.presets import GUIDE, PRESETS, Preset

DOCS = Path(__file__).parents[2] / "docs"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("preset", [p for p in PRESETS if p.group == GUIDE], ids=lambda preset: preset.name)
def test_an_animation_of_each_example(preset: Preset) -> None:
    file = DOCS / "gallery" / f"{preset.name.replace(' ', '-')}.svg"
    assert file.stat().st_size < 100_000
    root = ET.parse(file).getroot()
    steps = prod(preset.spec.output_shape(preset.input_shape))
    said = [node.text or "" for node in root.iter(f"{SVG}text")]
    assert root.find(f"{SVG}title").text == preset.spec.code()
    assert [text for text in said if text.startswith("step ")] == [f"step {i + 1} of {steps}" for i in range(steps)]
    assert f"({file.name})" in (file.parent / "README.md").read_text(encoding="utf-8")
