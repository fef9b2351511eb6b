"""The lenses, in the order of the navigation: the one line that each has outside its own files.

The name is the lens's address and its module ``conv_viz.lenses.<name>``, whose ``LENS`` is a `Lens`. Without torch:
the navigation is on the screen before it is imported.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from conv_viz.layers.values import ConvSpecError

if TYPE_CHECKING:
    from conv_viz.lenses.lens import Lens

SHELF = {
    "compare": "Compare",
    "padding": "Padding",
    "groups": "Groups",
    "matrix": "As a matrix",
    "backwards": "Backwards",
    "learns": "A filter that learns",
    "again": "Again and again",
}
"""Name of each lens, and its title."""


def find(name: str) -> Lens:
    """The lens of a name; raises `ConvSpecError` for one that is none.

    >>> find("compare").title
    'Compare'
    """
    if name not in SHELF:
        raise ConvSpecError("lens", f"A lens is one of {', '.join(map(repr, SHELF))}, not {name!r}.")
    found: Any = import_module(f"conv_viz.lenses.{name}").LENS
    return found
