"""Files: whole or not at all, and never over another one unless that is wanted."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from conv_viz.export.look import ExportError


def may_write(path: Path, force: bool = False) -> None:
    """Raise `ExportError` if a file cannot go there; ask before the work, which may be long."""
    if path.is_dir():
        raise ExportError(f"{path} is a folder; name a file in it.")
    if not path.parent.is_dir():
        raise ExportError(f"There is no folder {path.parent}; make it first.")
    if path.exists() and not force:
        raise ExportError(f"{path} is there already; --force overwrites it.")


def write(path: Path, data: bytes, force: bool = False) -> None:
    """Write a file beside its place and move it there: a failed or stopped export leaves nothing behind."""
    may_write(path, force)
    beside = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            beside = file.name
            file.write(data)
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, path)
    except OSError as error:
        raise ExportError(f"{path} cannot be written: {error.strerror or error}.") from None
    finally:
        if beside and os.path.exists(beside):
            os.unlink(beside)


def _umask() -> int:
    """The rights that new files have here; a temporary file is for its owner only."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
