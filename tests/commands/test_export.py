"""``python -m conv_viz export``: what it writes, what it refuses, and what it never leaves behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from conv_viz import ConvSpec, run
from conv_viz.__main__ import main
from conv_viz.commands.export import FILLS as COMMAND_FILLS
from conv_viz.commands.export import Counter
from conv_viz.compute.inputs import FILLS, fill_batch
from conv_viz.export.formats import FORMATS
from conv_viz.export.numbers import brief, signed
from conv_viz.images.samples import path as sample
from conv_viz.layers.kinds import parse
from conv_viz.weights.files import save_weights

LAYER = ["nn.Conv2d(1, 3, 3)", "--input", "1,1,7,7"]
SVG = "{http://www.w3.org/2000/svg}"


def call(*arguments: Any) -> int:
    """The exit status."""
    try:
        return main(["export", *map(str, arguments)])
    except SystemExit as stopped:  # what argparse itself refuses
        return stopped.code if isinstance(stopped.code, int) else 1


def texts(path: Path) -> list[str]:
    return [node.text or "" for node in ET.parse(path).iter(f"{SVG}text")]


def test_a_gif_of_the_usual_layer(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conv_viz.commands.export.SHOWN_AFTER", float("inf"))  # however slow this machine is
    path = tmp_path / "layer.gif"
    assert call(*LAYER, "-o", path) == 0
    with Image.open(path, formats=["GIF"]) as image:
        assert image.n_frames == 25 and 600 <= image.width <= 900
    printed = capsys.readouterr()
    assert printed.out == f"{path}: {path.stat().st_size / 1000:,.0f} kB\n"
    assert all(line.endswith("of 25 frames") for line in printed.err.splitlines())  # told where it takes a second


@pytest.mark.parametrize(
    ("name", "more", "frames"),
    [
        ("a.webp", ["--every", "5"], 5),
        ("a.webp", ["--still"], 1),
        ("a.png", [], 1),
        ("a.gif", ["--every", "7"], 4),
        ("A.PNG", [], 1),
    ],
)
def test_endings_and_flags(name: str, more: list[str], frames: int, tmp_path: Path) -> None:
    assert call(*LAYER, "-o", tmp_path / name, *more) == 0
    with Image.open(tmp_path / name) as image:
        assert getattr(image, "n_frames", 1) == frames


def test_filter_sample_fill_seed_and_cell_reach_the_picture(tmp_path: Path) -> None:
    more = ["--filter", 2, "--sample", 1, "--fill", "random", "--seed", 5, "--cell", "3,1"]
    assert call("nn.Conv2d(1, 3, 3)", "-i", "2,1,7,7", "-o", tmp_path / "a.svg", *more) == 0
    done = run(ConvSpec(1, 3, 3), fill_batch("random", (2, 1, 7, 7), 5), seed=5)
    said = texts(tmp_path / "a.svg")
    assert "output[1, 2, 3, 1]" in said and signed(done.output[1, 2, 3, 1], 4) in said
    assert call("nn.Conv2d(1, 3, 3)", "-i", "1,7,7", "-o", tmp_path / "b.svg", "--cell", "last") == 0
    assert "output[0, 0, 4, 4]" in texts(tmp_path / "b.svg")
    cells = ["--cell", "0,0", "--cell", "last"]
    assert call("nn.Conv2d(1, 3, 3)", "-i", "1,7,7", "-o", tmp_path / "c.svg", *cells) == 0
    assert {"output[0, 0, 0, 0]", "output[0, 0, 4, 4]"} <= set(texts(tmp_path / "c.svg"))


def test_a_worksheet_is_a_pdf(tmp_path: Path) -> None:
    assert call("nn.Conv2d(1, 1, 3)", "-i", "1,5,5", "--worksheet", "-o", tmp_path / "a.pdf") == 0
    assert (tmp_path / "a.pdf").read_bytes().count(b"/Type /Page ") == 2


def test_weights_from_a_file(tmp_path: Path) -> None:
    spec = ConvSpec(1, 1, 2, bias=False)
    weights = tmp_path / "own.safetensors"
    weights.write_bytes(save_weights(spec, np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), None))
    assert call(spec.code(), "-i", "1,1,3,3", "--fill", "ramp", "--weights", weights, "-o", tmp_path / "a.svg") == 0
    assert {"+1.00", "+2.00", "+3.00", "+4.00"} <= set(texts(tmp_path / "a.svg"))


def test_a_picture_as_the_input(tmp_path: Path) -> None:
    photo = sample("astronaut.jpg")
    assert call("nn.Conv2d(3, 1, 3)", "--image", photo, "-i", "1,3,6,8", "-o", tmp_path / "a.svg") == 0
    with Image.open(photo) as image:
        small = np.asarray(image.convert("RGB").resize((8, 6), Image.Resampling.BOX), np.float32) / 255
    said = texts(tmp_path / "a.svg")
    for value in small.ravel():
        said.remove(brief(value))
    assert call("nn.Conv2d(1, 1, 3)", "--image", photo, "-o", tmp_path / "grey.png") == 0, "as grey, at its own size"


@pytest.mark.parametrize(
    ("layer", "shape", "cell", "index"),
    [
        ("nn.MaxPool2d(2)", "1,3,6,8", "1,2", "output[0, 1, 1, 2]"),
        ("nn.AvgPool2d(3, 2, ceil_mode=True)", "3,6,6", "last", "output[0, 1, 2, 2]"),
        ("nn.ConvTranspose2d(2, 3, 3, stride=2)", "1,2,3,3", "6,0", "output[0, 1, 6, 0]"),
        ("nn.Conv1d(2, 3, 3)", "1,2,9", "4", "output[0, 1, 4]"),
        ("nn.Conv1d(2, 3, 3)", "2,9", "last", "output[0, 1, 6]"),
    ],
)
def test_every_layer_with_torchs_numbers(layer: str, shape: str, cell: str, index: str, tmp_path: Path) -> None:
    assert call(layer, "-i", shape, "--filter", 1, "--cell", cell, "-o", tmp_path / "a.svg") == 0
    said = texts(tmp_path / "a.svg")
    sizes = tuple(map(int, shape.split(",")))
    spec = parse(layer)
    output = run(spec, fill_batch("photo", sizes, dims=spec.dims)).output
    at = [int(number) for number in index[7:-1].split(",")]
    assert index in said and signed(output[tuple(at[-output.ndim :])], 4) in said
    assert call(layer, "-i", shape, "--every", 5, "-o", tmp_path / "a.gif") == 0
    assert call(layer, "-i", shape, "-o", tmp_path / "a.html") == 0


def test_a_picture_through_a_pool(tmp_path: Path) -> None:
    photo = sample("astronaut.jpg")
    assert call("nn.MaxPool2d(2)", "--image", photo, "-i", "1,3,6,8", "-o", tmp_path / "a.svg") == 0
    assert "input (1, 3, 6, 8) → output (1, 3, 3, 4)" in texts(tmp_path / "a.svg")
    assert call("nn.MaxPool2d(2)", "--image", photo, "-i", "1,6,8", "--still", "-o", tmp_path / "grey.svg") == 0
    assert "input (1, 1, 6, 8) → output (1, 1, 3, 4)" in texts(tmp_path / "grey.svg")
    assert call("nn.MaxPool2d(2)", "--image", photo, "-o", tmp_path / "whole.png") == 0, "three channels"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["nn.Conv1d(1, 1, 3)", "-i", "1,1,9", "--cell", "0,3"],
            "nn.Conv1d has one axis: a cell of it is written like",
        ),
        (["nn.MaxPool2d(2)", "-i", "1,1,9,9", "--cell", "3"], "nn.MaxPool2d has two axes"),
        (["nn.MaxPool2d(2)", "-i", "1,4,9,9", "--filter", "4"], "There are channels 0 to 3, not 4."),
        (["nn.Conv1d(1, 1, 3)", "--image", str(sample("photo.png"))], "reads one row"),
        (["nn.Conv1d(3, 1, 3)", "--image", str(sample("photo.png")), "-i", "1,3,9"], "reads one row"),
        (["nn.MaxPool2d(2, padding=2)", "-i", "1,1,9,9"], "at most half of its kernel"),
        (["nn.Conv1d(1, 1, 3)", "-i", "1,1,9,9"], "dimensions"),
        (["nn.Linear(1, 2)", "-i", "1,1,9,9"], "nn.MaxPool2d"),
    ],
)
def test_what_a_layer_has_not_is_one_sentence(
    arguments: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert call(*arguments, "-o", tmp_path / "x.svg") == 2
    printed = capsys.readouterr().err
    assert said in printed and printed.count("\n") == 1
    assert not list(tmp_path.iterdir())


def test_a_pool_has_no_weights_to_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    weights = tmp_path / "own.safetensors"
    weights.write_bytes(save_weights(ConvSpec(1, 1, 2, bias=False), np.zeros((1, 1, 2, 2)), None))
    assert call("nn.MaxPool2d(2)", "-i", "1,1,4,4", "--weights", weights, "-o", tmp_path / "x.svg") == 2
    assert "nn.MaxPool2d has no weights" in capsys.readouterr().err


def test_weights_of_a_transposed_layer(tmp_path: Path) -> None:
    spec = parse("nn.ConvTranspose2d(1, 2, 2, bias=False)")
    weights = tmp_path / "own.safetensors"
    weights.write_bytes(save_weights(spec, np.arange(1.0, 9.0).reshape(1, 2, 2, 2), None))
    assert call(spec.code(), "-i", "1,1,3,3", "--weights", weights, "--filter", 1, "-o", tmp_path / "a.svg") == 0
    said = texts(tmp_path / "a.svg")
    first = said.index("+8.00")
    assert said[first : first + 4] == ["+8.00", "+7.00", "+6.00", "+5.00"], "turned round"


def test_an_example_by_name(tmp_path: Path) -> None:
    assert call("--preset", "dilation", "--animated", "-o", tmp_path / "a.svg") == 0
    assert "nn.Conv2d(1, 1, kernel_size=3, dilation=2)" in texts(tmp_path / "a.svg")


def test_dark_and_transparent(tmp_path: Path) -> None:
    assert call(*LAYER, "--dark", "-o", tmp_path / "dark.png") == 0
    assert call(*LAYER, "--transparent", "-o", tmp_path / "clear.png") == 0
    with Image.open(tmp_path / "dark.png") as dark, Image.open(tmp_path / "clear.png") as clear:
        assert dark.getpixel((0, 0)) == (20, 23, 28)
        assert clear.getpixel((0, 0))[3] == 0


def test_a_file_is_overwritten_only_by_force(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(b"mine")
    assert call(*LAYER, "-o", path) == 2
    assert path.read_bytes() == b"mine"
    assert "--force" in capsys.readouterr().err
    assert call(*LAYER, "-o", path, "--force") == 0
    assert path.read_bytes()[1:4] == b"PNG"
    assert [file.name for file in tmp_path.iterdir()] == ["a.png"]


NOT_SO = {
    "no layer": ["-i", "1,1,7,7"],
    "no input": ["nn.Conv2d(1, 1, 3)"],
    "channels": ["nn.Conv2d(3, 1, 3)", "-i", "1,1,7,7"],
    "kernel": ["nn.Conv2d(1, 1, 9)", "-i", "1,1,7,7"],
    "no call": ["import os", "-i", "1,1,7,7"],
    "filter": [*LAYER, "--filter", "3"],
    "sample": [*LAYER, "--sample", "1"],
    "cell outside": [*LAYER, "--cell", "5,0", "--still", "-o", "x.svg"],
    "cell, odd": [*LAYER, "--cell", "<b>"],
    "cell of an animation": [*LAYER, "--cell", "1,1"],
    "worksheet, no pdf": [*LAYER, "--worksheet", "-o", "x.svg"],
    "worksheet of a cell": [*LAYER, "--worksheet", "--cell", "1,1", "-o", "x.pdf"],
    "too many cells": [*LAYER, *["--cell", "1,1"] * 9, "-o", "x.svg"],
    "animated pdf": [*LAYER, "--animated", "-o", "x.pdf"],
    "still gif": [*LAYER, "--still"],
    "speed": [*LAYER, "--speed", "0"],
    "speed, no number": [*LAYER, "--speed", "nan"],
    "scale": [*LAYER, "--scale", "9999"],
    "every": [*LAYER, "--every", "0"],
    "seed": [*LAYER, "--seed", "-1"],
    "fill": [*LAYER, "--fill", "noise"],
    "preset": ["--preset", "none such"],
    "preset and layer": ["--preset", "dilation", *LAYER],
    "image that is none": ["nn.Conv2d(1, 1, 3)", "--image", __file__],
    "image not there": ["nn.Conv2d(1, 1, 3)", "--image", "none.jpg"],
    "image and batch": ["nn.Conv2d(3, 1, 3)", "--image", str(sample("photo.png")), "-i", "2,3,7,7"],
    "weights that are none": [*LAYER, "--weights", __file__],
    "too many frames": ["nn.Conv2d(1, 1, 3)", "-i", "1,1,99,99"],
    "too large": ["nn.Conv2d(1, 1, 3)", "-i", "1,1,60000,60000"],
    "ending": [*LAYER, "-o", "x.bmp"],
    "no ending": [*LAYER, "-o", "x"],
    "no folder": [*LAYER, "-o", "none/x.gif"],
    "a folder": [*LAYER, "-o", "folder.gif"],
}


@pytest.mark.parametrize("arguments", NOT_SO.values(), ids=NOT_SO)
def test_bad_input_is_one_sentence_and_status_2_and_no_file(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("folder.gif").mkdir()
    assert call(*arguments, *([] if "-o" in arguments else ["-o", "x.gif"])) == 2
    printed = capsys.readouterr()
    assert printed.out == "" and printed.err.count("\n") == 1 and len(printed.err) < 700
    assert [file.name for file in tmp_path.iterdir()] == ["folder.gif"]


@pytest.mark.skipif(sys.platform == "win32", reason="no such signal")
def test_stopping_leaves_no_half_file(tmp_path: Path) -> None:
    arguments = ["nn.Conv2d(1, 1, 3)", "-i", "1,1,20,20", "-o", str(tmp_path / "long.webp")]
    command = [sys.executable, "-m", "conv_viz", "export", *arguments]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stderr is not None
    told = process.stderr.readline()  # it is long work, and says so
    process.send_signal(signal.SIGINT)
    _, rest = process.communicate(timeout=60)
    assert "of 324 frames" in told
    assert process.returncode == 130 and "Traceback" not in rest and "Stopped." in rest
    assert list(tmp_path.iterdir()) == []


def test_progress_is_told_when_work_is_long(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    counter = Counter()
    counter(1, 8)
    assert capsys.readouterr().err == "", "nobody waits yet"
    counter.begin = time.monotonic() - 2
    for done in range(1, 9):
        counter(done, 8)
    assert capsys.readouterr().err.splitlines() == [f"{done} of 8 frames" for done in range(1, 9)]
    for done in range(1, 101):
        counter(done, 100)
    assert len(capsys.readouterr().err.splitlines()) <= 11, "in tenths"


def test_help_reads_well(capsys: pytest.CaptureFixture[str]) -> None:
    assert call("--help") == 0
    said = capsys.readouterr().out
    assert said.count("python -m conv_viz export") >= 6, "usage and examples"
    assert COMMAND_FILLS == FILLS and all(ending in said for ending in FORMATS)
    assert "-o layer.gif" in said and all(len(line) <= 120 for line in said.splitlines())


def test_help_and_bad_input_do_not_wait_for_torch() -> None:
    block = "import sys; sys.modules.update(dict.fromkeys(('torch', 'streamlit', 'matplotlib', 'PIL')))"
    code = f"{block}; import runpy; runpy.run_module('conv_viz', run_name='__main__', alter_sys=True)"
    for more, status in (["--help"], 0), (["nn.Conv2d(3, 1, 3)", "-i", "1,1,7,7", "-o", "x.gif"], 2):
        done = subprocess.run([sys.executable, "-c", code, "export", *more], capture_output=True, text=True)
        assert done.returncode == status and "Traceback" not in done.stderr


def test_a_page_holds_the_whole_stage(tmp_path: Path) -> None:
    path = tmp_path / "layer.html"
    assert call("nn.Conv2d(3, 4, 3)", "--input", "2,3,7,7", "--filter", "2", "-o", path) == 0
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>") and "<footer></footer>" in text  # both samples are in it
    for more in (["--still"], ["--cell", "1,1"], []):  # [] : the file is there already
        assert call("nn.Conv2d(3, 4, 3)", "--input", "2,3,7,7", "-o", path, *more) == 2
    assert path.read_text(encoding="utf-8") == text
