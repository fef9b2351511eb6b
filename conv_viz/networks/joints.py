"""Where paths of a network meet: an addition, a concatenation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.networks.operations import Plain


class Joint(Plain):
    """Two or more inputs become one output."""

    joins: ClassVar[str] = ""


@dataclass(frozen=True)
class Add(Joint):
    """``x + y``: every input has the same shape.

    >>> Add().output_shape((1, 64, 56, 56), (1, 64, 56, 56))
    (1, 64, 56, 56)
    """

    joins: ClassVar[str] = "addition"

    @property
    def kind(self) -> str:
        """The joint."""
        return "add"

    def code(self) -> str:
        """The joint as one writes it."""
        return "add()"

    def output_shape(self, *shapes: Shape) -> Shape:
        """The shape of all; raises `ConvSpecError`."""
        first = shapes[0]
        for other in shapes[1:]:
            if other == first:
                continue
            if len(other) == len(first) == 4 and other[1] != first[1] and other[2:] == first[2:]:
                raise ConvSpecError(
                    "channels",
                    f"{first[1]} against {other[1]} channels at the addition, which adds equal shapes.",
                    advice=f"Put a 1x1 convolution into one path: nn.Conv2d({other[1]}, {first[1]}, 1).",
                )
            raise sizes_differ("addition", first, other)
        return first


@dataclass(frozen=True)
class Concat(Joint):
    """``torch.cat`` along the channels: every input has the same height and width.

    >>> Concat().output_shape((1, 64, 56, 56), (1, 32, 56, 56))
    (1, 96, 56, 56)
    """

    joins: ClassVar[str] = "concatenation"

    @property
    def kind(self) -> str:
        """The joint."""
        return "concat"

    def code(self) -> str:
        """The joint as one writes it."""
        return "concat()"

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
