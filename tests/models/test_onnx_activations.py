"""Activations told by their values, against torch's own."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from conv_viz.compute.network import module_of
from conv_viz.models.onnx_activations import KNOWN, NEAR, PLACES, activation_of, made
from conv_viz.networks.operations import Pointwise


@pytest.mark.parametrize("operation", KNOWN, ids=Pointwise.code)
def test_each_has_the_values_of_torch(operation: Pointwise) -> None:
    values = module_of(operation)(torch.from_numpy(PLACES)).numpy()
    np.testing.assert_allclose(KNOWN[operation](PLACES), values, atol=1e-9)
    assert activation_of(values) == operation


def test_no_two_are_taken_for_each_other() -> None:
    values = [function(PLACES) for function in KNOWN.values()]
    for i, one in enumerate(values):
        assert all(np.abs(one - other).max() > 10 * NEAR for other in values[:i])


def test_a_files_own_way_of_writing_does_not_matter() -> None:
    """Swish with ONNX's default HardSigmoid is another function, Hardswish by Clip is torch's."""
    clipped = made("Clip", [made("Add", [PLACES, 3.0], {}), 0.0, 6.0], {})
    assert activation_of(made("Div", [made("Mul", [PLACES, clipped], {}), 6.0], {})) == Pointwise("Hardswish")
    keras = made("Mul", [PLACES, made("HardSigmoid", [PLACES], {})], {})
    assert activation_of(keras) is None
    assert activation_of(made("Div", [PLACES, 0.0], {})) is None and made("CumSum", [PLACES], {}) is None
