"""The directory of a ``.pt`` file, which is a zip archive: read and bounded before anything else, and only once.

Two readers of one archive may find different files in it: names that stand twice, entries that lie over each other, a
second directory. So what is here found is copied into a `fresh` archive, and only that is given to torch.
Format: APPNOTE 4.3, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from conv_viz.limits import PICKLE_BYTES, ZIP_ENTRIES
from conv_viz.weights.header import WeightsFileError, short

START = b"PK\x03\x04"
END, END_SIZE = b"PK\x05\x06", 22
LOCAL_SIZE = 30
DAMAGED = "The archive in this .pt file is damaged; save the state_dict again."
STATE_DICT = "Save its numbers alone: torch.save(model.state_dict(), 'model.pt')."


@dataclass(frozen=True)
class Record:
    """One file of the archive: its name below the archive's own folder, and where its bytes lie."""

    name: str
    start: int
    stop: int


def read_directory(data: bytes) -> dict[str, Record]:
    """Every file of the archive, by its name below the archive's folder. Raises `WeightsFileError`, one sentence."""
    at = data.rfind(END, max(0, len(data) - END_SIZE - 2**16))
    if at < 0 or at + END_SIZE > len(data):
        raise WeightsFileError(DAMAGED)
    count, size = struct.unpack_from("<H2xL", data, at + 8)[0], struct.unpack_from("<L", data, at + 12)[0]
    if (count != 0xFFFF and count > ZIP_ENTRIES) or (size != 0xFFFFFFFF and size > 300 * ZIP_ENTRIES):
        raise WeightsFileError(_too_many())
    try:
        with zipfile.ZipFile(_Bounded(data)) as archive:
            entries = archive.infolist()
    except _Beyond:
        raise WeightsFileError(_too_many()) from None
    except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError, OSError, struct.error, KeyError):
        raise WeightsFileError(DAMAGED) from None
    if len(entries) > ZIP_ENTRIES:
        raise WeightsFileError(_too_many())
    _check_kind({_below(entry) for entry in entries})
    return _checked([_record(data, entry) for entry in entries], len(data))


def fresh(data: bytes, records: dict[str, Record]) -> io.BytesIO:
    """An archive of the records alone, for a reader that need not look at the one they came in."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for record in records.values():
            archive.writestr(f"archive/{record.name}", memoryview(data)[record.start : record.stop])
    buffer.seek(0)
    return buffer


def _record(data: bytes, entry: zipfile.ZipInfo) -> Record:
    name = _below(entry)
    if entry.compress_type != zipfile.ZIP_STORED or entry.flag_bits & 1:
        raise WeightsFileError(
            f"'{short(name)}' is compressed or encrypted in the archive, which torch.save does not do; "
            "save the state_dict with torch.save."
        )
    at = entry.header_offset
    if at < 0 or at + LOCAL_SIZE > len(data) or data[at : at + 4] != START or entry.file_size != entry.compress_size:
        raise WeightsFileError(DAMAGED)
    long_name, extra = struct.unpack_from("<HH", data, at + 26)
    start = at + LOCAL_SIZE + long_name + extra
    if data[at + LOCAL_SIZE : at + LOCAL_SIZE + long_name] != entry.orig_filename.encode("utf-8", "surrogateescape"):
        raise WeightsFileError(DAMAGED)
    return Record(name, start, start + entry.file_size)


def _below(entry: zipfile.ZipInfo) -> str:
    """Its name below the folder that torch puts everything in, which is called after the file."""
    return entry.filename.partition("/")[2] or entry.filename


def _checked(records: list[Record], size: int) -> dict[str, Record]:
    held = {record.name: record for record in records}
    if len(held) != len(records):
        ((name, times),) = Counter(record.name for record in records).most_common(1)
        raise WeightsFileError(f"The archive holds '{short(name)}' {times} times, and which is meant cannot be told.")
    end = 0
    for record in sorted(records, key=lambda record: (record.start, record.stop)):
        if record.start < end or record.stop > size:
            raise WeightsFileError(DAMAGED)
        end = record.stop
    pickle = held["data.pkl"]
    if pickle.stop - pickle.start > PICKLE_BYTES:
        raise WeightsFileError(
            f"The list of tensors in this file takes {(pickle.stop - pickle.start) / 1e6:.0f} MB and at most "
            f"{PICKLE_BYTES / 1e6:.0f} MB is read; save fewer tensors."
        )
    return held


def _check_kind(held: Collection[str]) -> None:
    """Raises for an archive that is no ``torch.save`` of tensors, with the sentence that names what it is."""
    if "constants.pkl" in held or any(name.startswith("code/") for name in held):
        raise WeightsFileError(f"This is a TorchScript program, and no program of a file is run here. {STATE_DICT}")
    if "data.pkl" in held:
        return
    if any(name.startswith(("models/", "archive_format", "data/weights/")) for name in held):
        raise WeightsFileError(f"This is an exported program (torch.export), and none is run here. {STATE_DICT}")
    raise WeightsFileError(f"This archive is no file of torch.save: it holds no data.pkl. {STATE_DICT}")


def _too_many() -> str:
    return f"The archive lists more than {ZIP_ENTRIES:,} files; save the layers that you want to see alone."


class _Beyond(Exception):
    """More is read of the directory than it may have."""


class _Bounded(io.BytesIO):
    """The file for `zipfile`, which reads a directory as one piece: not beyond the bound."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is None or size < 0 or size > 300 * ZIP_ENTRIES:
            size = 300 * ZIP_ENTRIES + 1
            if len(self.getbuffer()) - self.tell() >= size:
                raise _Beyond
        return super().read(size)
