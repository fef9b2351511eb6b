"""What may be chosen of the maps on the page "Filter an image", as it is called there and in its address."""

from __future__ import annotations

LAYER, NAMED = FILTERS = ("the layer's", "named filters")
COLOURS = {"diverging": "blue – red", "grey": "grey"}
SCALES = {"each": "for each map", "shared": "for all maps"}

IN_THE_LINK = {
    "filters": FILTERS,
    "colours": tuple(COLOURS.values()),
    "colours_named": tuple(COLOURS.values()),
    "scale": tuple(SCALES.values()),
    "relu": ("false", "true"),
}
"""Each parameter of the address, and what it may say; first what it is without a word in the address."""
