"""The page's scene from a frame: words, fits, and what cannot be shown."""

from __future__ import annotations

import numpy as np
import pytest

from conv_viz import ConvSpec
from conv_viz.edits import Weights
from conv_viz.filter_view import filter_view, filters_of, on_picture
from conv_viz.frame import Frame
from conv_viz.gallery_scene import Look
from conv_viz.images import Picture, preview
from conv_viz.samples import path


def sample(name: str) -> Picture:
    return preview(path(name).read_bytes(), 800)


def frame(**arguments) -> Frame:
    return Frame.of({"in_channels": 3, "out_channels": 4, "kernel_size": 3, **arguments}, (1, 3, 7, 7))


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
    header = filter_view(frame(in_channels=channels), sample(name), "it").header
    assert header["about"][1].startswith(said) and header["fit"] == fit
    assert len(header["maps"]) == 4


def test_a_picture_that_was_made_smaller_says_so_and_a_long_name_is_cut():
    large = Picture(np.zeros((3, 60, 80), np.uint8), 0, 255, ("EXIF orientation applied.",), (3000, 4000))
    about = filter_view(frame(), large, "x" * 200).header["about"]
    assert about[0].startswith(
        "x" * 59 + "…: 3000 × 4000, 3 channels, previewed at 60 × 80 → 4 feature maps of 58 × 78"
    )
    assert about[2] == "EXIF orientation applied."


def test_an_impossible_layer_is_a_problem_with_a_way_out():
    header = filter_view(frame(padding="same", stride=2), sample("photo.png"), "it").header
    assert header["problem"]["parameter"] == "padding" and header["problem"]["advice"]
    assert (
        header["code"].endswith("padding='same')")
        and header["shown"] == "nn.Conv2d(3, 4, kernel_size=3, stride=2, padding=1)"
    )
    assert len(header["maps"]) == 4, "those of the mended layer, for who has seen none yet"


def test_a_kernel_larger_than_the_picture_is_mended_against_the_picture():
    tiny = Picture(np.zeros((1, 1, 1), np.uint8), 0, 255, (), (1, 1))
    made = filter_view(frame(kernel_size=5), tiny, "dot").header
    assert made["problem"]["advice"] == "Set kernel_size=1." and "torch" in made["problem"]
    assert made["shown"] == "nn.Conv2d(3, 4, kernel_size=1)"
    changes = on_picture(frame(kernel_size=5), tiny).mended()
    assert "maps" in filter_view(frame(**changes), tiny, "dot").header


def test_a_layer_that_is_too_large_is_one_sentence():
    header = filter_view(frame(in_channels=4096, out_channels=4096, kernel_size=64), sample("photo.png"), "it").header
    assert "256 GiB" in header["problem"]["rule"]


def test_named_filters_and_edited_weights():
    named = filters_of(frame(kernel_size=1), named=True)
    assert named.refused
    header = filter_view(frame(kernel_size=1), sample("photo.png"), "it", named=True).header
    assert "needs a kernel of at least" in header["about"][2]
    weights = Weights(np.zeros((4, 3, 3, 3), np.float32), np.full(4, 2.0, np.float32))
    made = filter_view(frame(), sample("photo.png"), "it", weights=weights, look=Look(chosen=1))
    assert (made.arrays["output"] == 2).all()
    assert filters_of(frame(), False, weights).spec == ConvSpec(3, 4, 3)
