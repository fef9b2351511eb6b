"""``nn.Conv2d(...)`` as text: written as one would write it, read by `ast`.

Text is parsed, never evaluated. Reading what people really paste (several
layers, other frameworks, error messages) is the subject of `conv_viz.paste`;
this module knows one call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

ARGUMENTS = (
    "in_channels",
    "out_channels",
    "kernel_size",
    "stride",
    "padding",
    "dilation",
    "groups",
    "bias",
    "padding_mode",
)
"""The arguments of ``nn.Conv2d`` in its own order."""

DEFAULTS: dict[str, Any] = {
    "stride": 1,
    "padding": 0,
    "dilation": 1,
    "groups": 1,
    "bias": True,
    "padding_mode": "zeros",
}

PRINTED_BARE = {"padding": ("same", "valid"), "padding_mode": ("reflect", "replicate", "circular")}
"""Words that ``print(layer)`` writes without quotation marks."""

PLACEMENT = ("device", "dtype")
"""Where the layer lives and how precise it is: this does not change the picture."""

MAX_TEXT = 20_000
T = TypeVar("T")


def write_call(arguments: dict[str, Any]) -> str:
    """Arguments in canonical form -> the call, defaults left out.

    >>> write_call(dict(in_channels=3, out_channels=8, kernel_size=(3, 3), stride=(1, 2)))
    'nn.Conv2d(3, 8, kernel_size=3, stride=(1, 2))'
    """
    words = [str(arguments["in_channels"]), str(arguments["out_channels"])]
    for name in ARGUMENTS[2:]:
        value = short(arguments.get(name, DEFAULTS.get(name)))
        if name not in DEFAULTS or value != DEFAULTS[name]:
            words.append(f"{name}={value!r}")
    return f"nn.Conv2d({', '.join(words)})"


def short(value: Any) -> Any:
    """A pair of equal numbers as one number.

    >>> short((2, 2)), short((1, 2)), short("same")
    (2, (1, 2), 'same')
    """
    if isinstance(value, tuple) and len(value) == 2 and value[0] == value[1]:
        return value[0]
    return value


def read_call(text: str) -> dict[str, Any]:
    """One ``Conv2d`` call -> its arguments by name, as literals, unchecked.

    Accepts ``nn.``, ``torch.nn.`` or nothing before ``Conv2d`` and a target before
    ``=``. Raises `ValueError` with one sentence for anything else.

    >>> read_call("self.conv1 = nn.Conv2d(3, 64, 7, stride=2)")
    {'in_channels': 3, 'out_channels': 64, 'kernel_size': 7, 'stride': 2}
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"The text is {len(text):,} characters long; at most {MAX_TEXT:,} are read.")
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError("This is not a Python call; write it like nn.Conv2d(3, 8, 3, padding=1).") from None
    if len(body) != 1:
        raise ValueError("One call is expected, like nn.Conv2d(3, 8, 3, padding=1).")
    node: Any = body[0]
    if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign):
        node = node.value
    return call_arguments(node)


def call_arguments(node: Any) -> dict[str, Any]:
    """The `ast` node of one ``Conv2d`` call -> its arguments by name.

    >>> call_arguments(ast.parse("Conv2d(1, 2, (3, 5))", mode="eval").body)
    {'in_channels': 1, 'out_channels': 2, 'kernel_size': (3, 5)}
    """
    if not isinstance(node, ast.Call) or called_name(node) != "Conv2d":
        raise ValueError("An nn.Conv2d call is expected, like nn.Conv2d(3, 8, 3, padding=1).")
    bound = bind(node.args, [(keyword.arg, keyword.value) for keyword in node.keywords])
    return {name: literal(name, value) for name, value in bound.items()}


def bind(positional: Sequence[T], keywords: Iterable[tuple[str | None, T]]) -> dict[str, T]:
    """Values by argument name, as Python binds them to ``nn.Conv2d``; raises `ValueError` with one sentence.

    >>> bind([3, 8], [("kernel_size", 5), ("device", "cpu")])
    {'in_channels': 3, 'out_channels': 8, 'kernel_size': 5}
    """
    if len(positional) > len(ARGUMENTS):
        raise ValueError(f"nn.Conv2d takes at most {len(ARGUMENTS)} arguments; {len(positional)} were given.")
    found: dict[str, T] = {}
    for name, value in [*zip(ARGUMENTS, positional, strict=False), *keywords]:
        if name in PLACEMENT:
            continue
        if name not in ARGUMENTS:
            raise ValueError(
                "*args and **kwargs cannot be read; write the arguments out."
                if name is None
                else f"nn.Conv2d has no argument {name[:40]!r}; it takes {', '.join(ARGUMENTS)}."
            )
        if name in found:
            raise ValueError(f"{name} is given twice.")
        found[name] = value
    for name in ARGUMENTS[:3]:
        if name not in found:
            raise ValueError(f"{name} is missing; nn.Conv2d needs in_channels, out_channels and kernel_size.")
    return found


def called_name(node: ast.Call) -> str:
    """Last part of the name that is called: ``Conv2d`` of ``torch.nn.Conv2d``."""
    return getattr(node.func, "attr", getattr(node.func, "id", ""))


def literal(name: str, node: ast.expr) -> Any:
    """A literal's value; a variable inside is asked for by its name.

    >>> literal("padding", ast.parse("same", mode="eval").body)  # as print(layer) has it
    'same'
    """
    if isinstance(node, ast.Name) and node.id in PRINTED_BARE.get(name, ()):
        return node.id
    for part in ast.walk(node):
        if isinstance(part, ast.Name):
            raise ValueError(f"{name} uses the variable {part.id[:40]!r}; write its value instead.")
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        raise ValueError(f"{name} must be written as plain numbers, like {name}=3.") from None
