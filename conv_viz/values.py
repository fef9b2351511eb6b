"""One argument as a value: whole numbers, pairs and shapes, or `ConvSpecError` with a sentence."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping
from typing import Any

LARGEST = 2**31 - 1
"""The largest number that is read: the tables of indices are int32, and no layer comes near it."""
Pair = tuple[int, int]
Shape = tuple[int, ...]


class ConvSpecError(ValueError):
    """A setting that no layer can have, or that no input of this shape can pass.

    `parameter` names the control to blame (an argument of ``nn.Conv2d``, or
    ``input``), `rule` is one sentence with the values in it, and `fix` holds
    arguments (or ``height`` and ``width``) that mend it; it is empty when there is no obvious one.

    >>> from conv_viz import ConvSpec
    >>> try:
    ...     ConvSpec(3, 6, 3, groups=2)
    ... except ConvSpecError as error:
    ...     print(error.parameter, error.fix)
    groups {'groups': 1}
    """

    def __init__(self, parameter: str, rule: str, fix: Mapping[str, Any] | None = None) -> None:
        self.parameter = parameter
        self.rule = rule
        self.fix = dict(fix or {})
        super().__init__(f"{rule} {self.advice}".strip())

    @property
    def advice(self) -> str:
        """The fix in words.

        >>> ConvSpecError("groups", "No.", {"groups": 3, "bias": False}).advice
        'Set groups=3, bias=False.'
        """
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


def read_pair(name: str, value: Any, least: int) -> Pair:
    """One number for height and width, or two, each at least `least`; raises `ConvSpecError`.

    >>> read_pair("stride", 2, 1), read_pair("stride", [1, 3], 1)
    ((2, 2), (1, 3))
    """
    pair = tuple(value) if isinstance(value, list | tuple) else (value, value)
    if len(pair) != 2:
        hint = " Sides that differ need F.pad before the layer." if name == "padding" else ""
        raise ConvSpecError(name, f"{name} takes one number, or two as (height, width), not {len(pair)}.{hint}")
    height, width = (read_integer(name, n) for n in pair)
    if min(height, width) < least:
        raise ConvSpecError(
            name,
            f"{name} must be at least {least}, not {height if height == width else (height, width)}.",
            {name: (max(height, least), max(width, least))},
        )
    return height, width


def read_padding(value: Any) -> Pair | str:
    """A pair of at least 0, or one of the words 'same' and 'valid'; raises `ConvSpecError`."""
    if isinstance(value, str):
        if value not in ("same", "valid"):
            raise ConvSpecError(
                "padding", f"padding is a number, a pair, 'same' or 'valid', not {shown(value)}.", {"padding": 0}
            )
        return value
    return read_pair("padding", value, 0)
