"""``solve``: from this size to that size, which settings do it. Without torch."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from conv_viz.commands.arguments import size
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.settings import SolveError, along_both, along_one, axes_of, remark

FIXED = ("kernel_size", "stride", "padding", "dilation")
"""Options that keep one argument."""

LARGEST = 1_024
"""The most that may be kept; the time to answer grows with kernel size times dilation."""

ENLARGE = "Where edges read padding only they are the bias alone; nn.ConvTranspose2d enlarges from the input."

Size = int | tuple[int, int]
USUAL, GROWS = "Conv2d", "ConvTranspose2d"


@dataclass(frozen=True)
class Answer:
    """The settings of one layer, simplest first, and the effect of each where they are for any size."""

    layer: str
    title: str
    found: Sequence[Any]
    effects: Sequence[str] = ()

    def arguments(self, setting: Any) -> dict[str, Any]:
        """Those of the layer."""
        return {name: setting.arguments()[name] for name in KINDS[self.layer].solver.names}


def add_parser(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``solve --from SIZE --to SIZE`` and ``solve --any-size [STRIDE]``."""
    parser = commands.add_parser(
        "solve",
        help="the settings that turn one size into another",
        description="Every kernel size (1 to 11), stride (1 to 8), padding and dilation (1 to 4) that turns one\n"
        "size into another, simplest first: every cell is read, few arguments differ from their\n"
        "defaults, the kernel is odd, the padding is half of it, the numbers are small.\n"
        "A larger size is one for nn.ConvTranspose2d as well; its settings have an output_padding.",
        epilog="examples:\n"
        "  python -m conv_viz solve --from 224 --to 112\n"
        "  python -m conv_viz solve --from 480,640 --to 240,320 --kernel-size 3\n"
        "  python -m conv_viz solve --from 7 --to 14 --layer ConvTranspose2d\n"
        "  python -m conv_viz solve --from 112 --to 56 --layer MaxPool2d\n"
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
        help="the settings that keep any size, or divide it by STRIDE; nn.ConvTranspose2d multiplies it",
    )
    parser.add_argument("--to", dest="wanted", metavar="SIZE", type=size, help="wanted output size")
    parser.add_argument(
        "--layer", metavar="LAYER", choices=KINDS, help=f"settings of this layer only: {', '.join(KINDS)}"
    )
    for name in FIXED:
        option = f"--{name.replace('_', '-')}"
        parser.add_argument(option, metavar="N", type=int, help=f"only settings with this {name.replace('_', ' ')}")
    parser.add_argument("--limit", metavar="N", type=int, default=10, help="how many to print (default 10; 0 for all)")
    parser.add_argument("--json", action="store_true", help="print JSON, for programs")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> None:
    """Print the settings; raises `conv_viz.layers.settings.SolveError` when there are none."""
    fixed = {name: getattr(arguments, name) for name in FIXED if getattr(arguments, name) is not None}
    _check(fixed, arguments)
    answers = _from_to(arguments, fixed) if arguments.any_size is None else [_any_size(arguments, fixed)]
    limit = arguments.limit if arguments.limit > 0 else None
    if arguments.json:
        print(json.dumps([answer.arguments(one) for answer in answers for one in answer.found[:limit]]))
        return
    for answer in answers:
        _print(answer, limit)


def _print(answer: Answer, limit: int | None) -> None:
    """The settings of one layer, one a line."""
    found = answer.found
    shown = found[:limit]
    print(f"{answer.title}: {len(found)} setting{'s' * (len(found) != 1)}, simplest first")
    width = max(len(str(setting)) for setting in shown)
    for i, setting in enumerate(shown):
        words = answer.effects[i] if answer.effects else _in_brackets(remark(setting))
        print(f"  {setting!s:{width}}  {words}".rstrip())
    if not answer.effects and any(_padding_only(setting) for setting in shown):
        print(f"  {ENLARGE}")
    if len(shown) < len(found):
        print(f"  … {len(found) - len(shown)} more: --limit 0 prints all")


def _in_brackets(words: str) -> str:
    return f"({words})" if words else ""


def _check(fixed: dict[str, int], arguments: argparse.Namespace) -> None:
    """Arguments of the layer, within what can be tried in a moment."""
    if any(value < (name != "padding") for name, value in fixed.items()):
        raise ValueError("kernel size, stride and dilation are at least 1, and padding is at least 0.")
    if any(value > LARGEST for value in (arguments.any_size or 0, *fixed.values())):
        raise ValueError(f"kernel size, stride, dilation and padding are at most {LARGEST:,} here.")
    layer = arguments.layer or USUAL
    for name in fixed.keys() - set(KINDS[layer].solver.names):
        raise ValueError(f"nn.{layer} has no {name}; leave --{name.replace('_', '-')} out.")


def _from_to(arguments: argparse.Namespace, fixed: dict[str, int]) -> list[Answer]:
    """The settings of each layer that does it; raises `SolveError` when none does."""
    before, after, layer = arguments.size, arguments.wanted, arguments.layer
    if after is None:
        raise ValueError("--to is missing: solve --from 224 --to 112.")
    layers = [layer] if layer else [USUAL, GROWS] if _enlarges(_pair(before), _pair(after)) else [USUAL]
    answers: list[Answer] = []
    refusals: list[SolveError] = []
    for name in layers:
        by = "" if name == USUAL else f" by nn.{name}"
        try:
            found = _solved(name, before, after, fixed)
            answers.append(Answer(name, f"{_shown(before)} → {_shown(after)}{by}", found))
        except SolveError as error:
            refusals.append(error)
    if not answers:
        raise refusals[-1]
    return answers


def _solved(layer: str, before: Size, after: Size, fixed: dict[str, int]) -> list[Any]:
    kind = KINDS[layer]
    ranges = kind.solver.ranges(fixed)
    if isinstance(before, int) and isinstance(after, int):
        return along_one(kind.solver.solve, before, after, ranges)
    if kind.dims == 1:
        raise ValueError(f"nn.{layer} has one axis: a size is one number, like --from 16 --to 8.")
    return along_both(kind.solver.solve, _pair(before), _pair(after), ({}, {}), ranges)


def _pair(value: Size) -> tuple[int, int]:
    return value if isinstance(value, tuple) else (value, value)


def _enlarges(before: tuple[int, int], after: tuple[int, int]) -> bool:
    return before != after and all(n <= m for n, m in zip(before, after, strict=True))


def _any_size(arguments: argparse.Namespace, fixed: dict[str, int]) -> Answer:
    if arguments.wanted is not None or set(fixed) - {"kernel_size", "dilation"}:
        raise ValueError("--any-size STRIDE goes with --kernel-size and --dilation only.")
    layer, factor = arguments.layer or USUAL, arguments.any_size
    solver = KINDS[layer].solver
    found = solver.any_size(factor, **solver.ranges(fixed))
    if not found:
        does = "multiplies any size by" if solver.grows else "divides any size by"
        raise ValueError(f"No such setting {does} {factor}; leave an option out.")
    title = "any size" if factor == 1 else f"any size {'×' if solver.grows else '/'} {factor}"
    by = "" if layer == USUAL else f" by nn.{layer}"
    return Answer(layer, f"{title}{by}", [each.setting for each in found], [each.effect for each in found])


def _padding_only(setting: Any) -> bool:
    return any(getattr(one, "padding_only", False) for one in axes_of(setting))


def _shown(value: Size) -> str:
    return str(value) if isinstance(value, int) else f"{value[0]}×{value[1]}"
