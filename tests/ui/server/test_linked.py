"""What a component is made of comes from the app's own address, whole, whether the package is installed or not."""

from __future__ import annotations

import re
import runpy
from shutil import copytree
from typing import get_args, get_type_hints

import pytest
import streamlit as st

from conv_viz.linker import FRONTEND
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene
from conv_viz.ui import components
from conv_viz.ui.server import linked
from tests.js import make_types
from tests.test_linker import run_node
from tests.ui.server.test_static_files import asked, streamlit

ADDRESS = re.compile(r'"(conv_viz/frontend/[^"]+)"')
KINDS = [
    get_args(get_type_hints(thing)["kind"])[0]
    for name, thing in make_types.declared().items()
    if name.endswith("Header")
]
NOT_LINKED = re.compile(r"^\s*import\b.*\bfrom\b|^\s*export\b.*\bfrom\b", re.MULTILINE)


def registered() -> dict[str, dict[str, str]]:
    """What each component of the app is registered with."""
    found: dict[str, dict[str, str]] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(st.components.v2, "component", lambda name, **parts: found.update({name: parts}))
        runpy.run_path(components.__file__)
    return found


HOSTS = [f"hosts/{name}.js" for name in ("stage", "gallery", "weights", "panels", "choices", "feed", "session")]


@pytest.mark.parametrize("name", HOSTS)
def test_every_component_is_one_answer(name: str) -> None:
    headers, body = asked(linked.Linked(streamlit), f"/{linked.address(name)}")
    text = body.decode()
    assert (headers["content-type"], "immutable" in headers["cache-control"]) == (
        "text/javascript; charset=utf-8",
        True,
    )
    assert "export default" in text
    assert NOT_LINKED.findall(text) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_scene_of_every_kind_has_its_host(kind: str) -> None:
    assert "mount(" in (FRONTEND / "hosts" / f"{kind}.js").read_text(encoding="utf-8")


def test_the_script_finds_the_host_of_a_payload_and_of_a_value() -> None:
    payload = list(encode(Scene({"kind": "panels", "code": "x"})))
    text = registered()["conv_viz.view"]["js"].split("\n")[1]
    said = run_node(f"{text} console.log(kind(new Uint8Array({payload})), kind({{kind: 'choices'}}))")
    assert said.split() == ["panels", "choices"]


def test_the_views_share_one_stylesheet_that_imports_no_other() -> None:
    (sheet,) = ADDRESS.findall(registered()["conv_viz.view"]["css"])
    headers, body = asked(linked.Linked(streamlit), f"/{sheet}")
    assert headers["content-type"] == "text/css; charset=utf-8"
    text = body.decode()
    assert "@import" not in text
    assert all(part in text for part in (".cv .board {", ".cv.gallery .tiles {", ".choices table {", ".tensor"))
    assert ".cv.notebook" not in text  # hosts have their own


def test_a_components_text_is_small_since_it_travels_with_every_change() -> None:
    for parts in registered().values():
        assert len(parts["js"]) + len(parts.get("css", "")) < 400


@pytest.mark.parametrize("prefix", ["", "/behind/a/proxy", "/weights"])
def test_an_address_holds_behind_a_prefix(prefix: str) -> None:
    assert asked(linked.Linked(streamlit), f"{prefix}/{linked.address('hosts/feed.js')}")[1].startswith(b"// ")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/conv_viz/frontend/0/none.js",
        "/conv_viz/frontend/0/../bundle.py",
        "/conv_viz/frontend/0/stage/stage.css.map",
        "/conv_viz/frontend/0/%2e%2e/stage/stage.css",
        "/conv_viz/frontend/0/stage/../../linker.py",
        "/_stcore/health",
    ],
)
def test_everything_else_is_streamlits(path: str) -> None:
    assert asked(linked.Linked(streamlit), path)[1] == b"streamlit's own"


def test_another_file_has_another_address(tmp_path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = linked.address("hosts/feed.js")
    copied = copytree(FRONTEND, tmp_path / "frontend")
    (copied / "hosts" / "feed.js").write_text("// other\n", encoding="utf-8")
    monkeypatch.setattr(linked, "FRONTEND", copied)
    linked._version.cache_clear()
    try:
        assert linked.address("hosts/feed.js") != before
    finally:
        monkeypatch.undo()
        linked._version.cache_clear()
