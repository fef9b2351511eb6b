"""The formats, by the ending of a file: who makes them, still or animated."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from conv_viz.export.film import MOST_FRAMES, Film, animation, moment
from conv_viz.export.look import ExportError, Look, Progress
from conv_viz.scenes.scene import Scene

Maker = Callable[[Scene, Look, Progress], bytes]
MOST_MARKS = 80_000  # marks that change from frame to frame in an SVG: some 5 MB
MOST_PAINTED = 500_000_000  # pixels of all frames


@dataclass(frozen=True)
class Format:
    """A kind of file: what it is called, its MIME type, and what makes a still and an animation, or None."""

    title: str
    mime: str
    still: Maker | None = None
    animated: Maker | None = None
    plays: bool = False
    """Whether it is animated when nobody says so."""
    most_frames: Callable[[Scene, Look], int] = lambda scene, look: MOST_FRAMES
    """How many frames an animation of a scene may have."""

    def maker(self, animated: bool | None) -> Maker:
        """Who makes the file; raises `ExportError` when this format cannot do that."""
        wanted = self.plays if animated is None else animated
        made = self.animated if wanted else self.still
        if made is None:
            always, other = ("a still", "an animation") if wanted else ("an animation", "a still")
            able = [name for name, format in FORMATS.items() if (format.animated if wanted else format.still)]
            raise ExportError(f"{self.title} is always {always}; for {other} take {', '.join(able)}.")
        return made


def affordable(scene: Scene, ending: str, look: Look) -> Look:
    """The look with as many output cells from frame to frame as this format needs for the scene, and no more.

    Raises `ExportError` when there is no picture at all.
    """
    rows, columns = moment(scene, look).board.shape
    most = format_of(ending).most_frames(scene, look)
    return replace(look, every=max(look.every, -(-rows * columns // most)))


def _painted(scene: Scene, look: Look) -> int:
    width, height = moment(scene, look).size
    return max(1, min(MOST_FRAMES, MOST_PAINTED // (width * height)))


def _marked(scene: Scene, look: Look) -> int:
    marks = sum(len(part.marks) for part in moment(scene, look).step(0).parts)
    return max(1, min(MOST_FRAMES, MOST_MARKS // marks))


def _gif(scene: Scene, look: Look, progress: Progress) -> bytes:
    from conv_viz.export.gif import gif

    film = animation(scene, look, _painted(scene, look))
    return _joined(gif(film), film, progress)


def _webp(scene: Scene, look: Look, progress: Progress) -> bytes:
    from conv_viz.export.webp import webp

    return webp(animation(scene, look, _painted(scene, look)), progress)


def _svg(scene: Scene, look: Look, progress: Progress) -> bytes:
    from conv_viz.export.svg import animated_svg

    film = animation(scene, look, _marked(scene, look))
    return _joined(animated_svg(film), film, progress)


def _still_svg(scene: Scene, look: Look, progress: Progress) -> bytes:
    from conv_viz.export.svg import still_svg

    return still_svg(moment(scene, look))


def _html(scene: Scene, look: Look, progress: Progress) -> bytes:
    from conv_viz.export.html import page

    return page(scene).encode()


def _pdf(scene: Scene, look: Look, progress: Progress) -> bytes:
    from conv_viz.export.pdf import pdf

    return pdf([moment(scene, look)])


def worksheet(scene: Scene, look: Look) -> bytes:
    """A PDF of two pages: one to fill in, and one with the answers; see `conv_viz.export.sheet`."""
    from conv_viz.export.pdf import pdf
    from conv_viz.export.sheet import worksheet as pages

    return pdf(pages(scene, look))


def _pixels(kind: str, **options: object) -> Maker:
    def made(scene: Scene, look: Look, progress: Progress) -> bytes:
        from conv_viz.export.raster import picture

        file = io.BytesIO()
        picture(moment(scene, look)).save(file, kind, **options)
        return file.getvalue()

    return made


def _joined(pieces: Iterator[bytes], film: Film, progress: Progress) -> bytes:
    """All pieces; there is one before the first frame, or one after the last."""
    frames = len(film.stops)
    made = []
    for number, piece in enumerate(pieces):
        made.append(piece)
        progress(min(number, frames), frames)
    return b"".join(made)


FORMATS: dict[str, Format] = {
    "gif": Format("GIF", "image/gif", animated=_gif, plays=True, most_frames=_painted),
    "svg": Format("SVG", "image/svg+xml", still=_still_svg, animated=_svg, most_frames=_marked),
    "png": Format("PNG", "image/png", still=_pixels("PNG", compress_level=9)),
    "pdf": Format("PDF", "application/pdf", still=_pdf),
    "html": Format("HTML page", "text/html", animated=_html, plays=True),
    "webp": Format(
        *("WebP", "image/webp"),
        still=_pixels("WEBP", lossless=True),
        animated=_webp,
        plays=True,
        most_frames=_painted,
    ),
}
"""By the ending of the file's name."""


def format_of(ending: str) -> Format:
    """The format of a file's ending; raises `ExportError` for one that is none.

    >>> format_of("PNG").mime
    'image/png'
    """
    found = FORMATS.get(ending.lower().lstrip("."))
    if found is None:
        known = ", ".join(f".{name}" for name in FORMATS)
        shown = f"not .{ending.lstrip('.')[:20]}" if ending else "and this one has none"
        raise ExportError(f"The file's ending says the format, one of {known}, {shown}.")
    return found
