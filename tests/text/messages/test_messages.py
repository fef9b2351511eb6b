"""Error messages around convolutions: each wording is answered, and what the answer says is true on the real torch."""

from __future__ import annotations

import json
import re
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from conv_viz.text.paste import Pasted, PasteError, read
from conv_viz.text.torch_errors import diagnose

DATA = Path(__file__).parents[2] / "data"
CASES = json.loads((DATA / "messages.json").read_text(encoding="utf-8"))["cases"]
COMMON = json.loads((DATA / "torch_errors.json").read_text(encoding="utf-8"))["cases"]
NAMES = {"torch": torch, "nn": nn, "F": F, "np": np}


def words(pasted: Pasted) -> str:
    return f"{pasted.cause} {pasted.fix}"


def message_of(code: str) -> str:
    with pytest.raises(Exception) as raised:
        eval(code, NAMES)
    return str(raised.value)


def every(cases: list[dict[str, Any]]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases, ids=lambda case: case["id"])


# -- each message -----------------------------------------------------------------


@every(CASES)
def test_it_says_what_is_true_and_nothing_else(case):
    pasted = read(f"{case['exception']}: {case['message']}")
    for text in (pasted.cause, pasted.fix):
        assert text.endswith(".") and "\n" not in text and len(text) < 400
    assert [word for word in case["says"] if word not in words(pasted)] == []
    assert [word for word in case["never"] if word in words(pasted)] == []


@every([case for case in CASES if "code" in case])
@pytest.mark.filterwarnings("ignore:Initializing zero-element")
def test_this_torch_says_so(case):
    message = message_of(case["code"])
    known = message if message == case.get("older") else case["message"]
    assert read(message).cause == read(known).cause


@every([case for case in CASES if "older" in case])
def test_what_older_versions_say_is_answered_too(case):
    pasted = read(f"{case['exception']}: {case['older']}")
    assert pasted.cause.endswith(".") and pasted.fix.endswith(".")


def test_no_two_rows_answer_one_message_differently_by_chance():
    for case in (*CASES, *COMMON):
        assert diagnose(case["message"]).earlier == (), case["id"]


# -- however it comes ---------------------------------------------------------------

AROUND = {
    "mail": lambda text: textwrap.indent(textwrap.fill(text, 60, break_long_words=False), "> "),
    "mail_answered_twice": lambda text: textwrap.indent(textwrap.fill(text, 50, break_long_words=False), "> > "),
    "notebook": lambda text: textwrap.indent(text, "    "),
    "rich": lambda text: "\n".join(f"│ {line:<50} │" for line in textwrap.wrap(text, 50)),
    "pytest": lambda text: textwrap.indent(text, "E       "),
    "ranks": lambda text: textwrap.indent(text, "[rank0]: "),
    "colours": lambda text: f"\x1b[0;31mRuntimeError\x1b[0m\x1b[0;31m:\x1b[0m {text}\x1b[0m",
    "colours_without_escape": lambda text: f"[0;31mRuntimeError[0m: {text}[0m",
    "fence": lambda text: f"I get\n```\nRuntimeError: {text}\n```\nwhy?",
    "code": lambda text: f"What does `{text}` mean?",
    "word_processor": lambda text: re.sub("'([^']*)'", "‘\\1’", re.sub('"([^"]*)"', "“\\1”", text)),
    "web": lambda text: text.replace(" ", "\xa0"),
    "dashes": lambda text: text.replace("-", "–"),
    "html": lambda text: text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;"),
    "log": lambda text: json.dumps({"time": "2024-05-01", "error": text}),
    "time_after": lambda text: f"RuntimeError: {text}\n2024-05-01 12:30:00 INFO 7 workers stop",
    "zero_width": lambda text: text.replace(" ", " \u200b"),
    "windows": lambda text: text.replace(" ", "\r\n"),
}


@pytest.mark.parametrize("around", AROUND.values(), ids=AROUND)
def test_it_is_found_however_it_was_copied(around):
    wrong = [
        case["id"]
        for case in (*CASES, *COMMON)
        if not (found := diagnose(around(case["message"]))) or found.cause != diagnose(case["message"]).cause
    ]
    assert wrong == []


@pytest.mark.parametrize("width", [7, 20, 33, 41, 50, 80])
def test_a_terminal_may_break_it_anywhere(width):
    wrong = []
    for case in (*CASES, *COMMON):
        text = f"RuntimeError: {case['message']}".replace("\n", " ")
        broken = "\n".join(text[at : at + width] for at in range(0, len(text), width))
        found, right = diagnose(broken), diagnose(case["message"])
        if found is None or (found.cause, found.input_shape, found.arguments) != (
            right.cause,
            right.input_shape,
            right.arguments,
        ):
            wrong.append(case["id"])
    assert wrong == []


def test_the_last_message_is_answered_and_the_one_before_it_told_of():
    first = (
        "Given groups=1, weight of size [8, 3, 3, 3], expected input[1, 1, 9, 9] to have 3 channels, but got 1 channels"
    )
    last = "mat1 and mat2 shapes cannot be multiplied (16x400 and 256x120)"
    pasted = read(f"RuntimeError: {first}\n\nDuring handling of the above exception:\nRuntimeError: {last}")
    assert "expects 256" in pasted.cause
    assert [note for note in pasted.notes if "grey" in note and "Before it" in note]
    assert read(f"RuntimeError: {last}\nRuntimeError: {first}").cause == read(first).cause


def test_one_message_many_times_is_one_message():
    pasted = read("RuntimeError: non-positive stride is not supported\n" * 300)
    assert pasted.notes == ()


def test_sizes_of_a_checkpoint_are_no_input():
    pasted = read(next(case["message"] for case in CASES if case["id"] == "checkpoint_one"))
    assert pasted.input_shape is None
    told = read("conv: x.shape is torch.Size([1, 3, 9, 9])\nnon-positive stride is not supported")
    assert told.input_shape == (1, 3, 9, 9)


@given(st.text(alphabet="Given groups=1,weight[38]input to have channels()xmat12'\"cdo:\n 0"))
def test_any_text_is_diagnosed_or_not(text):
    found = diagnose(text)
    assert found is None or found.cause.endswith(".")


@pytest.mark.parametrize(
    "text", ["Conv2d works for me", "the stride is 2", "size 3 x 3", "device cuda:0", "half a float"]
)
def test_plain_talk_is_no_message(text):
    assert diagnose(text) is None
    with pytest.raises(PasteError):
        read(text)


# -- what it advises, done ------------------------------------------------------------

FLOATS = ["float32", "float64", "float16", "bfloat16", "complex64"]
WHOLE = ["uint8", "int8", "int16", "int32", "int64", "bool"]


@pytest.mark.parametrize("has", FLOATS)
@pytest.mark.parametrize("given", FLOATS + WHOLE)
@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.filterwarnings("ignore:.*Complex modules.*")
def test_both_ways_out_of_two_types_run(given, has, bias):
    if given == has:
        return
    layer = nn.Conv2d(3, 4, 3, bias=bias).to(getattr(torch, has))
    x = torch.ones(1, 3, 5, 5).to(getattr(torch, given))
    with pytest.raises(Exception) as raised:
        layer(x)
    fix = read(str(raised.value)).fix
    ways = re.findall(r"(x(?:\.\w+\([\w.]*\)|\.real)+(?: / 255)?|layer\.\w+\([\w.]*\))", fix)
    if "x.float() and layer.float()" in fix:
        assert layer.float()(x.float() if not given.startswith("complex") else x.real).shape == (1, 4, 3, 3)
        ways = [way for way in ways if way not in ("x.float()", "layer.float()")]
    if "x.to(layer.weight.dtype)" in ways:  # the message does not tell what the layer has
        ways = ["x.to(layer.weight.dtype)"]
    for way in ways:
        layer = nn.Conv2d(3, 4, 3, bias=bias).to(getattr(torch, has))
        value = eval(way, {"x": x, "layer": layer, "torch": torch})
        if way.startswith("layer"):
            assert value(x).shape == (1, 4, 3, 3), way
        elif way in ("x.abs()", "x.real"):
            assert not value.is_complex()
        else:
            assert layer(value).shape == (1, 4, 3, 3), way
    assert ways or "and layer.float()" in fix


@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.sampled_from([1, 2, 3]))
def test_output_padding_that_is_advised_runs(stride, dilation, output_padding, dims):
    kind = getattr(nn, f"ConvTranspose{dims}d")
    x = torch.zeros(1, 1, *[3] * dims)
    try:
        kind(1, 1, 2, stride=stride, dilation=dilation, output_padding=output_padding)(x)
    except RuntimeError as error:
        fix = read(str(error)).fix
        larger, most = re.search(r"stride=(\d+), or output_padding at most (\d+)", fix).groups()
        kind(1, 1, 2, stride=int(larger), dilation=dilation, output_padding=output_padding)(x)
        kind(1, 1, 2, stride=stride, dilation=dilation, output_padding=int(most))(x)
        assert int(most) + 1 == output_padding or int(most) == max(stride, dilation) - 1
    else:
        assert output_padding < max(stride, dilation)


@given(st.integers(1, 4), st.integers(1, 6), st.integers(1, 6), st.integers(1, 9), st.booleans())
def test_what_is_said_of_a_linear_layer_runs(batch, channels, side, more, flat):
    features = channels * side * side
    x = torch.zeros(batch, channels, side, side)
    layer = nn.Linear(features, 7) if not flat else nn.Linear(features + more, 7)
    try:
        layer(x.flatten(1) if flat else x)
    except RuntimeError as error:
        answer = words(read(str(error)))
    else:
        return
    if "It looks as if nothing was flattened" in answer:
        assert f"in_features={layer.in_features} stays" in answer
        assert flat or layer(x.flatten(1)).shape == (batch, 7)
    elif "Are the rows" in answer or "Was a batch" in answer:
        assert f"in_features={features}" in answer or f"in_features={layer.in_features}" in answer
    else:
        assert flat and f"nn.Linear({features}, 7)" in answer
        assert nn.Linear(features, 7)(x.flatten(1)).shape == (batch, 7)


@given(st.integers(1, 5), st.integers(1, 3), st.integers(0, 6))
def test_padding_that_is_advised_for_a_pooling_runs(kernel, dilation, padding):
    x = torch.zeros(1, 1, 30, 30)
    try:
        nn.MaxPool2d(kernel, padding=padding, dilation=dilation)(x)
    except RuntimeError as error:
        most = int(re.search(r"Set padding=(\d+)", read(str(error)).fix)[1])
        assert most < padding
        nn.MaxPool2d(kernel, padding=most, dilation=dilation)(x)


@given(st.integers(2, 9), st.integers(1, 3), st.integers(1, 6), st.integers(0, 2))
def test_padding_that_is_advised_for_a_kernel_runs(kernel, dilation, size, padding):
    x = torch.zeros(1, 1, size, size)
    try:
        nn.Conv2d(1, 1, kernel, dilation=dilation, padding=padding)(x)
    except RuntimeError as error:
        more = int(re.search(r"by (\d+) on each side", read(str(error)).fix)[1])
        nn.Conv2d(1, 1, kernel, dilation=dilation, padding=padding + more)(x)
        with pytest.raises(RuntimeError):
            nn.Conv2d(1, 1, kernel, dilation=dilation, padding=padding + more - 1)(x)


@pytest.mark.parametrize(
    "layer, shape",
    [
        ("nn.Conv1d(3, 8, 3)", (2, 9, 3)),
        ("nn.Conv2d(3, 8, 3)", (2, 9, 8, 3)),
        ("nn.Conv2d(3, 8, 3)", (9, 8, 3)),
        ("nn.Conv3d(3, 8, 3)", (2, 9, 8, 7, 3)),
        ("nn.ConvTranspose2d(3, 8, 3)", (2, 9, 8, 3)),
        ("nn.Conv2d(3, 8, 3)", (2, 1, 9, 9)),
        ("nn.Conv2d(3, 8, 3)", (1, 9, 9)),
        ("nn.Conv2d(1, 8, 3)", (2, 3, 9, 9)),
        ("nn.Conv2d(3, 8, 3)", (2, 4, 9, 9)),
        ("nn.Conv2d(3, 8, 3)", (4, 9, 9)),
        ("nn.Conv2d(1, 8, 3)", (2, 4, 9, 9)),
        ("nn.Conv2d(1, 8, 3)", (7, 9, 9)),
        ("nn.Conv2d(1, 8, 3)", (9, 9)),
        ("nn.Conv2d(3, 8, 3)", (1, 2, 3, 9, 9)),
    ],
)
def test_one_of_the_ways_to_mend_an_input_runs(layer, shape):
    fix = read(message_of(f"{layer}(torch.zeros{shape})")).fix
    ways = re.findall(r"x\.\w+\([^)]*\)(?:\.\w+\([^)]*\))?|x\[[^\]]+\](?:\.\w+\([^)]*\))?", fix)
    ran = []
    for way in ways:
        try:
            eval(f"({layer})({way})", {**NAMES, "x": torch.zeros(shape)})
            ran.append(way)
        except (RuntimeError, IndexError):
            continue
    assert ran, ways


@pytest.mark.parametrize(
    "file, model",
    [
        (dict(in_channels=3, out_channels=8, kernel_size=3), dict(in_channels=1, out_channels=8, kernel_size=3)),
        (dict(in_channels=3, out_channels=8, kernel_size=3), dict(in_channels=3, out_channels=4, kernel_size=5)),
        (dict(in_channels=1, out_channels=8, kernel_size=(3, 5)), dict(in_channels=3, out_channels=8, kernel_size=3)),
    ],
)
def test_a_checkpoint_loads_after_the_advice(file, model):
    state = {f"stem.{key}": value for key, value in nn.Conv2d(**file).state_dict().items()}
    net = nn.Sequential()
    net.stem = nn.Conv2d(**model)
    with pytest.raises(RuntimeError) as raised:
        net.load_state_dict(state)
    pasted = read(str(raised.value))
    changes = eval(f"dict({re.search('with (.*?) there', pasted.fix)[1]})")
    net.stem = nn.Conv2d(**{**model, **changes})
    net.load_state_dict(state)
    assert pasted.spec.kernel_size == nn.Conv2d(**file).kernel_size
    assert (pasted.spec.in_channels, pasted.spec.out_channels) == (file["in_channels"], file["out_channels"])


def test_a_colour_weight_for_grey_pictures():
    colour, grey = nn.Conv2d(3, 8, 3), nn.Conv2d(1, 8, 3)
    with pytest.raises(RuntimeError) as raised:
        grey.load_state_dict(colour.state_dict())
    assert "weight.sum(1, keepdim=True)" in read(str(raised.value)).fix
    grey.load_state_dict({**colour.state_dict(), "weight": colour.weight.sum(1, keepdim=True)})
    x = torch.randn(1, 1, 9, 9)
    torch.testing.assert_close(grey(x), colour(x.repeat(1, 3, 1, 1)), atol=1e-5, rtol=1e-5)
