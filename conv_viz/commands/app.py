"""``app``: the app itself, from any folder, with its own settings."""

from __future__ import annotations

import argparse

from conv_viz.places import APP


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``app [--port N]``; what it does not know goes on to Streamlit."""
    parser = commands.add_parser(
        "app",
        help="the app, in the browser",
        description="Start the app and open it in the browser. Other arguments go on to Streamlit.",
        epilog="examples:\n  conv-viz app\n  conv-viz app --port 8600 --server.headless true",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--port", metavar="N", type=port, help="where it listens (default 8501)")
    parser.set_defaults(run=run, rest=[])


def port(text: str) -> int:
    """A port's number.

    >>> port("8600")
    8600
    """
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:9]) <= 65_535:
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text[:40]!r}.")
    return int(text)


def run(arguments: argparse.Namespace) -> None:
    """Run Streamlit in this process; returns, or ends it, when the server has stopped."""
    from streamlit.web.cli import main  # takes its time

    where = [] if arguments.port is None else ["--server.port", str(arguments.port)]
    main(["run", str(APP), *where, *arguments.rest], prog_name="streamlit")
