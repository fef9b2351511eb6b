"""The command line: ``python -m conv_viz``. Each command is a module in `conv_viz.commands`."""

from __future__ import annotations

import argparse
import io
import sys
from collections.abc import Sequence
from typing import NoReturn

from conv_viz import __version__
from conv_viz.commands import describe, export, solve

COMMANDS = (describe, solve, export)


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage around it."""

    def error(self, message: str) -> NoReturn:
        self.exit(2, f"{message}\n")


def parser() -> argparse.ArgumentParser:
    """The parser with all commands."""
    made = Parser(
        prog="python -m conv_viz",
        description="See what a convolution layer (torch.nn.Conv2d) does.",
        epilog="`python -m conv_viz COMMAND --help` explains a command. The app itself: streamlit run app.py",
    )
    made.add_argument("--version", action="version", version=f"conv_viz {__version__}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; exit status 0, or 2 with one sentence on stderr for bad input; 130 when it is stopped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without the sign × must not stop us
            stream.reconfigure(errors="replace")
    arguments = parser().parse_args(argv)
    try:
        arguments.run(arguments)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130  # what a shell expects of a program that Ctrl-C ended
    return 0


if __name__ == "__main__":
    sys.exit(main())
