"""``export``: the stage as a file to take along, GIF, SVG, PNG, PDF, WebP or an HTML page."""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING

from conv_viz.commands.arguments import shape
from conv_viz.commands.terminal import tell
from conv_viz.layers.kinds import WindowLayer, parse
from conv_viz.layers.presets import PRESETS, Preset
from conv_viz.layers.values import Shape
from conv_viz.layers.view import PICTURES

if TYPE_CHECKING:
    from conv_viz.layers.part import View
    from conv_viz.scenes.scene import Scene

FILLS = ("photo", "random", "ramp", "impulse", "checkerboard", "digit", "satellite")
"""As `conv_viz.compute.inputs`, which imports numpy."""
SHOWN_AFTER = 1.0  # seconds of work before progress is told

DESCRIPTION = """\
Write the picture of a layer to a file. The ending of its name says the format: .gif is animated, .webp too
unless --still is given, .svg, .pdf and .png are one frame, and .svg is animated with --animated. Several --cell stand
side by side in one picture. --worksheet is a .pdf of two pages, one to fill in and one with the answers. An .html page
is the stage itself, to play and point at, offline; it is light or dark as its reader's machine is. SVG and PDF hold
letters as letters, for papers; an animation shows its last frame to whoever wants reduced motion."""

EXAMPLES = """\
examples:
  python -m conv_viz export "nn.Conv2d(1, 1, 3)" --input 1,1,7,7 -o layer.gif
  python -m conv_viz export "nn.Conv2d(3, 8, 3, padding=1)" --input 1,3,7,7 --filter 5 --dark -o layer.webp
  python -m conv_viz export "nn.Conv2d(1, 1, 3)" --input 1,1,7,7 --cell 2,3 -o figure.svg
  python -m conv_viz export "nn.Conv2d(1, 1, 3)" --input 1,1,5,5 --cell 0,0 --cell 0,1 --cell last -o strip.pdf
  python -m conv_viz export "nn.Conv2d(1, 1, 3)" --input 1,1,5,5 --fill ramp --worksheet -o homework.pdf
  python -m conv_viz export "nn.Conv2d(3, 4, 3, stride=2)" --image photo.jpg --input 1,3,12,16 -o photo.png
  python -m conv_viz export "nn.Conv2d(3, 4, 3, stride=2)" --input 1,3,7,7 -o layer.html
  python -m conv_viz export "nn.MaxPool2d(3, 2, ceil_mode=True)" --input 1,3,8,8 -o pool.gif
  python -m conv_viz export "nn.ConvTranspose2d(1, 1, 3, 2)" --input 1,1,3,3 --picture scatter -o up.svg --animated
  python -m conv_viz export --preset dilation --animated -o dilation.svg"""


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``export LAYER --input SHAPE -o FILE``."""
    parser = commands.add_parser(
        "export",
        help="the animation or a picture of a layer as a file",
        description=DESCRIPTION,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add = parser.add_argument
    add("layer", metavar="LAYER", nargs="?", help='a call like "nn.Conv2d(3, 10, 5, padding=2)" or "nn.MaxPool2d(2)"')
    add(
        "--output",
        "-o",
        metavar="FILE",
        type=Path,
        required=True,
        help="where to: name.gif, .svg, .pdf, .png, .webp or .html",
    )
    add("--force", action="store_true", help="overwrite a file that is there already")

    what = parser.add_argument_group("what the layer reads, and with which weights")
    add = what.add_argument
    add(
        "--input",
        "-i",
        metavar="SHAPE",
        type=shape,
        help="shape of the input: N,C,H,W like 1,3,7,7, or C,H,W; for a layer with one axis N,C,L or C,L",
    )
    add("--preset", metavar="NAME", help="an example of the app, like dilation, instead of LAYER and --input")
    add("--fill", choices=FILLS, help="what fills the input (default photo)")
    add("--image", metavar="FILE", type=Path, help="a picture as the input, shrunk to the height and width of --input")
    add("--seed", metavar="N", type=int, default=0, help="draws the weights, and a random input (default 0)")
    add("--weights", metavar="FILE", type=Path, help="weight and bias from a .safetensors file")

    shown = parser.add_argument_group("what is shown")
    add = shown.add_argument
    add("--filter", metavar="N", type=int, default=0, help="which filter, or which channel of a pool (default 0)")
    add("--sample", metavar="N", type=int, default=0, help="which sample of the batch (default 0)")
    add(
        "--cell",
        metavar="ROW,COLUMN",
        type=cell,
        action="append",
        help="the output cell of a still, one number where there is one axis, or 'last' (default: midway); several: a "
        "film strip",
    )
    add(
        "--picture",
        choices=PICTURES,
        default=PICTURES[0],
        help="of a transposed layer: output by output, or scatter, input by input; --cell then names an input cell",
    )
    add("--worksheet", action="store_true", help="a page with an empty output, and one with the answers (.pdf)")
    motion = shown.add_mutually_exclusive_group()
    motion.add_argument("--still", dest="animated", action="store_false", default=None, help="one frame")
    motion.add_argument("--animated", action="store_true", default=None, help="all frames")

    look = parser.add_argument_group("how it looks")
    add = look.add_argument
    add("--dark", action="store_true", help="light letters on dark ground")
    add("--no-products", dest="products", action="store_false", help="leave the products tap by tap out: smaller")
    add("--transparent", action="store_true", help="no ground of its own")
    add("--scale", metavar="PIXELS", type=int, help="pixels of an input cell (default: fits a slide)")
    add("--speed", metavar="N", type=float, default=3.0, help="frames a second, 0.1 to 50 (default 3)")
    add("--every", metavar="N", type=int, default=1, help="a frame at every N-th output cell only (default 1)")
    parser.set_defaults(run=run)


def cell(text: str) -> tuple[int, ...] | str:
    """A cell of the output, one number for each axis, or the word ``last``.

    >>> cell("2,3"), cell("2"), cell("last")
    ((2, 3), (2,), 'last')
    """
    if text == "last":
        return text
    found = re.fullmatch(r"\s*\(?([0-9]{1,9})(?:\s*,\s*([0-9]{1,9}))?\)?\s*", text)
    if not found:
        raise argparse.ArgumentTypeError(f"a cell is written like 2,3 for row and column, or last, not {text[:40]!r}.")
    return tuple(int(number) for number in found.groups() if number is not None)


def run(arguments: argparse.Namespace) -> None:
    """Write the file; raises `ValueError` with one sentence for anything that cannot be."""
    layer, sizes, fill = wanted(arguments)
    if sizes is not None:
        layer.output_shape(sizes)
    from conv_viz.export import Look, save
    from conv_viz.export.files import may_write, write
    from conv_viz.export.formats import FORMATS, format_of, worksheet

    found = format_of(arguments.output.suffix)
    plays = found.plays if arguments.animated is None else arguments.animated
    found.maker(plays)
    if plays and arguments.cell:
        raise ValueError("An animation shows every output cell; --cell is for a still: --still, or .svg or .png.")
    if arguments.worksheet and (found is not FORMATS["pdf"] or arguments.cell):
        raise ValueError("A worksheet is a .pdf with the whole output: name it so, and leave --cell out.")
    may_write(arguments.output, arguments.force)
    look = Look(
        theme="dark" if arguments.dark else "light",
        background="transparent" if arguments.transparent else "theme",
        products=arguments.products,
        scale=arguments.scale,
        speed=arguments.speed,
        every=arguments.every,
    )

    from conv_viz.export.source import Source, scene_of  # imports torch: after all that can be said without
    from conv_viz.layers.part import View

    source = Source(layer, sizes, fill, arguments.seed, read(arguments.image), read(arguments.weights))
    view = View(arguments.sample, arguments.filter, picture=arguments.picture)
    scene = scene_of(source, view)
    if arguments.picture not in (PICTURES[0], scene.header.get("stage", vars(arguments))["picture"]):
        raise ValueError("Only a transposed layer has a scatter picture: leave --picture out.")
    if arguments.cell:
        scatter = arguments.picture == "scatter"
        shape = scene.header["input_shape" if scatter else "output_shape"]
        cells = tuple(place_of(cell, layer, shape) for cell in arguments.cell)
        scene = scene if scatter else scene_of(source, replace(view, row=cells[0][0], column=cells[0][1]))
        look = replace(look, cell=cells[0], cells=cells[1:] and cells)
    if found is FORMATS["html"]:
        write(arguments.output, whole_page(scene, lambda view: scene_of(source, view)), arguments.force)
    elif arguments.worksheet:
        write(arguments.output, worksheet(scene, look), arguments.force)
    else:
        save(scene, arguments.output, look, animated=plays, force=arguments.force, progress=Counter())
    print(f"{arguments.output}: {arguments.output.stat().st_size / 1000:,.0f} kB")


def whole_page(scene: Scene, draw: Callable[[View], Scene]) -> bytes:
    """The stage as a page, with the samples, channels and filters that the scene does not show where they are small."""
    from conv_viz.export.html import other_scenes, page

    return page(scene, others=other_scenes(scene, draw)).encode()


def wanted(arguments: argparse.Namespace) -> tuple[WindowLayer, Shape | None, str]:
    """The layer, the shape of its input (None for a picture as it is) and what fills it."""
    if arguments.seed < 0:
        raise ValueError(f"A seed is 0 or more, not {arguments.seed}.")
    if arguments.preset is not None:
        if arguments.layer or arguments.input:
            raise ValueError("--preset brings its own layer and input: leave LAYER and --input out.")
        preset = named(arguments.preset)
        return preset.spec, preset.input_shape, arguments.fill or preset.fill
    if not arguments.layer:
        raise ValueError('Name a LAYER like "nn.Conv2d(1, 1, 3)", or an example with --preset.')
    if not arguments.input and not arguments.image:
        raise ValueError("The shape of the input is missing: --input 1,3,7,7, or a picture with --image.")
    return parse(arguments.layer), arguments.input, arguments.fill or "photo"


def named(name: str) -> Preset:
    """The example of a name or title; raises `ValueError` naming what there is.

    >>> named("Dilation").spec
    ConvSpec(1, 1, kernel_size=3, dilation=2)
    """
    for preset in PRESETS:
        if name.casefold() in (preset.name.casefold(), preset.title.casefold()):
            return preset
    names = ", ".join(dict.fromkeys(preset.name for preset in PRESETS))
    raise ValueError(f"No example is called {name[:40]!r}; there are: {names}.")


def read(path: Path | None) -> bytes | None:
    """A file's bytes; raises `ValueError` when it cannot be read."""
    if path is None:
        return None
    from conv_viz.export.files import refused

    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(refused(path, error, "read")) from None


def place_of(cell: tuple[int, ...] | str, layer: WindowLayer, output_shape: Shape) -> tuple[int, int]:
    """Row and column of an output cell; a layer with one axis is drawn as one row.

    >>> place_of("last", parse("nn.MaxPool2d(2)"), (1, 3, 4, 5)), place_of((6,), parse("nn.Conv1d(1, 1, 3)"), (1, 1, 9))
    ((3, 4), (0, 6))
    """
    at = tuple(size - 1 for size in output_shape[-layer.dims :]) if isinstance(cell, str) else cell
    if len(at) != layer.dims:
        axes, like = ("one axis", "3") if layer.dims == 1 else ("two axes", "2,3")
        raise ValueError(f"The output of {layer.kind} has {axes}: a cell of it is written like --cell {like}.")
    *row, column = at
    return (row[0] if row else 0), column


class Counter:
    """Tells on stderr how far long work is: on one line of a terminal, else in tenths."""

    def __init__(self) -> None:
        self.begin, self.told = monotonic(), 0
        self.terminal = sys.stderr is not None and sys.stderr.isatty()

    def __call__(self, done: int, of: int) -> None:
        if monotonic() - self.begin < SHOWN_AFTER:
            return
        if self.terminal:
            tell(f"\r{done} of {of} frames", end="\n" if done == of else "")
        elif 10 * done // of != self.told:
            self.told = 10 * done // of
            tell(f"{done} of {of} frames")
