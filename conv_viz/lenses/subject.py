"""One layer on one input, both given as values: what a notebook and a file show, from any side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.layer import DTYPES, array_of, build, checked_input, run, spec_of, weights_of
from conv_viz.compute.part import part_of, part_run
from conv_viz.layers.budget import runs_whole, too_large
from conv_viz.layers.kinds import WindowLayer, is_layer, parse
from conv_viz.layers.part import Part, View, choose
from conv_viz.layers.run import LayerRun
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.scenes.scene import Scene
from conv_viz.scenes.stage import stage_scene, words


@dataclass(frozen=True, eq=False)
class Subject:
    """A layer with its weights, if it has any, on an input (N, C, H, W) or (C, H, W) that it accepts."""

    head: Summary
    input: np.ndarray
    weight: np.ndarray | None
    bias: np.ndarray | None

    @classmethod
    def of(
        cls,
        layer: Any,
        x: Any = None,
        *,
        weight: np.ndarray | None = None,
        bias: np.ndarray | None = None,
        seed: int = 0,
    ) -> Subject:
        """Read what somebody gives.

        `layer` is a window layer of ``torch.nn``, whose own weights are taken, or a spec or a line of code, whose
        weights are `weight` and `bias`, or drawn from `seed`. `x` is a tensor or an array (N, C, H, W) or
        (C, H, W), or such a shape, which a photograph fills; without it the smallest usual one is taken.
        Raises `ConvSpecError` for what cannot be.

        >>> from conv_viz import ConvSpec
        >>> Subject.of("nn.Conv2d(3, 8, 5)").input.shape
        (1, 3, 7, 7)
        >>> Subject.of(ConvSpec(1, 1, 3), (1, 4, 6)).head.output_shape
        (1, 2, 4)
        """
        if isinstance(layer, str):
            layer = parse(layer)
        if is_layer(layer):
            given = _input(layer, x, np.dtype(np.float32))
            layer_with_weights = build(layer, DTYPES[given.dtype], weight=weight, bias=bias, seed=seed)
            return cls(Summary.of(layer, given.shape), given, *weights_of(layer_with_weights))
        if weight is not None or bias is not None:
            raise ConvSpecError("weight", "The layer has weights of its own; other weights go with a ConvSpec.")
        return cls._of_module(layer, x)

    @classmethod
    def _of_module(cls, module: Any, x: Any) -> Subject:
        spec, weights = spec_of(module), weights_of(module)
        if weights[0] is None:
            given = _input(spec, x, np.dtype(np.float32))
            return cls(Summary.of(spec, given.shape), given, None, None)
        kind = weights[0].dtype
        given = _input(spec, x, kind)
        if given.dtype != kind:
            raise ConvSpecError(
                "input",
                f"The input holds {given.dtype} and the layer {kind}, which torch does not multiply. "
                "Convert one of them, with .float() or .double().",
            )
        return cls(Summary.of(spec, given.shape), given, *weights)

    @cached_property
    def whole(self) -> LayerRun | None:
        """The run of the whole layer, None for one that is too large to run for every filter."""
        if not runs_whole(self.head):
            return None
        return run(self.head.spec, self.input, weight=self.weight, bias=self.bias)

    def part(self, view: View) -> Part:
        """What a view shows of it."""
        return choose(self.head, view)

    def scene(self, view: View | None = None) -> Scene:
        """The picture of a view; of a layer that is too large, its words only.

        >>> from conv_viz import ConvSpec
        >>> shown = Subject.of(ConvSpec(1, 2, 3), np.ones((2, 1, 5, 5), np.float32)).scene(View(sample=1))
        >>> shown.header["stage"]["sample"], shown.arrays["output"].shape
        (1, (2, 3, 3))
        """
        part = self.part(view or View())
        if reason := too_large(self.head, part):
            return Scene({**words(self.head), "too_large": reason})
        if self.whole:
            return stage_scene(self.head, part_of(self.whole, self.head, part))
        batched = self.input.ndim == self.head.spec.dims + 2
        sample = self.input[part.sample] if batched else self.input
        return stage_scene(self.head, part_run(self.head, part, sample, self.weight, self.bias))


def _input(spec: WindowLayer, x: Any, kind: np.dtype) -> np.ndarray:
    """An input as it is given; a shape is filled, in the layer's own type."""
    x = usual_shape(spec) if x is None else x
    if isinstance(x, Sequence) and not isinstance(x, str) and all(isinstance(size, int) for size in x):
        spec.output_shape(x)
        given = fill_batch("photo", tuple(x), dims=spec.dims).astype(kind) if all(x) else np.empty(x, kind)
    else:
        given = checked_input(spec, array_of(x))
    if not given.size:
        raise ConvSpecError("input", f"An input of shape {given.shape} holds no sample to show.")
    return given


def usual_shape(spec: WindowLayer) -> Shape:
    """(1, C, H, W), 7 a side, or as much more as the kernel and the padding need; a pool sees three channels.

    >>> from conv_viz import ConvSpec
    >>> usual_shape(ConvSpec(3, 8, 3)), usual_shape(ConvSpec(1, 1, (3, 11), dilation=2))
    ((1, 3, 7, 7), (1, 1, 7, 21))
    """
    pads = [max(sides) + 1 for sides in spec.padding_sides[-spec.dims :]]
    sizes = (max(7, kernel, pad) for kernel, pad in zip(spec.effective_kernel, pads, strict=True))
    return (1, spec.input_channels(3), *sizes)
