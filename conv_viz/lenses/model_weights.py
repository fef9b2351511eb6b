"""The numbers of a model's file as a layer, or a whole network, runs with them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from conv_viz.layers.values import Shape
from conv_viz.models.convolutions import Convolution
from conv_viz.models.found import NORM
from conv_viz.models.model import Model
from conv_viz.models.onnx_network import plain_name
from conv_viz.networks.graph import Network
from conv_viz.networks.norms import GroupNorm, InstanceNorm2d, LayerNorm, PReLU
from conv_viz.networks.operations import BatchNorm2d, Linear
from conv_viz.weights.edits import Weights
from conv_viz.weights.files import one
from conv_viz.weights.header import Stored, WeightsFileError, numbers, read_header

T = TypeVar("T")
State = Mapping[str, Mapping[str, np.ndarray]]
"""The tensors of each layer of a network, by torch's names."""


def weights_of(model: Model, layer: Convolution) -> Weights:
    """Weight and bias of a convolution of a file; torch computes the weight of a weight-normalised one.

    Raises `WeightsFileError` for numbers that are none.
    """
    held, lengths = model.weights(layer), model.lengths(layer)
    if lengths is None:
        return held
    from conv_viz.compute.weight_norm import normed

    return replace(held, weight=one("normed weight", normed(held.weight, lengths), layer.weight.shape))


@dataclass(frozen=True)
class Trained:
    """The file's numbers for a network; `state` is None where they do not fit, and `why_not` says at which layer."""

    state: State | None
    why_not: str = ""


def trained(network: Network, model: Model) -> Trained:
    """The numbers of every layer of a network, by the layers' names; all of them, or none."""
    held = _Held(model)
    try:
        state = {node.name: made for node in network.nodes if (made := held.layer(node.name, node.operation))}
    except WeightsFileError as error:
        return Trained(None, str(error))
    return Trained(state) if state else Trained(None, "This network has no layer with weights.")


def held_by(operation: Any) -> dict[str, Shape]:
    """The tensors of an operation that has no window, with their shapes, by torch's names.

    >>> held_by(Linear(4, 2)), held_by(LayerNorm((3, 8, 8), bias=False))
    ({'weight': (2, 4), 'bias': (2,)}, {'weight': (3, 8, 8)})
    """
    match operation:
        case Linear(in_features=into, out_features=out, bias=bias):
            return {"weight": (out, into)} | ({"bias": (out,)} if bias else {})
        case BatchNorm2d(num_features=size, affine=affine):
            return dict.fromkeys(NORM if affine else NORM[2:], (size,))
        case GroupNorm(num_channels=size, affine=True) | InstanceNorm2d(num_features=size, affine=True):
            return {"weight": (size,), "bias": (size,)}
        case LayerNorm(normalized_shape=sizes, elementwise_affine=True, bias=bias):
            return {"weight": sizes} | ({"bias": sizes} if bias else {})
        case PReLU(num_parameters=size):
            return {"weight": (size,)}
    return {}


class _Held:
    """The tensors of a file by names as a network has them."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.tensors = read_header(model.data)
        self.convolutions = _unique({layer.name: layer for layer in model.layers})
        self.paths = _unique({path: path for path in dict.fromkeys(name.rpartition(".")[0] for name in self.tensors)})

    def layer(self, name: str, operation: Any) -> dict[str, np.ndarray]:
        """The tensors of one layer, none of one that has no weights; raises `WeightsFileError` if they do not fit."""
        if not getattr(operation, "weight_shape", None):
            return {part: self.plain(name, part, shape) for part, shape in held_by(operation).items()}
        layer = self.convolutions.get(name)
        if layer is None or layer.problem:
            raise WeightsFileError(layer.problem if layer else f"The file has no layer {name}.")
        if layer.weight.shape != operation.weight_shape or (layer.bias is not None) != operation.bias:
            raise WeightsFileError(f"{name} has another shape, or another bias, in the file.")
        weights = weights_of(self.model, layer)
        return {"weight": weights.weight} | ({} if weights.bias is None else {"bias": weights.bias})

    def plain(self, name: str, part: str, shape: Shape) -> np.ndarray:
        """One tensor as it stands."""
        tensor: Stored | None = self.tensors.get(f"{self.paths.get(name)}.{part}")
        if tensor is None:
            raise WeightsFileError(f"The file has no {part} of {name}.")
        return one(part, numbers(part, tensor, self.model.data), shape)


def _unique(named: Mapping[str, T]) -> dict[str, T]:
    """By the names that a listing can hold; what two would be called is left out."""
    count = Counter(map(plain_name, named))
    return {plain: value for name, value in named.items() if count[plain := plain_name(name)] == 1}
