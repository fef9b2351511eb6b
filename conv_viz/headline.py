"""Everything that is said about a layer before it runs: shapes, formula, costs. Without torch."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from conv_viz.shapes import Axis
from conv_viz.spec import ConvSpec, Shape, input_sizes

FLOAT32 = 4  # bytes


@dataclass(frozen=True)
class Headline:
    """The headline numbers of a layer on an input (N, C, H, W) or (C, H, W).

    >>> h = Headline.of(ConvSpec(3, 10, 5, padding=2), (16, 3, 28, 28))
    >>> h.output_shape, h.activations, h.spec.parameters
    ((16, 10, 28, 28), 125440, 760)
    """

    spec: ConvSpec
    input_shape: Shape
    axes: tuple[Axis, Axis]

    @classmethod
    def of(cls, spec: ConvSpec, input_shape: Shape) -> Headline:
        """The headline of a layer on an input; raises `ConvSpecError` when it cannot pass."""
        shape = input_sizes(input_shape)
        return cls(spec, shape, spec.axes(shape))

    @cached_property
    def output_shape(self) -> Shape:
        """Shape of the output, with the input's rank."""
        height, width = self.axes
        return (*self.input_shape[:-3], self.spec.out_channels, height.output, width.output)

    @property
    def activations(self) -> int:
        """Numbers in the output: ``out.nelement()``."""
        return math.prod(self.output_shape)

    @property
    def macs(self) -> int:
        """Multiply-accumulates: taps of one filter times activations."""
        return self.activations * math.prod(self.spec.weight_shape[1:])

    @property
    def memory(self) -> dict[str, int]:
        """Bytes in float32 of input, weights (with bias) and output."""
        return {
            "input": FLOAT32 * math.prod(self.input_shape),
            "weights": FLOAT32 * self.spec.parameters,
            "output": FLOAT32 * self.activations,
        }

    def as_dict(self) -> dict[str, Any]:
        """The published keys, as `describe --json` prints them."""
        height, width = self.axes
        return {
            "code": self.spec.code(),
            "input_shape": list(self.input_shape),
            "output_shape": list(self.output_shape),
            "weight_shape": list(self.spec.weight_shape),
            "bias_shape": list(self.spec.bias_shape) if self.spec.bias_shape else None,
            "parameters": self.spec.parameters,
            "activations": self.activations,
            "macs": self.macs,
            "effective_kernel": list(self.spec.effective_kernel),
            "unread_rows": list(height.unread),
            "unread_columns": list(width.unread),
        }

    def facts(self) -> list[tuple[str, str]]:
        """Label and text of every number, in reading order, for a person."""
        kernel_height, kernel_width = self.spec.effective_kernel
        return [
            ("weight", shown_shape(self.spec.weight_shape)),
            ("bias", shown_shape(self.spec.bias_shape) if self.spec.bias_shape else "none"),
            ("filters", f"{self.spec.out_channels:,}"),
            ("effective kernel", f"{kernel_height} × {kernel_width}"),
            ("parameters", f"{self.spec.parameters:,}"),
            ("activations", f"{self.activations:,}"),
            ("MACs", f"{self.macs:,}"),
            *((f"{name} memory", shown_bytes(size)) for name, size in self.memory.items()),
        ]


def unread_sentence(axis: Axis, what: str) -> str:
    """Which rows or columns are never read, in words.

    >>> unread_sentence(Axis(size=8, kernel=3, stride=2), "row")
    'remainder 1: row 7 is never read'
    >>> unread_sentence(Axis(size=7, kernel=3, stride=2), "row")
    'remainder 0: every row is read'
    """
    unread = axis.unread
    if not unread:
        rest = f"every {what} is read"
    elif len(unread) == 1:
        rest = f"{what} {unread[0]} is never read"
    else:
        rest = f"{what}s {shown_indices(unread)} are never read"
    return f"remainder {axis.remainder}: {rest}"


def shown_indices(indices: tuple[int, ...], most: int = 6) -> str:
    """Indices in words, runs joined, a long list cut.

    >>> shown_indices((1, 3, 5, 6, 7)), shown_indices(tuple(range(1, 40, 2)))
    ('1, 3, 5–7', '1, 3, 5, 7, 9, 11, … (20 in all)')
    """
    runs: list[list[int]] = []
    for i in indices:
        if runs and i == runs[-1][1] + 1:
            runs[-1][1] = i
        else:
            runs.append([i, i])
    words = [f"{a}" if a == b else f"{a}–{b}" for a, b in runs]
    if len(words) > most:
        return f"{', '.join(words[:most])}, … ({len(indices)} in all)"
    return ", ".join(words)


def shown_shape(shape: Shape) -> str:
    """A shape as torch writes it.

    >>> shown_shape((10,)), shown_shape((1, 2))
    ('(10,)', '(1, 2)')
    """
    return str(tuple(shape))


def shown_bytes(size: int) -> str:
    """Bytes in binary units, three digits.

    >>> shown_bytes(3040), shown_bytes(150528), shown_bytes(411041792)
    ('2.97 KiB', '147 KiB', '392 MiB')
    """
    if size < 1024:
        return f"{size} B"
    shown = float(size)
    for unit in ("KiB", "MiB", "GiB", "TiB"):
        shown /= 1024
        if shown < 1000 or unit == "TiB":
            break
    digits = max(0, 2 - int(math.log10(shown)) if shown >= 1 else 2)
    return f"{shown:,.{digits}f} {unit}"
