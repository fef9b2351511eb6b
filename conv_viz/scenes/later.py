"""Of a picture in steps only what the browser does not have: one step more is one step to send."""

from __future__ import annotations

import numpy as np

from conv_viz.scenes.scene import Scene


def later(scene: Scene, before: Scene, held: str) -> Scene:
    """`scene` without the steps that `before` has as well, whose payload has the id `held`; else `scene` as it is.

    Its header says in ``since`` what it goes on from, and in ``kept`` how many steps of that are its first ones;
    `frontend/scene/later.js` puts both together again.

    >>> def film(steps):
    ...     return Scene({"planes": [{"array": "x", "frames": True}]}, {"x": np.arange(steps).reshape(-1, 1, 1, 1)})
    >>> made = later(film(5), film(3), "9f")
    >>> made.header["since"], made.header["kept"], made.arrays["x"].ravel().tolist()
    ('9f', 3, [3, 4])
    """
    names = moving(scene)
    if not names or names != moving(before):
        return scene
    new, old = (each.arrays for each in (scene, before))
    kept = min(len(arrays[name]) for arrays in (new, old) for name in names)
    if not all(_same(new[name][:kept], old[name][:kept]) for name in names):
        return scene
    return Scene({**scene.header, "since": held, "kept": kept}, {**new, **{name: new[name][kept:] for name in names}})


def moving(scene: Scene) -> list[str]:
    """The arrays with a first axis of steps."""
    return [planes["array"] for planes in scene.header.get("planes", ()) if planes["frames"]]


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    """Whether all numbers are the same, bit for bit: those that are none, too."""
    if a.shape != b.shape or a.dtype != b.dtype:
        return False
    ours, theirs = (np.ascontiguousarray(each).view(f"u{a.itemsize}") for each in (a, b))
    return np.array_equal(ours, theirs)
