"""Letters as masks. The font is DejaVu, which matplotlib brings along: it has every sign that is written."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

EDGES = (64, 128, 191)
"""How much of a pixel is covered at the edge of a letter, of 255, where there are few colours."""
COARSE = [0] * 32 + [EDGES[0]] * 64 + [EDGES[1]] * 64 + [EDGES[2]] * 64 + [255] * 32


@lru_cache(maxsize=64)
def font(size: float, bold: bool, mono: bool) -> ImageFont.FreeTypeFont:
    """The font in a size; the same on every machine."""
    found = find_spec("matplotlib")  # not imported: that takes longer than drawing
    assert found is not None and found.submodule_search_locations
    folder = Path(found.submodule_search_locations[0], "mpl-data", "fonts", "ttf")
    name = f"DejaVuSans{'Mono' if mono else ''}{'-Bold' if bold else ''}.ttf"
    return ImageFont.truetype(folder / name, size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def letters(
    text: str, size: float, anchor: str, bold: bool, mono: bool, coarse: bool = False
) -> tuple[Image.Image, int, int]:
    """A text as a mask, and where it begins, seen from its anchor (``l``, ``m``, ``r``) on the baseline.

    >>> mask, left, top = letters("12", 10, "r", False, False)
    >>> mask.mode, left < 0, top < 0
    ('L', True, True)
    """
    chosen = font(size, bold, mono)
    left, top, right, bottom = (int(v) for v in chosen.getbbox(text, anchor=f"{anchor}s"))
    mask = Image.new("L", (max(1, right - left + 1), max(1, bottom - top)))
    ImageDraw.Draw(mask).text((-left, -top), text, 255, chosen, f"{anchor}s")
    return (mask.point(COARSE) if coarse else mask), left, top
