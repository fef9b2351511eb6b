"""Norms against torch: what arrives is refused where torch refuses it, and for torch's own reason."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from itertools import product
from typing import Any

import pytest
import torch
from torch import nn

from conv_viz.networks.calls import read_line

CALLS = [
    f"nn.{call}, affine={affine})"
    for call in ("InstanceNorm2d(4", "GroupNorm(2, 4", "GroupNorm(1, 1", "GroupNorm(4, 4")
    for affine in (True, False)
]
SHAPES = [(n, c, *size) for n, c, size in product((1, 2), (1, 2, 3, 4, 6), ((1, 1), (2, 1)))]
REASONS = {  # what torch says -> a word of what is said here
    "Expected more than 1": "needs more than one",
    "to match num_features": "channels arrive",
    "Expected weight to be a vector": "channels arrive",
    "to be divisible by num_groups": "cannot be divided",
}


def refusal(run: Callable[[Any], object], given: Any) -> str:
    try:
        run(given)
    except (RuntimeError, ValueError) as error:
        return str(error)
    return ""


@pytest.mark.parametrize("call", CALLS)
def test_a_norm_refuses_what_torch_refuses(call: str) -> None:
    ours, theirs = read_line(call), eval(call)
    assert isinstance(theirs, nn.Module)
    for shape in SHAPES:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # channels that do not fit and are not used
            torchs = refusal(theirs, torch.ones(shape))
        said = refusal(ours.output_shape, shape)
        wanted = next((word for start, word in REASONS.items() if start in torchs), None)
        assert bool(said) == bool(torchs) and (wanted or "") in said, (shape, torchs, said)
