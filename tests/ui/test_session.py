"""Streamlit's own state holds the values of controls; all else that is remembered is a field of the typed session."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from conv_viz.places import PAGES
from conv_viz.ui.arguments import USUAL
from conv_viz.ui.session import Session
from tests.test_floors import PACKAGE

STATE = ("st.session_state", "state")
"""How modules call it."""


def keys_read(tree: ast.AST) -> Iterator[str]:
    """Each key that stands for itself: a text or a constant. One in a variable is that of a control drawn beside it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) in STATE:
            key: ast.expr = node.slice
        elif isinstance(node, ast.Compare) and ast.unparse(node.comparators[0]) in STATE:
            key = node.left
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.args:
            if ast.unparse(node.func.value) not in STATE:
                continue
            key = node.args[0]
        else:
            continue
        if isinstance(key, ast.Constant) or (isinstance(key, ast.Name) and key.id.isupper()):
            yield ast.unparse(key)


def keys_of_controls(tree: ast.AST) -> Iterator[str]:
    yield from (
        ast.unparse(node.value) for node in ast.walk(tree) if isinstance(node, ast.keyword) and node.arg == "key"
    )


def test_no_key_of_the_state_is_without_a_control() -> None:
    paths = [*(PACKAGE / "ui").rglob("*.py"), *PAGES.glob("*.py")]
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in paths if path.name != "session.py"]
    controls = {key for tree in trees for key in keys_of_controls(tree)} | {repr(name) for name in USUAL}
    controls.add("USUAL")  # `update` sets all of them
    assert {key for tree in trees for key in keys_read(tree)} - controls == set()


def test_a_payload_says_its_place_among_those_of_its_session() -> None:
    session, other = Session(), Session()

    def end(data: bytes) -> tuple[bytes, int]:
        fed = session.fed(data)
        assert fed[:-8] == data
        return fed[-8:-4], int.from_bytes(fed[-4:], "little")

    (name, first), again, (_, later), (_, back) = [end(data) for data in (b"a", b"a", b"b", b"a")]
    assert again == (name, first)  # Streamlit is to skip what did not change
    assert first < later < back
    session.answer()
    assert end(b"a") == (name, back + 1)  # the browser waits for it all the same
    assert other.fed(b"a")[-8:-4] != name
