"""What a reader may choose about a picture that is taken along."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from conv_viz.export.colors import THEMES

Progress = Callable[[int, int], None]
"""Called with the number of frames that are done and of all."""

BACKGROUNDS = ("theme", "transparent")
SLOWEST, FASTEST = 0.1, 50.0
"""Output cells a second. A GIF counts in hundredths, and browsers take less than two of them for ten."""
LARGEST_SCALE = 200
MOST_CELLS = 8
"""Frames of a film strip: more of them are too small on a page."""


class ExportError(ValueError):
    """A picture that cannot be made so; the message is one sentence with a way out."""


@dataclass(frozen=True)
class Look:
    """How a picture looks, and how an animation runs.

    - `theme`: ``"light"`` or ``"dark"``; `background`: ``"theme"`` or ``"transparent"``.
    - `products`: whether the products stand tap by tap between filter and sum; without them a picture is smaller.
    - `scale`: pixels of one input cell; None chooses one that suits a slide, 600 to 900 pixels wide for a 7x7 input.
    - `speed`: frames a second, 0.1 to 50; `hold`: seconds that the last one stays.
    - `every`: output cells from one frame to the next.
    - `cell`: (row, column) of the output that a still shows, counted in the whole layer; None is the cell at
      which the stage rests, two fifths of the way.
    - `cells`: up to 8 of them, which stand side by side: a film strip.

    >>> Look(theme="dark", speed=8).seconds
    0.125
    >>> Look(speed=0)
    Traceback (most recent call last):
    conv_viz.export.look.ExportError: A speed is 0.1 to 50 frames a second, not 0.
    """

    theme: str = "light"
    background: str = "theme"
    products: bool = True
    scale: int | None = None
    speed: float = 3.0
    hold: float = 2.0
    every: int = 1
    cell: tuple[int, int] | None = None
    cells: tuple[tuple[int, int], ...] = ()

    def __post_init__(self) -> None:
        if self.theme not in THEMES:
            raise ExportError(f"A theme is {' or '.join(THEMES)}, not {self.theme!r}.")
        if self.background not in BACKGROUNDS:
            raise ExportError(f"A background is {' or '.join(BACKGROUNDS)}, not {self.background!r}.")
        if not SLOWEST <= self.speed <= FASTEST:
            raise ExportError(f"A speed is {SLOWEST:g} to {FASTEST:g} frames a second, not {self.speed:g}.")
        if not 0 <= self.hold <= 60:
            raise ExportError(f"The last frame stays for 0 to 60 seconds, not {self.hold:g}.")
        if self.every < 1:
            raise ExportError(f"From one frame to the next there is at least 1 output cell, not {self.every}.")
        if len(self.cells) > MOST_CELLS:
            raise ExportError(f"A film strip has at most {MOST_CELLS} frames, not {len(self.cells)}: name fewer cells.")
        if self.scale is not None and not 1 <= self.scale <= LARGEST_SCALE:
            raise ExportError(f"An input cell takes 1 to {LARGEST_SCALE} pixels, not {self.scale}.")

    @property
    def seconds(self) -> float:
        """How long one frame stays."""
        return 1 / self.speed

    @property
    def transparent(self) -> bool:
        """Whether what lies behind the picture shines through."""
        return self.background == "transparent"
