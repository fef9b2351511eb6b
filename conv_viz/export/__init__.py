"""Pictures to take along: the stage as GIF, SVG, WebP or PNG. Without torch, where the scene or its payload is there.

>>> import numpy as np
>>> from conv_viz import ConvSpec, run
>>> from conv_viz.export import Look, export
>>> done = run(ConvSpec(1, 1, 3), np.eye(5, dtype=np.float32)[None, None])
>>> export(done, "gif", Look(speed=5))[:6]
b'GIF89a'
>>> picture = export(done, "svg", Look(theme="dark", cell=(0, 2)))
>>> "nn.Conv2d(1, 1, kernel_size=3)" in picture.decode()
True

A scene becomes a `Film` (`film`): marks that stay and marks of each frame, whole pixels, every choice made
(`plan`, `still`, `moving`). Two painters draw marks, `raster` and `svg`; `gif`, `webp` and `motion` make them move.
Whoever wants the frames of a GIF one by one, or to stop in between, takes `conv_viz.export.gif.gif`, a generator.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from conv_viz.export.look import ExportError, Look, Progress

if TYPE_CHECKING:
    from conv_viz.layers.run import LayerRun
    from conv_viz.scenes.scene import Scene

__all__ = ["ExportError", "Look", "export", "save"]


def _silent(done: int, of: int) -> None:
    pass


def export(
    subject: LayerRun | Scene | bytes,
    format: str,
    look: Look | None = None,
    *,
    animated: bool | None = None,
    progress: Progress = _silent,
) -> bytes:
    """A run of a layer, a scene or its payload -> the bytes of a file.

    `format` is ``"gif"``, ``"svg"``, ``"png"`` or ``"webp"``. GIF and WebP are animated and SVG is a still
    unless `animated` says otherwise. `progress` is called with the number of frames done and of all; what it
    raises stops the work. Raises `ExportError` with one sentence when there is no such format, or when the
    picture would have too many frames or pixels.
    """
    from conv_viz.export.formats import format_of

    return format_of(format).maker(animated)(_scene(subject), look or Look(), progress)


def save(
    subject: LayerRun | Scene | bytes,
    path: str | Path,
    look: Look | None = None,
    *,
    animated: bool | None = None,
    force: bool = False,
    progress: Progress = _silent,
) -> None:
    """As `export`, into a file whose ending is the format.

    The file is written whole or not at all. Raises `ExportError` when there is one already and `force` is not set.

    >>> import tempfile, numpy as np
    >>> from conv_viz import ConvSpec, run
    >>> done = run(ConvSpec(1, 1, 2), np.zeros((1, 1, 3, 3), np.float32))
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(done, Path(folder, "layer.png"))
    ...     Path(folder, "layer.png").read_bytes()[1:4]
    b'PNG'
    """
    from conv_viz.export.files import may_write, write

    path = Path(path)
    may_write(path, force)
    write(path, export(subject, path.suffix, look, animated=animated, progress=progress), force)


def _scene(subject: LayerRun | Scene | bytes) -> Scene:
    from conv_viz.scenes.payload import decode
    from conv_viz.scenes.scene import Scene

    if isinstance(subject, Scene):
        return subject
    if isinstance(subject, bytes):
        return decode(subject)
    from conv_viz.lenses.layer import run_scene  # imports torch, which a scene that is there does not need

    return run_scene(subject)
