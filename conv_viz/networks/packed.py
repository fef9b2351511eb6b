"""A network's text in an address: packed, so that a link stays short."""

from __future__ import annotations

import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode

from conv_viz.limits import NETWORK_LINK, NETWORK_TEXT


def pack(text: str) -> str:
    """The text in letters, digits, - and _; nothing for one that no link can hold.

    >>> unpack(pack("nn.Conv2d(3, 8, 3)"))
    'nn.Conv2d(3, 8, 3)'
    """
    packed = urlsafe_b64encode(zlib.compress(text.encode(), 9)).decode().rstrip("=") if text else ""
    return packed if len(packed) <= NETWORK_LINK else ""


def unpack(packed: str) -> str:
    """The text; nothing for what is none, or for one that would grow beyond all bounds.

    >>> unpack("no"), unpack(pack("0" * 300_000))
    ('', '')
    """
    if len(packed) > NETWORK_LINK:
        return ""
    try:
        reader = zlib.decompressobj()
        text = reader.decompress(urlsafe_b64decode(packed + "=" * (-len(packed) % 4)), NETWORK_TEXT)
        return "" if reader.unconsumed_tail else text.decode()
    except (ValueError, zlib.error):
        return ""
