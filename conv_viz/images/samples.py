"""The sample pictures: files in ``assets/``, credited in ``assets/CREDITS.md``."""

from __future__ import annotations

from pathlib import Path

from conv_viz.layers.setup import BANDS as FILLED
from conv_viz.places import ASSETS

TITLES = {
    "astronaut.jpg": "Astronaut, colour",
    "camera.png": "Photographer, black and white",
    "cat_4_bands.tif": "Cat, 4 bands",
    "digit.png": "A five, white on black, small",
    "landscape_4_bands.tif": "Land from above, 4 bands with near infrared",
    "photo.png": "Cup of coffee, colour, small",
}
BANDS = {"landscape_4_bands.tif": FILLED["satellite"]}
"""What the channels of a sample are called, where that is not red, green and blue."""


def samples() -> list[tuple[str, Path]]:
    """Title and path of every sample.

    >>> all(path.is_file() for _, path in samples())
    True
    """
    return [(title, path(name)) for name, title in TITLES.items()]


def path(name: str) -> Path:
    """Where a sample lies; raises `KeyError` for a name that is none.

    >>> path("photo.png").name
    'photo.png'
    """
    if name not in TITLES:
        raise KeyError(f"No sample is called {name!r}; there are {', '.join(TITLES)}.")
    return ASSETS / name
