"""Pairs of layers that people ask about, ready to open in the lens Compare."""

from __future__ import annotations

from conv_viz.lenses.lens import Ready

PAIRS = (
    Ready(
        "zeros or reflect",
        dict(in_channels=3, out_channels=4, kernel_size=3, padding=1),
        (1, 3, 7, 7),
        {"b": "padding_mode='reflect'"},
    ),
    Ready(
        "stride 2 or pooling",
        dict(in_channels=3, out_channels=4, kernel_size=3, stride=2, padding=1),
        (1, 3, 8, 8),
        {"b": "nn.Conv2d(3, 4, 3, padding=1); nn.MaxPool2d(2)"},
    ),
    Ready(
        "one 5×5 or two 3×3",
        dict(in_channels=3, out_channels=4, kernel_size=5, padding=2),
        (1, 3, 7, 7),
        {"b": "nn.Conv2d(3, 4, 3, padding=1); nn.Conv2d(4, 4, 3, padding=1)"},
    ),
    Ready(
        "dense or depthwise + pointwise",
        dict(in_channels=3, out_channels=6, kernel_size=3, padding=1),
        (1, 3, 7, 7),
        {"b": "nn.Conv2d(3, 3, 3, padding=1, groups=3); nn.Conv2d(3, 6, 1)"},
    ),
    Ready(
        "3×3 with dilation 2 or 5×5",
        dict(in_channels=3, out_channels=4, kernel_size=3, padding=2, dilation=2),
        (1, 3, 7, 7),
        {"b": "kernel_size=5, dilation=1"},
    ),
    Ready(
        "torch's padding or TensorFlow's SAME",
        dict(in_channels=3, out_channels=4, kernel_size=3, stride=2, padding=1),
        (1, 3, 8, 8),
        {"b": "nn.ZeroPad2d((0, 1, 0, 1)); nn.Conv2d(3, 4, 3, stride=2)"},
    ),
    Ready(
        "the kernel or its mirror image",
        dict(in_channels=1, out_channels=1, kernel_size=3, padding=1, bias=False),
        (1, 1, 7, 7),
        {"b": "flipped"},
        fill="impulse",
    ),
    Ready(
        "a bias before a batch norm, or none",
        dict(in_channels=3, out_channels=4, kernel_size=3, padding=1),
        (1, 3, 7, 7),
        {"b": "bias=False"},
    ),
)
