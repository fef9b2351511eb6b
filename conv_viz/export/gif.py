"""A film as a GIF. Each frame holds only the pixels that have changed; one palette serves all."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from PIL import Image
from PIL.GifImagePlugin import getdata, getheader

from conv_viz.export.film import Film
from conv_viz.export.palette import CLEAR, Palette, palette
from conv_viz.export.raster import Rectangle, Shot, shots

FOREVER = 0


def gif(film: Film) -> Iterator[bytes]:
    """The file in pieces, one for each frame and two around them. Stop asking to cancel."""
    colors = palette(film)
    frames = _whole(film, colors) if film.look.transparent else _changes(film, colors)
    head = Image.new("P", film.size)
    head.putpalette(colors.bytes())
    header, _ = getheader(head, info={"loop": FOREVER, "optimize": False})
    yield b"".join(header)
    disposal = 2 if film.look.transparent else 1
    for (image, corner), duration in zip(frames, film.durations, strict=True):
        yield b"".join(getdata(image, corner, duration=duration, transparency=CLEAR, disposal=disposal))
    yield b";"


def _changes(film: Film, colors: Palette) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """What differs from the frame before, on a ground that lets that frame through."""
    seen = np.full(film.size[::-1], CLEAR, np.uint8)
    for shot in shots(film, few_colors=True):
        left, top, right, bottom = _around(shot, film.size)
        new = np.full((bottom - top, right - left), CLEAR, np.uint8)
        for box in shot.changed:
            x0, y0, x1, y1 = _clipped(box, film.size)
            indices = colors.indices(shot.image.crop((x0, y0, x1, y1)))
            before = seen[y0:y1, x0:x1]
            new[y0 - top : y1 - top, x0 - left : x1 - left] = np.where(indices == before, CLEAR, indices)
        at = seen[top:bottom, left:right]
        np.copyto(at, new, where=new != CLEAR)
        yield Image.fromarray(new, "P"), (left, top)


def _whole(film: Film, colors: Palette) -> Iterator[tuple[Image.Image, tuple[int, int]]]:
    """Whole frames: only so can something be taken away again where the ground is transparent."""
    for shot in shots(film, few_colors=True):
        indices = colors.indices(shot.image.convert("RGB"))
        indices[np.asarray(shot.image.getchannel("A")) < 128] = CLEAR
        yield Image.fromarray(indices, "P"), (0, 0)


def _clipped(box: Rectangle, size: tuple[int, int]) -> Rectangle:
    return max(0, box[0]), max(0, box[1]), min(size[0], box[2]), min(size[1], box[3])


def _around(shot: Shot, size: tuple[int, int]) -> Rectangle:
    lefts, tops, rights, bottoms = zip(*(_clipped(box, size) for box in shot.changed), strict=True)
    return min(lefts), min(tops), max(rights), max(bottoms)
