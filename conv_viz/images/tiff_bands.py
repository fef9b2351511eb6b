"""What a TIFF stores, and its directory written anew so that the decoder hands all of it over.

Pillow drops the fourth sample of an RGB TIFF when it is called unspecified, refuses three or four samples called
MinIsBlack, and does not turn 16 bits round where white is zero. It does hand over all samples of a picture called RGB,
or grey or RGB with straight alpha, untouched. So the directory is written anew with other names for the samples, never
the samples themselves; and without the tags that say nothing of the pixels, of which there may be 65,535.

Tags and their codes: TIFF 6.0, https://www.itu.int/itudoc/itu-t/com16/tiff-fx/docs/tiff6.pdf
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from conv_viz.limits import FRAMES_COUNTED, TIFF_STRIPS

WIDTH, HEIGHT, BITS, PHOTOMETRIC, ORIENTATION, SAMPLES, PLANAR, EXTRA, FORMAT = (
    256, 257, 258, 262, 274, 277, 284, 338, 339,
)  # fmt: skip
ABOUT_PIXELS = {
    WIDTH, HEIGHT, BITS, PHOTOMETRIC, SAMPLES, PLANAR, EXTRA, FORMAT,
    259, 266, 273, 278, 279,  # compression, order of bits, strips
    292, 293, 317, 320, 322, 323, 324, 325,  # fax, predictor, palette, tiles
    347, 512, 513, 514, 515, 519, 520, 521, 529, 530, 531, 532,  # JPEG and YCbCr
}  # fmt: skip
WHITE_IS_ZERO, MIN_IS_BLACK, RGB = 0, 1, 2
UNSPECIFIED, PREMULTIPLIED, STRAIGHT, COREL_ALPHA = 0, 1, 2, 999
UNSIGNED, SIGNED, FLOAT = 1, 2, 3
KINDS = {UNSIGNED: "whole numbers", SIGNED: "signed whole numbers", FLOAT: "floating-point numbers"}
SHORT = 3
SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8}  # bytes of each type's values
NUMBERS = {1: "B", 3: "H", 4: "L"}
BYTES_OF_PALETTE = 2 * 3 * 2**16  # the longest table that is not one of strips
WAY_OUT = "save it as an 8-bit TIFF with 1, 3 or 4 bands, or as .npy."


@dataclass(frozen=True)
class Directory:
    """The first directory of a TIFF: for each tag its type, count, and the four bytes that hold its value or place."""

    data: bytes
    order: str
    entries: dict[int, tuple[int, int, bytes]]

    def numbers(self, tag: int, default: tuple[int, ...] = ()) -> tuple[int, ...]:
        """The first eight values of a tag of whole numbers."""
        kind, count, value = self.entries.get(tag, (0, 0, b""))
        if kind not in NUMBERS or not count:
            return default
        place = 0 if count * SIZES[kind] <= 4 else struct.unpack(f"{self.order}L", value)[0]
        source = value if count * SIZES[kind] <= 4 else self.data
        return struct.unpack_from(f"{self.order}{min(count, 8)}{NUMBERS[kind]}", source, place)

    def number(self, tag: int, default: int) -> int:
        """The first value of a tag."""
        return self.numbers(tag, (default,))[0]


@dataclass(frozen=True)
class Samples:
    """How the first picture of a TIFF stores one pixel. `kind` is unsigned, signed or float."""

    count: int
    bits: int
    photometric: int
    extra: tuple[int, ...]
    planar: bool
    kind: int
    equal: bool = True
    motorola: bool = False
    strips: int = 1

    @property
    def bands(self) -> bool:
        """Whether these are bands, none of which is called alpha, in a place where alpha or RGB is expected."""
        named_alpha = {PREMULTIPLIED, STRAIGHT, COREL_ALPHA} & {*self.extra}
        return (
            not named_alpha
            and self.photometric in (WHITE_IS_ZERO, MIN_IS_BLACK, RGB)
            and (self.count in (2, 4) or (self.count == 3 and self.photometric != RGB))
        )

    @property
    def inverted(self) -> bool:
        """Whether white is zero and the decoder does not know: it turns whole numbers of up to 8 bits itself."""
        return self.photometric == WHITE_IS_ZERO and (self.count > 1 or self.bits > 8 or self.kind != UNSIGNED)

    @property
    def refusal(self) -> str | None:
        """Why these samples cannot be read without losing some, in one sentence, or None."""
        stored = f"This TIFF stores {self.count} band{'s' if self.count > 1 else ''} of {self.bits} bits"
        grey_or_alpha = self.count == 2 and (self.bands or self.extra in ((PREMULTIPLIED,), (STRAIGHT,)))
        if self.count not in (1, 3, 4) and not grey_or_alpha:
            return f"This TIFF has {self.count} bands, and only 1 to 4 can be read; {WAY_OUT}"
        if self.count > 1 and (self.kind == FLOAT or self.bits > 16):
            return f"This TIFF has {self.count} bands of {self.bits} bits, and only 8 or 16 can be read; {WAY_OUT}"
        if not self.equal or (self.count > 1 and self.kind != UNSIGNED):
            return f"{stored} as {KINDS.get(self.kind, 'another kind')}, which cannot be read; {WAY_OUT}"
        if self.planar and (self.count == 2 or (self.count > 1 and self.bits == 16)):
            return f"{stored} one after the other, which cannot be read; {WAY_OUT}"
        if (self.count > 1 and self.bits not in (8, 16)) or (self.count == 2 and self.bits != 8):
            return f"{stored}, which cannot be read; {WAY_OUT}"
        if self.count == 1 and not self._one_is_known:
            return f"{stored} as {KINDS.get(self.kind, 'another kind')}, which cannot be read; {WAY_OUT}"
        if self.photometric in (8, 9, 10):
            return f"This TIFF holds L*a*b* colours, which are not read; {WAY_OUT}"
        if self.strips > TIFF_STRIPS:
            return (
                f"This TIFF has its pixels in {self.strips:,} pieces, and at most {TIFF_STRIPS:,} are read; "
                "save it with more rows in a strip."
            )
        return None

    @property
    def _one_is_known(self) -> bool:
        if self.kind == FLOAT:
            return self.bits == 32
        if self.kind == SIGNED:
            return self.bits in (8, 16, 32)
        return self.bits in (1, 2, 4, 8, 16) or (self.bits in (12, 32) and not self.motorola)


def read_directory(data: bytes) -> Directory:
    """The first directory; raises `struct.error` where the file breaks off."""
    order = "<" if data[:2] == b"II" else ">"
    (start,) = struct.unpack_from(f"{order}L", data, 4)
    (count,) = struct.unpack_from(f"{order}H", data, start)
    entries: dict[int, tuple[int, int, bytes]] = {}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, length, value = struct.unpack_from(f"{order}HHL4s", data, at)
        entries[tag] = kind, length, value
    return Directory(data, order, entries)


def samples(directory: Directory) -> Samples:
    """The samples of a TIFF's first picture."""
    bits = directory.numbers(BITS, (1,))
    kinds = directory.numbers(FORMAT, (UNSIGNED,))
    return Samples(
        directory.number(SAMPLES, 1),
        max(bits),
        directory.number(PHOTOMETRIC, WHITE_IS_ZERO),
        directory.numbers(EXTRA),
        directory.number(PLANAR, 1) == 2,
        UNSIGNED if kinds[0] == 4 else kinds[0],  # 4 is "undefined", read as unsigned
        len({*bits}) == 1 and len({*kinds}) == 1,
        directory.order == ">",
        max((directory.entries.get(tag, (0, 0))[1] for tag in (273, 324)), default=0),
    )


def for_decoder(data: bytes, directory: Directory, found: Samples) -> bytes:
    """The file with a directory at its end that holds the tags of the pixels, and names the samples as Pillow likes."""
    entries = {tag: entry for tag, entry in directory.entries.items() if tag in ABOUT_PIXELS and _fits(tag, entry)}
    changed: dict[int, int | None] = {}
    if found.bands:
        changed = {
            PHOTOMETRIC: MIN_IS_BLACK if found.count == 2 else RGB,
            EXTRA: None if found.count == 3 else STRAIGHT,
        }
    elif found.inverted:
        changed = {PHOTOMETRIC: MIN_IS_BLACK}
    for tag, value in changed.items():
        entries.pop(tag, None)
        if value is not None:
            entries[tag] = SHORT, 1, struct.pack(f"{directory.order}HH", value, 0)
    order, place = directory.order, len(data) + len(data) % 2
    written = b"".join(struct.pack(f"{order}HHL4s", tag, *entries[tag]) for tag in sorted(entries))
    return b"".join(
        (
            data[:4], struct.pack(f"{order}L", place), data[8:], b"\0" * (place - len(data)),
            struct.pack(f"{order}H", len(entries)), written, bytes(4),
        )
    )  # fmt: skip


def _fits(tag: int, entry: tuple[int, int, bytes]) -> bool:
    kind, count, _ = entry
    return SIZES.get(kind, 8) * count <= max(BYTES_OF_PALETTE, 4 * TIFF_STRIPS)


def count_frames(data: bytes) -> int:
    """How many pictures a TIFF holds, at least 1; 0 where they are more than are counted, or go round in a circle."""
    order = "<" if data[:2] == b"II" else ">"
    (at,) = struct.unpack_from(f"{order}L", data, 4)
    seen: set[int] = set()
    while at and at not in seen and len(seen) <= FRAMES_COUNTED:
        seen.add(at)
        try:
            (count,) = struct.unpack_from(f"{order}H", data, at)
            (at,) = struct.unpack_from(f"{order}L", data, at + 2 + 12 * count)
        except struct.error:
            break
    return len(seen) if len(seen) <= FRAMES_COUNTED else 0


def orientation(exif: bytes) -> int:
    """The orientation of an EXIF block, which is a TIFF without pixels: 1 to 8; 1 where there is none.

    >>> orientation(b"II*\\0\\x08\\0\\0\\0\\x01\\0\\x12\\x01\\x03\\0\\x01\\0\\0\\0\\x06\\0\\0\\0" + bytes(4))
    6
    """
    if exif[:4] not in (b"II*\0", b"MM\0*"):
        return 1
    try:
        value = read_directory(exif).number(ORIENTATION, 1)
    except struct.error:  # the tag is lost, the picture need not be
        return 1
    return value if value in range(1, 9) else 1
