"""Weights that somebody changed: what one change does, and to which part of the layer. Numpy only.

What is edited are filters, (out_channels, channels read, kH, kW) in float32; torch's own layout, which differs from
layer to layer, becomes that by `filters` and again by `in_torch`. Nothing is changed in place: each function takes
`Weights` and returns others, which is what makes undo simple.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from conv_viz.layers.kinds import WeightedLayer
from conv_viz.weights import kernels

SCOPES = ("slice", "filter", "layer")


class EditError(ValueError):
    """A change that these weights do not allow; the message is one sentence."""


@dataclass(frozen=True, eq=False)
class Weights:
    """Weight and bias (out_channels,) of a layer: as torch has them, or as filters."""

    weight: np.ndarray
    bias: np.ndarray | None


def filters(spec: WeightedLayer, weights: Weights) -> Weights:
    """Weights in torch's layout as filters.

    >>> from conv_viz import ConvTransposeSpec
    >>> spec = ConvTransposeSpec(8, 2, 3)
    >>> filters(spec, Weights(np.zeros(spec.weight_shape, np.float32), None)).weight.shape
    (2, 8, 3, 3)
    """
    return replace(weights, weight=spec.as_filters(weights.weight))


def in_torch(spec: WeightedLayer, weights: Weights) -> Weights:
    """Filters in torch's layout."""
    return replace(weights, weight=np.ascontiguousarray(spec.from_filters(weights.weight)))


@dataclass(frozen=True)
class Place:
    """The part of a layer that a change reaches: one slice of a filter, all its slices, or every filter.

    >>> Place("slice", 2, 1).words, Place("filter", 2).words, Place("layer").words
    ('filter 2, slice 1', 'filter 2', 'all filters')
    """

    scope: str = "layer"
    filter: int = 0
    slice: int = 0

    @property
    def index(self) -> tuple[int, ...]:
        """What picks this part out of a weight."""
        return {"slice": (self.filter, self.slice), "filter": (self.filter,), "layer": ()}[self.scope]

    @property
    def words(self) -> str:
        """The part as one says it."""
        one = f"filter {self.filter}"
        return {"slice": f"{one}, slice {self.slice}", "filter": one, "layer": "all filters"}[self.scope]


def flipped(weights: Weights, place: Place) -> Weights:
    """Both axes of each slice turned round.

    >>> flipped(Weights(np.arange(4.0).reshape(1, 1, 2, 2), None), Place()).weight.ravel().tolist()
    [3.0, 2.0, 1.0, 0.0]
    """
    return _changed(weights, place, kernels.flip)


def transposed(weights: Weights, place: Place) -> Weights:
    """Rows and columns of each slice exchanged; raises `KernelError` unless they are as many."""
    return _changed(weights, place, kernels.transpose)


def zeroed(weights: Weights, place: Place) -> Weights:
    """Every weight of the place set to zero."""
    return _changed(weights, place, np.zeros_like)


def copied(weights: Weights, place: Place) -> Weights:
    """The slice (`place.filter`, `place.slice`) in every slice of the place."""
    return _changed(weights, place, lambda _: weights.weight[place.filter, place.slice])


def normalised(weights: Weights, place: Place) -> tuple[Weights, str]:
    """Scaled by `kernels.normalise`, and a sentence of what was done; of the layer, each filter by itself.

    Raises `KernelError` where a filter cannot be normalised.
    """
    if place.scope != "layer":
        part, said = kernels.normalise(weights.weight[place.index])
        return _changed(weights, place, lambda _: part), said
    filters = []
    for i, one in enumerate(weights.weight):
        try:
            filters.append(kernels.normalise(one)[0])
        except kernels.KernelError as error:
            raise kernels.KernelError(f"Filter {i}: {error}") from None
    whole = replace(weights, weight=np.stack(filters))
    return whole, "The weights of each filter now sum to 1, or their squares do where the sum is zero."


def named(
    weights: Weights,
    place: Place,
    name: str,
    parameters: Mapping[str, Any] | None = None,
    *,
    turned: bool = False,
) -> Weights:
    """A filter of `kernels.KERNELS` in the layer's own kernel size; raises `KernelError` when it does not fit.

    In more than one slice it is divided by their number, so that the filter sees the mean of its channels. For a layer
    that meets the kernel from its end it is `turned` round, so that it does what its name says.

    >>> named(Weights(np.zeros((1, 2, 1, 3)), None), Place(), "box").weight.round(3).tolist()
    [[[[0.167, 0.167, 0.167]], [[0.167, 0.167, 0.167]]]]
    """
    _, channels, kh, kw = weights.weight.shape
    made = kernels.KERNELS[name].make(kh, kw, **(parameters or {}))
    kernel = kernels.flip(made) if turned else made
    return _changed(weights, place, lambda _: kernel if place.scope == "slice" else kernels.as_filter(kernel, channels))


def typed(weights: Weights, place: Place, values: np.ndarray) -> Weights:
    """Numbers that somebody typed; raises `EditError` when one is no finite float32.

    >>> typed(Weights(np.zeros((1, 1, 1, 2)), None), Place("slice"), np.array([[1.0, 2.5]])).weight.tolist()
    [[[[1.0, 2.5]]]]
    """
    return _changed(weights, place, lambda _: _finite(values))


def with_bias(weights: Weights, place: Place, value: float) -> Weights:
    """The bias of the place's filter, or of every filter, set; raises `EditError` when it is no finite float32."""
    assert weights.bias is not None, "the layer has no bias"
    bias = weights.bias.copy()
    bias[... if place.scope == "layer" else place.filter] = _finite(np.array(value))
    return replace(weights, bias=bias)


def taken(weights: Weights, place: Place, source: Weights) -> Weights:
    """The place as it is in other weights of the same shape, with its bias unless it is a single slice.

    >>> old, new = (Weights(np.full((2, 1, 1, 1), v), np.full(2, v)) for v in (0.0, 1.0))
    >>> taken(old, Place("filter", 1), new).bias.tolist()
    [0.0, 1.0]
    """
    changed = _changed(weights, place, lambda _: source.weight[place.index])
    if place.scope == "slice" or weights.bias is None or source.bias is None:
        return changed
    bias = weights.bias.copy()
    bias[place.index] = source.bias[place.index]
    return replace(changed, bias=bias)


def _changed(weights: Weights, place: Place, change: Callable[[np.ndarray], np.ndarray]) -> Weights:
    weight = weights.weight.copy()
    weight[place.index] = change(weight[place.index])
    return replace(weights, weight=weight)


def _finite(values: np.ndarray) -> np.ndarray:
    with np.errstate(over="ignore"):
        narrow = np.asarray(values, np.float64).astype(np.float32)
    if not np.isfinite(narrow).all():
        raise EditError("A weight is a finite number of at most 3.4e38 in size; what was there before stays.")
    return narrow
