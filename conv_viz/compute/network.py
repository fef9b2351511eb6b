"""torch runs a network: its maps on a picture, and the gradient of one unit."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils import skip_init

from conv_viz.layers.facts import MEAN
from conv_viz.layers.values import Pair, Shape
from conv_viz.networks.graph import INPUT, Network, Node
from conv_viz.networks.joints import Add, Concat, Joint, Multiply
from conv_viz.networks.norms import GroupNorm, InstanceNorm2d, LayerNorm, Over, PReLU
from conv_viz.networks.operations import ACROSS, BatchNorm2d, Flatten, Linear, Pointwise
from conv_viz.networks.reach import unit_of
from conv_viz.networks.resizing import AdaptivePool, Unflatten, Upsample, ZeroPad2d
from conv_viz.networks.same import Same
from conv_viz.networks.walk import Walk

THIN = 8
"""Channels of every layer of the copy whose gradient is taken: a wide network's would take seconds."""


def module_of(operation: Any, device: str = "cpu") -> nn.Module:
    """torch's own module for an operation that reads one input; its weights are not filled.

    >>> module_of(Linear(4, 2))
    Linear(in_features=4, out_features=2, bias=True)
    """
    match operation:
        case Same(layer=layer):
            return module_of(layer.replace(padding=0), device)
        case Pointwise(name=name, given=given):
            return _bare(name, dict(given))
        case BatchNorm2d() | GroupNorm() | InstanceNorm2d() | LayerNorm() | PReLU():
            norm: nn.Module = getattr(nn, operation.kind[3:])(**operation.arguments(), device=device)
            return norm.eval()
        case AdaptivePool():
            return getattr(nn, operation.kind[3:])(operation.output_size)
        case Flatten():
            return nn.Flatten()
        case Unflatten():
            return nn.Unflatten(**operation.arguments())
        case Linear():
            arguments = {"bias": operation.bias, "device": device}
            return _unfilled(nn.Linear, operation.in_features, operation.out_features, **arguments)
        case Upsample():
            scale = operation.scale_factor and tuple(map(float, operation.scale_factor))
            return nn.Upsample(operation.size, scale, operation.mode, operation.align_corners)
        case ZeroPad2d():
            return nn.ZeroPad2d(operation.padding)
    made = getattr(nn, operation.kind[3:])
    arguments = operation.arguments()
    module: nn.Module = _unfilled(made, **arguments, device=device) if operation.weight_shape else made(**arguments)
    return module


def _unfilled(*arguments: Any, **named: Any) -> nn.Module:
    make: Callable[..., nn.Module] = skip_init  # which has no types of its own
    return make(*arguments, **named)


def _bare(name: str, given: dict[str, Any]) -> nn.Module:
    module: nn.Module = getattr(nn, name)(**({"dim": 1} if name in ACROSS else given))
    return module.eval()  # a dropout lets everything through


class TorchNetwork(nn.Module):
    """A network as one module of torch's own modules, with torch's usual weights drawn from a seed.

    >>> from conv_viz.networks.presets import PRESETS
    >>> lenet = TorchNetwork(PRESETS["lenet5"].network)
    >>> {name: tuple(maps.shape) for name, maps in lenet.steps(torch.zeros(1, 1, 32, 32))}["S4"]
    (1, 16, 5, 5)
    """

    def __init__(self, network: Network, seed: int = 0, device: str = "cpu") -> None:
        super().__init__()
        self.network = network
        self.parts = nn.ModuleList(
            nn.Identity() if isinstance(node.operation, Joint) else module_of(node.operation, device)
            for node in network.nodes
        )
        if device != "meta":
            draw(self, seed)

    def steps(self, x: Tensor, keep: bool = False) -> Iterator[tuple[str, Tensor]]:
        """Each layer's output by its name, as it is computed; what no later layer reads is let go, unless kept."""
        last = {name: i for i, node in enumerate(self.network.nodes) for name in node.reads}
        known = {INPUT: x}
        for i, (node, part) in enumerate(zip(self.network.nodes, self.parts, strict=True)):
            inputs = [known[name] for name in node.reads]
            known[node.name] = _run(node.operation, part, inputs)
            yield node.name, known[node.name]
            if not keep:
                for name in {name for name in node.reads if last[name] == i}:
                    del known[name]

    def forward(self, x: Tensor) -> Tensor:
        """The output of the last layer."""
        out = x
        for _, maps in self.steps(x):
            out = maps
        return out


def _run(operation: Any, part: nn.Module, inputs: list[Tensor]) -> Tensor:
    match operation:
        case Add():
            return sum(inputs[1:], inputs[0])
        case Multiply():
            return math.prod(inputs[1:], start=inputs[0])
        case Concat():
            return torch.cat(inputs, 1)
        case Same():
            return _same(operation, part, inputs[0])
    out: Tensor = part(inputs[0])
    return out


def _same(operation: Same, part: nn.Module, x: Tensor) -> Tensor:
    """TensorFlow's padding by hand; a mean does not count it, and a maximum never takes it."""
    height, width = operation.axes(tuple(x.shape))
    sides = (width.before, width.after, height.before, height.after)
    reduce = operation.layer.reduce
    out: Tensor = part(functional.pad(x, sides, value=reduce.empty))
    if reduce is MEAN:
        ones = functional.pad(torch.ones_like(x[:1, :1]), sides)
        out = out / part(ones)
    return out


def run_maps(
    network: Network, picture: np.ndarray, seed: int = 0, state: Mapping[str, Mapping[str, np.ndarray]] | None = None
) -> Iterator[tuple[str, np.ndarray]]:
    """Each layer's name and its output on a picture, float32 (C, H, W), as it is computed.

    `state` has the tensors of its layers, by torch's names; those of layers that it leaves out are drawn.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> made = run_maps(Network.chain([ConvSpec(1, 2, 3)]), np.zeros((1, 5, 5), np.float32))
    >>> [(name, out.shape) for name, out in made]
    [('0', (2, 3, 3))]
    """
    with torch.inference_mode():
        net = TorchNetwork(network, seed)
        for node, part in zip(network.nodes, net.parts, strict=True):
            for name, numbers in (state or {}).get(node.name, {}).items():
                getattr(part, name).copy_(torch.from_numpy(numbers))
        for name, out in net.steps(torch.from_numpy(picture)[None]):
            yield name, out[0].numpy()


def draw(module: nn.Module, seed: int) -> None:
    """Fill all weights as torch does by default, from a generator of their own: others draw at the same time."""
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for part in module.modules():
            weight = getattr(part, "weight", None)
            if not isinstance(part, nn.Conv2d | nn.ConvTranspose2d | nn.Linear) or weight is None:
                continue
            nn.init.kaiming_uniform_(weight, a=5**0.5, generator=generator)
            if part.bias is not None:
                bound = weight[0].numel() ** -0.5
                part.bias.uniform_(-bound, bound, generator=generator)


def thin(network: Network, channels: int, most: int = THIN) -> Network:
    """The same graph with at most so many channels in every layer: it sees what the wide one sees.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> thin(Network.chain([ConvSpec(3, 64, 3), ConvSpec(64, 64, 3, groups=64)]), 3).nodes[1].operation
    ConvSpec(8, 8, kernel_size=3, groups=8)
    """
    width: dict[str, int] = {INPUT: channels}
    nodes = []
    for node in network.nodes:
        into = [width[name] for name in node.reads]
        operation, width[node.name] = _thinner(node.operation, into, most)
        nodes.append(Node(node.name, operation, node.reads))
    return Network(tuple(nodes))


def _thinner(operation: Any, into: list[int], most: int) -> tuple[Any, int]:
    if isinstance(operation, Same):
        inner, out = _thinner(operation.layer, into, most)
        return Same(inner), out
    if isinstance(operation, Concat):
        return operation, sum(into)
    if isinstance(operation, BatchNorm2d):
        return BatchNorm2d(into[0], operation.eps, operation.affine), into[0]
    if isinstance(operation, Over):  # what it takes of the whole picture is not counted
        return Pointwise("Identity"), into[0]
    if isinstance(operation, PReLU):
        return PReLU(), into[0]
    if not getattr(operation, "weight_shape", None):
        return operation, max(into)
    if operation.groups == operation.in_channels:
        groups, out = into[0], into[0] * (operation.out_channels // operation.in_channels)
    else:
        groups, out = 1, min(operation.out_channels, most)
    return operation.replace(in_channels=into[0], out_channels=out, groups=groups), out


def effective_field(walk: Walk, name: str, unit: Pair, seed: int = 0) -> np.ndarray:
    """How strongly each input pixel moves one unit: torch's gradient, absolute, summed over channels, float32 (H, W).

    Of a thin copy of the network with torch's usual random weights, on random noise. Source: Luo et al.,
    "Understanding the effective receptive field in deep convolutional neural networks", arXiv:1701.04128
    """
    shape: Shape = walk.by_name[name].output_shape
    if len(shape) != 4:
        raise ValueError(f"{name} has no units with a place.")
    channels = min(walk.input_shape[1], THIN)
    network = thin(walk.network.until(name), channels)
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(1, channels, *walk.input_shape[2:], generator=generator).requires_grad_()
    with torch.enable_grad():
        out = TorchNetwork(network, seed)(x)
        row, column = unit_of(shape, unit)
        signs = torch.randn(out.shape[1], generator=generator)
        (out[0, :, row, column] * signs).sum().backward()
    assert x.grad is not None
    strength: np.ndarray = x.grad[0].abs().sum(0).numpy()
    return strength
