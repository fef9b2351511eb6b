"""Numbers that an ONNX graph computes: sizes and borders that other nodes read, put together from an input's shape."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from conv_viz.layers.values import Shape
from conv_viz.models.graph import Graph, GraphNode
from conv_viz.models.onnx_met import BATCH

MANY = 64
"""Numbers of one value that are followed: a shape has four, the borders of a picture eight."""


def shape_of(node: GraphNode, shape: Shape | None, rank: int) -> np.ndarray | None:
    """What `Shape` gives of a picture or of rows: the batch stays open, and so does what is not known."""
    ends = node.attributes.get("start"), node.attributes.get("end")
    if not all(end is None or type(end) is int for end in ends):
        return None
    return np.array([BATCH, *(shape[1:] if shape else (None,) * (rank - 1))], object)[slice(*ends)]


def constants_of(graph: Graph) -> dict[str, np.ndarray]:
    """The small tensors of a graph, in their shapes."""
    made = {}
    for name, values in graph.constants.items():
        array = np.array([*values], object)
        shape = graph.parameters.get(name, (len(values),))
        made[name] = array.reshape(shape) if math.prod(shape) == array.size else array
    return made


def computed(node: GraphNode, numbers: Mapping[str, np.ndarray]) -> np.ndarray | None:
    """The numbers that a node makes of others; None where that is not followed here.

    >>> node = GraphNode("", "Gather", ("shape", "which"), ("batch",), {"axis": 0})
    >>> computed(node, {"shape": np.array([BATCH, 3, 8, 8], object), "which": np.array([0], object)})
    array(['batch'], dtype=object)
    """
    given = [numbers[name] for name in node.inputs if name in numbers]
    if node.op not in FOLLOWED or len(given) != len([name for name in node.inputs if name]) or not given:
        return None
    try:
        made = np.asarray(FOLLOWED[node.op](node, *given), object)
    except (TypeError, ValueError, IndexError, ArithmeticError):
        return None
    plain = all(value is None or value == BATCH or abs(value) < 2**63 for value in made.flat)
    return made if made.size <= MANY and plain else None  # what grows without end is followed no further


def _sliced(node: GraphNode, values: np.ndarray, *ends: np.ndarray) -> np.ndarray:
    attributes = node.attributes
    starts, stops = (attributes["starts"], attributes["ends"]) if "starts" in attributes else ends[:2]
    axes = ends[2] if len(ends) > 2 else attributes.get("axes", range(len(starts)))
    steps = ends[3] if len(ends) > 3 else [1] * len(starts)
    cut = [slice(None)] * values.ndim
    for axis, start, stop, step in zip(axes, starts, stops, steps, strict=True):
        end = None if step < 0 and stop < -values.shape[axis] else int(stop)  # ONNX says "to the first" by -2**63
        cut[int(axis)] = slice(int(start), end, int(step))
    return values[tuple(cut)]


def _filled(node: GraphNode, shape: np.ndarray) -> np.ndarray:
    count = math.prod(int(size) for size in shape)
    if not 0 <= count <= MANY or node.attributes:
        raise ValueError
    return np.full([int(size) for size in shape], 0, object)


def _cast(node: GraphNode, values: np.ndarray) -> np.ndarray:
    whole = node.attributes.get("to") in (6, 7)
    return np.array([int(v) if whole and v != BATCH else v for v in values.ravel()], object).reshape(values.shape)


def _quotient(a: Any, b: Any) -> Any:
    return a // b if isinstance(a, int) and isinstance(b, int) else a / b


def _each(act: Callable[..., Any], inputs: int = 2) -> Callable[..., Any]:
    """An operation on numbers one by one; what is open, a batch or a size, is none."""

    def one(*values: Any) -> Any:
        if not all(isinstance(value, int | float) for value in values):
            raise TypeError
        return act(*values)

    every = np.frompyfunc(one, inputs, 1)
    return lambda node, *values: every(*values)


FOLLOWED: dict[str, Callable[..., Any]] = {
    "Identity": lambda node, values: values,
    "Cast": _cast,
    "Unsqueeze": lambda node, values, *axes: values.reshape(1, *values.shape) if values.ndim else values.reshape(1),
    "Squeeze": lambda node, values, *axes: values.squeeze(),
    "Concat": lambda node, *parts: np.concatenate([part.reshape(-1) for part in parts]),
    "Gather": lambda node, values, places: values[places.astype(int)],
    "Slice": _sliced,
    "Reshape": lambda node, values, shape: values.reshape([int(size) for size in shape]),
    "Transpose": lambda node, values: values.transpose(node.attributes.get("perm")),
    "ConstantOfShape": _filled,
    "Floor": _each(math.floor, 1), "Mul": _each(operator.mul), "Div": _each(_quotient),
    "Add": _each(operator.add), "Sub": _each(operator.sub),
}  # fmt: skip
