"""Activations that an ONNX graph writes in several nodes, such as GELU by Erf: told by their values at some places.

Each node that looks at one number at a time makes values of values. What comes out in the end is compared with the
activations of torch, so that it does not matter in which order a file writes them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from conv_viz.networks.operations import Pointwise

Samples = np.ndarray
"""The values of a function at `PLACES`, float64."""
PLACES: Samples = np.linspace(-8, 8, 65)
NEAR = 1e-5
"""Constants are float32 in a file; GELU and its approximation by tanh differ by 5e-4."""

erf = np.vectorize(math.erf, otypes=[float])


def sigmoid(x: Samples) -> Samples:
    """1 / (1 + e^-x)."""
    return 1 / (1 + np.exp(-x))


def softplus(x: Samples) -> Samples:
    """log(1 + e^x)."""
    return np.logaddexp(0, x)


KNOWN: dict[Pointwise, Callable[[Samples], Samples]] = {
    Pointwise("ReLU"): lambda x: np.maximum(x, 0),
    Pointwise("ReLU6"): lambda x: np.clip(x, 0, 6),
    Pointwise("Sigmoid"): sigmoid,
    Pointwise("Hardsigmoid"): lambda x: np.clip(x / 6 + 0.5, 0, 1),
    Pointwise("Hardswish"): lambda x: x * np.clip(x / 6 + 0.5, 0, 1),
    Pointwise("SiLU"): lambda x: x * sigmoid(x),
    Pointwise("GELU"): lambda x: x * (1 + erf(x / 2**0.5)) / 2,
    Pointwise("GELU", given=(("approximate", "tanh"),)): lambda x: (
        x * (1 + np.tanh((2 / np.pi) ** 0.5 * (x + 0.044715 * x**3))) / 2
    ),
    Pointwise("Mish"): lambda x: x * np.tanh(softplus(x)),
}
"""Activations of torch that files write in several nodes."""
SAME = Pointwise("Identity")

EACH: dict[str, Callable[..., Samples]] = {
    "Relu": lambda x: np.maximum(x, 0), "Sigmoid": sigmoid, "Tanh": np.tanh, "Softplus": softplus, "Erf": erf,
    "Exp": np.exp, "Neg": np.negative, "Abs": np.abs, "Sqrt": np.sqrt, "Reciprocal": np.reciprocal,
    "Add": np.add, "Sub": np.subtract, "Mul": np.multiply, "Div": np.divide, "Pow": np.power,
    "Min": np.minimum, "Max": np.maximum,
}  # fmt: skip
"""What a node makes of its inputs, number by number."""


def made(op: str, given: Sequence[Any], attributes: Any) -> Samples | None:
    """The values of a node at `PLACES` from those of its inputs, which may be single numbers; None where not known.

    >>> made("Mul", [PLACES, 2.0], {})[-1]
    np.float64(16.0)
    """
    with np.errstate(all="ignore"):
        if op == "HardSigmoid":
            values = np.clip(attributes.get("alpha", 0.2) * given[0] + attributes.get("beta", 0.5), 0, 1)
        elif op == "Clip":
            low, high = (*(attributes.get(name) for name in ("min", "max")),) if len(given) == 1 else given[1:3]
            values = np.clip(given[0], low, high)
        elif op in EACH:
            values = EACH[op](*given)
        else:
            return None
    return np.broadcast_to(np.asarray(values, float), PLACES.shape)


def activation_of(samples: Samples | None) -> Pointwise | None:
    """The activation that has these values, `SAME` for what changes nothing; None for none that is known here.

    >>> activation_of(PLACES * sigmoid(PLACES)), activation_of(2 * PLACES)
    (Pointwise(name='SiLU', written='', given=()), None)
    """
    if samples is None:
        return None
    if np.abs(samples - PLACES).max() < NEAR:
        return SAME
    return next((each for each, function in KNOWN.items() if np.abs(samples - function(PLACES)).max() < NEAR), None)
