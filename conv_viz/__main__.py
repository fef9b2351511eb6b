"""The command line: ``python -m conv_viz``. Each command is a module in `conv_viz.commands`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from typing import Any, NoReturn

from conv_viz import __version__
from conv_viz.commands import app, describe, export, solve
from conv_viz.commands.quotes import HINT, rejoined, split
from conv_viz.commands.terminal import close_output, flush, sentence, spell, tell

COMMANDS = (app, describe, solve, export)
# As a shell reports a program that the signal has ended: of Ctrl-C, and of a pipe that nobody reads.
STOPPED, UNREAD = 130, 141


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage around it."""

    def error(self, message: str) -> NoReturn:
        tell(message)
        self.exit(2)

    def _print_message(self, message: str, file: Any = None) -> None:
        """Help and version. What argparse itself cannot write it drops without a word."""
        print(message, end="", file=file)


def parser() -> Parser:
    """The parser with all commands."""
    made = Parser(
        prog="python -m conv_viz",
        description="See what a convolution or a pool of torch.nn does.",
        epilog="`python -m conv_viz COMMAND --help` explains a command.",
    )
    made.add_argument("--version", action="version", version=f"conv_viz {__version__}")
    commands = made.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for command in COMMANDS:
        command.add_parser(commands)
    return made


def parsed(argv: Sequence[str]) -> argparse.Namespace:
    """The arguments of a command; what the command `app` does not know is its `rest`."""
    reader, given = parser(), rejoined(argv)
    arguments, rest = reader.parse_known_args(given)
    if "rest" in arguments:
        arguments.rest = rest
    elif rest:
        hint = f" {HINT}" if split(given) else ""
        reader.error(f"unrecognized arguments: {' '.join(rest)[:80]}.{hint}")
    return arguments


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; exit status 0, or 2 with one sentence on stderr for what cannot be done; 130 when it is stopped.

    Where the reader of a pipe has left, as ``head`` does, nothing is said; the status is then 141.
    """
    spell(sys.stdout, sys.stderr)
    try:
        try:
            arguments = parsed(sys.argv[1:] if argv is None else argv)
            arguments.run(arguments)
        finally:
            flush()
    except ValueError as error:
        tell(str(error))
        return 2
    except KeyboardInterrupt:
        tell("\nStopped.")
        return STOPPED
    except BrokenPipeError:
        close_output()
        return UNREAD
    except OSError as error:
        close_output()
        tell(sentence(error))
        return 2
    except Exception as error:
        if sys.flags.dev_mode:  # python -X dev -m conv_viz
            raise
        tell(f"This is a fault of conv_viz, not yours: {type(error).__name__}: {str(error)[:200]}")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
