"""The weights of a small layer in an address: shape and numbers, bit for bit, in letters, digits, - and _."""

from __future__ import annotations

import math
import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import numpy as np

from conv_viz.weights.edits import Weights

MOST_NUMBERS = 256
"""Weights and bias together: 1,400 letters of an address where nothing compresses them."""
MOST_LETTERS = 2_000
MOST_AXES = 4


@dataclass(frozen=True, eq=False)
class Small(Weights):
    """Weights with a bias, which the link of a layer without one has, too."""

    bias: np.ndarray


def pack(weights: Weights) -> str:
    """Weight and bias, float32, as text; nothing for more of them than a link holds, or without a bias.

    >>> weights = Weights(np.float32([[[0.1, -0.0]]]), np.float32([2]))
    >>> unpack(pack(weights)).weight.tobytes() == weights.weight.tobytes()
    True
    >>> pack(Weights(np.zeros((16, 16, 1, 1), np.float32), np.zeros(16, np.float32)))
    ''
    """
    if weights.bias is None or weights.weight.size + weights.bias.size > MOST_NUMBERS:
        return ""
    shape = weights.weight.shape
    numbers = np.concatenate([weights.weight.ravel(), weights.bias]).astype("<f4")
    head = struct.pack(f"<B{len(shape)}H", len(shape), *shape)
    return urlsafe_b64encode(zlib.compress(head + numbers.tobytes(), 9)).decode().rstrip("=")


def unpack(text: str) -> Small | None:
    """The weights of a text, as torch has them; None for what is none.

    >>> unpack("no") is None
    True
    """
    if len(text) > MOST_LETTERS:
        return None
    try:
        most = 1 + 2 * MOST_AXES + 4 * MOST_NUMBERS
        data = zlib.decompressobj().decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)), most + 1)
        axes = data[0] if data else 0
        shape = struct.unpack_from(f"<{axes}H", data, 1)
        numbers = np.frombuffer(data, "<f4", offset=1 + 2 * axes).astype(np.float32)
    except (ValueError, zlib.error, struct.error):
        return None
    count = math.prod(shape)
    if not 3 <= axes <= MOST_AXES or not 0 < count <= numbers.size <= MOST_NUMBERS or not np.isfinite(numbers).all():
        return None
    return Small(numbers[:count].reshape(shape), numbers[count:])
