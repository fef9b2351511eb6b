"""What the reader looks at in a layer. Without torch: the address of every page says it."""

from __future__ import annotations

from dataclasses import dataclass

PICTURES = ("gather", "scatter")
"""The two ways of drawing a transposed convolution: output by output, or input by input. Others have the first only."""


@dataclass(frozen=True)
class View:
    """What the reader has chosen to look at: indices into the whole layer, and one of `PICTURES`."""

    sample: int = 0
    filter: int = 0
    channel: int = 0
    row: int = 0
    column: int = 0
    picture: str = PICTURES[0]
