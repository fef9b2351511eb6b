"""The sample pictures of a checkout: files in ``assets/`` beside the package, credited in ``assets/CREDITS.md``."""

from __future__ import annotations

from pathlib import Path

ASSETS = Path(__file__).resolve().parents[1] / "assets"

TITLES = {
    "astronaut.jpg": "Astronaut, colour",
    "camera.png": "Photographer, black and white",
    "cat_4_bands.tif": "Cat, 4 bands",
    "photo.png": "Cup of coffee, colour, small",
}


def samples() -> list[tuple[str, Path]]:
    """Title and path of every sample that is there: none where the package is installed without them.

    >>> all(path.is_file() for _, path in samples())
    True
    """
    return [(title, path(name)) for name, title in TITLES.items() if path(name).is_file()]


def path(name: str) -> Path:
    """Where a sample lies; raises `KeyError` for a name that is none.

    >>> path("photo.png").name
    'photo.png'
    """
    if name not in TITLES:
        raise KeyError(f"No sample is called {name!r}; there are {', '.join(TITLES)}.")
    return ASSETS / name
