"""``python -m conv_viz solve``: what it prints, and what it refuses."""

from __future__ import annotations

import json

import pytest

from conv_viz import ConvSpec
from conv_viz.__main__ import main
from conv_viz.layers.transposed import ConvTransposeSpec


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("halve", ["--from", "224", "--to", "112"]),
        ("both-axes", ["--from", "480,640", "--to", "240x320", "--kernel-size", "3"]),
        ("one-number-for-both", ["--from", "28,30", "--to", "26", "--dilation", "1", "--limit", "4"]),
        ("unread", ["--from", "9", "--to", "3", "--padding", "0", "--limit", "0"]),
        ("enlarge", ["--from", "7", "--to", "14", "--limit", "4"]),
        ("enlarge-transposed", ["--from", "14,16", "--to", "28,32", "--limit", "6"]),
        ("any-size", ["--any-size", "--dilation", "2"]),
        ("any-size-halved", ["--any-size", "2", "--limit", "8"]),
    ],
)
def test_text(name, arguments, capsys, golden):
    assert main(["solve", *arguments]) == 0
    golden(f"solve/{name}.txt", capsys.readouterr().out)


def test_json_holds_arguments_of_the_layer(capsys):
    assert main(["solve", "--from", "30,17", "--to", "15,9", "--json", "--limit", "5"]) == 0
    settings = json.loads(capsys.readouterr().out)
    assert len(settings) == 5
    for setting in settings:
        setting = {name: tuple(value) if isinstance(value, list) else value for name, value in setting.items()}
        assert ConvSpec(1, 1, **setting).output_shape((1, 30, 17)) == (1, 15, 9)


def test_json_of_a_larger_size_holds_arguments_of_the_transposed_layer(capsys):
    assert main(["solve", "--from", "7", "--to", "14", "--layer", "ConvTranspose2d", "--json", "--limit", "0"]) == 0
    settings = json.loads(capsys.readouterr().out)
    assert {"kernel_size": 4, "stride": 2, "padding": 1, "output_padding": 0, "dilation": 1} in settings[:2]
    for setting in settings:
        assert ConvTransposeSpec(1, 1, **setting).output_shape((1, 7, 7)) == (1, 14, 14)


def test_which_output_padding_makes_a_size(capsys):
    fixed = ["--kernel-size", "3", "--stride", "2", "--padding", "1", "--layer", "ConvTranspose2d"]
    for to, extra in (("7", 0), ("8", 1)):
        assert main(["solve", "--from", "4", "--to", to, *fixed, "--json"]) == 0
        assert [setting["output_padding"] for setting in json.loads(capsys.readouterr().out)] == [extra]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--from", "14", "--to", "28", "--layer", "Conv2d"], "nn.ConvTranspose2d (stride 2)"),
        (["--from", "7", "--to", "1000"], "No transposed layer in these ranges"),
        (["--from", "100", "--to", "3", "--layer", "ConvTranspose2d"], "turns 100 into 3"),
        (["--from", "7", "--to", "4", "--layer", "AvgPool2d", "--dilation", "2"], "nn.AvgPool2d has no dilation"),
        (["--from", "7,9", "--to", "4", "--layer", "Conv1d"], "nn.Conv1d has one axis"),
        (["--from", "7", "--to", "20", "--layer", "MaxPool2d"], "A pool does not enlarge: it makes at most"),
        (["--from", "14,9", "--to", "7,40"], "Width: A convolution does not enlarge"),
        (["--from", "1000", "--to", "3"], "No kernel_size up to 11"),
        (["--from", "0", "--to", "3"], "input size must be from 1"),
        (["--from", "9" * 400, "--to", "3"], "a size is written like 224"),
        (["--from", "1,2,3", "--to", "3"], "a size is written like 224"),
        (["--from", "a", "--to", "3"], "not 'a'"),
        (["--from", "9"], "--to is missing"),
        (["--to", "9"], "--from"),
        (["--from", "9", "--to", "3", "--stride", "0"], "at least 1"),
        (["--from", "9", "--to", "3", "--padding", "-1"], "padding is at least 0"),
        (["--any-size", "2", "--to", "3"], "--any-size STRIDE goes with"),
        (["--any-size", "0"], "stride must be at least 1"),
        (["--any-size", "--kernel-size", "2", "--dilation", "1"], "No such setting"),
    ],
    ids=lambda value: " ".join(value)[:50] if isinstance(value, list) else "",
)
def test_bad_input_is_one_line_and_status_2(arguments, sentence, capsys):
    try:
        status: object = main(["solve", *arguments])
    except SystemExit as stopped:  # what argparse itself refuses
        status = stopped.code
    printed = capsys.readouterr()
    assert (status, printed.out) == (2, "")
    assert sentence in printed.err
    assert printed.err.count("\n") == 1


def test_help(capsys):
    with pytest.raises(SystemExit) as stopped:
        main(["solve", "--help"])
    assert stopped.value.code == 0
    text = capsys.readouterr().out
    assert "--from SIZE" in text and "examples:" in text
    assert all(len(line) <= 120 for line in text.splitlines())
