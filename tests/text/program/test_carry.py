"""The shape after a call, held against torch itself: the rule knows it, or says that it does not."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn
from torch.nn import functional as F

from conv_viz.text.program.carry import KEPT, RULES, carry, convolved
from conv_viz.text.program.carry_views import Lost, broadcast, joined, sliced

sizes = st.integers(1, 9)
pictures = st.tuples(st.integers(1, 2), st.integers(1, 4), sizes, sizes) | st.tuples(st.integers(1, 4), sizes, sizes)
shapes = st.lists(st.integers(1, 6), min_size=1, max_size=4).map(tuple)
small = st.integers(0, 4)
dims = st.integers(-4, 4)


def pair(low: int, high: int):
    return st.integers(low, high) | st.tuples(st.integers(low, high), st.integers(low, high))


def named(**options):
    return st.fixed_dictionaries({}, optional=options)


PAD4 = st.tuples(*[st.integers(-1, 4)] * 4)
MODES = st.sampled_from(["constant", "reflect", "replicate", "circular"])
SCALES = st.sampled_from([0.5, 1.5, 2, 3, 0.3, (2.0, 1.0)])
PLACES = (pair(1, 3), pair(1, 3), st.integers(0, 1), st.just(1))
NO, MAYBE = st.just(False), st.booleans()
ORDERS = st.permutations(range(4)).map(tuple) | st.permutations((0, 1, -1)).map(tuple)


def calls(names, *positional, **keywords):
    """Calls of one of these names; a strategy alone stands for all positional arguments."""
    return st.tuples(st.sampled_from(names.split()), st.tuples(*positional), named(**keywords))


def spread(names, sizes, least):
    """Calls whose positional arguments are a list of sizes."""
    return st.tuples(st.sampled_from(names.split()), st.lists(sizes, min_size=least, max_size=5).map(tuple), named())


CALLS = {
    "pad": calls("pad", PAD4 | st.tuples(small, small), mode=MODES),
    "max_pool2d": calls(
        "max_pool2d MaxPool2d", pair(1, 4), stride=pair(1, 4), padding=pair(0, 2), ceil_mode=MAYBE, dilation=pair(1, 2)
    ),
    "max_pool2d by place": calls("max_pool2d", *PLACES, MAYBE, NO),
    "MaxPool2d by place": calls("MaxPool2d", *PLACES, NO, MAYBE),
    "avg_pool2d": calls("avg_pool2d AvgPool2d", pair(1, 4), stride=pair(1, 4), padding=pair(0, 2), ceil_mode=MAYBE),
    "lp_pool2d": calls("lp_pool2d LPPool2d", st.just(2.0), pair(1, 3), stride=pair(1, 3), ceil_mode=MAYBE),
    "adaptive": calls(
        "adaptive_avg_pool2d AdaptiveMaxPool2d AdaptiveAvgPool2d", pair(1, 5) | st.tuples(st.none(), sizes)
    ),
    "pads": calls("ZeroPad2d ReflectionPad2d ReplicationPad2d CircularPad2d", small | PAD4),
    "ConstantPad2d": calls("ConstantPad2d", small | PAD4, st.just(0.5)),
    "flatten": calls("flatten Flatten", dims, dims) | calls("flatten Flatten", dims) | calls("flatten Flatten"),
    "squeeze": calls("unsqueeze squeeze", dims) | calls("squeeze"),
    "permute": calls("permute", ORDERS),
    "transpose": calls("transpose movedim", dims, dims),
    "view": spread("view reshape", st.sampled_from([-1, 1, 2, 3, 4, 6]), 1),
    "expand": spread("expand repeat", st.sampled_from([-1, 1, 2, 3]), 2),
    "mean": calls("mean sum amax", dims | st.tuples(dims, dims), keepdim=MAYBE),
    "interpolate": calls("interpolate", scale_factor=SCALES) | calls("interpolate", size=pair(1, 9)),
    "Upsample": calls("Upsample", scale_factor=SCALES, mode=st.sampled_from(["nearest", "bilinear"])),
    "shuffle": calls("pixel_shuffle PixelShuffle pixel_unshuffle PixelUnshuffle", st.integers(1, 3)),
    "Linear": calls("Linear", sizes, sizes),
}


def by_torch(name: str, shape: tuple[int, ...], positional: tuple, keywords: dict) -> tuple[int, ...]:
    """The shape that torch makes, whichever place the name has there."""
    x = torch.zeros(shape)
    if hasattr(nn, name):
        return tuple(getattr(nn, name)(*positional, **keywords)(x).shape)
    after = (
        getattr(F, name)(x, *positional, **keywords) if hasattr(F, name) else getattr(x, name)(*positional, **keywords)
    )
    return tuple(after.shape)


@pytest.mark.parametrize("call", CALLS.values(), ids=CALLS)
def test_every_rule_is_torchs(call):
    @settings(max_examples=60)
    @given(call, pictures | shapes)
    def check(made, shape):
        name, positional, keywords = made
        try:
            real = by_torch(name, shape, positional, keywords)
        except (RuntimeError, ValueError, TypeError, IndexError, NotImplementedError, AttributeError):
            return  # torch refuses the call, so the program ends there; or it returns two tensors
        try:
            assert carry(name, shape, *positional, **keywords) == real
        except Lost:  # allowed only for what no convolution can follow on, and for rare dimensions
            assert 0 in real or len(shape) != 4 or len(real) > 4

    check()


@settings(max_examples=80)
@given(pictures, st.integers(1, 6), st.integers(1, 3), pair(1, 3), pair(0, 3) | st.just("same"), pair(1, 2))
def test_functions_with_a_weight(shape, filters, groups, stride, padding, dilation):
    weight = (filters * groups, shape[-3], 3, 2)
    shape = (*shape[:-3], shape[-3] * groups, *shape[-2:])
    given_ = dict(stride=stride, padding=padding, dilation=dilation, groups=groups)
    try:
        real = tuple(F.conv2d(torch.zeros(shape), torch.zeros(weight), **given_).shape)
    except (RuntimeError, ValueError):
        return
    assert convolved(shape, weight, **given_) == real


@settings(max_examples=80)
@given(pictures, st.integers(1, 4), pair(1, 4), pair(1, 3), pair(0, 2), st.integers(0, 1), st.integers(1, 2))
def test_transposed_layers(shape, filters, kernel, stride, padding, more, dilation):
    given_ = dict(stride=stride, padding=padding, output_padding=more, dilation=dilation)
    try:
        real = tuple(nn.ConvTranspose2d(shape[-3], filters, kernel, **given_)(torch.zeros(shape)).shape)
    except (RuntimeError, ValueError):
        return
    if 0 not in real:
        assert carry("ConvTranspose2d", shape, shape[-3], filters, kernel, **given_) == real


@settings(max_examples=80)
@given(st.lists(shapes, min_size=1, max_size=3), dims)
def test_cat_and_sums(found, dim):
    for rule, compute in (
        (lambda: joined(found, dim), lambda: torch.cat([torch.zeros(s) for s in found], dim)),
        (lambda: broadcast(found[0], found[-1]), lambda: torch.zeros(found[0]) + torch.zeros(found[-1])),
    ):
        try:
            real = tuple(compute().shape)
        except (RuntimeError, IndexError):
            with pytest.raises(Lost):
                rule()
        else:
            assert rule() == real


ends = st.none() | st.integers(-7, 7)
parts = st.none() | st.just(...) | st.integers(-3, 3) | st.builds(slice, ends, ends, st.none() | st.integers(1, 3))


@settings(max_examples=150)
@given(shapes, st.lists(parts, min_size=1, max_size=4).filter(lambda parts: parts.count(...) < 2))
def test_slices(shape, index):
    try:
        real = tuple(torch.zeros(shape)[tuple(index)].shape)
    except (IndexError, RuntimeError):
        with pytest.raises(Lost):
            sliced(shape, index)
    else:
        assert sliced(shape, index) == real


NEEDS = {
    **dict.fromkeys(("threshold", "Threshold"), (0.1, 2)),
    **dict.fromkeys(("layer_norm", "LayerNorm"), ((6, 6),)),
    **dict.fromkeys(("group_norm", "local_response_norm", "LocalResponseNorm"), (2,)),
    **dict.fromkeys(("clamp", "clip"), (1,)),
    "flip": ((1,),),
    **dict.fromkeys(("type", "to"), (torch.float,)),
    **dict.fromkeys(("BatchNorm2d", "InstanceNorm2d"), (4,)),
    **dict.fromkeys(("Softmax", "LogSoftmax", "softmax", "log_softmax"), (1,)),
    "GroupNorm": (2, 4),
    "prelu": (torch.rand(1),),
    "batch_norm": (torch.rand(4), torch.rand(4)),
}
ELSEWHERE = {"cuda", "SyncBatchNorm", "FrozenBatchNorm2d"}  # a graphics card, several processes, another library


@pytest.mark.parametrize("name", sorted(KEPT - ELSEWHERE))
def test_what_is_kept_is_kept_by_torch(name):
    x = torch.rand(2, 4, 6, 6)
    place = next(place for place in (nn, F, torch.Tensor, torch) if hasattr(place, name))
    made = getattr(place, name)
    arguments = NEEDS.get(name, ())
    after = made(*arguments)(x) if place is nn else made(x.clone(), *arguments)
    assert after.shape == x.shape


def test_every_name_is_one_of_torch():
    others = {"FrozenBatchNorm2d"}
    for name in set(RULES) - others:
        assert any(hasattr(place, name) for place in (nn, F, torch, torch.Tensor)), name
