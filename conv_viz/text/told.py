"""A layer of another kind, told in torch: a sentence, the nearest ``nn.Conv2d``, an ``F.pad`` before it if needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conv_viz.layers.same import Sides, tensorflow_same
from conv_viz.layers.values import Shape
from conv_viz.text.calls import Unknown, Unreadable

IN = "in_channels"
EXAMPLE = 224
"""The side of an input, where 'SAME' needs one for an example."""
Arguments = dict[str, Any]
Pad = tuple[int, int, int, int]
"""Padding as ``F.pad`` takes it: left, right, top, bottom."""


@dataclass(frozen=True)
class Told:
    """A layer of another kind: its `kind`, a `sentence` of what to do, and the nearest layer's `arguments`, if any.

    `layer` is the class in ``torch.nn`` that they are arguments of. `pad` stands before that layer, whose own padding
    is 0 then; `input_shape` is its input, if the layer says it.
    """

    kind: str
    sentence: str
    arguments: dict[str, Any] | None = None
    pad: Pad | None = None
    input_shape: Shape | None = None
    layer: str = "Conv2d"


def as_pad(sides: Sides) -> Pad:
    """Sides ((top, bottom), (left, right)) in the order of ``F.pad``, which begins with the last dimension.

    >>> as_pad(((0, 1), (2, 3)))
    (2, 3, 0, 1)
    """
    (top, bottom), (left, right) = sides
    return left, right, top, bottom


def with_sides(kind: str, sides: Sides, arguments: Arguments) -> Told:
    """The layer for padding that is written out for each side."""
    if all(before == after for before, after in sides):
        return Told("", f"{kind} with padding written out is the nn.Conv2d shown.",
                    {**arguments, "padding": tuple(before for before, _ in sides)})  # fmt: skip
    pad = as_pad(sides)
    return Told(
        "", f"{kind} pads its sides differently, which nn.Conv2d cannot: F.pad(x, {pad}) before padding=0.",
        {**arguments, "padding": 0}, pad,
    )  # fmt: skip


def with_same(kind: str, padding: str, arguments: Arguments, size: tuple[int, int] | None, plain: str = "") -> Told:
    """The nearest layer for a padding word of Keras, TensorFlow or JAX."""
    plain = plain or f"{kind} is nn.Conv2d with in_channels written first; its arithmetic is that of the layer shown."
    stride = two(arguments.get("stride", 1), 1)
    if padding == "valid":
        return Told("", plain, arguments)
    if padding != "same":
        return Told("", f"{kind} with padding={padding!r} has no nn.Conv2d that pads like it.")
    if stride == (1, 1):
        return Told("", plain, {**arguments, "padding": "same"})
    shifted = f"With a stride, 'same' in {kind} pads after the last cell where torch pads both sides"
    kernel, dilation = two(arguments["kernel_size"], 1), two(arguments.get("dilation", 1), 1)
    at = size or (EXAMPLE, EXAMPLE)
    sides = tuple(tensorflow_same(*axis) for axis in zip(at, kernel, stride, dilation, strict=True))
    pad = as_pad((sides[0], sides[1]))
    if size is None:
        return Told("", f"{shifted}, and how much depends on the input's size: at {EXAMPLE} × {EXAMPLE} it is "
                    f"F.pad(x, {pad}) before padding=0.", {**arguments, "padding": 0})  # fmt: skip
    if all(before == after for before, after in sides):
        return Told("", f"{plain[:-1]} at this size.", {**arguments, "padding": tuple(before for before, _ in sides)})
    rows, columns = (-(-n // s) for n, s in zip(size, stride, strict=True))
    return Told(
        "", f"{shifted}: at {size[0]} × {size[1]} it needs F.pad(x, {pad}) before padding=0, "
        f"and makes {rows} × {columns}.",
        {**arguments, "padding": 0},
    )  # fmt: skip


def renamed(given: Arguments, names: Mapping[str, str]) -> Arguments:
    """Arguments under torch's names."""
    return {ours: given[theirs] for theirs, ours in names.items() if theirs in given}


def in_channels(values: Mapping[str, Any]) -> Any:
    """The input channels, where a layer finds them out itself; raises `Unknown`."""
    if IN not in values:
        raise Unknown((IN,))
    return values[IN]


def only(value: Any) -> Any:
    """The number of a tuple of one."""
    return value[0] if isinstance(value, tuple) and value else value


def two(value: Any, least: int = 0) -> tuple[int, int]:
    """One whole number, or two, as (height, width); raises `Unreadable`."""
    numbers = value if isinstance(value, tuple) else (value,)
    if len(numbers) not in (1, 2) or not all(type(n) is int and n >= least for n in numbers):
        raise Unreadable(f"One number, or two as (height, width), of at least {least} are expected.")
    return numbers[0], numbers[-1]


def four(value: Any) -> Sequence[int] | None:
    """Four whole numbers, in one tuple or in two pairs; None for anything else."""
    if isinstance(value, tuple) and len(value) == 2 and all(isinstance(part, tuple) for part in value):
        value = (*value[0], *value[1])
    if isinstance(value, tuple) and len(value) == 4 and all(type(n) is int and n >= 0 for n in value):
        return value
    return None
