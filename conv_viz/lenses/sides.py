"""How much is padded on each side, as ``F.pad`` counts it: from the last dimension, left before right."""

from __future__ import annotations

import re
from dataclasses import replace

from conv_viz.layers.conv import PADDING_MODES, SPARE
from conv_viz.layers.values import ConvSpecError
from conv_viz.layers.window import WindowAxis

Axes = tuple[WindowAxis, WindowAxis]
CAUSAL = "causal"
MOST = 40
"""Cells on one side up to which numbers are typed in."""
ORDER = ("left", "right", "top", "bottom")
"""The sides in the order of ``F.pad``."""
_NUMBERS = re.compile(r"\(?\s*([+-]?\d{1,6}(?:\s*,\s*[+-]?\d{1,6})*)\s*,?\s*\)?", re.ASCII)


def sided(axes: Axes, text: str, dims: int = 2) -> Axes:
    """The axes with the padding that `text` names: nothing (their own), "causal", or numbers as ``F.pad`` takes them.

    Two numbers are left and right, four also top and bottom. Causal is d·(k − 1) before and none after: no output
    reads what comes after it. Raises `ConvSpecError`.

    >>> row, column = WindowAxis(7, 3, before=1, after=1), WindowAxis(9, 3, dilation=2)
    >>> [ring(sided((row, column), text)) for text in ("causal", "1, 2, 3, 4", "5,6")]
    [(4, 0, 2, 0), (1, 2, 3, 4), (5, 6, 0, 0)]
    """
    text = text.strip()
    if not text:
        return axes
    if text == CAUSAL:
        height, width = (replace(axis, before=axis.effective_kernel - 1, after=0) for axis in axes)
        return height, width
    found = _NUMBERS.fullmatch(text)
    numbers = tuple(int(part) for part in found[1].split(",")) if found else ()
    takes = "two numbers (left, right)" if dims == 1 else "two numbers (left, right) or four (then top, bottom)"
    if len(numbers) not in (2, 4)[:dims] or not all(0 <= number <= MOST for number in numbers):
        raise ConvSpecError("pad", f"F.pad takes {takes}, here from 0 to {MOST} each; or write {CAUSAL}.")
    left, right, top, bottom = (*numbers, 0, 0)[:4]
    height, width = axes
    return replace(height, before=top, after=bottom), replace(width, before=left, after=right)


def ring(axes: Axes) -> tuple[int, int, int, int]:
    """Cells added at the left, right, top and bottom, in the order of ``F.pad``."""
    height, width = axes
    return width.before, width.after, height.before, height.after


def limit(axes: Axes, mode: str) -> str:
    """Why a mode cannot pad so much, in a sentence; empty when it can.

    >>> limit((WindowAxis(3, 3, before=3, after=3), WindowAxis(9, 3)), "reflect")
    'reflect pads at most 2 cells here, one less than the 3 rows that there are, and not 3.'
    """
    if mode not in SPARE:
        return ""
    for axis, what in zip(axes, ("rows", "columns"), strict=True):
        needed, most = max(axis.before, axis.after), axis.size - SPARE[mode]
        if needed > most:
            why = f"one less than the {axis.size} {what}" if SPARE[mode] else f"the {axis.size} {what}"
            return f"{mode} pads at most {most} cells here, {why} that there are, and not {needed}."
    return ""


def possible(axes: Axes) -> list[str]:
    """The modes that can pad so much, zeros first.

    >>> possible((WindowAxis(1, 1), WindowAxis(3, 3, before=3, after=0)))
    ['zeros', 'replicate', 'circular']
    """
    return [mode for mode in PADDING_MODES if not limit(axes, mode)]


def snippet(axes: Axes, mode: str, layer: str, dims: int = 2) -> str:
    """The call of ``F.pad`` that does the same, and the layer after it, which pads nothing itself.

    >>> axes = WindowAxis(7, 3, before=1, after=2), WindowAxis(7, 3, before=3, after=4)
    >>> print(snippet(axes, "reflect", "nn.Conv2d(3, 4, kernel_size=3)"))
    # F.pad counts from the last dimension: left, right, then top, bottom
    x = F.pad(x, (3, 4, 1, 2), mode='reflect')
    y = nn.Conv2d(3, 4, kernel_size=3)(x)
    """
    words = "left, right, then top, bottom" if dims == 2 else "left, right"
    torchs = "constant" if mode == "zeros" else mode
    call = f"x = F.pad(x, {ring(axes)[: 2 * dims]}, mode={torchs!r})"
    return f"# F.pad counts from the last dimension: {words}\n{call}\ny = {layer}(x)"
