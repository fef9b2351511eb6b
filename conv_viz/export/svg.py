"""Marks as SVG: letters stay letters, and the animation is CSS that rests on its last frame.

Runs of like marks become one element, parts that only move become one group that moves.
"""

from __future__ import annotations

import base64
import io
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from typing import Any
from xml.sax.saxutils import escape, quoteattr
from zlib import crc32

import numpy as np

from conv_viz.export.colors import Color
from conv_viz.export.film import Film
from conv_viz.export.marks import Bar, Box, Cells, Dashes, Dots, Frame, Hatch, Mark, Text
from conv_viz.export.motion import animated, shifted

SANS = "'Source Sans 3','Source Sans Pro',Helvetica,Arial,'DejaVu Sans',sans-serif"
MONO = "'Source Code Pro',Menlo,Consolas,'DejaVu Sans Mono',monospace"
ANCHORS = {"l": "start", "m": "middle", "r": "end"}


def still_svg(film: Film) -> bytes:
    """The first frame of a film, with the output filled up to it."""
    step = film.step(0)
    body = [drawn(film.still), drawn(step.lasting)]
    body += [drawn(shifted(part)) for part in step.parts]
    return document(film, "", "".join(body))


def animated_svg(film: Film) -> Iterator[bytes]:
    """All frames, played by CSS without end; whoever asks for reduced motion sees the last one. Pieces for progress."""
    # Several pictures may stand in one page: each has names of its own.
    name = f"c{crc32(repr((film.board.scene.header, film.look)).encode()) & 0xFFFF:x}"
    steps = []
    for number in range(len(film.stops)):
        steps.append(film.step(number))
        yield b""
    style, moving = animated(steps, film.durations, name, drawn)
    body, classes = _classes(drawn(film.still) + moving, name)
    yield document(film, style.replace("<style>", f"<style>{classes}"), body)


def _classes(body: str, name: str) -> tuple[str, str]:
    """What many texts have in common, said once: the body and the rules for it."""
    counted = Counter(re.findall(r'font-size="[^>]*(?=>)', body))
    rules: list[str] = []
    for attributes, times in counted.items():
        if times > 2:
            rules.append(f".{name}{len(rules)}{{{_as_css(attributes)}}}")
            body = body.replace(f"{attributes}>", f'class="{name}{len(rules) - 1}">')
    return body, "".join(rules)


def _as_css(attributes: str) -> str:
    """Attributes of a text as declarations; a size needs its unit there."""
    pairs = re.findall(r'([a-z-]+)="([^"]*)"', attributes)
    return ";".join(f"{key}:{value}px" if key == "font-size" else f"{key}:{value}" for key, value in pairs)


def document(film: Film, style: str, body: str) -> bytes:
    """The file around the marks."""
    width, height = film.size
    header, theme = film.board.scene.header, film.board.theme
    title = header["code"]
    ground = "" if film.look.transparent else f'<path fill="{hexa(theme.background)}" d="M0 0h{width}v{height}H0z"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'role="img" aria-label={quoteattr(title)} font-family="{SANS}">'
        f"<title>{escape(title)}</title>{style}{ground}{body}</svg>\n"
    ).encode()


# -- marks -------------------------------------------------------------------------------------


def drawn(marks: Iterable[Mark]) -> str:
    """Marks as elements, in their order; neighbours of the same look share one."""
    return "".join(_run(look, list(run)) for look, run in groupby(marks, _look))


def hexa(color: Color) -> str:
    """A colour, as short as it can be written.

    >>> hexa((255, 255, 255)), hexa((1, 2, 3))
    ('#fff', '#010203')
    """
    text = "".join(f"{value:02x}" for value in color)
    return f"#{text[::2]}" if text[::2] == text[1::2] else f"#{text}"


def _look(mark: Mark) -> tuple[Any, ...]:
    """What marks that become one element have in common."""
    match mark:
        case Box():
            return Box, mark.fill
        case Frame():
            return Frame, mark.color, mark.width, mark.radius
        case Text():
            return Text, mark.size, mark.color, mark.anchor, mark.bold, mark.mono
        case Hatch():
            return Hatch, mark.color, mark.width
    return type(mark), id(mark)


def _run(look: tuple[Any, ...], marks: list[Any]) -> str:
    kind = look[0]
    if kind is Text:
        return _texts(marks)
    if kind is Frame and look[3]:
        return "".join(map(_rounded, marks))
    if kind is Box:
        return _path("".join(_filled(m.x, m.y, m.w, m.h) for m in marks), look[1])
    if kind is Frame:
        half = look[2] / 2
        lines = (_rectangle(m.x + half, m.y + half, m.w - 2 * half, m.h - 2 * half) for m in marks)
        return _lines("".join(lines), look[1], look[2])
    if kind is Hatch:
        return _lines("".join(map(_slanted, marks)), look[1], look[2] * 0.7)
    return ONE[kind](marks[0])


def _rectangle(x: float, y: float, w: float, h: float) -> str:
    return f"M{x:g} {y:g}h{w:g}v{h:g}h{-w:g}z"


def _filled(x: int, y: int, w: int, h: int) -> str:
    return f"M{x} {y}h{w}v{h}h{-w}"  # filling closes it


def _path(d: str, fill: Color) -> str:
    return f'<path fill="{hexa(fill)}" d="{d}"/>'


def _lines(d: str, color: Color, width: float, more: str = "") -> str:
    return f'<path fill="none" stroke="{hexa(color)}" stroke-width="{width:g}"{more} d="{d}"/>'


def _rounded(mark: Frame) -> str:
    half = mark.width / 2
    return (
        f'<rect x="{mark.x + half:g}" y="{mark.y + half:g}" width="{mark.w - mark.width:g}" '
        f'height="{mark.h - mark.width:g}" rx="{mark.radius}" fill="none" stroke="{hexa(mark.color)}" '
        f'stroke-width="{mark.width}"/>'
    )


def _texts(marks: list[Text]) -> str:
    first = marks[0]
    style = f'font-size="{first.size:g}" fill="{hexa(first.color)}"'
    style += f' text-anchor="{ANCHORS[first.anchor]}"' if first.anchor != "l" else ""
    style += ' font-weight="600"' if first.bold else ""
    style += f' font-family="{MONO}"' if first.mono else ""
    if len(marks) == 1:
        return f'<text x="{first.x}" y="{first.y}" {style}>{escape(first.text)}</text>'
    inside = "".join(f'<text x="{m.x}" y="{m.y}">{escape(m.text)}</text>' for m in marks)
    return f"<g {style}>{inside}</g>"


def _cells(mark: Cells) -> str:
    if not mark.gap:
        return _pixels(mark)
    (w, h), inset = mark.cell, mark.gap // 2
    paths: dict[Color, list[str]] = {}
    for row, column in np.argwhere(mark.drawn).tolist():
        red, green, blue = mark.colors[row, column].tolist()
        x, y = mark.x + column * w + inset, mark.y + row * h + inset
        paths.setdefault((red, green, blue), []).append(_filled(x, y, w - mark.gap, h - mark.gap))
    return "".join(_path("".join(boxes), color) for color, boxes in paths.items())


def _pixels(mark: Cells) -> str:
    """Cells that touch each other as a picture of one pixel a cell."""
    from PIL import Image

    alpha = mark.drawn.astype(np.uint8)[..., None] * np.uint8(255)
    file = io.BytesIO()
    Image.fromarray(np.concatenate([mark.colors, alpha], axis=2)).save(file, "PNG")
    rows, columns = mark.drawn.shape
    data = f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
    return (  # the old name of href, too: Inkscape up to 1.2 and older versions of librsvg know no other
        f'<image x="{mark.x}" y="{mark.y}" width="{columns * mark.cell[0]}" height="{rows * mark.cell[1]}" '
        'preserveAspectRatio="none" style="image-rendering:pixelated" '
        f'xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{data}" href="{data}"/>'
    )


def _dashes(mark: Dashes) -> str:
    half, (w, h) = mark.width / 2, mark.size
    boxes = (_rectangle(x + half, y + half, w - mark.width, h - mark.width) for x, y in mark.corners)
    return _lines("".join(boxes), mark.color, mark.width, f' stroke-dasharray="{2 * mark.width}"')


def _dots(mark: Dots) -> str:
    """Lines of no length with round ends: one element for all of them."""
    points = "".join(f"M{x} {y}h0" for x, y in mark.centres)
    return _lines(points, mark.color, 2 * mark.radius, ' stroke-linecap="round"')


def _slanted(mark: Hatch) -> str:
    """Lines on which x + y is a multiple of the step, cut off at the rectangle."""
    right, bottom = mark.x + mark.w, mark.y + mark.h
    lines = []
    for at in range(-(-(mark.x + mark.y) // mark.step) * mark.step, right + bottom, mark.step):
        x0, x1 = max(mark.x, at - bottom), min(right, at - mark.y)
        lines.append(f"M{x0} {at - x0}L{x1} {at - x1}")
    return "".join(lines)


def _bar(mark: Bar) -> str:
    """A colour scale as a few dozen boxes: a gradient would need a name that no other picture has."""
    count = len(mark.colors)
    ends = [mark.x + round(i * mark.w / count) for i in range(count + 1)]
    colors = mark.colors.tolist()
    boxes = [Box(ends[i], mark.y, ends[i + 1] - ends[i], mark.h, tuple(color)) for i, color in enumerate(colors)]
    return drawn(boxes) + drawn([Frame(mark.x, mark.y, mark.w, mark.h, mark.line, 1)])


ONE: dict[type, Callable[[Any], str]] = {Cells: _cells, Dashes: _dashes, Dots: _dots, Bar: _bar}
