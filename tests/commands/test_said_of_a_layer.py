"""What is said of settings that run and still surprise: channels that stand last, edges of padding alone."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from conv_viz import ConvSpec, ConvSpecError
from conv_viz.__main__ import main
from conv_viz.compute.layer import run
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.layers.window import WindowAxis


@pytest.mark.parametrize(
    ("shape", "turned"),
    [
        ((1, 512, 512, 3), "x.permute(0, 3, 1, 2): (1, 3, 512, 512)"),
        ((8, 32, 48, 3), "x.permute(0, 3, 1, 2): (8, 3, 32, 48)"),
        ((224, 200, 3), "x.permute(2, 0, 1): (3, 224, 200)"),
    ],
)
@pytest.mark.parametrize("command", ["describe", "export"])
def test_channels_that_stand_last(
    command: str, shape: tuple[int, ...], turned: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    more = ["-o", str(tmp_path / "a.png")] if command == "export" else []
    assert main([command, "nn.Conv2d(3, 64, 3)", "--input", ",".join(map(str, shape)), *more]) == 2
    said = capsys.readouterr().err
    assert turned in said and "Set in_channels" not in said and said.count("\n") == 1


def test_show_says_it_too() -> None:
    from conv_viz import show

    with pytest.raises(ValueError, match=re.escape("x.permute(0, 3, 1, 2)")):
        show(torch.nn.Conv2d(3, 4, 3), torch.rand(1, 16, 16, 3))


@pytest.mark.parametrize("shape", [(1, 4, 8, 8), (1, 1, 8, 3), (3, 512, 512, 4)])
def test_other_channels_are_still_mended(shape: tuple[int, ...]) -> None:
    with pytest.raises(ConvSpecError) as refused:
        ConvSpec(3, 8, 3).output_shape(shape)
    assert refused.value.fix == {"in_channels": shape[-3]}


@given(
    size=st.integers(1, 9),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 4),
    before=st.integers(0, 9),
    after=st.integers(0, 9),
    mode=st.sampled_from(("zeros", "replicate")),
)
def test_padding_only_is_where_the_layer_returns_zero(mode: str, **axis: int) -> None:
    along = WindowAxis(**axis, mode=mode)
    padded = np.pad(np.ones(along.size), (along.before, along.after), mode="constant" if mode == "zeros" else "edge")
    taps = [[o * along.stride + k * along.dilation for k in range(along.kernel)] for o in range(along.output)]
    assert along.padding_only == tuple(o for o, cells in enumerate(taps) if not padded[cells].any())


@given(
    size=st.integers(1, 6),
    kernel=st.integers(1, 4),
    stride=st.integers(1, 4),
    dilation=st.integers(1, 4),
    padding=st.integers(0, 3),
)
def test_no_input_is_where_a_transposed_layer_returns_zero(
    size: int, kernel: int, stride: int, dilation: int, padding: int
) -> None:
    spec = ConvTransposeSpec(1, 1, (1, kernel), (1, stride), (0, padding), bias=False, dilation=(1, dilation))
    try:
        along = spec.axes((1, 1, size))[1]
    except ConvSpecError:
        return
    done = run(spec, np.ones((1, 1, size), np.float32), weight=np.ones(spec.weight_shape))
    assert along.padding_only == tuple(np.flatnonzero(done.output[0, 0] == 0))


@pytest.mark.parametrize(
    ("layer", "shape", "said", "unsaid"),
    [
        ("nn.ConvTranspose2d(1, 1, 1, stride=2)", "1,3,3", "rows 1, 3 of the output read no input", "remainder"),
        ("nn.ConvTranspose2d(1, 1, 3, stride=2, padding=1)", "1,3,3", "every row is read\n", "no input"),
        ("nn.MaxPool2d(3, 2)", "1,8,8", "remainder 1: row 7 is never read\n", "weight"),
        ("nn.AvgPool2d(3, 2, ceil_mode=True)", "1,8,8", "remainder 0: every row is read\n", "MACs"),
        ("nn.Conv1d(1, 4, 3, stride=2)", "1,1,8", "remainder 1: cell 7 is never read\n", "height"),
        ("nn.ConvTranspose2d(1, 1, 3, stride=60000)", "1,60000,3", "every row is read\n", "rows"),
    ],
)
def test_describe_says_what_is_true_of_each_kind(
    layer: str, shape: str, said: str, unsaid: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["describe", layer, "--input", shape]) == 0
    text = capsys.readouterr().out
    assert said in text and unsaid not in text


def test_describe_says_which_rows_are_the_bias_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["describe", "nn.Conv2d(3, 64, 3, padding=100)", "--input", "1,3,224,224"]) == 0
    said = capsys.readouterr().out
    for what in ("rows", "columns"):
        assert f"the outer 98 {what} of the output on each side read padding only" in said


@pytest.mark.parametrize("sizes", [("7", "14"), ("7,7", "14,14")])
def test_solve_marks_them_and_names_the_layer_that_enlarges(
    sizes: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["solve", "--from", sizes[0], "--to", sizes[1]]) == 0
    lines = capsys.readouterr().out.splitlines()
    (marked,) = [line for line in lines if line.startswith("  kernel_size=6, padding=6 ")]
    assert "edges read padding only" in marked
    assert not any("padding only" in line for line in lines if line.startswith("  kernel_size=10, padding=8"))
    assert any("nn.ConvTranspose2d" in line for line in lines)


def test_planes_that_are_pictures_have_the_old_name_of_href_too(tmp_path: Path) -> None:
    assert main(["export", "nn.Conv2d(1, 1, 3)", "--input", "1,1,48,48", "-o", str(tmp_path / "a.svg")]) == 0
    images = list(ET.parse(tmp_path / "a.svg").iter("{http://www.w3.org/2000/svg}image"))
    assert images
    for image in images:
        assert image.attrib["href"] == image.attrib["{http://www.w3.org/1999/xlink}href"]
