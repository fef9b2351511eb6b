"""Tensors as the bytes of a ``.safetensors``, which is the one form that the rest of the house reads."""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from typing import Any

from conv_viz.layers.values import Shape

Tensor = tuple[str, str, Shape, Any]
"""Its name, its type by safetensors' name, its shape, its bytes (anything with ``nbytes`` or a length in bytes)."""


def packed(tensors: Iterable[Tensor]) -> list[Any]:
    """The parts of the file, one after the other.

    >>> from conv_viz.weights.header import read_header
    >>> read_header(b"".join(packed([("weight", "F32", (1, 2), bytes(8))])))
    {'weight': Stored(dtype='F32', shape=(1, 2), start=80, stop=88)}
    """
    header, parts, at = {}, [], 0
    for name, dtype, shape, numbers in tensors:
        view = memoryview(numbers).cast("B")
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [at, at + len(view)]}
        at += len(view)
        parts.append(view)
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    return [struct.pack("<Q", len(text)) + text, *parts]
