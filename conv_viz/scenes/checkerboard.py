"""How many products each output cell of a transposed convolution adds up, and what that makes of a flat input."""

from __future__ import annotations

import numpy as np

from conv_viz.layers.checkerboard import counts_inside, resize_then_convolve
from conv_viz.layers.run import Flat
from conv_viz.layers.summary import Summary
from conv_viz.layers.taps import Taps
from conv_viz.layers.transposed import ConvTranspose
from conv_viz.scenes.headers import Checkerboard

SOURCE = "Odena et al., Deconvolution and checkerboard artifacts, Distill, 2016"


def checkerboard_arrays(made: Flat, tables: tuple[Taps, Taps]) -> dict[str, np.ndarray]:
    """The maps, of the first A x B output cells: ``counts`` (A, B) int32 by the taps tables, ``flat`` and ``resized``
    (F, A, B), torch's outputs on an input of ones."""
    rows, columns = made.transposed.shape[1:]
    down, across = (table.counted(padding=False) for table in tables)
    counts = np.multiply.outer(down[:rows], across[:columns])
    return {"counts": counts, "flat": made.transposed, "resized": made.resized}


def checkerboard_words(head: Summary, made: Flat) -> Checkerboard:
    """What the maps are called, what is seen on them, and the code of the layer to take instead."""
    spec = head.spec
    assert isinstance(spec, ConvTranspose)
    rows, columns = made.transposed.shape[1:]
    height, width = (axis.output for axis in head.axes)
    size, cells = (str((height, width)), f"{rows} × {columns}") if spec.dims == 2 else (str(width), str(columns))
    first = f", the first {cells} cells" if (rows, columns) != (height, width) else ""
    finite = [float(np.abs(a[np.isfinite(a)]).max(initial=0)) for a in (made.transposed, made.resized)]
    return {
        "maps": [
            {"array": "counts", "title": f"products that each output cell adds up{first}"},
            {"array": "flat", "title": "this layer on an input of ones"},
            {"array": "resized", "title": "resize, then convolve, on an input of ones"},
        ],
        "most": max(finite),
        "words": evenness(counts_inside(spec)),
        "code": f"nn.Sequential(nn.Upsample(size={size}), {resize_then_convolve(spec).code()})",
        "source": SOURCE,
    }


def evenness(counts: tuple[int, ...]) -> str:
    """What the counts mean, in a sentence.

    >>> evenness((4,))
    'Away from the border every cell adds up 4 products of each channel: even, only the weights can make a pattern.'
    >>> evenness((1, 2, 4))
    'Away from the border a cell adds up 1, 2 or 4 products of each channel: the checkerboard.'
    """
    if len(counts) == 1:
        many = f"{counts[0]} product{'s' * (counts[0] != 1)} of each channel"
        return f"Away from the border every cell adds up {many}: even, only the weights can make a pattern."
    listed = f"{', '.join(map(str, counts[:-1]))} or {counts[-1]}"
    return f"Away from the border a cell adds up {listed} products of each channel: the checkerboard."
