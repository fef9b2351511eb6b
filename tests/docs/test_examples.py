"""The examples that are offered as pictures are examples of the menu."""

from __future__ import annotations

import re

from conv_viz.layers.presets import find
from conv_viz.linker import FRONTEND

TITLE = re.compile(r'title: "(.+)",')


def test_each_picture_is_that_of_an_example() -> None:
    titles = TITLE.findall((FRONTEND / "hosts" / "example_pictures.js").read_text(encoding="utf-8"))
    assert 4 <= len(titles) == len(set(titles)) <= 6
    assert all(map(find, titles))
