"""Error messages of pools: a window that does not fit, too much padding, numbers for another count of axes."""

from __future__ import annotations

import re

from conv_viz.layers.facts import FACTS
from conv_viz.text.messages.wording import Diagnosis, Messages, said, whole


def _pool_size(match: re.Match[str]) -> Diagnosis:
    size, output = match["size"], match["output"]
    return Diagnosis(
        f"The pooling window does not fit: an input of {size} (channels first) would give {output}.",
        "Use a smaller kernel_size, fewer poolings before it, or a larger picture; "
        "nn.AdaptiveAvgPool2d(1) fits every size.",
    )


def _pool_padding(match: re.Match[str]) -> Diagnosis:
    pad, kernel = whole(match["pad"]), whole(match["kernel"])
    dilation = whole(match.groupdict().get("dilation") or "1")
    span = dilation * (kernel - 1) + 1
    return Diagnosis(
        f"padding={pad} is more than half of the pooling window, which spans {span} cell{'s' * (span != 1)}: "
        "a window must not lie in the padding alone.",
        f"Set padding={max(0, kernel // 2)} or less, or a larger kernel_size.",
    )


def _unknown_name(match: re.Match[str]) -> Diagnosis:
    layer = f"{match[0][:7]}{match['layer']}"
    known = FACTS[layer].arguments if layer in FACTS else ()
    takes = f"; the arguments are {', '.join(known)}" if known else ""
    return Diagnosis(f"nn.{layer} has no argument {match['name']!r}.", f"Leave it out{takes}.")


MESSAGES: Messages = [
    (
        _pool_size,
        ("Given input size: (<size:size>). Calculated output size: (<output:size>). Output size is too small",),
    ),
    (
        said("The pooling window does not fit into the input.", "Use a smaller kernel_size or a longer input."),
        ("max_pool1d() Invalid computed output size", "smaller than kernel size (kT"),
    ),
    (
        _pool_padding,
        (
            "pad should be at most half of effective kernel size, but got pad=<pad:int>, kernel_size=<kernel:int> "
            "and dilation=<dilation:digit>",
            "pad should be at most half of kernel size, but got pad=<pad:int> and kernel_size=<kernel:end>",
            "padding should be at most half of kernel size, but got padding=<pad:int> and kernel_size=<kernel:end>",
            "pad should be smaller than half of kernel size, but got padW = <pad:int>, padH = <height:int>, "
            "kW = <kernel:int>",
            "pad should be smaller than or equal to half of kernel size, but got padW = <pad:int>, padH = "
            "<height:int>, kW = <kernel:int>",
        ),
    ),
    (
        said(
            "The window must step at least 1 cell, and be at least 1 large.",
            "Set stride, kernel_size and dilation to 1 or more.",
        ),
        (
            "stride should not be zero",
            "kernel size should be greater than zero, but got kH",
            "max_pool1d() stride must be greater than zero",
            "max_pool1d() kernel_size must be greater than zero",
            "max_pool1d() dilation must be greater than zero",
        ),
    ),
    (
        said(
            "divisor_override=0 divides each window's sum by zero.",
            "Leave divisor_override out, or set it to another number than 0.",
        ),
        ("divisor must be not zero",),
    ),
    (
        said("Padding of a pooling cannot be below 0.", "Set padding=0 or more."),
        ("pad must be non-negative, but got pad", "max_pool1d() padding must be non-negative"),
    ),
    (
        said(
            "Pooling in 2-D reads (N, C, H, W) or (C, H, W), and none of the sizes may be 0.",
            "Look at x.shape: x.unsqueeze(0) adds a dimension in front, x.flatten(0, 1) takes one away.",
        ),
        (
            "non-empty 3D or 4D (batch mode) tensor expected for input",
            "adaptive_avg_pool2d(): Expected 3D or 4D tensor",
            "Expected 3D or 4D (batch mode) tensor with optional 0 dim batch size for input",
        ),
    ),
    (
        said(
            "A 2-D pooling takes one number, or two as (height, width).",
            "Give kernel_size, stride, padding and dilation one number or two; nn.MaxPool3d takes three.",
        ),
        (
            "pool2d: kernel_size must either be a single int, or a tuple of two ints",
            "pool2d: stride must either be omitted, a single int, or a tuple of two ints",
            "pool2d: padding must either be a single int, or a tuple of two ints",
            "pool2d: dilation must be either a single int, or a tuple of two ints",
        ),
    ),
    (
        said(
            "Pooling in 1-D reads rows, (N, C, L) or (C, L), and this input has another number of dimensions.",
            "For pictures (N, C, H, W) take nn.MaxPool2d or nn.AvgPool2d; x.unsqueeze(0) adds a dimension in front.",
        ),
        (
            "max_pool1d: Expected 2D or 3D (batch mode) tensor",
            "max_pool1d() Expected 2D or 3D input",
            "-dimensional tensor for argument #1 'self' (while checking arguments for avg_pool1d)",
        ),
    ),
    (
        said(
            "Pooling in 1-D has one axis: it takes one number.",
            "Give kernel_size, stride, padding and dilation one number each; for pictures take nn.MaxPool2d or "
            "nn.AvgPool2d.",
        ),
        (
            "max_pool1d() kernel_size must be an int, list of ints or tuple of ints of size 1",
            "max_pool1d() stride must be None, an int, list of ints, or tuple of ints of size 1",
            "max_pool1d() padding must be an int, list of ints or tuple of ints of size 1",
            "max_pool1d() dilation must be an int, list of ints or tuple of ints of size 1",
            "avg_pool1d() argument '<name:word>' should contain one int",
        ),
    ),
    (
        _unknown_name,
        (
            "MaxPool<layer:word>.__init__() got an unexpected keyword argument '<name:word>'",
            "AvgPool<layer:word>.__init__() got an unexpected keyword argument '<name:word>'",
        ),
    ),
]
