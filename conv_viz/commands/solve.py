"""``solve``: from this size to that size, which settings do it. Without torch."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from typing import Any

from conv_viz.solver import Setting, Setting2d, SolveError, read_size, same_for_any_size, solve, solve_2d

FIXED = {"kernel_size": "kernels", "stride": "strides", "padding": "paddings", "dilation": "dilations"}
"""Options that keep one argument, and the range of `conv_viz.solver` that each one narrows."""

Size = int | tuple[int, int]


def add_parser(commands: argparse._SubParsersAction) -> None:
    """Add ``solve --from SIZE --to SIZE`` and ``solve --any-size [STRIDE]``."""
    parser = commands.add_parser(
        "solve",
        help="the settings that turn one size into another",
        description="Every kernel size (1 to 11), stride (1 to 8), padding and dilation (1 to 4) that turns one\n"
        "size into another, simplest first: every cell is read, few arguments differ from their\n"
        "defaults, the kernel is odd, the padding is half of it, the numbers are small.",
        epilog="examples:\n"
        "  python -m conv_viz solve --from 224 --to 112\n"
        "  python -m conv_viz solve --from 480,640 --to 240,320 --kernel-size 3\n"
        "  python -m conv_viz solve --any-size 2",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--from", dest="size", metavar="SIZE", type=size, help="input size: 224, or height,width")
    what.add_argument(
        "--any-size",
        metavar="STRIDE",
        type=int,
        nargs="?",
        const=1,
        help="the settings that keep any size, or divide it by STRIDE",
    )
    parser.add_argument("--to", dest="wanted", metavar="SIZE", type=size, help="wanted output size")
    for name in FIXED:
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, metavar="N", type=int, help=f"only settings with this {name.replace('_', ' ')}")
    parser.add_argument("--limit", metavar="N", type=int, default=10, help="how many to print (default 10; 0 for all)")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=run)


def size(text: str) -> Size:
    """One number, or two as height,width.

    >>> size("224"), size("480x640"), size("(7, 5)")
    (224, (480, 640), (7, 5))
    """
    try:
        return read_size(text)
    except SolveError as error:
        raise argparse.ArgumentTypeError(str(error).replace("A size", "a size")) from None


def run(arguments: argparse.Namespace) -> None:
    """Print the settings; raises `conv_viz.solver.SolveError` when there are none."""
    fixed = {FIXED[name]: (getattr(arguments, name),) for name in FIXED if getattr(arguments, name) is not None}
    if any(value < (name != "paddings") for name, (value,) in fixed.items()):
        raise ValueError("kernel size, stride and dilation are at least 1, and padding is at least 0.")
    effects: list[str] = []
    found: Sequence[Setting | Setting2d]
    if arguments.any_size is not None:
        title, found, effects = _any_size(arguments, fixed)
    else:
        title, found = _from_to(arguments, fixed)
    shown = found[: arguments.limit] if arguments.limit > 0 else found
    if arguments.json:
        print(json.dumps([setting.arguments() for setting in shown]))
        return
    print(f"{title}: {len(found)} setting{'s' * (len(found) != 1)}, simplest first")
    width = max(len(str(setting)) for setting in shown)
    for i, setting in enumerate(shown):
        remark = effects[i] if effects else _unread(setting)
        print(f"  {setting!s:{width}}  {remark}".rstrip())
    if len(shown) < len(found):
        print(f"  … {len(found) - len(shown)} more: --limit 0 prints all")


def _from_to(arguments: argparse.Namespace, fixed: dict[str, Any]) -> tuple[str, Sequence[Setting | Setting2d]]:
    before, after = arguments.size, arguments.wanted
    if after is None:
        raise ValueError("--to is missing: solve --from 224 --to 112.")
    title = f"{_shown(before)} → {_shown(after)}"
    if isinstance(before, int) and isinstance(after, int):
        return title, solve(before, after, **fixed)
    both = [value if isinstance(value, tuple) else (value, value) for value in (before, after)]
    return title, solve_2d(both[0], both[1], **fixed)


def _any_size(arguments: argparse.Namespace, fixed: dict[str, Any]) -> tuple[str, list[Setting], list[str]]:
    if arguments.wanted is not None or set(fixed) - {"kernels", "dilations"}:
        raise ValueError("--any-size STRIDE goes with --kernel-size and --dilation only.")
    found = same_for_any_size(arguments.any_size, **fixed)
    if not found:
        raise ValueError(f"No such setting divides any size by {arguments.any_size}; leave an option out.")
    title = "any size" if arguments.any_size == 1 else f"any size / {arguments.any_size}"
    return title, [each.setting for each in found], [each.effect for each in found]


def _unread(setting: Setting | Setting2d) -> str:
    """The input cells that a setting never reads, in words."""
    if isinstance(setting, Setting):
        counts = [(setting.unread, "cell")]
    else:
        counts = [(setting.height.unread, "row"), (setting.width.unread, "column")]
    words = [f"{count} {what}{'s' * (count != 1)}" for count, what in counts if count]
    return f"({' and '.join(words)} unread)" if words else ""


def _shown(value: Size) -> str:
    return str(value) if isinstance(value, int) else f"{value[0]}×{value[1]}"
