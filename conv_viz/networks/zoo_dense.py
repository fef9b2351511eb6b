"""Networks that join by concatenation, and stems: U-Net, DeepLab's dilated block, Inception's first layers."""

from __future__ import annotations

from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.pool import MaxPoolSpec
from conv_viz.layers.transposed import ConvTransposeSpec
from conv_viz.networks.build import Builder
from conv_viz.networks.graph import INPUT, Network
from conv_viz.networks.operations import BatchNorm2d, Pointwise
from conv_viz.networks.resizing import AdaptivePool, Upsample


def inception3_stem() -> Network:
    """Five convolutions and two pools, without padding but for one."""
    net = Builder()
    net.conv_norm("Conv2d_1a_3x3", 3, 32, 3, 2, eps=0.001)
    net.conv_norm("Conv2d_2a_3x3", 32, 32, 3, eps=0.001)
    net.conv_norm("Conv2d_2b_3x3", 32, 64, 3, 1, 1, eps=0.001)
    net.put("maxpool1", MaxPoolSpec(3, stride=2))
    net.conv_norm("Conv2d_3b_1x1", 64, 80, 1, eps=0.001)
    net.conv_norm("Conv2d_4a_3x3", 80, 192, 3, eps=0.001)
    net.put("maxpool2", MaxPoolSpec(3, stride=2))
    return net.network()


def unet() -> Network:
    """Four levels down and up, 64 to 1024 channels, 2 classes."""
    net, into, kept = Builder(), 1, []
    for level, width in enumerate((64, 128, 256, 512), start=1):
        kept.append(_double(net, f"down{level}", into, width))
        net.put(f"pool{level}", MaxPoolSpec(2))
        into = width
    _double(net, "bottom", 512, 1024)
    for level, width in zip((4, 3, 2, 1), (512, 256, 128, 64), strict=True):
        up = net.put(f"up{level}.up", ConvTransposeSpec(2 * width, width, 2, stride=2))
        net.concat(f"up{level}.concat", kept[level - 1], up)
        _double(net, f"up{level}", 2 * width, width)
    net.put("classes", ConvSpec(64, 2, 1))
    return net.network()


def _double(net: Builder, path: str, into: int, out: int) -> str:
    for number in (1, 2):
        net.put(f"{path}.conv{number}", ConvSpec(into if number == 1 else out, out, 3, padding=1))
        net.relu(f"{path}.relu{number}")
    return net.last


def aspp() -> Network:
    """Atrous spatial pyramid pooling: what five views of different width see, side by side."""
    net = Builder()
    views = [net.conv_norm("1x1", 2048, 256, 1, reads=INPUT)]
    for rate in (6, 12, 18):
        net.put(f"rate{rate}.conv", ConvSpec(2048, 256, 3, padding=rate, dilation=rate, bias=False), INPUT)
        net.put(f"rate{rate}.norm", BatchNorm2d(256))
        views.append(net.relu(f"rate{rate}.act"))
    net.put("mean.pool", AdaptivePool("Avg", (1, 1)), INPUT)
    net.conv_norm("mean", 2048, 256, 1)
    views.append(net.put("mean.up", Upsample(size=(33, 33), mode="bilinear", align_corners=False)))
    net.concat("concat", *views)
    net.conv_norm("project", 1280, 256, 1)
    net.put("dropout", Pointwise("Dropout"))
    return net.network()
