"""One click that mends what is shown: a layer that cannot be, or one that costs too much."""

from __future__ import annotations

from conv_viz.layers.setup import Setup
from conv_viz.ui.controls import set_controls


def apply_fix(before: Setup, nearest: Setup | None) -> None:
    """Set the controls to the mended arguments, or to the nearest smaller layer."""
    changes = before.mended()
    if changes:
        set_controls(changes)
    elif nearest is not None:
        arguments = dict(before.arguments)
        changed = {name: value for name, value in nearest.arguments if value != arguments[name]}
        set_controls(changed, nearest.input_shape)
