"""What the README shows is what happens: its Python lines and its commands."""

from __future__ import annotations

import doctest
import re
import shlex
from pathlib import Path

import pytest

from conv_viz.__main__ import main

README = Path(__file__).parents[2] / "README.md"
CONSOLE = re.compile(r"^```console\n\$ python -m conv_viz (.+)\n((?:.*\n)*?)```$", re.MULTILINE)


def test_python_lines() -> None:
    failed, tried = doctest.testfile(str(README), module_relative=False, encoding="utf-8")
    assert (failed, tried > 5) == (0, True)


def test_commands(capsys: pytest.CaptureFixture[str]) -> None:
    shown = CONSOLE.findall(README.read_text(encoding="utf-8"))
    assert len(shown) >= 2
    for command, output in shown:
        assert main(shlex.split(command)) == 0
        assert capsys.readouterr().out == output


def test_links_and_pictures_exist() -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8"))
    here = [target for target in targets if not target.startswith("https://")]
    assert here
    assert [target for target in here if not (README.parent / target).exists()] == []
