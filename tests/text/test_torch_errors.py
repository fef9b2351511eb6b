"""Pasting torch's error messages: the cause and the fix in plain words, layer and input as far as they tell."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import nn

from conv_viz.layers.conv import ConvSpec
from conv_viz.text.paste import read

DATA = Path(__file__).parents[1] / "data"
ERRORS = json.loads((DATA / "torch_errors.json").read_text(encoding="utf-8"))["cases"]

TRACEBACK = """Traceback (most recent call last):
  File "train.py", line 31, in <module>
    y = layer(x)
        ^^^^^^^^
  File "site-packages/torch/nn/modules/conv.py", line 549, in _conv_forward
    return F.conv2d(
           ^^^^^^^^^
{exception}: {message}
"""


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["id"])
@pytest.mark.parametrize("around", ["{message}", TRACEBACK, "I wrote {code} and got\n\n{exception}: {message}\n\nWhy?"])
def test_torch_messages_are_explained(case, around):
    pasted = read(around.format(**case))
    assert pasted.cause and pasted.fix
    assert pasted.cause.endswith(".") and pasted.fix.endswith(".")


@pytest.mark.parametrize("case", ERRORS, ids=lambda case: case["id"])
def test_this_torch_still_says_so(case):
    """The messages are torch's own: made anew and read, they give the same explanation."""
    with pytest.raises(Exception) as raised:
        layer = eval(case["code"], {"nn": nn})
        layer(eval(case["input"], {"torch": torch}))
    assert type(raised.value).__name__ == case["exception"]
    assert read(str(raised.value)).cause == read(case["message"]).cause


@pytest.mark.parametrize(
    "message, spec, shape, mended, cause, fix",
    [
        (
            "Given groups=1, weight of size [64, 3, 7, 7], expected input[1, 1, 224, 224] to have 3 channels, "
            "but got 1 channels instead",
            ConvSpec(3, 64, 7),
            (1, 1, 224, 224),
            (1, 3, 224, 224),
            "grey",
            "repeat(1, 3, 1, 1)",
        ),
        (
            "Given groups=1, weight of size [8, 1, 3, 3], expected input[4, 3, 28, 28] to have 1 channels, but got 3 "
            "channels instead",
            ConvSpec(1, 8, 3),
            (4, 3, 28, 28),
            (4, 1, 28, 28),
            "RGB",
            "mean(dim=1",
        ),
        (
            "Given groups=1, weight of size [8, 3, 3, 3], expected input[2, 28, 30, 3] to have 3 channels, but got 28 "
            "channels instead",
            ConvSpec(3, 8, 3),
            (2, 28, 30, 3),
            (2, 3, 28, 30),
            "(N, H, W, C)",
            "permute(0, 3, 1, 2)",
        ),
        (
            "Given groups=1, weight of size [8, 3, 3, 3], expected input[1, 4, 9, 9] to have 3 channels, "
            "but got 4 channels instead",
            ConvSpec(3, 8, 3),
            (1, 4, 9, 9),
            (1, 3, 9, 9),
            "alpha",
            "x[:, :3]",
        ),
        (
            "Given groups=1, weight of size [8, 1, 3, 3], expected input[1, 64, 28, 28] to have 1 channels, but got 64 "
            "channels instead",
            ConvSpec(1, 8, 3),
            (1, 64, 28, 28),
            (64, 1, 28, 28),
            "a batch of 64",
            "unsqueeze(1)",
        ),
        (
            "Given groups=2, weight of size [8, 2, 3, 3], expected input[1, 3, 5, 5] to have 4 channels, "
            "but got 3 channels instead",
            ConvSpec(4, 8, 3, groups=2),
            (1, 3, 5, 5),
            (1, 4, 5, 5),
            "2 x 2 groups",
            "in_channels=3",
        ),
        (
            "Calculated padded input size per channel: (2 x 7). Kernel size: (3 x 3). "
            "Kernel size can't be greater than actual input size",
            ConvSpec(1, 1, 3),
            (1, 1, 2, 7),
            None,
            "spans 3x3",
            "more padding",
        ),
        (
            "Expected 4-dimensional input for 4-dimensional weight [64, 3, 7, 7], but got 3-dimensional input of size "
            "[3, 224, 224] instead",
            ConvSpec(3, 64, 7),
            (1, 3, 224, 224),
            (1, 3, 224, 224),
            "all four",
            "unsqueeze(0)",
        ),
        (
            "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [28, 28]",
            None,
            (1, 1, 28, 28),
            (1, 1, 28, 28),
            "no channel dimension",
            "x[None, None]",
        ),
        (
            "Expected 3D (unbatched) or 4D (batched) input to conv2d, but got input of size: [4, 1, 3, 9, 9]",
            None,
            (4, 3, 9, 9),
            (4, 3, 9, 9),
            "5 dimensions",
            "flatten(0, 1)",
        ),
        (
            "Argument #4: Padding size should be less than the corresponding input dimension, but got: "
            "padding (5, 5) at dimension 3 of input [1, 1, 5, 5]",
            None,
            (1, 1, 5, 5),
            None,
            "mirrors",
            "size - 1",
        ),
        (
            "Input type (unsigned char) and bias type (float) should be the same",
            None,
            None,
            None,
            "picture bytes",
            "/ 255",
        ),
        (
            "Input type (torch.FloatTensor) and weight type (torch.cuda.FloatTensor) should be the same",
            None,
            None,
            None,
            "different devices",
            "x.to(device)",
        ),
        ("expected scalar type Double but found Float", None, None, None, "float64", "x.float()"),
        (
            "mat1 and mat2 shapes cannot be multiplied (16x400 and 256x120)",
            None,
            None,
            None,
            "expects 256",
            "Linear(400",
        ),
        (
            "Given groups=1, weight of size [8, 1, 3], expected input[1, 3, 9] to have 1 channels, but got 3 channels",
            None,
            None,
            None,
            "nn.Conv1d",
            "in_channels=3",
        ),
        (
            "expected padding to be a single integer value or a list of 2 values to match the convolution dimensions, "
            "but got padding=[1, 2, 3, 4]",
            None,
            None,
            None,
            "[1, 2, 3, 4]",
            "F.pad",
        ),
        (
            "conv2d() received an invalid combination of arguments - got (numpy.ndarray, Parameter",
            None,
            None,
            None,
            "numpy.ndarray",
            "torch.from_numpy",
        ),
        ("Invalid padding string 'foo', should be one of {'valid', 'same'}", None, None, None, "'foo'", "'same'"),
    ],
)
def test_a_message_sets_what_it_tells(message, spec, shape, mended, cause, fix):
    pasted = read("RuntimeError: " + message)
    assert (pasted.spec, pasted.input_shape, pasted.mended_input) == (spec, shape, mended)
    assert cause in pasted.cause and fix in pasted.fix
    if spec and mended:
        spec.output_shape(mended)


@pytest.mark.parametrize(
    "weight", ["weight of size [64, 3, 7, 7],", "weight of size 64 3 7 7,", "weight[64, 3, 7, 7], so"]
)
def test_older_wordings_of_the_commonest_message(weight):
    pasted = read(
        f"Given groups=1, {weight} expected input[16, 1, 28, 28] to have 3 channels, but got 1 channels instead"
    )
    assert (pasted.spec, pasted.input_shape) == (ConvSpec(3, 64, 7), (16, 1, 28, 28))


def test_a_message_chooses_its_layer_in_the_code_above_it():
    code = "self.a = nn.Conv2d(3, 16, 3)\nself.b = nn.Conv2d(16, 32, 5, stride=2, padding=2, padding_mode='circular')\n"
    pasted = read(
        code + "RuntimeError: Given groups=1, weight of size [32, 16, 5, 5], expected input[1, 8, 20, 20] to have "
        "16 channels, but got 8 channels instead"
    )
    assert (pasted.layers[0].name, pasted.layers[0].spec.stride) == ("b", (2, 2))
    assert pasted.input_shape == (1, 8, 20, 20)
    assert not any("does not give" in note for note in pasted.notes)


def test_padding_is_taken_off_the_size_in_a_message():
    pasted = read(
        "nn.Conv2d(1, 1, 3)\nnn.Conv2d(4, 1, 5, dilation=2, padding=1)\nCalculated padded input size per channel: "
        "(7 x 8). Kernel size: (9 x 9). Kernel size can't be greater than actual input size"
    )
    assert pasted.spec == ConvSpec(4, 1, 5, dilation=2, padding=1)
    assert pasted.input_shape == (1, 4, 5, 6)


def test_the_last_message_counts():
    pasted = read("groups must be a positive integer\nDuring handling of ...\nnon-positive stride is not supported")
    assert "step" in pasted.cause
