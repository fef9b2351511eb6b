"""Classifiers as graphs, under the names of torchvision's modules where it has them; see `presets`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.pool import AvgPoolSpec, MaxPoolSpec
from conv_viz.networks.build import Builder
from conv_viz.networks.graph import Network
from conv_viz.networks.operations import BatchNorm2d, Flatten, Linear, Pointwise
from conv_viz.networks.resizing import AdaptivePool


def vgg16() -> Network:
    """Configuration D: 13 convolutions, 3 linear layers."""
    parts: list[Any] = []
    into = 3
    for width, count in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(count):
            parts += [ConvSpec(into, width, 3, padding=1), Pointwise("ReLU")]
            into = width
        parts.append(MaxPoolSpec(2))
    head = [
        *(Linear(512 * 7 * 7, 4096), Pointwise("ReLU"), Pointwise("Dropout")),
        *(Linear(4096, 4096), Pointwise("ReLU"), Pointwise("Dropout"), Linear(4096, 1000)),
    ]
    return Network.chain(
        [
            *((f"features.{i}", part) for i, part in enumerate(parts)),
            ("avgpool", AdaptivePool("Avg", (7, 7))),
            ("flatten", Flatten()),
            *((f"classifier.{i}", part) for i, part in enumerate(head)),
        ]
    )


def lenet5() -> Network:
    """Seven layers, of 1998."""
    return Network.chain(
        [
            *(("C1", ConvSpec(1, 6, 5)), ("act1", Pointwise("Tanh")), ("S2", AvgPoolSpec(2))),
            *(("C3", ConvSpec(6, 16, 5)), ("act3", Pointwise("Tanh")), ("S4", AvgPoolSpec(2))),
            *(("flatten", Flatten()), ("C5", Linear(400, 120)), ("act5", Pointwise("Tanh"))),
            *(("F6", Linear(120, 84)), ("act6", Pointwise("Tanh")), ("output", Linear(84, 10))),
        ]
    )


def alexnet() -> Network:
    """torchvision's."""
    relu, pool = Pointwise("ReLU"), MaxPoolSpec(3, stride=2)
    features = [
        *(ConvSpec(3, 64, 11, stride=4, padding=2), relu, pool, ConvSpec(64, 192, 5, padding=2), relu, pool),
        *(ConvSpec(192, 384, 3, padding=1), relu, ConvSpec(384, 256, 3, padding=1), relu),
        *(ConvSpec(256, 256, 3, padding=1), relu, pool),
    ]
    head = [
        *(Pointwise("Dropout"), Linear(256 * 6 * 6, 4096), relu),
        *(Pointwise("Dropout"), Linear(4096, 4096), relu, Linear(4096, 1000)),
    ]
    return Network.chain(
        [
            *((f"features.{i}", part) for i, part in enumerate(features)),
            ("avgpool", AdaptivePool("Avg", (6, 6))),
            ("flatten", Flatten()),
            *((f"classifier.{i}", part) for i, part in enumerate(head)),
        ]
    )


def resnet18() -> Network:
    """Basic blocks, 2 in each stage."""
    return _resnet((2, 2, 2, 2), _basic, 1)


def resnet34() -> Network:
    """Basic blocks, 3, 4, 6 and 3."""
    return _resnet((3, 4, 6, 3), _basic, 1)


def resnet50() -> Network:
    """Bottlenecks, 3, 4, 6 and 3, with the stride in the 3x3."""
    return _resnet((3, 4, 6, 3), lambda *block: _bottleneck(*block, strides=(1, 2)), 4)


def resnet50_paper() -> Network:
    """Bottlenecks with the stride in the first 1x1."""
    return _resnet((3, 4, 6, 3), lambda *block: _bottleneck(*block, strides=(2, 1)), 4)


def _resnet(counts: Sequence[int], block: Any, expansion: int) -> Network:
    net = Builder()
    net.put("conv1", ConvSpec(3, 64, 7, stride=2, padding=3, bias=False))
    net.put("bn1", BatchNorm2d(64))
    net.relu("relu")
    net.put("maxpool", MaxPoolSpec(3, stride=2, padding=1))
    into = 64
    for stage, (count, width) in enumerate(zip(counts, (64, 128, 256, 512), strict=True), start=1):
        for i in range(count):
            block(net, f"layer{stage}.{i}", into, width, 2 if stage > 1 and i == 0 else 1)
            into = width * expansion
    net.put("avgpool", AdaptivePool("Avg", (1, 1)))
    net.put("flatten", Flatten())
    net.put("fc", Linear(into, 1000))
    return net.network()


def _basic(net: Builder, path: str, into: int, width: int, stride: int) -> None:
    start = net.last
    _conv_bn(net, path, 1, into, width, 3, stride)
    net.relu(f"{path}.relu1")
    _conv_bn(net, path, 2, width, width, 3)
    _shortcut(net, path, start, into, width, stride)


def _bottleneck(net: Builder, path: str, into: int, width: int, stride: int, *, strides: tuple[int, int]) -> None:
    start = net.last
    first, second = (stride if part == 2 else 1 for part in strides)
    _conv_bn(net, path, 1, into, width, 1, first)
    net.relu(f"{path}.relu1")
    _conv_bn(net, path, 2, width, width, 3, second)
    net.relu(f"{path}.relu2")
    _conv_bn(net, path, 3, width, 4 * width, 1)
    _shortcut(net, path, start, into, 4 * width, stride)


def _conv_bn(net: Builder, path: str, number: int, into: int, out: int, kernel: int, stride: int = 1) -> None:
    net.put(f"{path}.conv{number}", ConvSpec(into, out, kernel, stride=stride, padding=kernel // 2, bias=False))
    net.put(f"{path}.bn{number}", BatchNorm2d(out))


def _shortcut(net: Builder, path: str, start: str, into: int, out: int, stride: int) -> None:
    end, shortcut = net.last, start
    if stride != 1 or into != out:
        net.put(f"{path}.downsample.0", ConvSpec(into, out, 1, stride=stride, bias=False), start)
        shortcut = net.put(f"{path}.downsample.1", BatchNorm2d(out))
    net.add(f"{path}.add", end, shortcut)
    net.relu(f"{path}.relu")


def mobilenet1() -> Network:
    """Depthwise and pointwise convolutions, 13 times."""
    net = Builder()
    net.conv_norm("conv0", 3, 32, 3, 2, 1)
    into = 32
    widths = (64, 128, 128, 256, 256, 512, 512, 512, 512, 512, 512, 1024, 1024)
    for i, out in enumerate(widths, start=1):
        stride = 2 if i in (2, 4, 6, 12) else 1
        net.conv_norm(f"conv{i}.depthwise", into, into, 3, stride, 1, groups=into)
        net.conv_norm(f"conv{i}.pointwise", into, out, 1)
        into = out
    net.put("avgpool", AdaptivePool("Avg", (1, 1)))
    net.put("flatten", Flatten())
    net.put("fc", Linear(1024, 1000))
    return net.network()


def mobilenet2() -> Network:
    """Inverted residuals: expanded, depthwise, projected; added where the shape stays."""
    net = Builder()
    net.conv_norm("features.0", 3, 32, 3, 2, 1, act="ReLU6")
    into, number = 32, 1
    table = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))
    for expand, out, count, first in table:
        for i in range(count):
            _inverted(net, f"features.{number}", into, out, first if i == 0 else 1, expand)
            into, number = out, number + 1
    net.conv_norm(f"features.{number}", into, 1280, 1, act="ReLU6")
    net.put("avgpool", AdaptivePool("Avg", (1, 1)))
    net.put("flatten", Flatten())
    net.put("classifier.0", Pointwise("Dropout"))
    net.put("classifier.1", Linear(1280, 1000))
    return net.network()


def _inverted(net: Builder, path: str, into: int, out: int, stride: int, expand: int) -> None:
    start, width = net.last, into * expand
    if expand != 1:
        net.conv_norm(f"{path}.expand", into, width, 1, act="ReLU6")
    net.conv_norm(f"{path}.depthwise", width, width, 3, stride, 1, groups=width, act="ReLU6")
    net.conv_norm(f"{path}.project", width, out, 1, act="")
    if stride == 1 and into == out:
        net.add(f"{path}.add", net.last, start)
