"""One node of an ONNX graph -> the operations of a network that compute the same.

What a node says besides its numbers must be what torch's class does; a node that differs raises `Unknown`, with words
that say in what. Source: https://onnx.ai/onnx/operators/
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from conv_viz.layers.kinds import KINDS
from conv_viz.layers.same import tensorflow_same
from conv_viz.layers.values import Shape
from conv_viz.models.graph import Graph, GraphNode
from conv_viz.networks.calls import operation
from conv_viz.networks.joints import Add, Concat
from conv_viz.networks.operations import BatchNorm2d, Flatten, Linear, Pointwise
from conv_viz.networks.resizing import AdaptivePool, Upsample, ZeroPad2d

BATCH = "batch"
"""In the place of a number: the size of the batch, whatever it is."""


class Unknown(ValueError):
    """A node that no operation here is; the words go on after its name."""


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


def written(value: float) -> float:
    """A float32 as somebody wrote it.

    >>> written(9.999999747378752e-06)
    1e-05
    """
    return float(f"{value:.7g}")


Made = Sequence[Any]
"""Operations, one after the other; none where the node hands on what it reads."""


def _borders(met: Met, kernel: tuple[int, int]) -> tuple[int, int, int, int]:
    """Padding (top, left, bottom, right), as ONNX lists it."""
    strides, dilations, auto = met.pair("strides"), met.pair("dilations"), met.attribute("auto_pad", "NOTSET")
    if auto in ("SAME_UPPER", "SAME_LOWER"):
        sizes = met.shape[2:] if met.shape else None
        if sizes is None and max(strides) > 1:
            raise Unknown(f"pads as {auto}, by the size of an input that the file leaves open")
        both = [tensorflow_same(*axis) for axis in zip(sizes or (10**6,) * 2, kernel, strides, dilations, strict=True)]
        (top, bottom), (left, right) = both if auto == "SAME_UPPER" else [(after, before) for before, after in both]
        return top, left, bottom, right
    pads = met.node.attributes.get("pads", (0,) * 4) if auto == "NOTSET" else (0,) * 4
    if not (isinstance(pads, tuple) and len(pads) == 4 and min(pads) >= 0):
        raise Unknown(f"has pads {pads}")
    top, left, bottom, right = pads
    return top, left, bottom, right


def _even(met: Met, kernel: tuple[int, int]) -> tuple[int, int]:
    top, left, bottom, right = _borders(met, kernel)
    if (top, left) != (bottom, right):
        raise Unknown(f"pads (top, left, bottom, right) = {(top, left, bottom, right)}, each side by itself")
    return top, left


def _channels(met: Met) -> tuple[int, int, tuple[int, int], int, bool]:
    weight, groups = met.parameter(1), met.whole("group", 1)
    if len(weight) != 4:
        raise Unknown(f"has a weight with {len(weight)} axes, and pictures need four")
    first, second, height, width = weight
    return first, second, (height, width), groups, bool(met.input(2))


def conv(met: Met) -> Made:
    """`Conv`; sides that are padded by themselves become a layer before it."""
    filters, reads, kernel, groups, bias = _channels(met)
    top, left, bottom, right = _borders(met, kernel)
    even = (top, left) == (bottom, right)
    made = KINDS["Conv2d"](
        in_channels=reads * groups, out_channels=filters, kernel_size=kernel, stride=met.pair("strides"),
        padding=(top, left) if even else 0, dilation=met.pair("dilations"), groups=groups, bias=bias,
    )  # fmt: skip
    return (made,) if even else (ZeroPad2d((left, right, top, bottom)), made)


def conv_transpose(met: Met) -> Made:
    """`ConvTranspose`."""
    first, second, kernel, groups, bias = _channels(met)
    if "output_shape" in met.node.attributes or met.attribute("auto_pad", "NOTSET") not in ("NOTSET", "VALID"):
        raise Unknown("says its output's shape instead of its padding")
    return (
        KINDS["ConvTranspose2d"](
            in_channels=first, out_channels=second * groups, kernel_size=kernel, stride=met.pair("strides"),
            padding=_even(met, kernel), output_padding=met.pair("output_padding", 0), dilation=met.pair("dilations"),
            groups=groups, bias=bias,
        ),
    )  # fmt: skip


def _pool(met: Met, name: str, **more: Any) -> Made:
    kernel = met.pair("kernel_shape")
    if len([output for output in met.node.outputs if output]) > 1:
        raise Unknown("returns where its maxima lie")
    return (
        KINDS[name](
            kernel_size=kernel, stride=met.pair("strides"), padding=_even(met, kernel),
            ceil_mode=bool(met.whole("ceil_mode", 0)), **more,
        ),
    )  # fmt: skip


def max_pool(met: Met) -> Made:
    """`MaxPool`."""
    return _pool(met, "MaxPool2d", dilation=met.pair("dilations"))


def average_pool(met: Met) -> Made:
    """`AveragePool`; ONNX leaves the padding out of the mean unless it says so."""
    if met.pair("dilations") != (1, 1):
        raise Unknown(f"has dilations {met.pair('dilations')}")
    return _pool(met, "AvgPool2d", count_include_pad=bool(met.whole("count_include_pad", 0)))


def reduce_mean(met: Met) -> Made:
    """`ReduceMean` over height and width."""
    axes = met.values(1, "axes")
    if met.rank != 4 or axes is None or sorted(int(axis) % 4 for axis in axes) != [2, 3]:
        raise Unknown("takes the mean along other axes than height and width")
    whole = AdaptivePool("Avg", (1, 1))
    return (whole,) if met.whole("keepdims", 1) else (whole, Flatten())


def batch_norm(met: Met) -> Made:
    """`BatchNormalization` of a picture."""
    if met.rank != 4:
        raise Unknown("norms rows of numbers, not pictures")
    met.expect("training_mode", 0)
    return (BatchNorm2d(met.parameter(1)[0], eps=met.attribute("epsilon", 1e-5)),)


def activation(name: str, **arguments: str) -> Callable[[Met], Made]:
    """torch's class, with its arguments by the names of ONNX's attributes."""

    def made(met: Met) -> Made:
        given = {ours: met.attribute(theirs) for ours, theirs in arguments.items() if theirs in met.node.attributes}
        return (operation(name, (), given),)

    return made


def clip(met: Met) -> Made:
    """`Clip`: ReLU, ReLU6 or Hardtanh."""
    low, high = (met.values(place, name) for place, name in ((1, "min"), (2, "max")))
    if (met.input(1) and low is None) or (met.input(2) and high is None):
        raise Unknown("clips at numbers that are computed in the graph")
    least, most = (None if end is None else written(end[0]) for end in (low, high))
    if least == 0 and most is None:
        return (Pointwise("ReLU"),)
    if (least, most) == (0, 6):
        return (Pointwise("ReLU6"),)
    if least is None or most is None:
        raise Unknown("clips at one end only")
    return (Pointwise("Hardtanh", given=(("min_val", least), ("max_val", most))),)


def leaky_relu(met: Met) -> Made:
    """`LeakyRelu`."""
    return (Pointwise("LeakyReLU", given=(("negative_slope", met.attribute("alpha", 0.01)),)),)


def hard_sigmoid(met: Met) -> Made:
    """`HardSigmoid` as torch has it; ONNX's own default is another."""
    if not math.isclose(met.attribute("alpha", 0.2), 1 / 6, rel_tol=1e-5) or met.attribute("beta", 0.5) != 0.5:
        raise Unknown(f"has alpha {met.attribute('alpha', 0.2)}, and torch's is 1/6")
    return (Pointwise("Hardsigmoid"),)


def softmax(name: str) -> Callable[[Met], Made]:
    """Along the channels or features; before version 13 everything behind the axis counted as one."""

    def made(met: Met) -> Made:
        newer = met.graph.opset >= 13
        axis = met.whole("axis", -1 if newer else 1) % max(met.rank, 1)
        if axis != 1 or (met.rank == 4 and not newer):
            raise Unknown(f"looks along axis {axis}, and channels are axis 1")
        return (operation(name, (), {"dim": 1}),)

    return made


def flatten(met: Met) -> Made:
    """`Flatten`."""
    if met.whole("axis", 1) % max(met.rank, 1) != 1:
        raise Unknown(f"flattens from axis {met.attribute('axis')}, and a sample begins at 1")
    return (Flatten(),) if met.rank == 4 else ()


def reshape(met: Met) -> Made:
    """`Reshape` to one row a sample."""
    target = met.values(1)
    if target is None or len(target) != 2:
        raise Unknown("changes the shape in another way than a flattening")
    first, last = target
    size = None if met.shape is None else math.prod(met.shape[1:])
    samples = {BATCH, 0, met.shape[0] if met.shape else 1, *(shape[0] for shape in met.graph.inputs.values() if shape)}
    if not ((first in samples and last in (-1, size)) or (first == -1 and last == size and size)):
        raise Unknown(f"makes rows of {last} numbers, which is no flattening")
    return (Flatten(),) if met.rank == 4 else ()


def squeeze(met: Met) -> Made:
    """`Squeeze` of a height and width of 1."""
    axes = met.values(1, "axes")
    if met.rank != 4 or axes is None or sorted(int(axis) % 4 for axis in axes) != [2, 3] or not met.shape:
        raise Unknown("takes other axes away than a height and a width of 1")
    return (Flatten(),)


def gemm(met: Met) -> Made:
    """`Gemm` with a weight of the file."""
    met.expect("transA", 0)
    met.expect("alpha", 1.0)
    met.expect("beta", 1.0)
    shape = met.parameter(1)
    out, into = shape if met.whole("transB", 0) else shape[::-1]
    return (Linear(into, out, bool(met.input(2))),)


def matmul(met: Met) -> Made:
    """`MatMul` of rows and a weight of the file."""
    shape = met.parameter(1)
    if met.rank != 2 or len(shape) != 2:
        raise Unknown("multiplies other things than rows with a weight")
    return (Linear(*shape, bias=False),)


def concat(met: Met) -> Made:
    """`Concat` along the channels."""
    if met.whole("axis", 1) % max(met.rank, 1) != 1:
        raise Unknown(f"joins along axis {met.attribute('axis')}, and channels are axis 1")
    return (Concat(),) if len(met.node.inputs) > 1 else ()


def add(met: Met) -> Made:
    """`Add` and `Sum`."""
    return (Add(),) if len(met.node.inputs) > 1 else ()


def pad(met: Met) -> Made:
    """`Pad` with zeros around a picture."""
    pads, value = met.values(1, "pads"), met.values(2, "value") or (0,)
    met.expect("mode", "constant")
    if pads is None or len(pads) != 8 or any((*pads[:2], *pads[4:6])) or min(pads) < 0 or value[0] or met.input(3):
        raise Unknown("pads other sides than those of a picture, or with other numbers than zeros")
    top, left, bottom, right = (int(pads[i]) for i in (2, 3, 6, 7))
    return (ZeroPad2d((left, right, top, bottom)),) if top + left + bottom + right else ()


def resize(met: Met) -> Made:
    """`Resize` and `Upsample`, where torch's nn.Upsample computes the same."""
    two = len(met.node.inputs) == 2  # version 10, and Upsample: (input, scales)
    scales = met.values(1 if two else 2, "scales")
    sizes = None if two else met.values(3)
    if sizes:
        if len(sizes) != 4 or not all(isinstance(size, int | float) for size in sizes[2:]):
            raise Unknown("makes a size that is computed in the graph")
        named: dict[str, Any] = {"size": tuple(int(size) for size in sizes[2:])}
    elif scales and len(scales) == 4 and tuple(scales[:2]) == (1, 1):
        named = {"scale_factor": tuple(written(scale) for scale in scales[2:])}
    else:
        raise Unknown("makes a size that is computed in the graph")
    for name, usual in (("antialias", 0), ("keep_aspect_ratio_policy", "stretch")):
        met.expect(name, usual)
    mode = met.attribute("mode", "nearest")
    place = met.attribute("coordinate_transformation_mode", "asymmetric" if two else "half_pixel")
    if mode == "linear" and place in ("half_pixel", "pytorch_half_pixel", "align_corners") and not two:
        return (Upsample(**named, mode="bilinear", align_corners=place == "align_corners"),)
    if mode == "nearest" and _is_nearest(met, place, two, named):
        return (Upsample(**named),)
    raise Unknown(f"takes its numbers as {mode}, {place}, which nn.Upsample does not")


def _is_nearest(met: Met, place: str, two: bool, named: Mapping[str, Any]) -> bool:
    """Whether output o reads cell ⌊o / scale⌋, as torch's does."""
    rounds = met.attribute("nearest_mode", "floor" if two else "round_prefer_floor")
    if place == "asymmetric":
        return bool(rounds == "floor")
    whole = all(scale == int(scale) for scale in named.get("scale_factor", (0.5,)))
    return whole and place in ("half_pixel", "pytorch_half_pixel") and rounds.startswith("round_prefer")


def passed(met: Met) -> Made:
    """A node that changes nothing when a model runs."""
    return ()


def cast(met: Met) -> Made:
    """`Cast` to a floating-point type."""
    if met.attribute("to") not in (1, 10, 11, 16):
        raise Unknown("makes whole numbers")
    return ()


MAKERS: dict[str, Callable[[Met], Made]] = {
    "Conv": conv, "ConvTranspose": conv_transpose, "MaxPool": max_pool, "AveragePool": average_pool,
    "GlobalAveragePool": lambda met: (AdaptivePool("Avg", (1, 1)),),
    "GlobalMaxPool": lambda met: (AdaptivePool("Max", (1, 1)),),
    "ReduceMean": reduce_mean, "BatchNormalization": batch_norm,
    "Relu": activation("ReLU"), "LeakyRelu": leaky_relu, "Elu": activation("ELU", alpha="alpha"),
    "Celu": activation("CELU", alpha="alpha"), "Gelu": activation("GELU", approximate="approximate"),
    "Sigmoid": activation("Sigmoid"), "Tanh": activation("Tanh"), "Softplus": activation("Softplus"),
    "Softsign": activation("Softsign"), "HardSwish": activation("Hardswish"), "Mish": activation("Mish"),
    "HardSigmoid": hard_sigmoid, "Clip": clip, "Softmax": softmax("Softmax"), "LogSoftmax": softmax("LogSoftmax"),
    "Flatten": flatten, "Reshape": reshape, "Squeeze": squeeze, "Gemm": gemm, "MatMul": matmul,
    "Add": add, "Sum": add, "Concat": concat, "Pad": pad, "Resize": resize, "Upsample": resize,
    "Identity": passed, "Dropout": passed, "Cast": cast,
}  # fmt: skip
"""What is known here, by ONNX's name."""
