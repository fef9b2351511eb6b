"""The frame's layer on a picture -> what the page "Filter an image" shows, or in words why it cannot."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from conv_viz.edits import Weights
from conv_viz.filtering import Filtered, Filters, TooLarge, filtered, layer_filters, named_filters
from conv_viz.frame import Frame
from conv_viz.gallery_scene import Look, gallery_scene
from conv_viz.images import Picture
from conv_viz.picture import problem_header
from conv_viz.scene import Scene
from conv_viz.spec import ConvSpec, ConvSpecError

LONGEST_TITLE = 60


def filters_of(frame: Frame, named: bool, weights: Weights | None = None) -> Filters:
    """The filters of the frame: its own (edited, or drawn from its seed), or every named one in its size.

    Raises `ConvSpecError` and `TooLarge`.
    """
    spec = ConvSpec(**dict(frame.arguments))
    return named_filters(spec) if named else layer_filters(spec, frame.seed, weights)


def on_picture(frame: Frame, picture: Picture) -> Frame:
    """The frame with the picture as its input: what a rule is checked and mended against."""
    channels = max(1, dict(frame.arguments)["in_channels"])
    return replace(frame, input_shape=(1, channels, *picture.size))


def filter_view(
    frame: Frame, picture: Picture, title: str, *, named: bool = False, look: Look | None = None,
    weights: Weights | None = None, fitted: bool = False,
) -> Scene:  # fmt: skip
    """The scene of the page; of an impossible setting the rule, the fix, and the mended layer's maps.

    `fitted` says that in_channels was just set to what the picture has.

    >>> import numpy as np
    >>> grey = Picture(np.zeros((1, 4, 5), np.uint8), 0, 255, full_size=(4, 5))
    >>> frame = Frame.of(dict(in_channels=1, out_channels=2, kernel_size=3), (1, 1, 7, 7))
    >>> filter_view(frame, grey, "dots").header["about"]
    ['dots: 4 × 5, 1 channel → 2 feature maps of 2 × 3', 'Picture and layer agree: 1 channel.']
    """
    look = look or Look()
    try:
        done = filtered(picture, filters_of(frame, named, weights), look.chosen)
    except ConvSpecError as error:
        return _impossible(frame, error, picture, title, named=named, look=look, weights=weights)
    except TooLarge as error:
        return Scene({"problem": {"parameter": "", "rule": str(error), "advice": "", "torch": None}})
    made = gallery_scene(done, look)
    fit = "" if picture.channels == done.filters.spec.in_channels else f"set in_channels={picture.channels} instead"
    return Scene({**made.header, "about": about(done, picture, title, fitted), "fit": fit}, made.arrays)


def _impossible(frame: Frame, error: ConvSpecError, picture: Picture, title: str, **more: Any) -> Scene:
    """The rule and the fix; with the mended layer's maps, for who has seen none yet, and ``shown`` is its code."""
    here = on_picture(frame, picture)
    header, changes = problem_header(here, error), here.mended()
    if not changes:
        return Scene(header)
    mended_frame = replace(frame, arguments=tuple((dict(frame.arguments) | changes).items()))
    instead = filter_view(mended_frame, picture, title, **more)
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
    rest = [*picture.notes, *done.filters.refused]
    return [sizes, _fit(done, picture, fitted), *([" ".join(rest)] if rest else [])]


def _fit(done: Filtered, picture: Picture, fitted: bool) -> str:
    """Which of the two was fitted to the other, and how."""
    if picture.channels != done.filters.spec.in_channels:
        return f"The picture was fitted to the layer: {done.said[0].lower()}{done.said[1:]}"
    if fitted:
        return f"The layer was fitted to the picture: in_channels is now {picture.channels}."
    return done.said


def _size(shape: tuple[int, ...]) -> str:
    return " × ".join(map(str, shape))


def _count(number: int, what: str) -> str:
    return f"{number} {what}{'' if number == 1 else 's'}"
