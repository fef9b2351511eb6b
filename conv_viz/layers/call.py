"""A window layer as text, ``nn.Conv2d(...)`` and its kin: written as one would write it, read by `ast`.

Text is parsed, never evaluated. Reading what people really paste (several
layers, other frameworks, error messages) is the subject of `conv_viz.text.paste`;
this module knows one call.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from conv_viz.layers.facts import FACTS

ARGUMENTS = FACTS["Conv2d"].arguments
"""The arguments of ``nn.Conv2d`` in its own order."""

DEFAULTS = FACTS["Conv2d"].defaults

PRINTED_BARE = {"padding": ("same", "valid"), "padding_mode": ("reflect", "replicate", "circular")}
"""Words that ``print(layer)`` writes without quotation marks."""

PLACEMENT = ("device", "dtype")
"""Where the layer lives and how precise it is: this does not change the picture."""

MAX_TEXT = 20_000
T = TypeVar("T")


def write_call(arguments: Mapping[str, Any], name: str = "Conv2d") -> str:
    """Arguments in canonical form -> the call, defaults left out.

    >>> write_call(dict(in_channels=3, out_channels=8, kernel_size=(3, 3), stride=(1, 2)))
    'nn.Conv2d(3, 8, kernel_size=3, stride=(1, 2))'
    >>> write_call(dict(kernel_size=(2, 2), stride=(2, 2), ceil_mode=True), "MaxPool2d")
    'nn.MaxPool2d(kernel_size=2, ceil_mode=True)'
    """
    facts = FACTS[name]
    words = []
    for argument in facts.arguments:
        default = facts.defaults.get(argument)
        value = short(arguments.get(argument, default))
        if argument in ("in_channels", "out_channels"):
            words.append(str(value))
        elif argument == "stride" and default is None:
            if value not in (None, short(arguments["kernel_size"])):
                words.append(f"stride={value!r}")
        elif argument not in facts.defaults or value != default:
            words.append(f"{argument}={value!r}")
    return f"nn.{name}({', '.join(words)})"


def short(value: Any) -> Any:
    """Equal numbers for all axes as one number.

    >>> short((2, 2)), short((1, 2)), short((5,)), short("same")
    (2, (1, 2), 5, 'same')
    """
    return value[0] if isinstance(value, tuple) and len(set(value)) == 1 else value


def read_call(text: str, name: str = "Conv2d") -> dict[str, Any]:
    """One call of a layer -> its arguments by name, as literals, unchecked.

    Accepts ``nn.``, ``torch.nn.`` or nothing before the name and a target before
    ``=``. Raises `ValueError` with one sentence for anything else.

    >>> read_call("self.conv1 = nn.Conv2d(3, 64, 7, stride=2)")
    {'in_channels': 3, 'out_channels': 64, 'kernel_size': 7, 'stride': 2}
    """
    node = one_call(text)
    if called_name(node) != name:
        raise ValueError(f"An nn.{name} call is expected, like {FACTS[name].example}.")
    return call_arguments(node, name)


def one_call(text: str) -> ast.Call:
    """The one call in a text, with or without a target; raises `ValueError` with one sentence.

    >>> called_name(one_call("pool = nn.MaxPool2d(2)"))
    'MaxPool2d'
    """
    if len(text) > MAX_TEXT:
        raise ValueError(f"The text is {len(text):,} characters long; at most {MAX_TEXT:,} are read.")
    try:
        body = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise ValueError(f"This is not a Python call; write it like {FACTS['Conv2d'].example}.") from None
    if len(body) != 1:
        raise ValueError(f"One call is expected, like {FACTS['Conv2d'].example}.")
    node: Any = body[0]
    if isinstance(node, ast.Expr | ast.Assign | ast.AnnAssign):
        node = node.value
    if not isinstance(node, ast.Call):
        raise ValueError(f"An nn.Conv2d call is expected, like {FACTS['Conv2d'].example}.")
    return node


def call_arguments(node: Any, name: str = "Conv2d") -> dict[str, Any]:
    """The `ast` node of one call of a layer -> its arguments by name.

    >>> call_arguments(ast.parse("Conv2d(1, 2, (3, 5))", mode="eval").body)
    {'in_channels': 1, 'out_channels': 2, 'kernel_size': (3, 5)}
    """
    if not isinstance(node, ast.Call) or called_name(node) != name:
        raise ValueError(f"An nn.{name} call is expected, like {FACTS[name].example}.")
    bound = bind(node.args, [(keyword.arg, keyword.value) for keyword in node.keywords], name)
    return {argument: literal(argument, value) for argument, value in bound.items()}


def bind(positional: Sequence[T], keywords: Iterable[tuple[str | None, T]], name: str = "Conv2d") -> dict[str, T]:
    """Values by argument name, as Python binds them to a layer's class; raises `ValueError` with one sentence.

    >>> bind([3, 8], [("kernel_size", 5), ("device", "cpu")])
    {'in_channels': 3, 'out_channels': 8, 'kernel_size': 5}
    """
    facts = FACTS[name]
    arguments = facts.arguments
    if len(positional) > len(arguments):
        raise ValueError(f"nn.{name} takes at most {len(arguments)} arguments; {len(positional)} were given.")
    found: dict[str, T] = {}
    for argument, value in [*zip(arguments, positional, strict=False), *keywords]:
        if argument in PLACEMENT:
            continue
        if argument not in arguments:
            raise ValueError(
                "*args and **kwargs cannot be read; write the arguments out."
                if argument is None
                else f"nn.{name} has no argument {argument[:40]!r}; it takes {', '.join(arguments)}."
            )
        if argument in found:
            raise ValueError(f"{argument} is given twice.")
        found[argument] = value
    required = arguments[: facts.required]
    for argument in required:
        if argument not in found:
            needs = " and ".join([*filter(None, [", ".join(required[:-1])]), required[-1]])
            raise ValueError(f"{argument} is missing; nn.{name} needs {needs}.")
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
