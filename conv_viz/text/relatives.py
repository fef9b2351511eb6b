"""Classes that are named after ``nn.Conv2d``: ``EqualizedConv2d``, ``Conv2dSame``, ``QuantizedConvReLU2d``.

Such a class is read as ``nn.Conv2d`` with the same arguments until its name shows otherwise, and one sentence says so.
"""

from __future__ import annotations

import re

RELATIVE = re.compile(
    r"(?!Lazy)(?:[A-Za-z_]\w{0,60}?)?(?:Conv(?:BnReLU|BnAct|BnReLU6|Bn|ReLU6|ReLU|AddReLU|Add|LeakyReLU|Tanh)?2d(?:[A-Z_]\w{0,40})?"
    r"|MinkowskiConvolution)"
)
SAME = re.compile(r"SAME|[Ss]ame|DynamicPad|TFPad")
SEVERAL = re.compile(r"Separable|Depthwise|DepthWise|SplitConv|MixedConv|NormAct")
WHAT: tuple[tuple[str, str], ...] = (
    (r"Deform", "its taps move by offsets that it computes from the input"),
    (r"Quantized|Dynamic(?=Quantized)|Int8", "it computes with numbers of 8 bits, so that its values are rounded"),
    (r"Mask|Partial|Gated", "it masks or weighs its values"),
    (r"Modulated|Cond|Dynamic|Adaptive", "its weights depend on its input"),
    (r"Complex|Quaternion|Oct", "it computes with numbers of more parts than one"),
    (r"Minkowski|SubM|Sparse", "it computes only where its sparse input has points"),
    (r"ReLU|Tanh|Act", "an activation follows"),
    (r"Bn|Norm(?!al)", "a normalisation belongs to it"),
    (r"Parametri[sz]ed|Equal|WS|Std|SN|Spectral|Weight|Scaled|LoRA", "it changes its weights before it uses them"),
)


def is_relative(function: str) -> bool:
    """Whether a class is named after ``nn.Conv2d`` and is not that.

    >>> [is_relative(name) for name in ("WSConv2d", "Conv2dSame", "QuantizedConvReLU2d", "Conv2d", "ConvTranspose2d")]
    [True, True, True, False, False]
    """
    return function != "Conv2d" and len(function) <= 80 and RELATIVE.fullmatch(function) is not None


def pads_same(function: str) -> bool:
    """Whether the name tells of TensorFlow's 'SAME' padding: ``Conv2dSame``."""
    return SAME.search(function) is not None


def several(function: str) -> bool:
    """Whether the name tells of more than one convolution: ``SeparableConv2d``."""
    return SEVERAL.search(function) is not None


def read_as(function: str) -> str:
    """One sentence: what such a class is taken for, and what may differ.

    >>> read_as("WSConv2d")
    'WSConv2d is read as nn.Conv2d with the same arguments; it changes its weights before it uses them.'
    """
    for pattern, what in WHAT:
        if re.search(pattern, function):
            return f"{function} is read as nn.Conv2d with the same arguments; {what}."
    return f"{function} is read as nn.Conv2d with the same arguments; what its class does besides is not shown."
