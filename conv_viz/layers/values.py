"""One argument as a value: whole numbers, pairs and shapes, or `ConvSpecError` with a sentence."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

LARGEST = 2**31 - 1
"""The largest number that is read: the tables of indices are int32, and no layer comes near it."""
LARGEST_SIDE = 2**16
"""The largest height or width of an input. A JPEG ends one cell earlier."""
Pair = tuple[int, int]
Shape = tuple[int, ...]
EACH_0: Any = 0
EACH_1: Any = 1
"""The default of a size along each axis, which `read_sizes` writes out for the axes that the layer has."""


class ConvSpecError(ValueError):
    """A setting that no layer can have, or that no input of this shape can pass.

    `parameter` names the control to blame (an argument of ``nn.Conv2d``, or
    ``input``), `rule` is one sentence with the values in it, and `fix` holds
    arguments (or ``height`` and ``width``) that mend it; it is empty when there is no obvious one.
    `advice` are the words for it, where the rule says a better way out already.

    >>> from conv_viz import ConvSpec
    >>> try:
    ...     ConvSpec(3, 6, 3, groups=2)
    ... except ConvSpecError as error:
    ...     print(error.parameter, error.fix)
    groups {'groups': 1}
    """

    def __init__(
        self, parameter: str, rule: str, fix: Mapping[str, Any] | None = None, advice: str | None = None
    ) -> None:
        self.parameter = parameter
        self.rule = rule
        self.fix = dict(fix or {})
        self._advice = advice
        super().__init__(f"{rule} {self.advice}".strip())

    @property
    def advice(self) -> str:
        """The fix in words.

        >>> ConvSpecError("groups", "No.", {"groups": 3, "bias": False}).advice
        'Set groups=3, bias=False.'
        """
        if self._advice is not None:
            return self._advice
        return f"Set {', '.join(f'{k}={v!r}' for k, v in self.fix.items())}." if self.fix else ""


def input_sizes(input_shape: Iterable[int]) -> Shape:
    """The sizes of an input as plain numbers; raises `ConvSpecError` for anything else.

    >>> input_sizes([16, 3, 28, 28])
    (16, 3, 28, 28)
    """
    try:
        sizes = tuple(input_shape)
    except TypeError:
        raise ConvSpecError(
            "input", f"An input shape is (N, C, H, W) or (C, H, W), not {shown(input_shape)}."
        ) from None
    return tuple(read_integer("input", size) for size in sizes)


def shown(value: Any) -> str:
    """A value in a sentence: as Python writes it, cut at 40 characters.

    >>> shown("x" * 50)
    "'xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..."
    """
    try:
        text = repr(value)
    except ValueError:  # Python writes out no number of more than 4300 digits
        text = "a number with thousands of digits"
    return text if len(text) <= 40 else text[:37] + "..."


def read_integer(name: str, value: Any) -> int:
    """A whole number of any kind, numpy's too, at most `LARGEST`; a bool is none. Raises `ConvSpecError`."""
    if not isinstance(value, bool):
        try:
            number = operator.index(value)
        except TypeError:
            pass
        else:
            if abs(number) <= LARGEST:
                return number
            raise ConvSpecError(name, f"{name} is at most {LARGEST:,}, not {shown(number)}.")
    raise ConvSpecError(name, f"{name} takes whole numbers, not {shown(value)}.")


def read_count(name: str, value: Any) -> int:
    """A whole number of at least 1; raises `ConvSpecError`."""
    number = read_integer(name, value)
    if number < 1:
        raise ConvSpecError(name, f"{name} must be at least 1, not {number}.", {name: 1})
    return number


def read_sizes(name: str, value: Any, least: int, dims: int = 2) -> Shape:
    """One number for every axis of a window, or one for each, each at least `least`; raises `ConvSpecError`.

    >>> read_sizes("stride", 2, 1), read_sizes("stride", [1, 3], 1), read_sizes("stride", 2, 1, dims=1)
    ((2, 2), (1, 3), (2,))
    """
    sizes = tuple(value) if isinstance(value, list | tuple) else (value,) * dims
    if len(sizes) != dims:
        hint = " Sides that differ need F.pad before the layer." if name == "padding" else ""
        takes = "one number, or two as (height, width)" if dims == 2 else "one number"
        raise ConvSpecError(name, f"{name} takes {takes}, not {len(sizes)}.{hint}")
    read = tuple(read_integer(name, size) for size in sizes)
    if min(read) < least:
        raise ConvSpecError(
            name,
            f"{name} must be at least {least}, not {read[0] if len(set(read)) == 1 else read}.",
            {name: tuple(max(size, least) for size in read)},
        )
    return read


def bare(sizes: Shape) -> int | Shape:
    """Sizes in a sentence: of a layer with one axis one number.

    >>> bare((2, 2)), bare((5,))
    ((2, 2), 5)
    """
    return sizes if len(sizes) > 1 else sizes[0]


def both_sides(sides: Sequence[Pair]) -> tuple[Pair, Pair]:
    """Padding along each axis of a layer as ((top, bottom), (left, right)); one row has none above and below it.

    >>> both_sides([(1, 2)])
    ((0, 0), (1, 2))
    """
    return (sides[0] if len(sides) == 2 else (0, 0)), sides[-1]


def read_padding(value: Any, dims: int = 2) -> Shape | str:
    """A size of at least 0 for each axis, or one of the words 'same' and 'valid'; raises `ConvSpecError`."""
    if isinstance(value, str):
        if value not in ("same", "valid"):
            takes = "a number, a pair" if dims == 2 else "a number"
            raise ConvSpecError(
                "padding", f"padding is {takes}, 'same' or 'valid', not {shown(value)}.", {"padding": 0}
            )
        return value
    return read_sizes("padding", value, 0, dims)


def read_flag(name: str, value: Any) -> bool:
    """True or False; raises `ConvSpecError`, whose fix is what was meant.

    >>> read_flag("bias", True)
    True
    """
    if not isinstance(value, bool):
        meant = value not in (0, None) if isinstance(value, int | None) else True
        raise ConvSpecError(name, f"{name} is True or False, not {shown(value)}.", {name: meant})
    return value


def input_axes(kind: str, input_shape: Iterable[int], dims: int = 2) -> Shape:
    """The sizes (N, C, ...) of an input, with N = 1 where it has no batch; raises `ConvSpecError`.

    >>> input_axes("Conv2d", (3, 5, 7)), input_axes("Conv1d", (2, 3, 7), dims=1)
    ((1, 3, 5, 7), (2, 3, 7))
    """
    shape = input_sizes(input_shape)
    letters = "H, W" if dims == 2 else "L"
    if len(shape) not in (dims + 1, dims + 2):
        many = f"{len(shape)} dimension{'s' * (len(shape) != 1)}"
        raise ConvSpecError(
            "input", f"The input has {many} {shown(shape)}; {kind} reads (N, C, {letters}) or (C, {letters})."
        )
    batch, (channels, *sides) = shape[: -dims - 1], shape[-dims - 1 :]
    if min(sides) < 1 or channels < 1 or (batch and batch[0] < 0):
        raise ConvSpecError("input", f"An input of shape {shape} has no cells; every size must be at least 1.")
    if max(sides) > LARGEST_SIDE:
        what = "Height and width are" if dims == 2 else "The length is"
        raise ConvSpecError("input", f"{what} at most {LARGEST_SIDE:,}, not {max(sides):,}.")
    return (*(batch or (1,)), channels, *sides)
