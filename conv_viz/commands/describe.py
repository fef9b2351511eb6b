"""``describe``: everything that can be said about a layer before it runs. Without torch."""

from __future__ import annotations

import argparse
import json

from conv_viz.commands.arguments import add_input_shape, add_layer, size
from conv_viz.layers.counts import counts
from conv_viz.layers.kinds import WindowLayer, parse
from conv_viz.layers.summary import Summary, shown_shape
from conv_viz.layers.transposed import ConvTranspose, output_padding_for
from conv_viz.layers.values import Shape


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``describe LAYER --input SHAPE [--output-size SIZE] [--json]``."""
    parser = commands.add_parser(
        "describe",
        help="shapes, formula, parameters and costs of a layer",
        description="Shapes, output-size formula, unread rows, parameters and costs of a layer, without running it.",
        epilog='examples:\n  python -m conv_viz describe "nn.Conv2d(3, 10, 5, padding=2)" --input 16,3,28,28\n'
        '  python -m conv_viz describe "nn.ConvTranspose2d(8, 4, 4, stride=2, padding=1)" --input 1,8,7,7\n'
        '  python -m conv_viz describe "nn.MaxPool2d(3, 2, 1)" --input 64,112,112',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_layer(parser)
    add_input_shape(parser)
    parser.add_argument(
        "--output-size",
        metavar="SIZE",
        type=size,
        help="of a transposed layer: take the output_padding that makes the output H, H,W or L",
    )
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Print the headline; raises `conv_viz.ConvSpecError` when there is no such layer or the input cannot pass."""
    layer = parse(arguments.layer)
    if arguments.output_size is not None:
        layer = _of_size(layer, arguments.input, arguments.output_size)
    headline = Summary.of(layer, arguments.input)
    print(json.dumps(headline.as_dict()) if arguments.json else described(headline))


def _of_size(layer: WindowLayer, input_shape: Shape, wanted: int | tuple[int, int]) -> WindowLayer:
    """The layer with the output_padding that torch would take for this output_size; raises `ConvSpecError`."""
    if not isinstance(layer, ConvTranspose):
        raise ValueError(f"--output-size goes with a transposed layer only; the output of {layer.kind} has one size.")
    sides = wanted if isinstance(wanted, tuple) else (wanted,) * layer.dims
    if len(sides) != layer.dims:
        raise ValueError(f"{layer.kind} has one axis: --output-size is one number.")
    return layer.replace(output_padding=output_padding_for(layer, input_shape, sides))


def described(headline: Summary) -> str:
    """The headline as lines of text.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> print(described(Summary.of(ConvSpec(1, 3, 2), (1, 4, 4))).splitlines()[1])
    input (1, 4, 4) → output (3, 3, 3)
    """
    table = [line for axis, text, note in headline.formulas for line in ((axis, text), ("", note))]
    table += [(count.label, count.text) for count in counts(headline)]
    margin = max(len(label) for label, _ in table) + 2
    return "\n".join(
        [
            headline.spec.code(),
            f"input {shown_shape(headline.input_shape)} → output {shown_shape(headline.output_shape)}",
            "",
            *(f"{label:{margin}}{text}" for label, text in table),
        ]
    )
