"""What a layer should give: the output of a named filter in its place."""

from __future__ import annotations

from typing import Any

import numpy as np

from conv_viz.compute.layer import run
from conv_viz.lenses.subject import Subject
from conv_viz.weights.kernels import KERNELS


def fitting(name: str, subject: Subject) -> str:
    """The named filter, or a box where the layer's kernel is too small for it.

    >>> fitting("sobel_x", Subject.of("nn.Conv2d(1, 1, 3)")), fitting("sobel_x", Subject.of("nn.Conv2d(1, 1, 1)"))
    ('sobel_x', 'box')
    """
    return "box" if KERNELS[name].refusal(*subject.head.kernel) else name


def named_filters(subject: Subject, name: str) -> np.ndarray:
    """Every filter of a layer as the named one on the mean of the channels that it reads: (F, C', kH, kW), float32.

    >>> named_filters(Subject.of("nn.Conv2d(2, 1, 3)"), "identity")[0, :, 1, 1].tolist()
    [0.5, 0.5]
    """
    spec: Any = subject.head.spec
    filters = np.zeros(spec.filter_shape, np.float32)
    filters[:] = KERNELS[fitting(name, subject)].make(*subject.head.kernel) / filters.shape[1]
    return filters


def filtered(spec: Any, sample: np.ndarray, filters: np.ndarray) -> np.ndarray:
    """What a layer without its bias gives for one sample, with these filters."""
    return run(spec.replace(bias=False), sample, weight=spec.from_filters(filters)).output
