"""The folders of the modules for the browser: each imports only from those below it, and `scene` needs no page."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from conv_viz.linker import FRONTEND, read
from conv_viz.ui.view import SPEEDS, USUAL_SPEED

FLOOR = {"scene": 0, "draw": 1, "hosts": 3}
VIEWS = 2  # every other folder holds a view; they do not know each other
MODULES = sorted(path.relative_to(FRONTEND).as_posix() for path in FRONTEND.rglob("*.js"))
PAGE = re.compile(r"\b(document|window|globalThis|localStorage|getComputedStyle|HTMLElement)\b")


def text(name: str) -> str:
    return (FRONTEND / name).read_text(encoding="utf-8")


def folder_of(name: str) -> str:
    return PurePosixPath(name).parts[0]


def floor(folder: str) -> int:
    return FLOOR.get(folder, VIEWS)


def test_every_module_lies_in_a_folder() -> None:
    assert [name for name in MODULES if "/" not in name] == []
    assert FLOOR.keys() < {folder_of(name) for name in MODULES}


@pytest.mark.parametrize("name", MODULES)
def test_a_folder_imports_from_below_only(name: str) -> None:
    here = folder_of(name)
    others = {folder_of(source) for source, _ in read(name, text(name)).imports} - {here}
    above = {other for other in others if floor(other) >= floor(here)}
    assert not above, f"{name} imports from {', '.join(sorted(above))}"


@pytest.mark.parametrize("name", [name for name in MODULES if folder_of(name) == "scene"])
def test_a_scene_is_read_without_a_page(name: str) -> None:
    code = re.sub(r"/\*.*?\*/|//[^\n]*|\"[^\"\n]*\"|`[^`]*`", "", text(name), flags=re.DOTALL)
    assert PAGE.findall(code) == []


def test_a_link_may_say_every_speed_that_there_is() -> None:
    player = text("scene/player.js")
    assert f"SPEEDS = [{', '.join(SPEEDS)}]" in player
    assert f"? wanted : {USUAL_SPEED};" in player
