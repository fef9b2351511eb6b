"""The rooms of the house: each package imports only from the floors below it, and stays as light as it says.

Read from the source, and tried in processes of their own.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import conv_viz

PACKAGE = Path(conv_viz.__file__).parent
FLOORS = (  # from the ground up; rooms of one floor do not know each other
    ("limits", "places", "linker", "apart"),
    ("byte_cache",),
    ("layers",),
    ("text", "weights", "images"),
    ("networks",),
    ("models",),
    ("compute", "scenes"),
    ("lenses",),
    ("export",),
    ("notebook", "commands", "ui"),
)
FLOOR = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
MAY_IMPORT = {  # folders and modules below conv_viz/
    "torch": ("compute/",),
    "streamlit": ("ui/", "commands/app.py"),
    "anywidget": ("notebook/widget.py", "notebook/lens.py", "notebook/network_widget.py"),
}
WITHOUT_TORCH = (
    *("layers.kinds", "layers.summary", "layers.taps", "layers.budget", "layers.solver", "layers.presets"),
    *("text.paste", "text.adopt", "weights.edits", "weights.files", "images.read", "images.decode_process"),
    *("models.read", "models.onnx_file"),
    *("scenes.stage", "scenes.payload", "scenes.weights", "scenes.panels", "scenes.gallery", "scenes.board"),
    *("layers.products", "lenses.shelf", "weights.separable"),
    *("export", "export.html", "__main__"),
)
INSTANT = ("layers.kinds", "layers.summary", "layers.call", "layers.window", "__main__")


def imported(path: Path) -> Iterator[str]:
    """What a module imports anywhere in it, except for the eyes of the type checker."""
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module == "conv_viz":
            yield from (f"conv_viz.{alias.name}" for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
        waiting += ast.iter_child_nodes(node)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


INSIDE = sorted(path for path in PACKAGE.rglob("*.py") if room_of(path) in FLOOR)


def test_every_room_has_its_floor() -> None:
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__", "app"}
    assert rooms == set(FLOOR)


@pytest.mark.parametrize("path", INSIDE, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_room_imports_from_below_only(path: Path) -> None:
    room = room_of(path)
    rooms = {name.split(".")[1] for name in imported(path) if name.startswith("conv_viz.")} - {room, "__version__"}
    above = {other for other in rooms & set(FLOOR) if FLOOR[other] >= FLOOR[room]}
    assert not above, f"{room} stands below {', '.join(sorted(above))}"


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_only_the_rooms_of_a_package_import_it(package: str) -> None:
    importing = {
        path.relative_to(PACKAGE).as_posix()
        for path in PACKAGE.rglob("*.py")
        if package in {name.split(".")[0] for name in imported(path)}
    }
    assert {path for path in importing if not path.startswith(MAY_IMPORT[package])} == set()


def import_blocked(modules: tuple[str, ...], *blocked: str) -> str:
    """What a fresh process says that imports these modules while the blocked packages cannot be imported."""
    names = (name if name.startswith("conv_viz") else f"conv_viz.{name}" for name in modules)
    lines = [f"import sys; sys.modules.update(dict.fromkeys({blocked!r}))", *(f"import {name}" for name in names)]
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True).stderr


def test_a_block_blocks() -> None:
    assert "ModuleNotFoundError" in import_blocked(("compute.layer",), "torch")


def test_all_but_the_app_goes_without_streamlit() -> None:
    assert import_blocked((*WITHOUT_TORCH, "lenses.layer", "lenses.subject", "notebook.show"), "streamlit") == ""


def test_what_is_drawn_is_decided_without_torch() -> None:
    assert import_blocked(WITHOUT_TORCH, "torch", "streamlit") == ""


def test_shapes_and_costs_are_instant() -> None:
    assert import_blocked(INSTANT, "torch", "streamlit", "numpy", "matplotlib", "plotly", "PIL") == ""


def test_the_process_that_decodes_pictures_is_light() -> None:
    assert import_blocked(("images.decode_process", "images.read"), "torch", "streamlit", "matplotlib") == ""
