"""What a followed program is made of: tensors as shapes, modules as calls, functions and classes as lines."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from conv_viz.layers.values import Shape
from conv_viz.text.program.statements import Line

MAX_SOURCE = 40  # characters of code in a sentence


@dataclass(frozen=True)
class Tensor:
    """A tensor as far as it is known: its shape, or `why` that is not known; `steps` are the calls since `source`."""

    shape: Shape | None
    why: str = ""
    steps: tuple[str, ...] = ()
    source: Shape | None = None
    at: int = -1


@dataclass(frozen=True)
class Reached:
    """What reaches a convolution: `input`, and for a function the shape of its `weight`, and whether it has a bias.

    `settings` are the function's other arguments, `unknown` the names in them that have no value.
    """

    input: Tensor
    weight: Shape | None = None
    bias: bool = True
    settings: Mapping[str, Any] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Flow:
    """`reached` by where the call of each layer begins in the text; where tensors begin that are `weights`.

    `assumed` are modules that the text never calls: its one tensor was taken for their input. `whole` is False
    when the text was too much to follow to its end.
    """

    reached: Mapping[int, Reached] = field(default_factory=dict)
    weights: frozenset[int] = frozenset()
    assumed: tuple[str, ...] = ()
    whole: bool = True


@dataclass(frozen=True)
class Module:
    """A layer that the text makes: its class, the arguments (None when one is unknown) and where its call begins."""

    kind: str
    arguments: tuple[tuple[Any, ...], dict[str, Any]] | None
    at: int


@dataclass
class Chain:
    """Modules one after the other; `runs` is False for a list, which cannot be called."""

    parts: list[Any]
    runs: bool = True
    used: bool = False


@dataclass
class Function:
    """A function or method of the text."""

    arguments: ast.arguments
    body: list[Line]
    used: bool = False


@dataclass
class Class:
    """A class of the text."""

    name: str
    methods: dict[str, Function]


@dataclass
class Instance:
    """A module of a class of the text."""

    cls: Class
    attributes: dict[str, Any] = field(default_factory=dict)


class Unknown:
    """A value that is not known."""


class Tired(Exception):
    """The steps are used up."""


UNKNOWN = Unknown()
Names = dict[str, Any]


def known(values: Iterable[Any]) -> bool:
    """Whether all of these are plain: numbers, words, tuples of them."""
    return all(known(v) if isinstance(v, tuple) else isinstance(v, int | float | str | None) for v in values)


def dotted_name(node: ast.expr) -> str:
    """``torch.nn.Conv2d`` of such a node, empty for anything else."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < 8:
        parts.append(node.attr)
        node = node.value
    return ".".join([node.id, *reversed(parts)]) if isinstance(node, ast.Name) else ""


def short(source: str) -> str:
    source = " ".join(source.split())
    return source if len(source) <= MAX_SOURCE else source[: MAX_SOURCE - 1] + "…"
