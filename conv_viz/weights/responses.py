"""What one slice of a filter responds to, as a value."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.layers.kinds import WeightedLayer


@dataclass(frozen=True, eq=False)
class Response:
    """What the real layer answers to an impulse: input (2h-1, 2w-1), response (h, w), h x w the effective kernel.

    ``lands_y`` (kH,) and ``lands_x`` (kW,): row and column of the response where each row and column
    of the kernel is seen again, read from the taps tables.
    """

    spec: WeightedLayer
    kernel: np.ndarray
    impulse: np.ndarray
    response: np.ndarray
    lands_y: np.ndarray
    lands_x: np.ndarray
