"""Arguments that several commands share."""

from __future__ import annotations

import argparse
import re

from conv_viz.layers.settings import SolveError, read_size
from conv_viz.layers.values import Shape


def add_layer(parser: argparse.ArgumentParser) -> None:
    """The layer as one would write it in code; a command reads it with `conv_viz.layers.kinds.parse`."""
    parser.add_argument(
        "layer", metavar="LAYER", help='a call like "nn.Conv2d(3, 10, 5, padding=2)" or "nn.MaxPool2d(2)"'
    )


def add_input_shape(parser: argparse.ArgumentParser) -> None:
    """The shape of the input."""
    parser.add_argument(
        *("--input", "-i"),
        metavar="SHAPE",
        type=shape,
        required=True,
        help="shape of the input: N,C,H,W like 16,3,28,28, or C,H,W (of a layer with one axis N,C,L or C,L)",
    )


def shape(text: str) -> Shape:
    """Numbers with commas, spaces or x between them, in brackets or not -> a shape.

    >>> shape("16,3,28,28"), shape("(3, 28, 28)"), shape("3x28x28")
    ((16, 3, 28, 28), (3, 28, 28), (3, 28, 28))
    """
    numbers = re.split(r"\s*[,x×]\s*|\s+", text.strip(" ()[],'"))
    if not all(re.fullmatch(r"-?[0-9]{1,18}", number) for number in numbers):
        shown = text if len(text) <= 40 else text[:37] + "..."
        raise argparse.ArgumentTypeError(f"a shape is written like 16,3,28,28, not {shown!r}.")
    return tuple(map(int, numbers))


def size(text: str) -> int | tuple[int, int]:
    """One number, or two as height,width.

    >>> size("224"), size("480x640"), size("(7, 5)")
    (224, (480, 640), (7, 5))
    """
    try:
        return read_size(text)
    except SolveError as error:
        raise argparse.ArgumentTypeError(str(error).replace("A size", "a size")) from None
