"""`conv_viz.run`: the real layer, however it is given."""

from __future__ import annotations

from typing import Any

import numpy as np

from conv_viz.compute.layer import array_of
from conv_viz.compute.layer import run as run_spec
from conv_viz.layers.kinds import is_layer, parse
from conv_viz.layers.run import LayerRun
from conv_viz.lenses.subject import Subject


def run(
    layer: Any, input: Any, *, weight: np.ndarray | None = None, bias: np.ndarray | None = None, seed: int = 0
) -> LayerRun:
    """Run the real layer on an input (N, C, H, W) or (C, H, W), with one axis (N, C, L) or (C, L).

    `layer` is a line of code or a spec, whose weights are `weight` and `bias` in torch's shapes, or torch's default
    initialisation drawn from `seed`; or a window layer of ``torch.nn``, whose own weights are taken. `input` is an
    array or a tensor, float32 or float64. Raises `ConvSpecError` when the input, weight or bias cannot belong to the
    layer.

    >>> run("nn.MaxPool2d(2)", np.arange(16, dtype=np.float32).reshape(1, 4, 4)).output.tolist()
    [[[5.0, 7.0], [13.0, 15.0]]]
    """
    if isinstance(layer, str):
        layer = parse(layer)
    if is_layer(layer):
        given = array_of(input) if hasattr(input, "detach") else input
        return run_spec(layer, given, weight=weight, bias=bias, seed=seed)
    subject = Subject.of(layer, input, weight=weight, bias=bias)
    return run_spec(subject.head.spec, subject.input, weight=subject.weight, bias=subject.bias)
