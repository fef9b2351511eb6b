"""Colours of the stage, for hosts without a browser: what `frontend/scene/color.js` and `draw/theme.js` say, in Python.

Colour means value. Signed numbers run from blue through the background to red; an input plane of one
channel is real grey, one of a colour runs from the background to its tint.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Color = tuple[int, int, int]
Scale = Callable[[np.ndarray], np.ndarray]
"""Numbers (...,) -> uint8 RGB (..., 3)."""


@dataclass(frozen=True)
class Theme:
    """The page's colours; the others are mixed from them as the stage does."""

    name: str
    background: Color
    text: Color
    accent: Color
    now: Color
    """Orange letters need more contrast than an orange frame."""
    low: Color
    high: Color
    tints: tuple[Color, Color, Color]

    def toward_text(self, share: float) -> Color:
        """The background, mixed with that share of the text's colour."""
        return mix(self.background, self.text, share)

    @property
    def quiet(self) -> Color:
        """Labels."""
        return self.toward_text(0.66)

    @property
    def line(self) -> Color:
        """Thin frames."""
        return self.toward_text(0.16)

    @property
    def faint(self) -> Color:
        """Dashes of the padding."""
        return self.toward_text(0.28)

    @property
    def mark(self) -> Color:
        """What is no finite number."""
        return self.toward_text(0.3)


LIGHT = Theme(
    "light",
    background=(255, 255, 255),
    text=(31, 41, 51),
    accent=(232, 115, 12),
    now=(180, 83, 9),
    low=(33, 102, 172),
    high=(178, 24, 43),
    tints=((217, 48, 57), (34, 146, 78), (52, 104, 214)),
)
DARK = Theme(
    "dark",
    background=(20, 23, 28),
    text=(230, 232, 235),
    accent=(255, 143, 46),
    now=(255, 154, 69),
    low=(47, 128, 214),
    high=(214, 48, 74),
    tints=((232, 72, 80), (56, 178, 104), (84, 134, 246)),
)
THEMES = {theme.name: theme for theme in (LIGHT, DARK)}
TINTED = ("red", "green", "blue")
GREY = ((16, 18, 24), (252, 252, 252))
BLACK, WHITE = (21, 23, 31), (255, 255, 255)
BANDS = ("#0072b2", "#009e73", "#cc79a7", "#7a5cc9", "#8a7a00", "#56b4e9", "#a0522d", "#5f7f95")


def mix(a: Color, b: Color, share: float) -> Color:
    """Between two colours, `share` in 0..1.

    >>> mix((0, 0, 0), (255, 255, 255), 0.5)
    (128, 128, 128)
    """
    red, green, blue = (int(x + (y - x) * share + 0.5) for x, y in zip(a, b, strict=True))
    return red, green, blue


def ink_on(color: Color) -> Color:
    """Black or white, whichever reads better; by relative luminance, WCAG 2.2.

    >>> ink_on((255, 255, 255)), ink_on((33, 102, 172))
    ((21, 23, 31), (255, 255, 255))
    """
    linear = [c / 12.92 if (c := v / 255) <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for v in color]
    return BLACK if np.dot(linear, (0.2126, 0.7152, 0.0722)) > 0.198 else WHITE


def band(group: int) -> Color:
    """Colour of a group."""
    text = BANDS[group % len(BANDS)]
    return (int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16))


def tint(name: str, theme: Theme) -> Color | None:
    """Colour of a channel's name; None when it has none."""
    return theme.tints[TINTED.index(name)] if name in TINTED else None


def diverging(most: float, theme: Theme) -> Scale:
    """The scale of signed numbers up to `most` in size: zero is the background.

    >>> diverging(2.0, LIGHT)(np.array([-2.0, 0.0, 9.0])).tolist()
    [[33, 102, 172], [255, 255, 255], [178, 24, 43]]
    """

    def scale(values: np.ndarray) -> np.ndarray:
        values = np.asarray(values, np.float64)
        share = np.minimum(1, np.abs(values) / most) ** 0.8 if most > 0 else np.zeros_like(values)
        ends = np.where((values < 0)[..., None], theme.low, theme.high)
        return _between(theme.background, ends, share, values, theme)

    return scale


def input_scale(low: float, high: float, name: str, theme: Theme) -> Scale:
    """The scale of an input plane with this channel's name; diverging as soon as there are negative numbers.

    >>> input_scale(0.0, 1.0, "grey", LIGHT)(np.array([0.0, 1.0])).tolist()
    [[16, 18, 24], [252, 252, 252]]
    """
    if low < 0:
        return diverging(max(-low, high), theme)
    own = tint(name, theme)
    start, end = (theme.background, own) if own else GREY

    def scale(values: np.ndarray) -> np.ndarray:
        values = np.asarray(values, np.float64)
        share = np.clip((values - low) / (high - low), 0, 1) if high > low else np.zeros_like(values)
        return _between(start, np.array(end), share, values, theme)

    return scale


def _between(start: Color, end: np.ndarray, share: np.ndarray, values: np.ndarray, theme: Theme) -> np.ndarray:
    finite = np.isfinite(values)[..., None]
    share = np.where(finite, share[..., None], 0)
    mixed = start + (end - np.array(start)) * share + 0.5
    return np.where(finite, mixed, theme.mark).astype(np.uint8)
