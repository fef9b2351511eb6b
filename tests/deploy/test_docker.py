"""The Dockerfile, as far as a machine without Docker can tell: what it copies is there, what it runs is known."""

from __future__ import annotations

import json
import re
import shlex
from fnmatch import fnmatch

import pytest

from conv_viz.__main__ import parsed
from tests.environments import ROOT, requirements

TEXT = (ROOT / "deploy" / "Dockerfile").read_text(encoding="utf-8")
LINES = re.sub(r"\\\n\s*", " ", re.sub(r"^#.*\n", "", TEXT, flags=re.MULTILINE)).splitlines()
STEPS = [tuple(line.split(" ", 1)) for line in LINES if line]
IGNORED = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
COPIED = [name for kind, rest in STEPS if kind == "COPY" and "--from" not in rest for name in rest.split()[:-1]]


@pytest.mark.parametrize("name", COPIED)
def test_what_is_copied_is_there_and_reaches_docker(name: str) -> None:
    assert (ROOT / name).exists()
    assert f"!{name}" in IGNORED


def test_nothing_else_reaches_docker() -> None:
    assert IGNORED[1] == "*"
    let_in = [pattern[1:] for pattern in IGNORED if pattern.startswith("!")]
    assert sorted(let_in) == sorted(COPIED)
    assert not any(fnmatch(secret, pattern) for secret in (".git", ".venv", ".env") for pattern in let_in)


def test_all_that_the_wheel_is_made_of_is_copied() -> None:
    manifest = (ROOT / "MANIFEST.in").read_text(encoding="utf-8").splitlines()
    named = [name for line in manifest if line.startswith(("include", "graft")) for name in line.split()[1:]]
    assert {*named, "pyproject.toml", "setup.py", "conv_viz", "README.md", "LICENSE"} <= set(COPIED)


def test_it_runs_the_command_that_is_tested() -> None:
    (command,) = [json.loads(rest) for kind, rest in STEPS if kind == "CMD"]
    program, *arguments = command
    read = parsed(arguments)
    assert (program, read.port, read.run.__module__) == ("conv-viz", 8501, "conv_viz.commands.app")
    assert read.rest == ["--server.address", "0.0.0.0", "--server.headless", "true"]
    assert ("EXPOSE", "8501") in STEPS


def test_it_is_not_root_and_looks_after_itself() -> None:
    kinds = [kind for kind, _ in STEPS]
    assert kinds.index("USER") < kinds.index("CMD") and ("USER", "app") in STEPS
    (health,) = [rest for kind, rest in STEPS if kind == "HEALTHCHECK"]
    program, flag, code = json.loads(health[health.index("[") :])
    compile(code, "health", "exec")
    assert (program, flag) == ("python", "-c") and ":8501/_stcore/health" in code


def test_torch_comes_from_the_small_index_and_in_the_tried_versions() -> None:
    (installs,) = [rest for kind, rest in STEPS if kind == "RUN" and "TORCH_INDEX" in rest]
    first, second = installs.split(" && ")
    assert shlex.split(first)[:2] == ["pip", "install"] and "grep '^torch' requirements.txt" in first
    assert second == "pip install -r requirements.txt"
    assert len([line for line in requirements() if line.startswith("torch")]) == 1
