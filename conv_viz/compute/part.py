"""The part of a layer that one picture shows: taken from a whole run, or run alone where the layer is too large."""

from __future__ import annotations

import numpy as np

from conv_viz.compute.checkerboard import flat
from conv_viz.compute.filters import run_filters
from conv_viz.compute.layer import run
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.part import Part, hidden
from conv_viz.layers.run import LayerRun, PartRun
from conv_viz.layers.summary import Summary


def part_of(done: LayerRun, head: Summary, part: Part) -> PartRun:
    """A part of a whole run; what the channels out of view add is run for itself.

    >>> from conv_viz.layers.conv import ConvSpec
    >>> from conv_viz.layers.part import View, choose
    >>> done = run(ConvSpec(1, 2, 3), np.ones((1, 1, 5, 5), np.float32))
    >>> head = Summary.of(done.spec, done.input.shape)
    >>> part_of(done, head, choose(head, View())).output.shape
    (2, 3, 3)
    """
    samples, outputs = (_planes(array, head.spec) for array in (done.input, done.output))
    filters = slice(part.filters.start, part.filters.stop)
    indices = None if done.indices is None else _planes(done.indices, head.spec)[part.sample][filters]
    sample = samples[part.sample]
    rest = _rest(head, part, sample, done.weight)
    ones = None if done.weight is None else flat(head, done.weight, done.bias, part.filters)
    return PartRun(
        part, sample, head.spec.as_filters(done.weight), done.bias, outputs[part.sample][filters], rest, indices, ones
    )


def part_run(
    head: Summary, part: Part, sample: np.ndarray, weight: np.ndarray | None, bias: np.ndarray | None
) -> PartRun:
    """Run the filters in view alone, on one sample (C, H, W) or (C, L); `weight` and `bias` are whole, torch's."""
    spec = head.spec
    plane = spec.as_planes(sample)
    if weight is None:
        done = run(spec, sample[part.filters.start : part.filters.stop])
        indices = None if done.indices is None else spec.as_planes(done.indices)
        return PartRun(part, plane, None, None, spec.as_planes(done.output), None, indices)
    output = run_filters(spec, sample, weight, bias, part.filters)
    rest = _rest(head, part, plane, weight)
    ones = flat(head, weight, bias, part.filters)
    return PartRun(part, plane, spec.as_filters(weight), bias, spec.as_planes(output), rest, flat=ones)


def _rest(head: Summary, part: Part, plane: np.ndarray, weight: np.ndarray | None) -> np.ndarray | None:
    if weight is None or not any(hidden(head, part, filter) for filter in part.filters):
        return None
    sample = head.spec.from_planes(plane)
    planes: np.ndarray = head.spec.as_planes(run_filters(head.spec, sample, weight, None, part.filters, part.channels))
    return planes


def _planes(array: np.ndarray, spec: WindowLayer) -> np.ndarray:
    """An input or output as (N, C, H, W), whatever rank it has."""
    planes: np.ndarray = spec.as_planes(array if array.ndim == spec.dims + 2 else array[None])
    return planes
