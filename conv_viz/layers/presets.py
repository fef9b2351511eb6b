"""Layers worth looking at, each with an input: one click sets the whole frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from conv_viz.layers.conv import Conv1dSpec, ConvSpec
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.pool import AvgPool1dSpec, AvgPoolSpec, LPPool1dSpec, LPPoolSpec, MaxPool1dSpec, MaxPoolSpec
from conv_viz.layers.transposed import ConvTranspose1dSpec, ConvTransposeSpec
from conv_viz.layers.values import Shape


@dataclass(frozen=True)
class Preset:
    """A named layer on an input (N, C, H, W) or (N, C, L); `about` is one sentence, `source` says where it is from."""

    name: str
    group: str
    spec: WindowLayer
    input_shape: Shape
    about: str
    fill: str = "photo"
    source: str = ""

    @property
    def title(self) -> str:
        """What the menu shows."""
        return f"{self.group}: {self.name}"


FIRST = "first steps"
GUIDE = "arithmetic guide"
KNOWN = "well-known layers"
BACK = "transposed"
POOLS = "pooling"
ROW = "one row"
GUIDE_SOURCE = "Dumoulin & Visin, A guide to convolution arithmetic for deep learning, arXiv:1603.07285"


def _first(name: str, about: str, shape: Shape, *args: Any, fill: str = "photo", **kwargs: Any) -> Preset:
    return Preset(name, FIRST, ConvSpec(*args, **kwargs), shape, about, fill)


def _guide(name: str, about: str, size: int, *args: Any, **kwargs: Any) -> Preset:
    return Preset(name, GUIDE, ConvSpec(1, 1, *args, **kwargs), (1, 1, size, size), about, "ramp", GUIDE_SOURCE)


def _known(
    name: str, about: str, shape: Shape, *args: Any, fill: str = "photo", source: str = "", **kwargs: Any
) -> Preset:
    return Preset(name, KNOWN, ConvSpec(*args, **kwargs), shape, about, fill, source)


def _back(name: str, about: str, size: int, *args: Any, source: str = GUIDE_SOURCE, **kwargs: Any) -> Preset:
    shape = (1, 1, size, size)
    return Preset(name, BACK, ConvTransposeSpec(1, 1, *args, **kwargs), shape, about, "ramp", source)


def _pool(name: str, about: str, spec: WindowLayer, shape: Shape, source: str = "", fill: str = "photo") -> Preset:
    return Preset(name, POOLS, spec, shape, about, fill, source)


PRESETS: tuple[Preset, ...] = (
    _first("a colour picture, 4 filters", "Each filter is as deep as its input: one slice per colour.",
           (1, 3, 7, 7), 3, 4, 3, stride=2, padding=1),
    _first("black and white, 3 filters", "in_channels=1: one plane in, weight shape (3, 1, 4, 5).",
           (1, 1, 8, 9), 1, 3, stride=1, kernel_size=(4, 5)),
    _first("5 filters", "out_channels is the number of filters: weight shape (5, 1, 4, 5).",
           (1, 1, 8, 9), 1, 5, stride=1, kernel_size=(4, 5)),
    _first("2 input channels", "Every filter reads both channels: weight shape (5, 2, 4, 5).",
           (1, 2, 8, 9), 2, 5, stride=1, kernel_size=(4, 5)),
    _first("a batch of 16 pictures", "16 x 10 x 28 x 28 = 125,440 activations from 760 learned numbers.",
           (16, 3, 28, 28), 3, 10, kernel_size=5, stride=1, padding=2),
    _first("a satellite picture", "in_channels=4: red, green, blue and near infrared: bright on plants, dark on water.",
           (1, 4, 9, 9), 4, 3, 3, fill="satellite", padding=1),
    _guide("no padding", "The output shrinks by kernel_size - 1.", 4, 3),
    _guide("arbitrary padding", "Padding 2 around a 4x4 kernel: the output grows by one.", 5, 4, padding=2),
    _guide("half padding", "padding = kernel_size // 2 with an odd kernel keeps the size.", 5, 3, padding=1),
    _guide("full padding", "padding = kernel_size - 1: every partial overlap counts.", 5, 3, padding=2),
    _guide("strides", "Steps of two: the output is about half as large.", 5, 3, stride=2),
    _guide("padding with strides", "Padding 1 and stride 2.", 5, 3, stride=2, padding=1),
    _guide("odd", "The same output from one more row: the last padded row is never read.", 6, 3, stride=2, padding=1),
    _guide("dilation", "Taps two cells apart: nine weights span 5x5 cells.", 7, 3, dilation=2),
    _known("LeNet-5 C1", "Six 5x5 filters on a 32x32 digit.", (1, 1, 32, 32), 1, 6, 5, fill="digit",
           source="LeCun et al., Gradient-based learning applied to document recognition, 1998"),
    _known("AlexNet conv1", "11x11 kernels at stride 4.", (1, 3, 224, 224), 3, 64, 11, stride=4, padding=2,
           source="torchvision's AlexNet, after Krizhevsky, arXiv:1404.5997"),
    _known("ResNet stem", "7x7 at stride 2, no bias: a BatchNorm follows.", (1, 3, 224, 224), 3, 64, 7,
           stride=2, padding=3, bias=False, source="He et al., arXiv:1512.03385"),
    _known("1x1", "Mixes channels, cell by cell, and sees no neighbours.", (1, 8, 7, 7), 8, 4, 1,
           source="Lin et al., Network in network, arXiv:1312.4400"),
    _known("depthwise", "groups = in_channels: each channel has its own filter, weight shape (6, 1, 3, 3).",
           (1, 6, 9, 9), 6, 6, 3, padding=1, groups=6, source="Howard et al., MobileNets, arXiv:1704.04861"),
    _known("grouped", "Two groups: each filter reads half of the channels.", (1, 4, 9, 9), 4, 8, 3,
           padding=1, groups=2, source="Xie et al., ResNeXt, arXiv:1611.05431"),
    _known("dilated", "A 3x3 kernel that spans 9x9 cells.", (1, 3, 24, 24), 3, 4, 3, padding=4, dilation=4,
           source="Yu & Koltun, arXiv:1511.07122"),
    _known("'same' with reflected edges", "The padding repeats the picture's inside instead of zeros.",
           (1, 3, 9, 9), 3, 4, 5, padding="same", padding_mode="reflect"),
    _back("no padding", "The way back from 4 to 2: each input cell spreads its kernel, 2 grows to 4.", 2, 3),
    _back("arbitrary padding", "The way back from a layer with padding 2: 6 shrinks to 5.", 6, 4, padding=2),
    _back("half padding", "padding = kernel_size // 2 keeps the size in both directions.", 5, 3, padding=1),
    _back("full padding", "Back from a full convolution: 7 shrinks to 5.", 7, 3, padding=2),
    _back("strides", "A stride of two puts holes between the input cells: 2 grows to 5.", 2, 3, stride=2),
    _back("padding, strides", "Stride 2 and padding 1: 3 grows to 5.", 3, 3, stride=2, padding=1),
    _back("padding, strides, odd", "output_padding=1 adds a row and a column at the end: 3 grows to 6. "
          "The guide's own animation adds them at the beginning (vdumoulin/conv_arithmetic, issue 11).",
          3, 3, stride=2, padding=1, output_padding=1),
    _back("k2 s2, no overlap", "Kernel and stride are equal: each output cell receives one product.",
          4, 2, stride=2, source="the up-convolution of U-Net, Ronneberger et al., arXiv:1505.04597"),
    _back("k4 s2, even overlap", "The stride divides the kernel: away from the border each cell receives four.",
          4, 4, stride=2, padding=1, source="DCGAN's generator, Radford et al., arXiv:1511.06434"),
    _back("k3 s2, checkerboard", "Cells receive one, two or four products in turn: the checkerboard.",
          5, 3, stride=2, source="Odena et al., Deconvolution and checkerboard artifacts, Distill, 2016"),
    _pool("2x2 maximum", "Half the size, and in each window the largest number stays.", MaxPoolSpec(2), (1, 3, 8, 8)),
    _pool("ResNet's pool", "Windows of 3x3 overlap; the padding counts as -inf and never wins.",
          MaxPoolSpec(3, stride=2, padding=1), (1, 3, 9, 9), "He et al., arXiv:1512.03385"),
    _pool("2x2 average", "The mean of each window.", AvgPoolSpec(2), (1, 1, 6, 6), fill="ramp"),
    _pool("padding counts", "count_include_pad: a window in the corner divides by 9 too, though it holds 4 cells.",
          AvgPoolSpec(3, stride=2, padding=1), (1, 1, 7, 7), fill="ramp"),
    _pool("padding does not count", "count_include_pad=False: a window in the corner divides by 4.",
          AvgPoolSpec(3, stride=2, padding=1, count_include_pad=False), (1, 1, 7, 7), fill="ramp"),
    _pool("ceil_mode", "The last window reaches beyond the input; what it finds there never counts.",
          AvgPoolSpec(2, stride=3, ceil_mode=True), (1, 1, 7, 7), fill="ramp"),
    _pool("2-norm", "Between a mean and a maximum: the root of the sum of squares of each window.",
          LPPoolSpec(2, 2), (1, 3, 8, 8), "Sermanet et al., arXiv:1204.3968"),
    _pool("4-norm", "The larger p, the more the largest value of a window counts.", LPPoolSpec(4, 3, 2), (1, 1, 7, 7)),
    Preset("three taps", ROW, Conv1dSpec(1, 2, 3, padding=1), (1, 1, 16), "A kernel slides along a row.", "ramp"),
    Preset("dilated", ROW, Conv1dSpec(1, 2, 2, dilation=4), (1, 1, 20),
           "Two taps four cells apart: with dilations 1, 2, 4 ... a stack of these sees far back.", "ramp",
           "van den Oord et al., WaveNet, arXiv:1609.03499"),
    Preset("causal", ROW, Conv1dSpec(1, 2, 3, padding=4, dilation=2), (1, 1, 16),
           "The first 16 of 20 outputs see nothing that comes later: y = layer(F.pad(x, (4, 0))), where the layer has "
           "padding=0, makes just those.", "ramp", "van den Oord et al., WaveNet, arXiv:1609.03499"),
    Preset("twice as long", ROW, ConvTranspose1dSpec(1, 1, 4, stride=2, padding=1), (1, 1, 8),
           "The stride divides the kernel: each cell adds up two products, and 8 cells become 16.", "ramp",
           "the generator of WaveGAN lengthens sound like this, Donahue et al., arXiv:1802.04208"),
    Preset("the largest of three", ROW, MaxPool1dSpec(3, stride=2, padding=1), (1, 1, 15),
           "Windows of three at every second cell; the padding counts as -inf and never wins."),
    Preset("moving average", ROW, AvgPool1dSpec(5, stride=1, padding=2), (1, 1, 16),
           "Stride 1 and half padding keep the length: the row is smoothed. At its ends the padding's zeros count."),
    Preset("loudness", ROW, LPPool1dSpec(2, 4), (1, 1, 16),
           "The root of the sum of squares of every four cells: loud or quiet, whichever the sign."),
)  # fmt: skip


def find(title: str) -> Preset | None:
    """The preset of this title.

    >>> find("arithmetic guide: dilation").spec
    ConvSpec(1, 1, kernel_size=3, dilation=2)
    """
    return next((p for p in PRESETS if p.title == title), None)


def matching(spec: WindowLayer, input_shape: Shape, fill: str) -> Preset | None:
    """The preset that is this layer on this input.

    >>> matching(ConvSpec(1, 1, 3), (1, 1, 4, 4), "ramp").title
    'arithmetic guide: no padding'
    """
    return next((p for p in PRESETS if (p.spec, p.input_shape, p.fill) == (spec, tuple(input_shape), fill)), None)


def neighbour(shown: Preset | None, by: int) -> Preset:
    """The preset so many places after another one, around the end; the first one where none is shown.

    >>> neighbour(PRESETS[-1], 1) == neighbour(None, 1) == PRESETS[0], neighbour(PRESETS[0], -1).name
    (True, 'loudness')
    """
    return PRESETS[(PRESETS.index(shown) + by) % len(PRESETS)] if shown else PRESETS[0]
