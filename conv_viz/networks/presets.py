"""Networks worth looking at, each with its input and with words that say which variant it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from conv_viz.layers.values import Shape
from conv_viz.networks import zoo, zoo_dense
from conv_viz.networks.graph import Network


@dataclass(frozen=True)
class NetworkPreset:
    """A named network on an input (N, C, H, W); `about` says which variant it is, `source` where it is from."""

    key: str
    name: str
    make: Callable[[], Network]
    input_shape: Shape
    about: str
    source: str

    @cached_property
    def network(self) -> Network:
        """The network, made once."""
        return self.make()


_SAID = (
    NetworkPreset(
        "vgg16", "VGG-16", zoo.vgg16, (1, 3, 224, 224),
        "configuration D without batch norm, as torchvision's vgg16: an adaptive pool to 7x7 before the classifier.",
        "Simonyan & Zisserman, arXiv:1409.1556",
    ),
    NetworkPreset(
        "lenet5", "LeNet-5", zoo.lenet5, (1, 1, 32, 32),
        "32x32, average pools without weights, C3 connected to all maps, C5 as a linear layer, Tanh: as it is taught, "
        "not the paper's trainable subsampling and RBF outputs.",
        "LeCun et al., Gradient-based learning applied to document recognition, 1998",
    ),
    NetworkPreset(
        "alexnet", "AlexNet", zoo.alexnet, (1, 3, 224, 224),
        "torchvision's: one column with 64, 192, 384, 256, 256 filters, no local response normalisation.",
        "Krizhevsky, One weird trick for parallelizing convolutional neural networks, arXiv:1404.5997",
    ),
    NetworkPreset(
        "resnet18", "ResNet-18", zoo.resnet18, (1, 3, 224, 224),
        "torchvision's: 1x1 convolutions on the shortcuts where the size changes.", "He et al., arXiv:1512.03385",
    ),
    NetworkPreset(
        "resnet34", "ResNet-34", zoo.resnet34, (1, 3, 224, 224),
        "torchvision's: 1x1 convolutions on the shortcuts where the size changes.", "He et al., arXiv:1512.03385",
    ),
    NetworkPreset(
        "resnet50", "ResNet-50", zoo.resnet50, (1, 3, 224, 224),
        "torchvision's, also called V1.5: the stride is in the 3x3 convolution of a block.",
        "He et al., arXiv:1512.03385",
    ),
    NetworkPreset(
        "resnet50-paper", "ResNet-50, the paper's stride", zoo.resnet50_paper, (1, 3, 224, 224),
        "as published: the stride is in the first 1x1 convolution of a block, which leaves three of four cells unread.",
        "He et al., arXiv:1512.03385",
    ),
    NetworkPreset(
        "mobilenet1", "MobileNetV1", zoo.mobilenet1, (1, 3, 224, 224),
        "width 1.0, with torch's padding=1 everywhere; TensorFlow's padding 'SAME' is the switch.",
        "Howard et al., arXiv:1704.04861",
    ),
    NetworkPreset(
        "mobilenet2", "MobileNetV2", zoo.mobilenet2, (1, 3, 224, 224),
        "torchvision's, width 1.0, ReLU6.", "Sandler et al., arXiv:1801.04381",
    ),
    NetworkPreset(
        "inception3", "Inception v3, stem", zoo_dense.inception3_stem, (1, 3, 299, 299),
        "torchvision's layers before the first Inception block, 299x299.", "Szegedy et al., arXiv:1512.00567",
    ),
    NetworkPreset(
        "unet", "U-Net", zoo_dense.unet, (1, 1, 256, 256),
        "with padding=1 in every 3x3 convolution, so that the paths meet without cropping; the paper has none and "
        "crops 572x572 to 388x388. Upwards by nn.ConvTranspose2d(2, stride=2), no batch norm.",
        "Ronneberger et al., arXiv:1505.04597",
    ),
    NetworkPreset(
        "deeplab", "DeepLab, dilated block", zoo_dense.aspp, (1, 2048, 33, 33),
        "DeepLabv3's ASPP on features of stride 16: 1x1, three 3x3 with dilation 6, 12 and 18, and the mean of the "
        "map, as torchvision's.",
        "Chen et al., arXiv:1706.05587",
    ),
)  # fmt: skip
PRESETS = {preset.key: preset for preset in _SAID}
"""By the word that stands in the address."""
