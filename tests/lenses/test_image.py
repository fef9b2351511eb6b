"""The page's scene from a frame: words, fits, and what cannot be shown."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

from conv_viz import ConvSpec
from conv_viz.compute.layer import build
from conv_viz.images.read import Picture, preview
from conv_viz.images.samples import path
from conv_viz.layers.kinds import KINDS
from conv_viz.layers.setup import Setup
from conv_viz.lenses.image import filter_view, filters_of, on_picture
from conv_viz.scenes.gallery import Look
from conv_viz.weights.edits import Weights
from tests.strategies import usual


def sample(name: str) -> Picture:
    return preview(path(name).read_bytes(), 800)


def setup(**arguments) -> Setup:
    return Setup.of({"in_channels": 3, "out_channels": 4, "kernel_size": 3, **arguments}, (1, 3, 7, 7))


@pytest.mark.parametrize(
    ("name", "channels", "said", "fit"),
    [
        ("astronaut.jpg", 3, "Picture and layer agree: 3 channels.", ""),
        ("camera.png", 1, "Picture and layer agree: 1 channel.", ""),
        ("cat_4_bands.tif", 4, "Picture and layer agree: 4 channels.", ""),
        (
            "camera.png",
            3,
            "The picture was fitted to the layer: grey is repeated 3 times.",
            "set in_channels=1 instead",
        ),
        (
            "astronaut.jpg",
            1,
            "The picture was fitted to the layer: the 3 channels became their luminance",
            "set in_channels=3 instead",
        ),
        (
            "cat_4_bands.tif",
            3,
            "The picture was fitted to the layer: of 4 channels channels 0 to 2 are kept",
            "set in_channels=4 instead",
        ),
        (
            "astronaut.jpg",
            4,
            "The picture was fitted to the layer: the 3 channels repeat in turn",
            "set in_channels=3 instead",
        ),
    ],
)
def test_picture_and_layer_fit_and_the_page_says_how(name, channels, said, fit):
    header = filter_view(setup(in_channels=channels), sample(name), "it").header
    assert header["about"][1].startswith(said) and header["fit"] == fit
    assert len(header["maps"]) == 4


def test_a_picture_that_was_made_smaller_says_so_and_a_long_name_is_cut():
    large = Picture(np.zeros((3, 60, 80), np.uint8), 0, 255, ("EXIF orientation applied.",), (3000, 4000))
    about = filter_view(setup(), large, "x" * 200).header["about"]
    assert about[0].startswith(
        "x" * 59 + "…: 3000 × 4000, 3 channels, previewed at 60 × 80 → 4 feature maps of 58 × 78"
    )
    assert about[2] == "EXIF orientation applied."


def test_an_impossible_layer_is_a_problem_with_a_way_out():
    header = filter_view(setup(padding="same", stride=2), sample("photo.png"), "it").header
    assert header["problem"]["parameter"] == "padding" and header["problem"]["advice"]
    assert (
        header["code"].endswith("padding='same')")
        and header["shown"] == "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
    )
    assert len(header["maps"]) == 4, "those of the mended layer, for who has seen none yet"


def test_a_kernel_larger_than_the_picture_is_mended_against_the_picture():
    tiny = Picture(np.zeros((1, 1, 1), np.uint8), 0, 255, (), (1, 1))
    made = filter_view(setup(kernel_size=5), tiny, "dot").header
    assert made["problem"]["advice"] == "Set kernel_size=1." and "torch" in made["problem"]
    assert made["shown"] == "nn.Conv2d(3, 4, kernel_size=1)"
    changes = on_picture(setup(kernel_size=5), tiny).mended()
    assert "maps" in filter_view(setup(**changes), tiny, "dot").header


def test_a_layer_that_is_too_large_is_one_sentence():
    header = filter_view(setup(in_channels=4096, out_channels=4096, kernel_size=64), sample("photo.png"), "it").header
    assert "256 GiB" in header["problem"]["rule"]


def test_named_filters_and_edited_weights():
    named = filters_of(setup(kernel_size=1), sample("photo.png"), named=True)
    assert named.refused
    header = filter_view(setup(kernel_size=1), sample("photo.png"), "it", named=True).header
    assert "needs a kernel of at least" in header["about"][2]
    weights = Weights(np.zeros((4, 3, 3, 3), np.float32), np.full(4, 2.0, np.float32))
    made = filter_view(setup(), sample("photo.png"), "it", weights=weights, look=Look(chosen=1))
    assert (made.arrays["output"] == 2).all()
    assert filters_of(setup(), sample("photo.png"), False, weights).spec == ConvSpec(3, 4, 3)


def test_what_lies_beyond_float32_is_said():
    weight = np.full((4, 3, 3, 3), 3e38, np.float32)
    weight[0, 0, 0, 0] = -3e38
    scene = filter_view(setup(), sample("astronaut.jpg"), "a", weights=Weights(weight, np.zeros(4, np.float32)))
    assert "too large for float32" in scene.header["about"][2]
    json.dumps(scene.header, allow_nan=False)


# -- every layer ------------------------------------------------------------------------------------

WINDOW: dict[str, Any] = dict(stride=2, padding=1, output_padding=1, ceil_mode=True, count_include_pad=False)


def framed(name: str, **changes: Any) -> Setup:
    arguments = {**KINDS[name](**usual(name, **WINDOW)).arguments(), **changes}
    return Setup.of(arguments, (1, arguments.get("in_channels", 3), *(7, 7)[: KINDS[name].dims]), name=name)


@pytest.mark.numeric
@pytest.mark.parametrize("name", KINDS)
def test_the_maps_of_every_layer_are_what_torch_makes_of_the_picture(name):
    picture = sample("photo.png")
    setup = framed(name)
    made = filter_view(setup, picture, "it", look=Look(chosen=1))
    layer = build(setup.layer())
    x = torch.from_numpy(picture.unit())
    with torch.no_grad():
        out = layer(x.transpose(0, 1)).transpose(0, 1)[1] if KINDS[name].dims == 1 else layer(x)[1]
    np.testing.assert_allclose(made.arrays["output"], out.numpy(), atol=1e-5)
    assert made.header["code"] == setup.layer().code()
    maps = 4 if "Conv" in name else 3
    assert [one["index"] for one in made.header["maps"]] == list(range(maps))
    assert ("weight" in made.arrays) == ("Conv" in name)


def test_what_is_said_of_a_layer_that_is_no_conv2d():
    picture = sample("photo.png")
    about = filter_view(framed("MaxPool2d"), picture, "it").header
    assert about["about"][1] == "nn.MaxPool2d takes each channel by itself." and not about["fit"]
    assert [one["name"] for one in about["maps"]] == ["red", "green", "blue"]
    row = filter_view(framed("Conv1d"), picture, "it").header["about"]
    assert row[2].startswith("Each row of the picture passes nn.Conv1d by itself.")


def test_named_filters_of_a_row_say_in_one_sentence_which_have_more_rows():
    made = filters_of(framed("Conv1d", kernel_size=(5,)), sample("photo.png"), named=True)
    assert "Box blur" in made.names and len(made.refused) == 1
    assert made.refused[0].startswith("nn.Conv1d has one row; not for it are ") and "Laplacian" in made.refused[0]


@pytest.mark.numeric
def test_named_filters_do_the_same_in_a_transposed_layer():
    picture = sample("photo.png")
    plain, turned = (
        filter_view(framed(name, stride=(1, 1), padding=(1, 1), **more), picture, "it", named=True, look=Look(chosen=9))
        for name, more in (("Conv2d", {}), ("ConvTranspose2d", {"output_padding": (0, 0)}))
    )
    np.testing.assert_allclose(plain.arrays["output"], turned.arrays["output"], atol=1e-5)
    assert plain.header["detail"]["name"] == turned.header["detail"]["name"]


@pytest.mark.parametrize("name", KINDS)
def test_an_impossible_setting_of_every_layer_is_mended_against_the_picture(name):
    tiny = Picture(np.zeros((3, 2, 2), np.uint8), 0, 255, (), (2, 2))
    size = "output_padding" if KINDS[name].turned else "kernel_size"
    wrong: dict[str, Any] = {size: (9,) * KINDS[name].dims}
    if "padding" in KINDS[name].facts.arguments:
        wrong["padding"] = (0,) * KINDS[name].dims
    shown = filter_view(framed(name, **wrong), tiny, "dot")
    assert shown.header["problem"]["rule"] and shown.header["problem"]["advice"]
    assert shown.header["maps"]


@pytest.mark.parametrize("name", [name for name in KINDS if KINDS[name].weight_shape is not None])
def test_every_layer_that_is_too_large_has_a_smaller_one(name):
    dims = KINDS[name].dims
    much = framed(name, in_channels=4096, out_channels=4096, kernel_size=(64,) * dims, padding=(31,) * dims)
    problem = filter_view(much, sample("photo.png"), "it").header["problem"]
    assert problem["rule"] and problem["advice"]
