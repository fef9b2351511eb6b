"""One node of an ONNX graph -> the operations of a network that compute the same.

What a node says besides its numbers must be what torch's class does; a node that differs raises `Unknown`, with words
that say in what. Source: https://onnx.ai/onnx/operators/
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from conv_viz.layers.kinds import KINDS
from conv_viz.layers.same import tensorflow_same
from conv_viz.models.onnx_met import Made, Met, Unknown, written
from conv_viz.models.onnx_shapes import expand, flatten, pad, reduce_mean, reshape, resize, squeeze
from conv_viz.networks.calls import operation
from conv_viz.networks.joints import Add, Concat, Multiply
from conv_viz.networks.norms import GroupNorm, InstanceNorm2d, LayerNorm, PReLU
from conv_viz.networks.operations import BatchNorm2d, Linear, Pointwise
from conv_viz.networks.resizing import AdaptivePool, ZeroPad2d


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


def multiply(met: Met) -> Made:
    """`Mul` of layers."""
    return (Multiply(),)


def prelu(met: Met) -> Made:
    """`PRelu` with slopes of the file: one, or one for each channel."""
    shape = met.parameter(1)
    channels = math.prod(shape)
    places = (channels, 1, 1) if met.rank == 4 else (channels,)
    if channels > 1 and tuple(shape[-len(places) :]) != places:
        raise Unknown(f"has slopes of shape {shape}, and torch's are one for each channel")
    return (PReLU(channels),)


def instance_norm(met: Met) -> Made:
    """`InstanceNormalization` of a picture."""
    if met.rank != 4:
        raise Unknown("norms other things than pictures")
    channels, eps = met.parameter(1)[0], met.attribute("epsilon", 1e-5)
    return (InstanceNorm2d(channels, eps, affine=not (met.uniform(1) == 1 and met.uniform(2) == 0)),)


def group_norm(met: Met) -> Made:
    """`GroupNormalization` with a weight and a bias for each channel, as from version 21 on."""
    (channels,) = met.parameter(1)
    groups = met.whole("num_groups", 1)
    if met.rank != 4 or met.graph.opset < 21:
        raise Unknown("norms pictures in another way than torch")
    return (GroupNorm(groups, channels, met.attribute("epsilon", 1e-5)),)


def layer_norm(met: Met) -> Made:
    """`LayerNormalization` along the last axes."""
    shape = met.parameter(1)
    axis = met.whole("axis", -1) % max(met.rank, 1)
    if met.rank - axis != len(shape) or not axis:
        raise Unknown("norms along other axes than its weight has")
    return (LayerNorm(shape, met.attribute("epsilon", 1e-5), bias=bool(met.input(2))),)


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
    "Flatten": flatten, "Reshape": reshape, "Expand": expand, "Squeeze": squeeze, "Gemm": gemm, "MatMul": matmul,
    "PRelu": prelu, "InstanceNormalization": instance_norm, "GroupNormalization": group_norm,
    "LayerNormalization": layer_norm, "Add": add, "Sum": add, "Mul": multiply, "Concat": concat, "Pad": pad,
    "Resize": resize, "Upsample": resize, "Identity": passed, "Dropout": passed, "Cast": cast,
}  # fmt: skip
"""What is known here, by ONNX's name."""
