"""A model's file, opened: the list of its convolutions, and the numbers of one of them when they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from conv_viz.limits import MODEL_BYTES, MODEL_LAYERS
from conv_viz.models.convolutions import Convolution
from conv_viz.models.found import found
from conv_viz.models.graph import Graph
from conv_viz.weights.edits import Weights
from conv_viz.weights.files import one
from conv_viz.weights.header import Stored, WeightsFileError, numbers, read_header, short


@dataclass(frozen=True, eq=False)
class Model:
    """A file that was read: its `title`, the bytes of a ``.safetensors``, the convolutions in it, sentences about it.

    `tensors` counts all tensors of the file; `data` is kept as it came, and a tensor's numbers are copied when it is
    opened; `graph` is that of an ONNX file.
    """

    title: str
    data: bytes
    layers: tuple[Convolution, ...]
    tensors: int = 0
    notes: tuple[str, ...] = ()
    graph: Graph | None = None

    def layer(self, name: str) -> Convolution | None:
        """The convolution of this name, if there is one."""
        return next((layer for layer in self.layers if layer.name == name), None)

    def weights(self, layer: Convolution) -> Weights:
        """Copies of a convolution's weight and bias, float32, in torch's layout; see `lenses.model_weights`.

        Raises `WeightsFileError` for numbers that are none.
        """
        bias = None if layer.bias is None else self._numbers("bias", layer.bias)
        return Weights(self._numbers("weight", layer.weight), bias)

    def lengths(self, layer: Convolution) -> np.ndarray | None:
        """Of a weight-normalised layer a copy of the lengths of its filters; `weights` gives their directions then."""
        return None if layer.scale is None else self._numbers("length of the weight", layer.scale)

    def _numbers(self, name: str, tensor: Stored) -> np.ndarray:
        return one(name, numbers(name, tensor, self.data), tensor.shape)

    def told(self, texts: Mapping[str, Convolution]) -> Model:
        """The same file, with what is told of some layers, by name."""
        return replace(self, layers=tuple(texts.get(layer.name, layer) for layer in self.layers))


def of_safetensors(data: bytes, title: str = "") -> Model:
    """The list of a ``.safetensors``; only its header is read. Raises `WeightsFileError`.

    >>> from safetensors.numpy import save
    >>> model = of_safetensors(save({"conv1.weight": np.ones((8, 3, 5, 5), np.float32)}))
    >>> model.layers[0].name, model.layers[0].weight.shape, model.weights(model.layers[0]).weight.sum()
    ('conv1', (8, 3, 5, 5), np.float32(600.0))
    """
    if len(data) > MODEL_BYTES:
        raise WeightsFileError(
            f"The file has {len(data) / 1e6:.0f} MB and at most {MODEL_BYTES / 1e6:.0f} MB are read; "
            "save the layers that you want to see alone."
        )
    tensors = read_header(data)
    layers = found(tensors)
    if len(layers) > MODEL_LAYERS:
        raise WeightsFileError(
            f"The file holds {len(layers):,} convolutions and at most {MODEL_LAYERS:,} are listed; "
            "save fewer of its layers."
        )
    notes = [] if layers else [_nothing(tensors)]
    return Model(short(title), data, layers, len(tensors), tuple(notes))


def _nothing(tensors: Mapping[str, Stored]) -> str:
    if not tensors:
        return "The file holds no tensor."
    return (
        "The file holds no convolution: none of its tensors is called 'weight' and has three, four or five axes. "
        f"It holds {len(tensors):,}, '{short(next(iter(tensors)))}' first."
    )
