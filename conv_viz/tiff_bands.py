"""TIFF files of four bands, as satellites send them: read whole instead of as RGB or not at all.

Pillow drops the fourth sample of an RGB TIFF when it is called unspecified, and refuses
four samples called MinIsBlack. It does hand over all four samples of a picture called RGB with
straight alpha, untouched. So the two tags that name the samples are rewritten
in memory, never the samples.

Tags and their codes: TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
"""

from __future__ import annotations

import io
import struct
from dataclasses import dataclass

from PIL import TiffImagePlugin

PHOTOMETRIC, SAMPLES, PLANAR, EXTRA_SAMPLES, BITS, FORMAT = 262, 277, 284, 338, 258, 339
MIN_IS_BLACK, RGB, STRAIGHT_ALPHA, SHORT = 1, 2, 2, 3


@dataclass(frozen=True)
class Samples:
    """How the first picture of a TIFF stores one pixel."""

    count: int
    bits: int
    photometric: int
    extra: tuple[int, ...]
    planar: bool
    number: bool

    @property
    def bands(self) -> bool:
        """Whether these are four bands, none of which is called alpha."""
        return self.count == 4 and self.photometric in (MIN_IS_BLACK, RGB) and not {1, 2, 999} & {*self.extra}

    @property
    def refusal(self) -> str | None:
        """Why these samples cannot be read without losing some, in one sentence, or None."""
        way_out = "save it as an 8-bit TIFF with 1, 3 or 4 bands, or as .npy."
        grey_or_alpha = self.count == 2 and self.extra in ((1,), (2,))
        if self.count not in (1, 3, 4) and not grey_or_alpha:
            return f"This TIFF has {self.count} bands, and only 1, 3 or 4 can be read; {way_out}"
        if self.count > 1 and (self.number or self.bits > 16):
            return f"This TIFF has {self.count} bands of {self.bits} bits, and only 8 or 16 can be read; {way_out}"
        if self.count > 1 and self.bits == 16 and self.planar:
            return (
                f"This TIFF stores {self.count} bands of 16 bits one after the other, which cannot be read; {way_out}"
            )
        return None


def samples(data: bytes) -> Samples:
    """The samples of a TIFF's first picture; raises what Pillow raises for a broken directory."""
    file = io.BytesIO(data)
    tags = TiffImagePlugin.ImageFileDirectory_v2(file.read(8))
    file.seek(tags.next)
    tags.load(file)
    count = tags.get(SAMPLES, 1)
    return Samples(
        count,
        max(tags.get(BITS, (1,))),
        tags.get(PHOTOMETRIC, 0),
        tuple(tags.get(EXTRA_SAMPLES, ())),
        tags.get(PLANAR, 1) == 2,
        max(tags.get(FORMAT, (1,))) == 3,
    )


def as_straight_alpha(data: bytes) -> bytes:
    """The file with its four samples called red, green, blue and straight alpha.

    Only tags of the first directory change: 12 bytes each, tag, type, count, value.
    """
    order = "<" if data[:2] == b"II" else ">"
    changed = bytearray(data)
    (start,) = struct.unpack_from(f"{order}L", data, 4)
    (entries,) = struct.unpack_from(f"{order}H", data, start)
    for entry in range(start + 2, start + 2 + 12 * entries, 12):
        (tag,) = struct.unpack_from(f"{order}H", data, entry)
        value = {PHOTOMETRIC: RGB, EXTRA_SAMPLES: STRAIGHT_ALPHA}.get(tag)
        if value is not None:
            struct.pack_into(f"{order}HHLHH", changed, entry, tag, SHORT, 1, value, 0)
    return bytes(changed)
