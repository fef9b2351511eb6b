"""The core stays light: what may be imported where, read from the source and tried in processes of their own."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import conv_viz

PACKAGE = Path(conv_viz.__file__).parent
WITHOUT_TORCH = ("spec", "shapes", "taps", "code", "headline", "__main__")
CORE = (*WITHOUT_TORCH, "layer", "scene", "payload", "kernels", "images", "subject", "notebook", "export.html")
MAY_IMPORT = {  # folders and modules below conv_viz/
    "torch": ("layer.py", "checkpoints.py"),
    "streamlit": ("ui/",),
    "anywidget": ("widget.py",),
}


def import_blocked(modules: tuple[str, ...], *blocked: str) -> str:
    """What a fresh process says that imports these modules while the blocked packages cannot be imported."""
    lines = [f"import sys; sys.modules.update(dict.fromkeys({blocked!r}))", *(f"import {name}" for name in modules)]
    return subprocess.run([sys.executable, "-c", "\n".join(lines)], capture_output=True, text=True).stderr


def test_a_block_blocks() -> None:
    assert "ModuleNotFoundError" in import_blocked(("conv_viz.layer",), "torch")


def test_core_without_streamlit() -> None:
    assert import_blocked(tuple(f"conv_viz.{name}" for name in CORE), "streamlit") == ""


def test_shapes_taps_and_text_without_torch() -> None:
    modules = tuple(f"conv_viz.{name}" for name in WITHOUT_TORCH)
    assert import_blocked(modules, "torch", "streamlit", "matplotlib", "plotly", "PIL") == ""


def test_the_package_itself_imports_nothing_heavy() -> None:
    assert import_blocked(("conv_viz", "conv_viz.__main__"), "torch", "streamlit", "numpy") == ""


def imported(path: Path) -> set[str]:
    """Packages that a module imports anywhere in it, except for the eyes of the type checker."""
    found: set[str] = set()
    waiting: list[ast.AST] = [ast.parse(path.read_text(encoding="utf-8"))]
    while waiting:
        node = waiting.pop()
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        if isinstance(node, ast.Import):
            found |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module.split(".")[0])
        waiting += ast.iter_child_nodes(node)
    return found


@pytest.mark.parametrize("package", MAY_IMPORT)
def test_only_the_rooms_of_a_package_import_it(package: str) -> None:
    importing = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if package in imported(path)}
    assert {path for path in importing if not path.startswith(MAY_IMPORT[package])} == set()
