"""``describe``: everything that can be said about a layer before it runs. Without torch."""

from __future__ import annotations

import argparse
import json

from conv_viz.commands.arguments import add_input_shape, add_layer
from conv_viz.headline import Headline, shown_shape, unread_sentence
from conv_viz.spec import ConvSpec


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add ``describe LAYER --input SHAPE [--json]``."""
    parser = commands.add_parser(
        "describe",
        help="shapes, formula, parameters and costs of a layer",
        description="Shapes, output-size formula, unread rows, parameters and costs of a layer, without running it.",
        epilog="example:\n  python -m conv_viz describe 'nn.Conv2d(3, 10, 5, padding=2)' --input 16,3,28,28",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_layer(parser)
    add_input_shape(parser)
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Print the headline; raises `conv_viz.ConvSpecError` when there is no such layer or the input cannot pass."""
    headline = Headline.of(ConvSpec.parse(arguments.layer), arguments.input)
    print(json.dumps(headline.as_dict()) if arguments.json else described(headline))


def described(headline: Headline) -> str:
    """The headline as lines of text.

    >>> print(described(Headline.of(ConvSpec(1, 3, 2), (1, 4, 4))).splitlines()[1])
    input (1, 4, 4) → output (3, 3, 3)
    """
    height, width = headline.axes
    table = [
        ("height", height.formula()),
        ("", unread_sentence(height, "row")),
        ("width", width.formula()),
        ("", unread_sentence(width, "column")),
        *headline.facts(),
    ]
    margin = max(len(label) for label, _ in table) + 2
    return "\n".join(
        [
            headline.spec.code(),
            f"input {shown_shape(headline.input_shape)} → output {shown_shape(headline.output_shape)}",
            "",
            *(f"{label:{margin}}{text}" for label, text in table),
        ]
    )
