"""Files: whole or not at all, and never over another one unless that is wanted."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from conv_viz.export.look import ExportError


def may_write(path: Path, force: bool = False) -> None:
    """Raise `ExportError` if a file cannot go there; ask before the work, which may be long."""
    try:
        if path.is_dir():
            raise ExportError(f"{path} is a folder; name a file in it.")
        if not path.parent.is_dir():
            raise ExportError(f"There is no folder {path.parent}; make it first.")
        if path.exists() and not force:
            raise ExportError(f"{path} is there already; --force overwrites it.")
        if not os.access(path.parent, os.W_OK):
            raise ExportError(f"{path} cannot be written: no right to write into the folder {path.parent}.")
    except OSError as error:  # a name that is too long, a folder that may not be looked into
        raise ExportError(refused(path, error)) from None


def write(path: Path, data: bytes, force: bool = False) -> None:
    """Write a file beside its place and move it there: a failed or stopped export leaves nothing behind."""
    may_write(path, force)
    beside = ""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".conv_viz.", delete=False) as file:
            beside = file.name
            file.write(data)
        os.chmod(beside, 0o666 & ~_umask())
        os.replace(beside, path)
    except OSError as error:
        raise ExportError(refused(path, error)) from None
    finally:
        if beside and os.path.exists(beside):
            os.unlink(beside)


def refused(path: Path, error: OSError, what: str = "written") -> str:
    """What the system does not let us do with a file, in one sentence; a name without end is cut.

    >>> refused(Path("a.gif"), PermissionError(13, "Permission denied"))
    'a.gif cannot be written: Permission denied.'
    """
    name = str(path) if len(str(path)) <= 120 else f"{str(path)[:60]}…{str(path)[-57:]}"
    return f"{name} cannot be {what}: {error.strerror or error}."


def _umask() -> int:
    """The rights that new files have here; a temporary file is for its owner only."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
