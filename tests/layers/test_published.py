"""Published convolutions: sizes, parameters, costs, numbers and errors, each with its source in tests/data."""

from __future__ import annotations

import ast
import builtins
import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from conv_viz import ConvSpec, ConvSpecError, Summary, run
from conv_viz.layers.call import read_call
from tests.numbers import assert_same_sums

DATA = Path(__file__).parents[1] / "data"
CASES = json.loads((DATA / "cases.json").read_text(encoding="utf-8"))["cases"]
ERRORS = json.loads((DATA / "torch_errors.json").read_text(encoding="utf-8"))["cases"]


def having(key: str) -> pytest.MarkDecorator:
    chosen = [case for case in CASES if key in case]
    return pytest.mark.parametrize("case", chosen, ids=[case["id"] for case in chosen])


def layer_of(case: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(v) if isinstance(v, list) else v for name, v in case["layer"].items()}


def torch_raises(case: dict[str, Any], layer: dict[str, Any], x: torch.Tensor) -> None:
    with pytest.raises(getattr(builtins, case["exception"]), match=re.escape(case["message"])):
        nn.Conv2d(**layer)(x)


def test_there_is_something_of_every_kind() -> None:
    least = {"output": 65, "parameters": 20, "macs_and_bias": 5, "values": 5, "exception": 8}
    assert {key for key, count in least.items() if sum(key in case for case in CASES) < count} == set()
    assert len({case["id"] for case in CASES}) == len(CASES)
    assert all(case["source"] for case in CASES)


@having("output")
def test_output_shape(case: dict[str, Any]) -> None:
    spec = ConvSpec(**layer_of(case))
    assert spec.output_shape(case["input"]) == tuple(case["output"])
    assert Summary.of(spec, case["input"]).output_shape == tuple(case["output"])
    meta = nn.Conv2d(**layer_of(case), device="meta")(torch.empty(case["input"], device="meta"))
    assert tuple(meta.shape) == tuple(case["output"])


@having("parameters")
def test_parameters(case: dict[str, Any]) -> None:
    assert ConvSpec(**layer_of(case)).parameters == case["parameters"]


@having("macs_and_bias")
def test_macs(case: dict[str, Any]) -> None:
    spec = ConvSpec(**layer_of(case))
    headline = Summary.of(spec, case["input"])
    assert headline.macs == spec.macs(case["input"])
    assert headline.macs + headline.activations == case["macs_and_bias"]


@pytest.mark.numeric
@having("values")
def test_values(case: dict[str, Any]) -> None:
    values = {name: np.array(plane, np.float32)[None, None] for name, plane in case["values"].items()}
    done = run(ConvSpec(**layer_of(case)), values["x"], weight=values["w"])
    assert_same_sums(done.output, values["y"], done.input, done.weight, done.bias)


@having("exception")
def test_error(case: dict[str, Any]) -> None:
    layer, dtype = layer_of(case), np.dtype(case.get("dtype", "float32"))
    with pytest.raises(ConvSpecError):
        run(ConvSpec(**layer), np.zeros(case["input"], dtype))
    torch_raises(case, layer, torch.from_numpy(np.zeros(case["input"], dtype)))


def shape_and_dtype(text: str) -> tuple[tuple[int, ...], str]:
    """``torch.randn(1, 1, 5, 5, dtype=torch.uint8)`` -> its shape and dtype."""
    call = ast.parse(text, mode="eval").body
    assert isinstance(call, ast.Call)
    dtype = next((k.value.attr for k in call.keywords if isinstance(k.value, ast.Attribute)), "float32")
    return tuple(ast.literal_eval(size) for size in call.args), dtype


@pytest.mark.parametrize("case", ERRORS, ids=[case["id"] for case in ERRORS])
def test_common_error(case: dict[str, Any]) -> None:
    shape, dtype = shape_and_dtype(case["input"] or "torch.zeros(1, 1, 5, 5)")
    x = np.zeros(shape, dtype)
    if case["id"] == "dtype_double_input":  # torch's layer is float32 here; ours takes the input's own precision
        assert run(ConvSpec.parse(case["code"]), x).output.dtype == np.float64
    else:
        with pytest.raises(ConvSpecError) as refused:
            run(ConvSpec.parse(case["code"]), x)
        assert "\n" not in str(refused.value)
    torch_raises(case, read_call(case["code"]), torch.from_numpy(x))
