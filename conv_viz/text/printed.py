"""A layer as a program prints it, as a call: children, profiles and arrows are taken out.

torch prints the children of a layer inside its brackets, profilers put their figures before the arguments, Gluon
writes ``3 -> 64`` and MinkowskiEngine ``in=3``. What is left is read like any other call.
"""

from __future__ import annotations

import re

CHILD = re.compile(r"\n[ \t]{0,200}\([\w.-]{1,60}\): ")
FIGURES = re.compile(
    r"%|\b[KMGTkmun]?(?:MACs?|Macs?|FLOPS|FLOPs|Params)\b|\blatency\b"
    r"|^\s*[\d.]{1,12}\s?[mun]?s\s*$|^\s*[\d.]{1,12} [kKMGT]\s*$"
)
ARROW = re.compile(r"\b(None|\d{1,7}) -> (\d{1,7})\b")
IN_OUT = re.compile(r"\b(in|out)=(?=\d)")


def as_call(text: str) -> str:
    """The printed layer as a call.

    >>> as_call("Conv2d(\\n  3, 64, kernel_size=(7, 7), bias=False\\n  (norm): FrozenBatchNorm2d(num_features=64)\\n)")
    'Conv2d(\\n  3, 64, kernel_size=(7, 7), bias=False)'
    >>> as_call("Conv2d(0.005 M, 0.158% Params, 4.91 GMac, 1.879% MACs, 3, 32, kernel_size=(7, 7))")
    'Conv2d( 3, 32, kernel_size=(7, 7))'
    >>> as_call("Conv2D(3 -> 64, kernel_size=(7, 7))")
    'Conv2D(3, 64, kernel_size=(7, 7))'
    """
    if child := CHILD.search(text):
        text = text[: child.start()].rstrip(" ,\n") + ")"
    if "%" in text:
        callee, bracket, inside = text.partition("(")
        parts = inside.split(",")
        last = max((i for i, part in enumerate(parts) if FIGURES.search(part)), default=-1)
        text = callee + bracket + (",".join(parts[last + 1 :]) or ")")
    if "->" in text:
        text = ARROW.sub(lambda m: f"{'in_channels' if m[1] == 'None' else m[1]}, {m[2]}", text)
    return IN_OUT.sub(r"\1_channels=", text)
