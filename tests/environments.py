"""Empty environments, as a new user has them, without downloading gigabytes for each.

An environment is a new venv. What the requirements name is installed already where the tests run: exactly those
distributions, and what they require in turn, are linked into the venv. Nothing else is in it: neither conv_viz nor what
only the tests need. conv_viz itself comes by pip, as a wheel.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
import venv
from collections.abc import Iterable
from importlib.metadata import Distribution, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
NOT_SOURCE = (".git", ".venv", "build", "dist", "*.egg-info", "__pycache__", ".*_cache", ".hypothesis", "node_modules")


def requirements() -> list[str]:
    """The lines of requirements.txt."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def required(lines: Iterable[str], without: tuple[str, ...] = ()) -> dict[str, Distribution]:
    """The installed distributions that these requirements name, and what those require, by name."""
    found: dict[str, Distribution] = {}
    seen: set[tuple[str, str]] = set()
    waiting = [(line, "") for line in lines]
    while waiting:
        line, extra = waiting.pop()
        wanted = Requirement(line)
        name = canonicalize_name(wanted.name)
        if name in without or (wanted.marker and not wanted.marker.evaluate({"extra": extra})):
            continue
        found[name] = found.get(name) or distribution(name)
        for each in {"", *wanted.extras}:
            if (name, each) not in seen:
                seen.add((name, each))
                waiting += [(further, each) for further in found[name].requires or ()]
    return found


def environment(folder: Path, without: tuple[str, ...] = ()) -> Path:
    """A new venv in `folder` that holds what requirements.txt names, `without` some of it; its python."""
    venv.create(folder / "venv", symlinks=sys.platform != "win32")
    python = folder / "venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    site = Path(subprocess.check_output(asked, text=True).strip())
    for found in required(requirements(), without).values():
        for first in {file.parts[0] for file in found.files or () if file.parts[0] not in ("..", "__pycache__")}:
            source, link = Path(str(found.locate_file(first))), site / first
            if source.exists() and not link.exists():
                link.symlink_to(source, target_is_directory=source.is_dir())
    return python


def checkout(folder: Path) -> Path:
    """The sources as somebody has them who has cloned the repository."""
    return shutil.copytree(ROOT, folder / "conv_viz", ignore=shutil.ignore_patterns(*NOT_SOURCE))


def wheel(folder: Path) -> Path:
    """A wheel made of an sdist made of the sources, as pip makes it, with the setuptools of the tests."""
    build = f"from setuptools import build_meta; print(build_meta.build_sdist({str(folder)!r}))"
    _quietly(sys.executable, "-c", build, cwd=checkout(folder))
    (archive,) = folder.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(folder / "sdist", filter="data")
    (source,) = (folder / "sdist").iterdir()
    build = f"from setuptools import build_meta; print(build_meta.build_wheel({str(folder)!r}))"
    _quietly(sys.executable, "-c", build, cwd=source)
    (made,) = folder.glob("*.whl")
    return made


def install(python: Path, file: Path) -> None:
    """``pip install`` into an environment that has no pip, and needs no index."""
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--python", str(python)]
    _quietly(*pip, "install", "--quiet", "--no-index", "--no-deps", str(file))


def _quietly(*command: str, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
