"""Published numbers of networks: receptive fields, parameters, multiply-accumulates, and where each is from."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import pytest

from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.pool import MaxPoolSpec
from conv_viz.networks.field import Extent, fields
from conv_viz.networks.graph import Network
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.same import with_same
from conv_viz.networks.walk import Walk, walk

CASES = json.loads((Path(__file__).parents[1] / "data" / "receptive_field_table.json").read_text(encoding="utf-8"))


def walked(key: str, *, same: bool = False) -> Walk:
    preset = PRESETS[key]
    return walk(with_same(preset.network) if same else preset.network, preset.input_shape)


def extent(key: str, layer: str, *, same: bool = False) -> Extent:
    height, width = fields(walked(key, same=same)).by_name[layer]
    assert height == width
    return height


@pytest.mark.parametrize(
    ("key", "layer", "size", "jump", "padding"),
    (
        ("vgg16", "features.30", 212, 32, 90),
        ("alexnet", "features.12", 195, 32, 66),
        ("resnet18", "layer4.1.relu", 435, 32, 217),
        ("resnet34", "layer4.2.relu", 899, 32, 449),
        ("resnet50", "layer4.2.relu", 427, 32, 213),
        ("resnet50-paper", "layer4.2.relu", 483, 32, 241),
        ("mobilenet1", "conv13.pointwise.act", 315, 32, 157),
        ("lenet5", "S4", 16, 4, 0),
    ),
)
def test_receptive_fields(key: str, layer: str, size: int, jump: int, padding: int) -> None:
    found = extent(key, layer)
    assert (found.size, found.jump, found.padding, found.exact) == (size, jump, padding, True)


def test_mobilenet_with_tensorflows_same_looks_31_pixels_further() -> None:
    ours, theirs = (extent("mobilenet1", "conv13.pointwise.act", same=same) for same in (False, True))
    assert theirs.padding == 126 and theirs.centre - ours.centre == 31


@pytest.mark.parametrize(
    ("key", "parameters", "macs"),
    (
        ("vgg16", 138_357_544, 15_470_264_320),
        ("alexnet", 61_100_840, 714_188_480),
        ("lenet5", 61_706, 416_520),
        ("resnet18", 11_689_512, 1_814_073_344),
        ("resnet34", 21_797_672, 3_663_761_408),
        ("resnet50", 25_557_032, 4_089_184_256),
        ("mobilenet2", 3_504_872, 300_774_272),
    ),
)
def test_parameters_and_macs(key: str, parameters: int, macs: int) -> None:
    """Of torchvision's pages of weights, and of LeNet's paper without its trainable pools."""
    assert (walked(key).parameters, walked(key).macs) == (parameters, macs)


def test_vgg16_grows_layer_by_layer() -> None:
    told = walked("vgg16")
    windows = [row.name for row in told.rows if isinstance(row.node.operation, ConvSpec | MaxPoolSpec)]
    sizes = [fields(told).by_name[name][0].size for name in windows]
    assert sizes == [3, 5, 6, 10, 14, 16, 24, 32, 40, 44, 60, 76, 92, 100, 132, 164, 196, 212]


def test_dilations_1_2_4() -> None:
    told = walk(Network.chain([ConvSpec(1, 1, 3, dilation=d) for d in (1, 2, 4)]), (1, 1, 32, 32))
    height, _ = fields(told).by_name["2"]
    assert (height.size, height.start) == (15, Fraction(15, 2))


def test_684_halves_to_22_and_doubles_to_44() -> None:
    told = walk(Network.chain([ConvSpec(1, 1, 3, 2, 1)] * 5), (1, 1, 684, 684))
    assert [row.output_shape[2] for row in told.rows] == [342, 171, 86, 43, 22]
    assert 2 * told.rows[-1].output_shape[2] == 44 != told.rows[-2].output_shape[2]


def slim_alexnet() -> Network:
    """TF-Slim's alexnet_v2, which pads no first layer and no pool."""
    pool = MaxPoolSpec(3, 2)
    return Network.chain(
        [
            ("conv1", ConvSpec(3, 64, 11, 4)), ("pool1", pool),
            ("conv2", ConvSpec(64, 192, 5, padding=2)), ("pool2", pool),
            ("conv3", ConvSpec(192, 384, 3, padding=1)), ("conv4", ConvSpec(384, 384, 3, padding=1)),
            ("conv5", ConvSpec(384, 256, 3, padding=1)), ("pool5", pool),
        ]
    )  # fmt: skip


VGG = dict(
    zip(
        ("conv1/conv1_1", "pool1", "conv2/conv2_1", "pool2", "conv3/conv3_1", "conv3/conv3_2", "pool3", "conv4/conv4_1",
         "conv4/conv4_2", "pool4", "conv5/conv5_1", "conv5/conv5_2", "pool5"),
        (f"features.{i}" for i in (0, 4, 5, 9, 10, 12, 16, 17, 19, 23, 24, 26, 30)),
        strict=True,
    )
)  # fmt: skip
MOBILE = {"Conv2d_0": "conv0.act", **{f"Conv2d_{i}_pointwise": f"conv{i}.pointwise.act" for i in range(1, 14)}}
STEM = {
    **{f"{name}": f"{name}.act" for name in ("Conv2d_1a_3x3", "Conv2d_2a_3x3", "Conv2d_2b_3x3", "Conv2d_3b_1x1")},
    "MaxPool_3a_3x3": "maxpool1",
    "Conv2d_4a_3x3": "Conv2d_4a_3x3.act",
    "MaxPool_5a_3x3": "maxpool2",
}
ALEX = {name: name for name in ("conv1", "pool1", "conv2", "conv3", "conv4", "conv5", "pool5")}
SLIM = {
    "vgg_16": (PRESETS["vgg16"].network, VGG),
    "mobilenet_v1": (with_same(PRESETS["mobilenet1"].network), MOBILE),
    "inception_v3": (PRESETS["inception3"].network, STEM),
    "alexnet_v2": (slim_alexnet(), ALEX),
}
CASES_HERE = [
    (row, SLIM[row["net"]][0], layer)
    for row in CASES["rows"]
    if row["net"] in SLIM and (layer := SLIM[row["net"]][1].get(row["endpoint"].partition("/")[2] or row["endpoint"]))
]
BIASES = 0.04
"""The table counts additions of biases and means too, which are at most this share."""


@pytest.mark.parametrize(
    ("row", "network", "layer"),
    CASES_HERE,
    ids=lambda case: str(case.get("res")) if isinstance(case, dict) else str(case)[:20],
)
def test_tf_slims_table(row: dict, network: Network, layer: str) -> None:
    side = row["res"] or 224
    told = walk(network.until(layer), (1, 3, side, side))
    height, width = fields(told).by_name[layer]
    assert height == width
    assert (height.size, str(height.jump)) == (row["rf"], row["stride"])
    if row["pad"] != "None":
        assert str(height.padding) == row["pad"]
    if row["flops_g"]:
        assert 2e-9 * told.macs == pytest.approx(row["flops_g"], rel=BIASES, abs=6e-4)


def test_the_table_is_used() -> None:
    assert len(CASES_HERE) == 13 * 3 + 14 * 3 + 7 * 3 + 7 * 3
