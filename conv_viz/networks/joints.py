"""Where paths of a network meet: an addition, a product, a concatenation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.networks.operations import Plain


class Joint(Plain):
    """Two or more inputs become one output. `word` is its kind, `joins` the noun for it."""

    word: ClassVar[str] = ""
    joins: ClassVar[str] = ""

    @property
    def kind(self) -> str:
        """The joint, which is no class of ``torch.nn``."""
        return self.word


class Elementwise(Joint):
    """One number from the numbers in the same place of every input; a size of 1 goes with any other, as in torch."""

    verb: ClassVar[str] = ""

    def output_shape(self, *shapes: Shape) -> Shape:
        """The sizes of all; raises `ConvSpecError`."""
        whole = shapes[0]
        for other in shapes[1:]:
            if len(other) != len(whole):
                raise sizes_differ(self.joins, whole, other)
            apart = [i for i, (a, b) in enumerate(zip(whole, other, strict=True)) if a != b and 1 not in (a, b)]
            if apart == [1]:
                raise ConvSpecError(
                    "channels",
                    f"{whole[1]} against {other[1]} channels at the {self.joins}, which {self.verb} equal shapes.",
                    advice=f"Put a 1x1 convolution into one path: nn.Conv2d({other[1]}, {whole[1]}, 1).",
                )
            if apart:
                raise sizes_differ(self.joins, whole, other)
            whole = tuple(map(max, whole, other))
        return whole


@dataclass(frozen=True)
class Add(Elementwise):
    """``x + y``: every input has the same shape, or sizes of 1.

    >>> Add().output_shape((1, 64, 56, 56), (1, 64, 56, 56))
    (1, 64, 56, 56)
    """

    word: ClassVar[str] = "add"
    joins: ClassVar[str] = "addition"
    verb: ClassVar[str] = "adds"


@dataclass(frozen=True)
class Multiply(Elementwise):
    """``x * y``, such as a gate for each channel: every input has the same shape, or sizes of 1.

    >>> Multiply().output_shape((1, 64, 56, 56), (1, 64, 1, 1))
    (1, 64, 56, 56)
    """

    word: ClassVar[str] = "multiply"
    joins: ClassVar[str] = "multiplication"
    verb: ClassVar[str] = "multiplies"


@dataclass(frozen=True)
class Concat(Joint):
    """``torch.cat`` along the channels: every input has the same height and width.

    >>> Concat().output_shape((1, 64, 56, 56), (1, 32, 56, 56))
    (1, 96, 56, 56)
    """

    word: ClassVar[str] = "concat"
    joins: ClassVar[str] = "concatenation"

    def output_shape(self, *shapes: Shape) -> Shape:
        """The channels of all together; raises `ConvSpecError`."""
        first = shapes[0]
        for other in shapes[1:]:
            if len(other) != len(first) or (other[:1], other[2:]) != (first[:1], first[2:]):
                raise sizes_differ("concatenation", first, other)
        return (first[0], sum(shape[1] for shape in shapes), *first[2:])


def sizes_differ(joins: str, first: Shape, other: Shape) -> ConvSpecError:
    """What is wrong where two pictures of different sizes meet."""
    if len(first) != 4 or len(other) != 4:
        return ConvSpecError("input", f"{first} against {other} at the {joins}: the shapes do not go together.")
    different = next((i for i in (2, 3) if first[i] != other[i]), 0)
    return ConvSpecError("size", f"{first[different]} against {other[different]} at the {joins}.")
