"""The shape of a tensor after a known call: pads, pools, views, upsampling, convolutions.

Each rule is a function with the parameter names of torch's own, so that Python binds the arguments as torch would.
A rule raises `Lost` where torch would refuse the shape, and where the shape depends on something that the rule
does not read. Nothing here imports torch; a property test holds every rule against it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from conv_viz.layers.call import bind
from conv_viz.layers.kinds import KINDS, WindowLayer
from conv_viz.layers.values import Shape
from conv_viz.layers.window import WindowAxis, effective_kernel, same_padding
from conv_viz.text.program.carry_views import (
    LARGEST,
    Lost,
    Numbers,
    expand,
    flatten,
    movedim,
    nn_flatten,
    permute,
    reduced,
    repeat,
    reshape,
    squeeze,
    transpose,
    unflatten,
    unsqueeze,
)

MAX_DIMENSIONS = 8


def carry(name: str, shape: Shape, *positional: Any, **named: Any) -> Shape:
    """The shape after a call on a tensor of this shape; raises `Lost`.

    `name` is a function of ``torch`` or ``torch.nn.functional``, a method of a tensor or a class of ``torch.nn``;
    the arguments are those of the call, without the tensor.

    >>> carry("max_pool2d", (1, 6, 24, 24), 2), carry("ZeroPad2d", (1, 3, 8, 8), (1, 2, 0, 0))
    ((1, 6, 12, 12), (1, 3, 8, 11))
    """
    rule = RULES.get(name)
    if rule is None:
        raise Lost(name)
    try:
        after = rule(shape, *positional, **named)
    except (TypeError, ValueError, ArithmeticError, IndexError, AttributeError):
        raise Lost(name) from None
    if not (len(after) <= MAX_DIMENSIONS and all(type(size) is int and 0 < size <= LARGEST for size in after)):
        raise Lost(name)
    return after


def pad(shape: Shape, pad: Sequence[int], mode: str = "constant", value: Any = None) -> Shape:
    """``F.pad``: pairs of (before, after), from the last dimension backwards.

    >>> pad((1, 3, 8, 8), (1, 2, 0, 4))
    (1, 3, 12, 11)
    """
    if len(pad) % 2 or len(pad) > 2 * len(shape):
        raise Lost("pad")
    after = list(shape)
    for i, (before, behind) in enumerate(zip(pad[::2], pad[1::2], strict=True)):
        size = shape[-1 - i]
        most = max(before, behind)
        if (mode == "reflect" and most >= size) or (mode == "circular" and most > size):
            raise Lost("pad")
        after[-1 - i] += before + behind
    return tuple(after)


def _pad2d(mode: str) -> Callable[..., Shape]:
    def rule(shape: Shape, padding: Numbers, value: Any = None) -> Shape:
        return pad(shape, (padding,) * 4 if isinstance(padding, int) else padding, mode)

    return rule


def max_pool2d(
    shape: Shape,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    dilation: Numbers = 1,
    ceil_mode: bool = False,
    return_indices: bool = False,
) -> Shape:
    """``F.max_pool2d``.

    >>> max_pool2d((1, 3, 5, 8), 2), max_pool2d((1, 3, 5, 8), 2, ceil_mode=True)
    ((1, 3, 2, 4), (1, 3, 3, 4))
    """
    if return_indices:
        raise Lost("max_pool2d")
    kernel = _two(kernel_size)
    strides = kernel if stride is None or stride == () else _two(stride)
    axes = zip(_picture(shape), kernel, strides, _two(padding), _two(dilation), strict=True)
    return (*shape[:-2], *(_pooled(*axis, ceil_mode) for axis in axes))


def _pooled(size: int, kernel: int, stride: int, padding: int, dilation: int, ceil: bool) -> int:
    if 2 * padding > kernel or min(kernel, stride, dilation) < 1 or padding < 0:
        raise Lost("pool")
    room = size + 2 * padding - effective_kernel(kernel, dilation)
    count = (room + (stride - 1 if ceil else 0)) // stride + 1
    if ceil and (count - 1) * stride >= size + padding:  # the last window would begin behind the input
        count -= 1
    return count


def avg_pool2d(
    shape: Shape,
    kernel_size: Numbers,
    stride: Numbers | None = None,
    padding: Numbers = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Shape:
    """``F.avg_pool2d``."""
    return max_pool2d(shape, kernel_size, stride, padding, 1, ceil_mode)


def lp_pool2d(
    shape: Shape, norm_type: float, kernel_size: Numbers, stride: Numbers | None = None, ceil_mode: bool = False
) -> Shape:
    """``F.lp_pool2d``."""
    return max_pool2d(shape, kernel_size, stride, 0, 1, ceil_mode)


def adaptive_pool2d(shape: Shape, output_size: Any, return_indices: bool = False) -> Shape:
    """``F.adaptive_avg_pool2d`` and ``F.adaptive_max_pool2d``; None keeps a size."""
    if return_indices:
        raise Lost("adaptive_pool2d")
    wanted = output_size if isinstance(output_size, tuple) else (output_size,) * 2
    if len(wanted) != 2:
        raise Lost("adaptive_pool2d")
    sizes = (size if want is None else want for size, want in zip(_picture(shape), wanted, strict=True))
    return (*shape[:-2], *sizes)


def interpolate(
    shape: Shape, size: Any = None, scale_factor: Any = None, mode: str = "nearest", align_corners: Any = None,
    recompute_scale_factor: Any = None, antialias: bool = False,
) -> Shape:  # fmt: skip
    """``F.interpolate`` of a picture (N, C, H, W).

    >>> interpolate((1, 3, 8, 9), scale_factor=1.5)
    (1, 3, 12, 13)
    """
    if len(shape) != 4 or (size is None) == (scale_factor is None):
        raise Lost("interpolate")
    if size is not None:
        return (*shape[:2], *_two(size))
    factors = scale_factor if isinstance(scale_factor, tuple) else (scale_factor,) * 2
    return (*shape[:2], *(math.floor(size * factor) for size, factor in zip(shape[2:], factors, strict=True)))


def upsample(shape: Shape, size: Any = None, scale_factor: Any = None, mode: str = "nearest", **rest: Any) -> Shape:
    """``nn.Upsample`` and its relatives."""
    return interpolate(shape, size, scale_factor, mode)


def pixel_shuffle(shape: Shape, upscale_factor: int) -> Shape:
    """``F.pixel_shuffle``."""
    channels, (height, width) = shape[-3], _picture(shape)
    if channels % upscale_factor**2:
        raise Lost("pixel_shuffle")
    return (*shape[:-3], channels // upscale_factor**2, height * upscale_factor, width * upscale_factor)


def pixel_unshuffle(shape: Shape, downscale_factor: int) -> Shape:
    """``F.pixel_unshuffle``."""
    channels, (height, width) = shape[-3], _picture(shape)
    if height % downscale_factor or width % downscale_factor:
        raise Lost("pixel_unshuffle")
    return (*shape[:-3], channels * downscale_factor**2, height // downscale_factor, width // downscale_factor)


def linear(shape: Shape, in_features: int, out_features: int, bias: bool = True, **placement: Any) -> Shape:
    """``nn.Linear``."""
    if shape[-1] != in_features:
        raise Lost("linear")
    return (*shape[:-1], out_features)


def convolved(
    shape: Shape, weight: Shape, stride: Numbers = 1, padding: Any = 0, dilation: Numbers = 1, groups: int = 1
) -> Shape:
    """``F.conv2d`` with a weight of this shape.

    >>> convolved((2, 4, 20, 30), (12, 4, 5, 5), stride=2, padding=2)
    (2, 12, 10, 15)
    """
    filters, channels, *kernel = weight
    if len(kernel) != 2 or shape[-3] != channels * groups or filters % groups:
        raise Lost("conv2d")
    sides = _sides(padding, kernel, _two(dilation))
    axes = zip(_picture(shape), kernel, _two(stride), _two(dilation), sides, strict=True)
    return (*shape[:-3], filters, *(WindowAxis(size, k, s, d, *side).output for size, k, s, d, side in axes))


def _sides(padding: Any, kernel: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, int]]:
    if padding == "same":
        return [same_padding(k, d) for k, d in zip(kernel, dilation, strict=True)]
    return [(p, p) for p in ((0, 0) if padding == "valid" else _two(padding))]


def _window(name: str) -> Callable[..., Shape]:
    """A window layer of ``torch.nn``."""

    def rule(shape: Shape, *positional: Any, **named: Any) -> Shape:
        arguments = bind(positional, named.items(), name)
        if arguments.get("return_indices"):
            raise Lost(name)
        layer: WindowLayer = KINDS[name](**arguments)
        return layer.output_shape(shape)

    return rule


def _same(shape: Shape, *positional: Any, **named: Any) -> Shape:
    return shape


def _two(value: Any) -> tuple[int, int]:
    numbers = value if isinstance(value, tuple) else (value,)
    if len(numbers) not in (1, 2) or not all(type(n) is int for n in numbers):
        raise Lost("two numbers")
    return numbers[0], numbers[-1]


def _picture(shape: Shape) -> Shape:
    if len(shape) not in (3, 4):
        raise Lost("a picture")
    return shape[-2:]


_KEPT = """
relu relu_ relu6 leaky_relu elu selu celu gelu silu mish hardswish hardsigmoid hardtanh sigmoid tanh softplus softsign
logsigmoid softmax log_softmax prelu rrelu threshold dropout dropout2d alpha_dropout batch_norm layer_norm group_norm
instance_norm local_response_norm normalize clone contiguous detach float double half bfloat16 to cuda cpu
requires_grad_ abs exp log sqrt square neg sign sin cos clamp clip flip type rand_like randn_like zeros_like ones_like
empty_like as_tensor ReLU ReLU6 LeakyReLU ELU SELU CELU GELU SiLU Mish Hardswish Hardsigmoid Hardtanh Sigmoid Tanh
Softplus Softsign LogSigmoid Softmax Softmax2d LogSoftmax PReLU RReLU Threshold Tanhshrink Softshrink Hardshrink
Dropout Dropout2d AlphaDropout FeatureAlphaDropout BatchNorm2d SyncBatchNorm InstanceNorm2d GroupNorm LayerNorm
LocalResponseNorm Identity FrozenBatchNorm2d
"""
KEPT = frozenset(_KEPT.split())
"""Calls that leave every size as it is, whatever their other arguments."""

_PADS = {
    "Zero": "constant",
    "Constant": "constant",
    "Reflection": "reflect",
    "Replication": "replicate",
    "Circular": "circular",
}
_NAMES: dict[Callable[..., Shape], str] = {
    pad: "pad",
    max_pool2d: "max_pool2d",
    avg_pool2d: "avg_pool2d",
    lp_pool2d: "lp_pool2d",
    adaptive_pool2d: "adaptive_avg_pool2d adaptive_max_pool2d AdaptiveAvgPool2d AdaptiveMaxPool2d",
    flatten: "flatten",
    nn_flatten: "Flatten",
    unflatten: "unflatten Unflatten",
    unsqueeze: "unsqueeze",
    squeeze: "squeeze",
    permute: "permute",
    transpose: "transpose swapaxes swapdims",
    movedim: "movedim moveaxis",
    reshape: "view reshape",
    expand: "expand",
    repeat: "repeat",
    reduced: "mean sum amax amin",
    interpolate: "interpolate",
    upsample: "Upsample UpsamplingNearest2d UpsamplingBilinear2d",
    pixel_shuffle: "pixel_shuffle PixelShuffle",
    pixel_unshuffle: "pixel_unshuffle PixelUnshuffle",
    linear: "Linear",
}
RULES: dict[str, Callable[..., Shape]] = {
    **dict.fromkeys(KEPT, _same),
    **{name: _window(name) for name in KINDS},
    **{f"{name}Pad2d": _pad2d(mode) for name, mode in _PADS.items()},
    **{name: rule for rule, names in _NAMES.items() for name in names.split()},
}
"""Every call that is known, by its name in ``torch``, in ``torch.nn`` or as a method of a tensor."""
