"""``python -m conv_viz``: what it prints, what it refuses, and what it leaves unimported."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable

import pytest

from conv_viz import Summary
from conv_viz.__main__ import COMMANDS, main
from conv_viz.commands.arguments import shape
from conv_viz.layers.kinds import KINDS, parse

TWICE = "nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)"


def test_describe_as_a_program_without_torch_and_streamlit() -> None:
    block = "import sys; sys.modules.update(dict.fromkeys(('torch', 'streamlit', 'matplotlib', 'plotly')))"
    code = f"{block}; import runpy; runpy.run_module('conv_viz', run_name='__main__', alter_sys=True)"
    call = [sys.executable, "-c", code, "describe", "nn.Conv2d(3, 10, 5, padding=2)", "--input", "16,3,28,28"]
    done = subprocess.run(call, capture_output=True, text=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert "input (16, 3, 28, 28) → output (16, 10, 28, 28)" in done.stdout


def test_an_impossible_setting_as_a_program() -> None:
    call = [sys.executable, "-m", "conv_viz", "describe", "nn.Conv2d(3, 6, 3, groups=2)", "--input", "1,3,8,8"]
    done = subprocess.run(call, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.startswith("3 input channels cannot be split into 2 equal groups")
    assert done.stderr.count("\n") == 1


def test_json_has_the_published_keys(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "nn.Conv2d(1, 3, (4, 5), stride=2, bias=False)", "-i", "(1, 9, 9)", "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed == {
        "code": "nn.Conv2d(1, 3, kernel_size=(4, 5), stride=2, bias=False)",
        "input_shape": [1, 9, 9],
        "output_shape": [3, 3, 3],
        "weight_shape": [3, 1, 4, 5],
        "bias_shape": None,
        "parameters": 60,
        "activations": 27,
        "macs": 540,
        "effective_kernel": [4, 5],
        "unread_rows": [8],
        "unread_columns": [],
    }


@pytest.mark.parametrize("name", KINDS)
def test_json_has_the_same_keys_for_every_kind(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    size = "8,7" if KINDS[name].dims == 1 else "8,7,7"
    call = KINDS[name].facts.example if "Pool" in name else f"nn.{name}(8, 4, 3, stride=2, padding=1)"
    printed = []
    for layer, sizes in ((call, size), ("nn.Conv2d(8, 4, 3)", "8,7,7")):
        assert main(["describe", layer, "--input", f"1,{sizes}", "--json"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert printed[0].keys() == printed[1].keys()
    if "Pool" in name:
        assert (printed[0]["weight_shape"], printed[0]["parameters"], printed[0]["macs"]) == (None, 0, 0)


def test_a_transposed_layer_in_json(capsys: pytest.CaptureFixture[str]) -> None:
    layer = "nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)"
    assert main(["describe", layer, "--input", "1,8,7,7", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["output_shape"] == [1, 4, 14, 14]


@pytest.mark.parametrize(("size", "extra"), [("7", (0, 0)), ("8", (1, 1)), ("8,7", (1, 0))])
def test_an_output_size_names_the_output_padding(
    size: str, extra: tuple[int, int], capsys: pytest.CaptureFixture[str]
) -> None:
    call = ["describe", TWICE, "--input", "1,1,4,4", "--output-size", size]
    assert main([*call, "--json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["output_shape"][-2:] == [7 + extra[0], 7 + extra[1]]
    assert parse(printed["code"]).arguments()["output_padding"] == extra


@pytest.mark.parametrize(
    ("name", "layer", "size"),
    [
        ("padded", "nn.Conv2d(3, 10, 5, padding=2)", "16,3,28,28"),
        ("depthwise", "Conv2d(8, 16, (3, 4), padding='same', groups=8, bias=False, padding_mode='reflect')", "8,20,30"),
        ("unread", "conv = torch.nn.Conv2d(1, 1, 1, stride=(2, 3), dilation=2)", "1 1 8 9"),
        ("transposed", "nn.ConvTranspose2d(8, 4, 3, stride=2, padding=1, output_padding=1)", "1,8,7,7"),
        ("max_pool", "nn.MaxPool2d(3, 2, 1, ceil_mode=True)", "2,16,112,111"),
        ("avg_pool", "self.pool = nn.AvgPool2d((2, 3), padding=(0, 1))", "16,9,9"),
        ("one_axis", "nn.Conv1d(16, 33, 3, stride=2)", "20,16,50"),
    ],
)
def test_text(
    name: str, layer: str, size: str, capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]
) -> None:
    assert main(["describe", layer, "--input", size]) == 0
    text = capsys.readouterr().out
    golden(f"describe/{name}.txt", text)
    headline = Summary.of(parse(layer), shape(size))
    macs = [f"{headline.macs:,}"] if headline.macs else []
    for number in (*macs, f"{headline.activations:,}", headline.spec.code(), str(headline.output_shape)):
        assert number in text


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["describe", "nn.Conv2d(3, 6, 3)", "--input", "1,1,8,8"], "reads 3 input channels, but the input has 1"),
        (["describe", "nn.Conv2d(1, 1, 9)", "--input", "1,5,5"], "The kernel does not fit"),
        (["describe", "nn.Conv2d(1, 1, 1)", "--input", "1,5,5", "--output-size", "7"], "goes with a transposed layer"),
        (["describe", TWICE, "--input", "1,4,4", "--output-size", "9"], "reaches height 7 to 8 and width 7 to 8 here"),
        (["describe", TWICE, "--input", "1,4,4", "--output-size", "a"], "a size is written like 224"),
        (["describe", "nn.Conv2d(1, 1, 9)", "--input", "5,5"], "The input has 2 dimensions (5, 5)"),
        (["describe", "nn.Conv2d(1, 1, 9)", "--input", "1,a,5"], "a shape is written like 16,3,28,28, not '1,a,5'"),
        (["describe", "nn.Conv2d(1, 1, 9)", "--input", ""], "a shape is written like 16,3,28,28"),
        (["describe", "nn.Conv2d(1, 1, 9)", "--input", "9" * 5000], "a shape is written like 16,3,28,28"),
        (["describe", "nn.Conv2d(1, 1, 1)", "--input", "1,99999999,5"], "Height and width are at most 65,536"),
        (["describe", "nn.Conv2d(1, 1, 1)"], "--input"),
        (["describe", "nn.Linear(1, 1)", "--input", "1,5,5"], "One of nn.Conv2d, nn.ConvTranspose2d, nn.MaxPool2d"),
        (["describe", "(" * 9_000, "--input", "1,5,5"], "This is not a Python call"),
        (["describe", "nn.Conv2d(__import__('os').abort(), 1, 1)", "--input", "1,5,5"], "in_channels"),
        (["describe"], "LAYER"),
        (["bake"], "invalid choice: 'bake'"),
        ([], "COMMAND"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_status_2(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        status = main(arguments)
    except SystemExit as stopped:  # what argparse itself refuses
        status = stopped.code
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert sentence in printed.err
    assert printed.err.count("\n") == 1
    assert len(printed.err) < 400


@pytest.mark.parametrize("arguments", [[], ["describe"]])
def test_help(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--help"])
    text = capsys.readouterr().out
    assert stopped.value.code == 0
    assert "usage: python -m conv_viz" in text
    assert all(len(line) <= 120 for line in text.splitlines())
    if not arguments:
        assert all(command.__name__.split(".")[-1] in text for command in COMMANDS)
