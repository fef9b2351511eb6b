"""A layer that is given as a link of the app, for the lens Compare."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from conv_viz.layers.call import write_call
from conv_viz.layers.kinds import KINDS
from conv_viz.ui.arguments import USUAL, setup_of


def code_of(text: str) -> str:
    """The line of code that a link stands for; any other text as it is.

    >>> code_of("https://example.org/?kernel_size=5&bias=false&seed=3")
    'nn.Conv2d(3, 4, kernel_size=5, stride=2, padding=1, bias=False)'
    >>> code_of("stride=1")
    'stride=1'
    """
    if not text.strip().startswith(("http://", "https://")):
        return text
    said = {name: _read(name, value) for name, value in parse_qsl(urlsplit(text.strip()).query) if name in USUAL}
    setup = setup_of({name: value for name, value in said.items() if value is not None})
    return write_call(dict(setup.arguments), setup.name)


def _read(name: str, text: str) -> Any:
    """The value of a control; None for a text that is none, which leaves it at its default."""
    usual = USUAL[name]
    if isinstance(usual, bool):
        return {"true": True, "false": False}.get(text)
    if isinstance(usual, int):
        return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else None
    if name == "layer":
        return text if text in KINDS else None
    try:
        return float(text) if isinstance(usual, float) else text
    except ValueError:
        return None
