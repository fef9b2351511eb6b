"""A module of torch as a network: its graph by ``torch.fx``, which follows forward() without running it on numbers."""

from __future__ import annotations

import operator
from typing import Any

import torch
from torch import fx, nn
from torch.nn import functional

from conv_viz.layers.values import ConvSpecError
from conv_viz.networks.calls import LAYERS, operation
from conv_viz.networks.graph import INPUT, Network, NetworkError, Node
from conv_viz.networks.joints import Add, Concat, Multiply
from conv_viz.networks.operations import ACROSS, POINTWISE, SHAPED, Flatten

ADDS = (operator.add, operator.iadd, torch.add)
MULTIPLIES = (operator.mul, operator.imul, torch.mul)
JOINED = (torch.cat, torch.concat)
FUNCTIONS = {  # functions that need no numbers of a module, by the class that does the same
    functional.relu: "ReLU", torch.relu: "ReLU", functional.relu6: "ReLU6", functional.gelu: "GELU",
    functional.silu: "SiLU", torch.sigmoid: "Sigmoid", torch.tanh: "Tanh", functional.dropout: "Dropout",
    functional.leaky_relu: "LeakyReLU", functional.elu: "ELU", functional.hardswish: "Hardswish",
    functional.softmax: "Softmax", functional.log_softmax: "LogSoftmax",
}  # fmt: skip
POOLS = {
    functional.adaptive_avg_pool2d: "AdaptiveAvgPool2d",
    functional.adaptive_max_pool2d: "AdaptiveMaxPool2d",
    functional.avg_pool2d: "AvgPool2d",
    functional.interpolate: "Upsample",
}
METHODS = {"relu": "ReLU", "relu_": "ReLU", "sigmoid": "Sigmoid", "tanh": "Tanh", "contiguous": "Identity"}
NORMS = {
    "GroupNorm": ("num_groups", "num_channels", "eps", "affine"),
    "InstanceNorm2d": ("num_features", "eps", "affine", "track_running_stats"),
    "LayerNorm": ("normalized_shape", "eps", "elementwise_affine"), "PReLU": ("num_parameters",),
}  # fmt: skip
POOL_ARGUMENTS = ("kernel_size", "stride", "padding", "dilation", "ceil_mode")
"""The arguments of ``F.max_pool2d`` in its own order, which is not that of the class."""


def network_of(module: Any) -> Network:
    """The graph of a module, with the names of its parts; raises `NetworkError` for what is not known here.

    >>> class Block(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.conv = nn.Conv2d(8, 8, 3, padding=1)
    ...     def forward(self, x):
    ...         return torch.relu(self.conv(x) + x)
    >>> [(node.name, node.reads) for node in network_of(Block()).nodes]
    [('conv', ('input',)), ('add', ('conv', 'input')), ('relu', ('add',))]
    """
    if not isinstance(module, nn.Module):
        raise NetworkError(f"A network is a module of torch, a text or a preset, not {type(module).__name__}.")
    try:
        graph = fx.symbolic_trace(module).graph
    except Exception as error:  # whatever somebody's forward() raises on a tensor that has no numbers
        words = " ".join(str(error).split())[:160]
        raise NetworkError(f"torch.fx cannot follow forward() of {type(module).__name__}: {words}") from None
    return _Reader(module).read(graph)


class _Reader:
    def __init__(self, module: nn.Module) -> None:
        self.module = module
        self.names: dict[fx.Node, str] = {}
        self.nodes: list[Node] = []

    def read(self, graph: fx.Graph) -> Network:
        inputs = [node for node in graph.nodes if node.op == "placeholder"]
        if len(inputs) != 1:
            raise NetworkError(f"A network here has one input; forward() takes {len(inputs)}.")
        for node in graph.nodes:
            match node.op:
                case "placeholder":
                    self.names[node] = INPUT
                case "call_module":
                    self.put(node, str(node.target), _of_module(self.module.get_submodule(str(node.target))))
                case "call_function" | "call_method":
                    self.call(node)
                case "get_attr":
                    raise NetworkError(f"{node.target} is a tensor of forward()'s own, which is not known here.")
        return Network.of(self.nodes)

    def put(self, node: fx.Node, name: str, made: Any) -> None:
        """One node more, or none for a module that does nothing."""
        reads = tuple(self.names[part] for part in _inputs(node) if part in self.names)
        taken = {known.name for known in self.nodes}
        names = (name, *(f"{name}_{i}" for i in range(1, len(taken) + 2)))
        unique = next(free for free in names if free not in taken)
        self.nodes.append(Node(unique, made, reads))
        self.names[node] = unique

    def call(self, node: fx.Node) -> None:
        """A function or a method of a tensor."""
        target: Any = node.target
        if target in ADDS and all(isinstance(part, fx.Node) for part in node.args[:2]):
            self.put(node, node.name, Add())
        elif target in MULTIPLIES and all(isinstance(part, fx.Node) for part in node.args[:2]):
            self.put(node, node.name, Multiply())
        elif target in JOINED:
            dim = node.kwargs.get("dim", node.args[1] if len(node.args) > 1 else 0)
            if dim not in (1, -3):
                raise NetworkError(f"{node.name} concatenates along dimension {dim}; only channels, 1, are known here.")
            self.put(node, node.name, Concat())
        elif target is torch.flatten or target == "flatten":
            dims: Any = (node.args[1:], node.kwargs)
            self.put(node, node.name, Flatten(*dims[0], **dims[1]))
        elif target in ("view", "reshape"):
            if node.args[-1] != -1:
                raise NetworkError(f"{node.name} changes the shape in a way that is not known here; use torch.flatten.")
            self.put(node, node.name, Flatten())
        elif target in FUNCTIONS or target in METHODS:
            name = FUNCTIONS.get(target) or METHODS[target]
            named = {"dim": 1} if name in ACROSS else dict(node.kwargs)
            self.put(node, node.name, self.made(node, name, () if name in ACROSS else node.args[1:], named))
        elif target is functional.max_pool2d or getattr(target, "__name__", "") == "boolean_dispatch":
            given = dict(zip(POOL_ARGUMENTS, node.args[1:], strict=False)) | dict(node.kwargs)
            self.put(node, node.name, self.made(node, "MaxPool2d", (), given))
        elif target in POOLS:
            self.put(node, node.name, self.made(node, POOLS[target], node.args[1:], dict(node.kwargs)))
        elif target in (getattr, "size"):
            self.names[node] = ""  # a size, which only a view uses
        else:
            word = getattr(target, "__name__", str(target))
            raise NetworkError(f"{word}() in forward() is not known in a network here.")

    def made(self, node: fx.Node, name: str, positional: Any, named: dict[str, Any]) -> Any:
        skipped = ("return_indices", "recompute_scale_factor", "antialias", "input")
        try:
            return operation(name, positional, {k: v for k, v in named.items() if k not in skipped})
        except ConvSpecError as error:
            raise NetworkError(f"{node.name}: {error}") from None


def _inputs(node: fx.Node) -> list[fx.Node]:
    first = node.args[0] if node.args else node.kwargs.get("input")
    if isinstance(first, list | tuple):
        return [part for part in first if isinstance(part, fx.Node)]
    if node.target in (*ADDS, *MULTIPLIES):
        return [part for part in node.args[:2] if isinstance(part, fx.Node)]
    return [first] if isinstance(first, fx.Node) else []


def _of_module(module: nn.Module) -> Any:
    """The operation of a leaf module."""
    name = type(module).__name__
    if name in POINTWISE:
        return operation(name, (), {key: getattr(module, key) for key in SHAPED.get(name, ())})
    if name in ACROSS:
        return operation(name, (), {"dim": module.dim})
    if name == "BatchNorm2d":
        return operation(name, (module.num_features, module.eps), {"affine": module.affine})
    if name == "Linear":
        return operation(name, (module.in_features, module.out_features), {"bias": module.bias is not None})
    if name == "Unflatten":
        return operation(name, (module.dim, module.unflattened_size), {})
    if name in ("GroupNorm", "InstanceNorm2d", "LayerNorm", "PReLU"):
        given = {key: getattr(module, key) for key in NORMS[name]}
        if "bias" in module._parameters and module.weight is not None:
            given["bias"] = module.bias is not None
        return operation(name, (), given)
    if name == "Flatten":
        return operation(name, (module.start_dim, module.end_dim), {})
    if name.startswith("Adaptive") and name in LAYERS:
        return operation(name, (module.output_size,), {})
    if name.startswith("Upsampl"):
        named = {key: getattr(module, key) for key in ("size", "scale_factor", "mode", "align_corners")}
        return operation("Upsample", (), named)
    if name == "ZeroPad2d":
        sides: Any = module.padding
        return operation(name, (tuple(sides),), {})
    from conv_viz.compute.layer import spec_of

    try:
        return spec_of(module)
    except (ConvSpecError, ValueError, TypeError):
        raise NetworkError(f"nn.{name} is not known in a network here.") from None
