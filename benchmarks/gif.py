"""A GIF of a 7x7 input, 3x3 kernel and 25 frames, against matplotlib's PillowWriter drawing the same picture.

    python benchmarks/gif.py [rounds]

Reach: at least 20 times faster, both from the same scene to the finished file, in turns in one process.

matplotlib draws as its users would: one figure of the same size in pixels, every plane, frame and number an artist
that is made once, and in each frame only those changed that differ, by `FuncAnimation` with its `PillowWriter`. It
is given the same marks, places and sizes, without the colour scales, and each plane as one picture.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

from machine import print_machine
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from PIL import Image

from conv_viz.export import Look, export
from conv_viz.export.colors import Color
from conv_viz.export.film import Film, animation
from conv_viz.export.marks import Box, Cells, Frame, Mark, Text
from conv_viz.export.motion import shifted
from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.lenses.layer import drawn
from conv_viz.scenes.scene import Scene

SPEC, SHAPE = ConvSpec(1, 1, 3), (1, 1, 7, 7)
REACH = 20
DPI = 100


def ours(scene: Scene, path: Path) -> None:
    path.write_bytes(export(scene, "gif", Look()))


def matplotlibs(scene: Scene, path: Path) -> None:
    reference = Reference(animation(scene, Look()))
    made = FuncAnimation(reference.figure, reference.show, frames=25, init_func=list, blit=False)
    made.save(path, PillowWriter(fps=3), dpi=DPI)


class Reference:
    """The film's marks as matplotlib artists, on axes that are the figure's pixels."""

    def __init__(self, film: Film) -> None:
        self.film = film
        width, height = film.size
        self.figure = Figure((width / DPI, height / DPI), dpi=DPI)
        FigureCanvasAgg(self.figure)
        self.axes = self.figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0), frame_on=False)
        self.axes.set_autoscale_on(False)
        self.axes.set_axis_off()
        self.artists: dict[tuple, Artist] = {}
        for number, mark in enumerate(film.still):
            self.draw(("still", number), mark)

    def show(self, number: int) -> list:
        """Change what differs in a frame."""
        step = self.film.step(number)
        for index, mark in enumerate(step.lasting):
            self.draw(("lasting", number, index), mark)
        for part in step.parts:
            for index, mark in enumerate(shifted(part)):
                self.draw((part.key, type(mark), index), mark)
        return []

    def draw(self, key: tuple, mark: Mark) -> None:
        """Make the artist of a mark, or change the one that is there."""
        match mark:
            case Text():
                artist = self.artists.get(key) or self.axes.text(0, 0, "", **letters(mark))
                artist.update({"position": (mark.x, mark.y), "text": mark.text, "color": shade(mark.color)})
                self.artists[key] = artist
            case Box():
                self.rectangle(key, mark, mark.fill, 0)
            case Frame():
                self.rectangle(key, mark, mark.color, mark.width)
            case Cells():
                rows, columns = mark.drawn.shape
                extent = (mark.x, mark.x + columns * mark.cell[0], mark.y + rows * mark.cell[1], mark.y)
                self.axes.imshow(mark.colors, extent=extent, aspect="auto", zorder=0.5)

    def rectangle(self, key: tuple, mark: Box | Frame, color: Color, line: int) -> None:
        if key not in self.artists:
            self.artists[key] = self.axes.add_patch(Rectangle((0, 0), 1, 1, fill=not line, linewidth=line * 72 / DPI))
        bounds = (mark.x + line / 2, mark.y + line / 2, mark.w - line, mark.h - line)
        self.artists[key].update({"bounds": bounds, "edgecolor" if line else "facecolor": shade(color)})


def letters(mark: Text) -> dict[str, object]:
    """How matplotlib calls it."""
    return {
        "size": mark.size * 72 / DPI,
        "ha": {"l": "left", "m": "center", "r": "right"}[mark.anchor],
        "va": "baseline",
        "weight": "bold" if mark.bold else "normal",
        "family": "monospace" if mark.mono else "sans-serif",
    }


def shade(color: Color) -> tuple[float, ...]:
    return tuple(value / 255 for value in color)


WAYS = {"conv_viz": ours, "matplotlib": matplotlibs}


def main(rounds: int) -> int:
    scene = drawn(Setup.of(SPEC.arguments(), SHAPE, "photo"), View())
    seconds: dict[str, list[float]] = {name: [] for name in WAYS}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):  # the first round is not counted: imports, fonts
            for name, way in WAYS.items():
                path = Path(folder, f"{name}.gif")
                begin = time.perf_counter()
                way(scene, path)
                seconds[name] += [time.perf_counter() - begin] if number else []
        print(f"{SPEC.code()} on {SHAPE}, {rounds} rounds")
        print(f"{'by':<12} {'median, s':>10} {'best, s':>9} {'frames':>7} {'pixels':>12} {'kB':>6}")
        for name, taken in seconds.items():
            path = Path(folder, f"{name}.gif")
            with Image.open(path) as image:
                shown = f"{image.n_frames:>7} {f'{image.width} x {image.height}':>12} {path.stat().st_size // 1000:>6}"
            print(f"{name:<12} {statistics.median(taken):>10.3f} {min(taken):>9.3f} {shown}")
    ratio = statistics.median(seconds["matplotlib"]) / statistics.median(seconds["conv_viz"])
    print(f"{ratio:.1f} times faster; reach at least {REACH}: {'yes' if ratio >= REACH else 'NO'}")
    return 0 if ratio >= REACH else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 7))
