"""A node of an ONNX graph where it stands: its attributes and inputs, as one asks for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from conv_viz.layers.values import Shape
from conv_viz.models.graph import Graph, GraphNode

BATCH = "batch"
"""In the place of a number: the size of the batch, whatever it is."""


class Unknown(ValueError):
    """A node that no operation here is; the words go on after its name. `node` is it, where another one reads it."""

    def __init__(self, words: str, node: GraphNode | None = None) -> None:
        super().__init__(words)
        self.node = node


@dataclass(frozen=True)
class Met:
    """A node where it stands: the number of axes that arrives, the shape of the first input where it is known.

    `numbers` are the values that are sizes, axes or borders, by name.
    """

    graph: Graph
    node: GraphNode
    rank: int
    shape: Shape | None
    numbers: Mapping[str, np.ndarray]

    def attribute(self, name: str, usual: Any = None) -> Any:
        """An attribute; a number of float32 as it was written."""
        value = self.node.attributes.get(name, usual)
        return written(value) if isinstance(value, float) else value

    def whole(self, name: str, usual: int) -> int:
        """An attribute that is a whole number."""
        value = self.node.attributes.get(name, usual)
        if type(value) is not int:
            raise Unknown(f"has {name} that is no whole number")
        return value

    def input(self, place: int) -> str:
        """The name of an input, empty where there is none."""
        return self.node.inputs[place] if place < len(self.node.inputs) else ""

    def parameter(self, place: int) -> Shape:
        """The shape of an input that the file holds."""
        if (shape := self.graph.parameters.get(self.input(place))) is None:
            raise Unknown("reads weights that are computed in the graph")
        return shape

    def values(self, place: int, name: str = "") -> Sequence[Any] | None:
        """Numbers that older versions say as an attribute, newer ones as an input; None where there are none."""
        if name and name in self.node.attributes:
            value = self.node.attributes[name]
            return value if isinstance(value, tuple) else (value,)
        found = self.numbers.get(self.input(place)) if self.input(place) else None
        return None if found is None else found.ravel().tolist()

    def uniform(self, place: int) -> float | None:
        """The number that all of an input are; None where they differ, or are not known."""
        return uniform(self.numbers.get(self.input(place)))

    def pair(self, name: str, usual: int = 1) -> tuple[int, int]:
        """An attribute of two whole numbers."""
        value = self.node.attributes.get(name, (usual, usual))
        if not (isinstance(value, tuple) and len(value) == 2):
            raise Unknown(f"has {name} {value}, and pictures have two axes")
        return value[0], value[1]

    def expect(self, name: str, usual: Any) -> None:
        """An attribute that has no other value here."""
        if self.attribute(name, usual) != usual:
            raise Unknown(f"has {name} {self.attribute(name)}")


def uniform(numbers: np.ndarray | None) -> float | None:
    """The number that all are; None where they differ, are none, or are not known.

    >>> uniform(np.array([[1.0], [1.0]], object)), uniform(np.array([0, 1], object))
    (1.0, None)
    """
    values = set() if numbers is None else {*numbers.ravel().tolist()}
    value = values.pop() if len(values) == 1 else None
    return value if isinstance(value, int | float) else None


def written(value: float) -> float:
    """A float32 as somebody wrote it.

    >>> written(9.999999747378752e-06)
    1e-05
    """
    return float(f"{value:.7g}")


Made = Sequence[Any]
"""Operations, one after the other; none where the node hands on what it reads."""
