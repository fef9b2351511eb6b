"""Weights files: a round trip, what torch makes of them, and what is refused."""

from __future__ import annotations

import json
import pickle
import struct

import numpy as np
import pytest
from safetensors import safe_open
from safetensors import torch as safetensors_torch
from safetensors.numpy import save
from torch import nn

from conv_viz import ConvSpec
from conv_viz.weights_file import MAX_BYTES, WeightsFileError, load_weights, save_weights

SPEC = ConvSpec(4, 6, (3, 2), groups=2)
DRAW = np.random.default_rng(0)
WEIGHT, BIAS = DRAW.normal(size=SPEC.weight_shape).astype(np.float32), DRAW.normal(size=6).astype(np.float32)


def test_round_trip_is_exact_and_torch_loads_it(tmp_path):
    content = save_weights(SPEC, WEIGHT, BIAS)
    weight, bias = load_weights(SPEC, content)
    np.testing.assert_array_equal(weight, WEIGHT)
    np.testing.assert_array_equal(bias, BIAS)
    layer = nn.Conv2d(**SPEC.arguments())
    layer.load_state_dict(safetensors_torch.load(content))
    np.testing.assert_array_equal(layer.weight.detach().numpy(), WEIGHT)
    path = tmp_path / "layer.safetensors"
    path.write_bytes(content)
    with safe_open(path, "numpy") as file:
        assert file.metadata() == {"layer": SPEC.code()}


def test_what_torch_saves_is_read():
    layer = nn.Conv2d(**SPEC.replace(bias=False).arguments())
    weight, bias = load_weights(SPEC.replace(bias=False), safetensors_torch.save(layer.state_dict()))
    np.testing.assert_array_equal(weight, layer.weight.detach().numpy())
    assert bias is None


@pytest.mark.parametrize("dtype", [np.float16, np.float64])
def test_other_precisions_and_layouts_become_float32(dtype):
    weight, bias = load_weights(SPEC, save({"weight": WEIGHT.astype(dtype), "bias": BIAS.astype(dtype)}))
    assert weight.dtype == bias.dtype == np.float32
    turned = np.asfortranarray(WEIGHT)
    np.testing.assert_array_equal(load_weights(SPEC, save_weights(SPEC, turned, BIAS))[0], WEIGHT)


def header(entries: dict) -> bytes:
    text = json.dumps(entries).encode()
    return struct.pack("<Q", len(text)) + text


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "not a .safetensors"),
        (pickle.dumps({"weight": [1.0]}), "not a .safetensors"),
        (save_weights(SPEC, WEIGHT, BIAS)[:-1], "not a .safetensors"),
        (struct.pack("<Q", 2**60) + b"{}", "not a .safetensors"),
        (header({"weight": {"dtype": "F32", "shape": [6, 2, 3, 2], "data_offsets": [0, 9**15]}}), "not a .safetensors"),
        (header({"weight": {"dtype": "F8_E4M3", "shape": [1], "data_offsets": [0, 1]}}) + b"\0", "."),
        (save({}), "holds nothing"),
        (save({"weight": WEIGHT}), "has weight and bias, but the file holds weight"),
        (save({"<script>\n" * 20: WEIGHT}), "..."),
        (
            save({"weight": WEIGHT[:, :1].copy(), "bias": BIAS}),
            "has shape (6, 2, 3, 2), but the file's has (6, 1, 3, 2)",
        ),
        (save({"weight": WEIGHT, "bias": BIAS[:, None].copy()}), "has shape (6,), but the file's has (6, 1)"),
        (save({"weight": WEIGHT.astype(np.int64), "bias": BIAS}), "int64"),
        (save({"weight": WEIGHT, "bias": BIAS * np.float32(np.nan)}), "6 numbers that are NaN"),
        (save({"weight": WEIGHT.astype(np.float64) * 1e300, "bias": BIAS}), "too large for float32"),
        (bytes(MAX_BYTES + 1_000_000), "201 MB"),
    ],
    ids=range(15),
)
def test_what_is_refused(content, words):
    with pytest.raises(WeightsFileError) as caught:
        load_weights(SPEC, content)
    said = str(caught.value)
    assert words in said and said.endswith(".") and "\n" not in said and len(said) < 200


def test_saving_checks_as_loading_does():
    for weight, bias in ((WEIGHT[:1], BIAS), (WEIGHT, None), (np.full_like(WEIGHT, np.inf), BIAS)):
        with pytest.raises(WeightsFileError):
            save_weights(SPEC, weight, bias)
    with pytest.raises(WeightsFileError):
        save_weights(SPEC.replace(bias=False), WEIGHT, BIAS)
