"""A drawn digit on its way through the small network: what each layer makes of it, and what it is taken for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np

from conv_viz.scenes.headers import DigitsHeader, DigitsRow
from conv_viz.scenes.scene import Scene

WORDS = {
    "conv1": "8 filters slide over the digit",
    "relu1": "negative numbers become 0",
    "pool1": "the largest of each 2 × 2",
    "conv2": "16 filters, each over all 8 maps",
    "relu2": "negative numbers become 0",
    "pool2": "the largest of each 2 × 2",
}
LAST = "The 16 × 2 × 2 = 64 numbers of pool2 go through nn.Linear(64, 10), and its ten sums through the softmax."
EMPTY = "Draw a digit: with the pointer, or with arrow keys and space."


class Made(Protocol):
    """What a layer did: see `conv_viz.compute.digits.Step`."""

    @property
    def name(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def output(self) -> np.ndarray: ...


def digits_scene(
    cells: np.ndarray,
    steps: Sequence[Made],
    chances: Sequence[np.ndarray],
    filters: Sequence[np.ndarray],
    examples: np.ndarray,
    *,
    learned: bool = True,
) -> Scene:
    """The scene of a digit.

    Args:
        cells: the ink (8, 8), whole numbers from 0 to 16.
        steps: what the layers made, of the learned or of the random weights.
        chances: the softmax (10,), of the learned and of the random weights.
        filters: the first layer's (8, 1, 3, 3), learned and random.
        examples: digits to begin with, (10, 8, 8).
        learned: whose maps `steps` are.
    """
    rows: list[DigitsRow] = []
    arrays: dict[str, np.ndarray] = {}
    for step in steps:
        if step.output.ndim == 3:
            most = float(np.abs(step.output).max(initial=0))
            rows.append({"name": step.name, "code": step.code, "says": WORDS[step.name], "most": most})
            arrays[step.name] = step.output
    header: DigitsHeader = {
        "kind": "digits",
        "cells": cells.ravel().tolist(),
        "examples": examples.reshape(len(examples), -1).tolist(),
        "learned": learned,
        "rows": rows,
        "last": LAST,
        "says": verdict(chances[0]) if cells.any() else EMPTY,
        "filters_most": float(max(np.abs(each).max() for each in filters)),
    }
    arrays |= {"chances": chances[0], "chances_random": chances[1]}
    arrays |= {"filters": filters[0][:, 0], "filters_random": filters[1][:, 0]}
    return Scene({**header}, {name: np.asarray(array, np.float32) for name, array in arrays.items()})


def verdict(chances: np.ndarray) -> str:
    r"""What it is taken for, in one sentence.

    >>> verdict(np.array([0.0, 0.02, 0.9, 0.08, 0, 0, 0, 0, 0, 0]))
    'It is taken for a 2, with 90\xa0%; a 3 comes next, with 8\xa0%.'
    """
    first, second = (int(digit) for digit in np.argsort(-chances, kind="stable")[:2])
    share, other = round(100 * chances[first]), round(100 * chances[second])
    taken = f"It is taken for {_a(first)}, with {'more than 99' if share > 99 else share}\u00a0%"
    return f"{taken}; {_a(second)} comes next, with {other}\u00a0%." if other else f"{taken}."


def _a(digit: int) -> str:
    return f"{'an' if digit == 8 else 'a'} {digit}"
