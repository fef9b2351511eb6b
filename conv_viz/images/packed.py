"""A small input in an address: its planes, bit for bit, in letters, digits, - and _."""

from __future__ import annotations

import struct
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import Any

import numpy as np

MOST_SIDE, MOST_PLANES = 16, 4  # 16 x 16 x 4 numbers that nothing compresses take 5,500 letters of an address
MOST_LETTERS = 6_000
HEAD = struct.Struct("<BBBc")  # planes, rows, columns, and how a number is written
KINDS: dict[bytes, Any] = {b"b": "<i1", b"f": "<f4"}


def pack(planes: np.ndarray) -> str:
    """Planes (C, H, W) of float32 as text; nothing for more of them than a link holds.

    >>> planes = np.float32([[[0, 1], [2, -0.5]]])
    >>> unpack(pack(planes)).tolist() == planes.tolist(), pack(np.zeros((1, 17, 1), np.float32))
    (True, '')
    """
    channels, *sides = planes.shape
    if channels > MOST_PLANES or max(sides) > MOST_SIDE:
        return ""
    small = np.abs(planes).max() < 128 and planes.astype("<i1").astype("<f4").tobytes() == planes.tobytes()
    kind = b"b" if small else b"f"  # small: whole numbers, none of them -0.0
    data = HEAD.pack(*planes.shape, kind) + planes.astype(KINDS[kind]).tobytes()
    return urlsafe_b64encode(zlib.compress(data, 9)).decode().rstrip("=")


def unpack(text: str) -> np.ndarray | None:
    """The planes of a text, float32; None for what is none.

    >>> unpack("no") is None
    True
    """
    most = HEAD.size + 4 * MOST_PLANES * MOST_SIDE**2
    if len(text) > MOST_LETTERS:
        return None
    try:
        data = zlib.decompressobj().decompress(urlsafe_b64decode(text + "=" * (-len(text) % 4)), most + 1)
        *shape, kind = HEAD.unpack_from(data)
        if not all(shape) or shape[0] > MOST_PLANES or max(shape[1:]) > MOST_SIDE or kind not in KINDS:
            return None
        planes = np.frombuffer(data, KINDS[kind], offset=HEAD.size).reshape(shape).astype(np.float32)
    except (ValueError, zlib.error, struct.error):
        return None
    return planes if np.isfinite(planes).all() else None
