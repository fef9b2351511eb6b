"""Weights files: a round trip, what torch makes of them, and what is refused."""

from __future__ import annotations

import json
import pickle
import struct
import tracemalloc

import numpy as np
import pytest
import torch
from safetensors import safe_open
from safetensors import torch as safetensors_torch
from safetensors.numpy import save
from torch import nn

from conv_viz import ConvSpec
from conv_viz.weights.files import MAX_BYTES, WeightsFileError, load_weights, save_weights
from conv_viz.weights.header import numbers, read_header
from tests.hostile_files import WEIGHTS, safetensors

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
        (save_weights(SPEC, WEIGHT, BIAS)[:-1], "claims more bytes than the file"),
        (save_weights(SPEC, WEIGHT, BIAS) + b"x", "leaves bytes unused"),
        (struct.pack("<Q", 2**60) + b"{}", "not a .safetensors"),
        (
            header({name: {"dtype": "F32", "shape": [6], "data_offsets": [0, 9**15]} for name in ("weight", "bias")}),
            "claims another number of bytes than its shape needs",
        ),
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
        (bytes(MAX_BYTES + 1_000_000), "151 MB"),
    ],
    ids=range(16),
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


@pytest.mark.parametrize(
    "dtype", [torch.float16, torch.bfloat16, torch.float64, torch.float8_e4m3fn, torch.float8_e5m2], ids=str
)
def test_every_floating_point_type_is_read_as_torch_reads_it(dtype):
    weight, bias = (torch.from_numpy(array).to(dtype) for array in (WEIGHT, BIAS))
    read = load_weights(SPEC, safetensors_torch.save({"weight": weight, "bias": bias}))
    for array, tensor in zip(read, (weight, bias), strict=True):
        np.testing.assert_array_equal(array, tensor.to(torch.float32).numpy())


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fn, torch.float8_e5m2], ids=str)
def test_all_256_numbers_of_a_small_type(dtype):
    codes = np.arange(256, dtype=np.uint8)
    tensor = torch.from_numpy(codes).view(dtype)
    content = safetensors_torch.save({"weight": tensor})
    ((name, stored),) = read_header(content).items()
    np.testing.assert_array_equal(numbers(name, stored, content).astype(np.float32), tensor.to(torch.float32).numpy())


@pytest.mark.parametrize("dtype", [torch.float8_e4m3fnuz, torch.complex64, torch.int8, torch.bool], ids=str)
def test_a_type_that_is_not_read_is_named(dtype):
    tensors = {"weight": torch.from_numpy(WEIGHT).to(dtype), "bias": torch.from_numpy(BIAS).to(dtype)}
    with pytest.raises(WeightsFileError, match=r"The (weight|bias) holds \w+ numbers; save it as float32\."):
        load_weights(SPEC, safetensors_torch.save(tensors))


def entry(first: int, last: int, shape: tuple[int, ...]) -> str:
    return json.dumps({"dtype": "F32", "shape": shape, "data_offsets": [first, last]})


@pytest.mark.parametrize("twice", ["weight", "bias", "__metadata__"])
def test_a_name_that_stands_twice_is_refused(twice):
    entries = {"weight": entry(0, 288, SPEC.weight_shape), "bias": entry(288, 312, (6,)), "__metadata__": "{}"}
    text = ",".join(f'"{name}":{entries[name]}' for name in [*entries, twice])
    with pytest.raises(WeightsFileError, match=f"names '{twice}' 2 times"):
        load_weights(SPEC, safetensors(f"{{{text}}}", 312))


@pytest.mark.parametrize("name", WEIGHTS)
def test_a_header_is_measured_before_it_is_read(name):
    content = WEIGHTS[name]()
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        with pytest.raises(WeightsFileError, match=r"\.$"):
            load_weights(SPEC, content)
        assert tracemalloc.get_traced_memory()[1] - before < 100_000
    finally:
        tracemalloc.stop()
