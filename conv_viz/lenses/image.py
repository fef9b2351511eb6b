"""The frame's layer on a picture -> what the page "Filter an image" shows, or in words why it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from conv_viz.compute.filtering import (
    TooLarge,
    check_weights,
    filtered,
    layer_filters,
    named_filters,
    page_of,
    preview_size,
)
from conv_viz.images.maps import Filtered, Filters
from conv_viz.images.read import Picture
from conv_viz.layers.kinds import KINDS, weighted
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice, smaller
from conv_viz.layers.values import ConvSpecError
from conv_viz.lenses.layer import problem_header
from conv_viz.scenes.gallery import Look, gallery_scene
from conv_viz.scenes.headers import Problem
from conv_viz.scenes.scene import Scene
from conv_viz.weights.edits import Weights
from conv_viz.weights.kernels import KERNELS

LONGEST_TITLE = 60


def filters_of(setup: Setup, picture: Picture, named: bool = False, weights: Weights | None = None) -> Filters:
    """The filters of the frame: its own (edited, or drawn from its seed), or every named one in its size.

    A layer without weights has none of either. Raises `ConvSpecError` and `TooLarge`.
    """
    layer = on_picture(setup, picture).summary().spec
    own = weighted(layer)
    return named_filters(own) if named and own else layer_filters(layer, setup.seed, weights, picture.channels)


def on_picture(setup: Setup, picture: Picture) -> Setup:
    """The frame with the picture as its input: what a rule is checked and mended against.

    A layer with one axis reads a row of it.
    """
    channels = max(1, dict(setup.arguments).get("in_channels", picture.channels))
    return replace(setup, input_shape=(1, channels, *picture.size[-KINDS[setup.name].dims :]))


def filter_view(
    setup: Setup, picture: Picture, title: str, *, named: bool = False, look: Look | None = None,
    weights: Weights | None = None, fitted: bool = False,
) -> Scene:  # fmt: skip
    """The scene of the page; of an impossible setting the rule, the fix, and the mended layer's maps.

    `fitted` says that in_channels was just set to what the picture has.

    >>> import numpy as np
    >>> grey = Picture(np.zeros((1, 4, 5), np.uint8), 0, 255, full_size=(4, 5))
    >>> setup = Setup.of(dict(in_channels=1, out_channels=2, kernel_size=3), (1, 1, 7, 7))
    >>> filter_view(setup, grey, "dots").header["about"]
    ['dots: 4 × 5, 1 channel → 2 feature maps of 2 × 3', 'Picture and layer agree: 1 channel.']
    """
    look = look or Look()
    try:
        done = filtered(picture, filters_of(setup, picture, named, weights), look.chosen)
    except ConvSpecError as error:
        return _impossible(setup, error, picture, title, named=named, look=look, weights=weights)
    except TooLarge as error:
        way_out = advice(setup, smaller_on_picture(setup, picture, named))
        problem: Problem = {"parameter": "", "rule": str(error), "advice": way_out, "torch": None}
        return Scene({"kind": "gallery", "problem": problem})
    made = gallery_scene(done, look)
    fit = "" if picture.channels == done.filters.channels else f"set in_channels={picture.channels} instead"
    return Scene({**made.header, "about": about(done, picture, title, fitted), "fit": fit}, made.arrays)


def smaller_on_picture(setup: Setup, picture: Picture, named: bool = False) -> Setup | None:
    """The nearest smaller layer whose maps of the picture can be shown; height and width are the picture's."""

    def fits(setup: Setup) -> bool:
        try:
            spec: Any = setup.layer().for_pictures()
            check_weights(spec)
            if named and weighted(spec):
                spec = spec.replace(out_channels=len(KERNELS), groups=1)
            preview_size(spec, picture, len(page_of(0, spec.output_channels(picture.channels))))
        except (ConvSpecError, TooLarge):
            return False
        return True

    return smaller(setup, fits, ("in_channels", "kernel_size", "out_channels"))


def _impossible(setup: Setup, error: ConvSpecError, picture: Picture, title: str, **more: Any) -> Scene:
    """The rule and the fix; with the mended layer's maps, for who has seen none yet, and ``shown`` is its code."""
    here = on_picture(setup, picture)
    header, changes = problem_header(here, error, "gallery"), here.mended()
    if not changes:
        return Scene(header)
    mended_setup = replace(setup, arguments=tuple((dict(setup.arguments) | changes).items()))
    instead = filter_view(mended_setup, picture, title, **more)
    if "maps" not in instead.header:
        return Scene(header)
    return Scene({**instead.header, **header, "shown": instead.header["code"]}, instead.arrays)


def about(done: Filtered, picture: Picture, title: str, fitted: bool = False) -> list[str]:
    """What was done to whose picture, in sentences."""
    title = title if len(title) <= LONGEST_TITLE else f"{title[: LONGEST_TITLE - 1]}…"
    height, width = picture.full_size
    small = f", previewed at {_size(done.picture.size)}" if done.picture.size != picture.full_size else ""
    count = done.filters.count
    sizes = (
        f"{title}: {_size((height, width))}, {_count(picture.channels, 'channel')}{small} → "
        f"{_count(count, 'feature map')} of {_size(done.maps.shape[1:])}"
    )
    rows = [f"Each row of the picture passes {done.filters.layer.kind} by itself."] * (done.filters.layer.dims == 1)
    rest = [*rows, *picture.notes, *done.filters.refused, *_beyond(done)]
    return [sizes, _fit(done, picture, fitted), *([" ".join(rest)] if rest else [])]


def _beyond(done: Filtered) -> list[str]:
    """What is drawn where float32 ends: sums of very large weights or numbers."""
    if np.isfinite(done.maps.min()) and np.isfinite(done.maps.max()):
        return []
    wrong = done.maps.size - int(np.isfinite(done.maps).sum())
    return [
        f"{wrong:,} numbers of the maps shown are too large for float32: infinite ones have the colour of the end, "
        "those that are none (NaN) are yellow."
    ]


def _fit(done: Filtered, picture: Picture, fitted: bool) -> str:
    """Which of the two was fitted to the other, and how."""
    if done.filters.weight is None:
        return f"{done.filters.layer.kind} takes each channel by itself."
    if picture.channels != done.filters.channels:
        return f"The picture was fitted to the layer: {done.said[0].lower()}{done.said[1:]}"
    if fitted:
        return f"The layer was fitted to the picture: in_channels is now {picture.channels}."
    return done.said


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
