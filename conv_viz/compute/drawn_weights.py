"""torch's own weights of a layer: drawn once for all who ask for them."""

from __future__ import annotations

import math
from contextlib import nullcontext
from dataclasses import replace

from conv_viz.byte_cache import ARRAYS
from conv_viz.compute.layer import draw
from conv_viz.compute.turns import in_turn
from conv_viz.layers.cost import drawn_cost
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.values import Shape
from conv_viz.weights.edits import Weights


def drawn_weights(spec: WindowLayer, seed: int) -> Weights:
    """torch's own weights of a layer, which must not be written to: drawn once, however often they are asked for.

    >>> from conv_viz import ConvSpec
    >>> layer = ConvSpec(1, 2, 3)
    >>> drawn_weights(layer, 0).weight is drawn_weights(layer.replace(stride=2, bias=False), 0).weight
    True
    """
    shape = spec.weight_shape
    assert shape is not None
    biases = spec.replace(bias=True).bias_shape
    key = "weights", shape, biases, seed
    with in_turn(drawn_cost(math.prod(shape))) if key not in ARRAYS else nullcontext():
        drawn = ARRAYS.get(key, lambda: _draw(shape, biases, seed), _size)
    return drawn if spec.bias else replace(drawn, bias=None)


def _draw(weight_shape: Shape, bias_shape: Shape, seed: int) -> Weights:
    weight, bias = (numbers.numpy() for numbers in draw(weight_shape, bias_shape, seed))
    weight.flags.writeable = bias.flags.writeable = False
    return Weights(weight, bias)


def _size(weights: Weights) -> int:
    return weights.weight.nbytes + (0 if weights.bias is None else weights.bias.nbytes)
