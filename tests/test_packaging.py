"""What is shipped: the wheel holds the whole app, and the requirements name what the code imports."""

from __future__ import annotations

import ast
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.environments import ROOT, requirements, wheel

DEPENDENCIES = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
SETTING = {"notebook": ("anywidget", "IPython", "traitlets")}  # extras


@pytest.fixture(scope="module")
def inside(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The wheel, made of the sdist."""
    return zipfile.ZipFile(wheel(tmp_path_factory.mktemp("wheel")))


def test_the_wheel_holds_everything(inside: zipfile.ZipFile) -> None:
    names = set(inside.namelist())
    package = [file for file in (ROOT / "conv_viz").rglob("*") if file.suffix in (".py", ".js", ".css")]
    assert {file.relative_to(ROOT).as_posix() for file in package} <= names
    beside = [ROOT / "app.py", ROOT / ".streamlit" / "config.toml"]
    beside += [file for folder in ("pages", "assets") for file in (ROOT / folder).iterdir() if file.is_file()]
    for file in beside:
        assert inside.read(f"conv_viz/app/{file.relative_to(ROOT).as_posix()}") == file.read_bytes()


def test_nothing_of_the_wheel_lies_beside_the_package(inside: zipfile.ZipFile) -> None:
    tops = {name.split("/")[0] for name in inside.namelist()}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"conv_viz"}


def test_the_library_takes_the_torch_that_is_there_and_the_app_the_tried_one() -> None:
    library, app = (
        {Requirement(line).name: Requirement(line) for line in lines} for lines in (DEPENDENCIES, requirements())
    )
    assert library.keys() == app.keys()
    assert not any(one.operator.startswith("<") for one in library["torch"].specifier)
    assert any(one.operator == "<" for one in app["torch"].specifier)
    assert {name: str(one) for name, one in library.items() if name != "torch"} == {
        name: str(one) for name, one in app.items() if name != "torch"
    }


def test_the_requirements_name_what_is_imported() -> None:
    files = [ROOT / "app.py", *(ROOT / "pages").glob("*.py"), *(ROOT / "conv_viz").rglob("*.py")]
    nodes = [node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8")))]
    imported = {node.module.split(".")[0] for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    imported |= {name.name.split(".")[0] for node in nodes if isinstance(node, ast.Import) for name in node.names}
    imported -= {*sys.stdlib_module_names, "conv_viz", *SETTING["notebook"]}
    imported -= {"starlette", "google"}  # Streamlit brings Starlette and protobuf
    named = {canonicalize_name(Requirement(line).name) for line in requirements()}
    assert {
        name for name in imported if not {canonicalize_name(d) for d in packages_distributions()[name]} & named
    } == set()


def goes_on_without(node: ast.AST) -> bool:
    """``with suppress(ImportError):``, and the like."""
    return isinstance(node, ast.With) and any("suppress(ImportError" in ast.unparse(item) for item in node.items)


def test_no_module_needs_posix() -> None:
    """They exist on POSIX alone: whoever imports one goes on without it."""
    alone = {"resource", "fcntl", "pwd", "grp", "termios", "tty", "pty", "uvloop"}
    for file in (ROOT / "conv_viz").rglob("*.py"):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        spared = {id(inner) for node in ast.walk(tree) if goes_on_without(node) for inner in ast.walk(node)}
        nodes = [node for node in ast.walk(tree) if id(node) not in spared]
        imported = {name.name for node in nodes if isinstance(node, ast.Import) for name in node.names}
        imported |= {node.module or "" for node in nodes if isinstance(node, ast.ImportFrom)}
        assert not imported & alone, Path(file).name
