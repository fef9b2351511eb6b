"""The maps of a network's layers as one long picture, with the layers' names at the left."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from conv_viz.export.fonts import font
from conv_viz.images.contact_sheet import DARK, LIGHT
from conv_viz.lenses.network import MAPS, Strip


def scroll(strips: Sequence[Strip], *, dark: bool = False) -> np.ndarray:
    """All strips one below the other as one picture, uint8 RGB (height, width, 3), with their names at the left."""
    from PIL import Image, ImageDraw

    side, left, gap = 100, 190, 8
    width = left + MAPS * side
    heights = [max(44, strip.maps.shape[1]) + gap for strip in strips]
    image = Image.new("RGB", (width, sum(heights)), DARK if dark else LIGHT)
    pen = ImageDraw.Draw(image)
    ink = (235, 236, 240) if dark else (38, 39, 48)
    top = 0
    for strip, height in zip(strips, heights, strict=True):
        pen.text((0, top), strip.name[-26:], ink, font(12, True, False))
        pen.text((0, top + 17), strip.words[:34], ink, font(10, False, False))
        for i, one in enumerate(strip.maps):
            image.paste(Image.fromarray(one), (left + i * side, top))
        top += height
    return np.asarray(image)
