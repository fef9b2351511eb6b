"""Networks of torch, and their ONNX files as torch's exporter writes them."""

from __future__ import annotations

import io
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    def __init__(self, into: int, out: int, stride: int) -> None:
        super().__init__()
        self.conv = nn.Conv2d(into, out, 3, stride, 1, bias=False)
        self.bn = nn.BatchNorm2d(out, eps=1e-3)
        self.relu = nn.ReLU()
        self.down = nn.Sequential(nn.Conv2d(into, out, 1, stride, bias=False), nn.BatchNorm2d(out))

    def forward(self, x: Tensor) -> Tensor:
        return self.relu(self.bn(self.conv(x)) + self.down(x))


class Residual(nn.Module):
    """A stem, two blocks with a shortcut each, a mean and a linear layer."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 7, 2, 3)
        self.pool = nn.MaxPool2d(3, 2, 1, ceil_mode=True)
        self.layer1 = nn.Sequential(Block(8, 8, 1), Block(8, 16, 2))
        self.avg = nn.AdaptiveAvgPool2d(1)
        self.fc = nn.Linear(16, 5)

    def forward(self, x: Tensor) -> Tensor:
        x = self.layer1(self.pool(torch.relu(self.stem(x))))
        return self.fc(torch.flatten(self.avg(x), 1))


class UpAndDown(nn.Module):
    """Everything that changes a size, and activations with arguments."""

    def __init__(self) -> None:
        super().__init__()
        self.a = nn.Conv2d(3, 4, 3, padding=1)
        self.b = nn.Conv2d(4, 8, (3, 5), stride=2, padding=(1, 2), groups=2)
        self.up = nn.ConvTranspose2d(8, 4, 3, 2, 1, output_padding=1, groups=2)
        self.c = nn.Conv2d(8, 4, 3, padding=2, dilation=2)
        self.d = nn.Conv2d(4, 2, 1)

    def forward(self, x: Tensor) -> Tensor:
        a = F.leaky_relu(self.a(x), 0.2)
        y = self.c(torch.cat([self.up(F.silu(self.b(a))), a], 1))
        y = F.interpolate(F.hardswish(y), scale_factor=2.0, mode="bilinear")
        y = F.avg_pool2d(F.pad(y, (1, 0, 2, 1)), 3, 2, 1, count_include_pad=False)
        y = F.interpolate(F.elu(y, 0.7), size=(34, 41))
        return torch.softmax(self.d(F.hardtanh(y, -0.5, 2.0)), 1)


class Viewed(nn.Module):
    """A flattening by the size of the batch."""

    def __init__(self) -> None:
        super().__init__()
        self.c = nn.Conv2d(1, 4, 3)
        self.f = nn.Linear(4 * 26 * 26, 10)

    def forward(self, x: Tensor) -> Tensor:
        return self.f(F.relu6(self.c(x)).view(x.size(0), -1))


class Summed(nn.Module):
    """A running sum along the rows, which no operation here is."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 4, 3)
        self.gate = nn.Conv2d(4, 4, 1)
        self.last = nn.Conv2d(4, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        return self.last(torch.cumsum(torch.sigmoid(self.gate(self.first(x))), 2))


class Gated(nn.Module):
    """Products of two paths: a gate for each channel, by convolutions and by linear layers, and one for each pixel."""

    def __init__(self) -> None:
        super().__init__()
        self.first = nn.Conv2d(3, 8, 3)
        self.squeeze, self.excite = nn.Conv2d(8, 2, 1), nn.Conv2d(2, 8, 1)
        self.fewer, self.more = nn.Linear(8, 2, bias=False), nn.Linear(2, 8)
        self.where = nn.Conv2d(8, 1, 5, padding=2)
        self.last = nn.Conv2d(8, 2, 3)

    def forward(self, x: Tensor) -> Tensor:
        x = self.first(x)
        x = x * torch.sigmoid(self.excite(F.silu(self.squeeze(x.mean([2, 3], keepdim=True)))))
        rows = F.adaptive_avg_pool2d(x, 1).view(x.size(0), 8)
        x = x * F.hardsigmoid(self.more(torch.relu(self.fewer(rows)))).view(x.size(0), 8, 1, 1).expand_as(x)
        return self.last(x * torch.sigmoid(self.where(x)))


class Normed(nn.Module):
    """Norms of what arrives, slopes that are learned, and activations that a file writes in several nodes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 48, 3)
        self.group, self.plain = nn.GroupNorm(24, 48), nn.GroupNorm(4, 48, eps=1e-3, affine=False)
        self.each, self.scaled = nn.InstanceNorm2d(48), nn.InstanceNorm2d(48, affine=True)
        self.all = nn.LayerNorm((48, 7, 7))
        self.slope, self.slopes = nn.PReLU(), nn.PReLU(48)

    def forward(self, x: Tensor) -> Tensor:
        x = F.gelu(self.group(self.conv(x)))
        x = F.gelu(self.plain(x), approximate="tanh")
        x = F.mish(self.each(x))
        return F.hardswish(self.slopes(self.all(self.slope(self.scaled(x)))))


def shaken(net: nn.Module) -> nn.Module:
    """With batch norms that have seen something."""
    torch.manual_seed(0)
    for part in net.modules():
        if getattr(part, "affine", False) and not isinstance(part, nn.BatchNorm2d):
            nn.init.normal_(part.weight)
        if isinstance(part, nn.BatchNorm2d):
            part.running_mean.normal_()
            part.running_var.uniform_(0.5, 2)
            nn.init.normal_(part.weight)
            nn.init.normal_(part.bias)
    return net.eval()


def exported(net: nn.Module, shape: tuple[int, ...], folded: bool = True, **more: Any) -> bytes:
    """Its file; `folded` as most are, with every batch norm in the convolution before it."""
    mode = {} if folded else {"training": torch.onnx.TrainingMode.PRESERVE, "do_constant_folding": False}
    buffer = io.BytesIO()
    torch.onnx.export(net, (torch.zeros(shape),), buffer, dynamo=False, input_names=["x"], **mode, **more)
    return buffer.getvalue()
