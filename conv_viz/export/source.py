"""A layer, and what it reads -> the scene to export: from shapes and files, as the command line has them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from conv_viz.export.look import ExportError
from conv_viz.layers.kinds import WindowLayer
from conv_viz.layers.part import View
from conv_viz.layers.setup import Setup
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import Shape
from conv_viz.lenses.layer import drawn
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.scene import Scene
from conv_viz.weights.edits import Weights

PICTURE_SIDE = 32  # cells of a picture's longer side when nobody says how many
COLOURS = 3  # channels of a picture for a layer that takes any number


@dataclass(frozen=True)
class Source:
    """What a picture is made from.

    `input_shape` is (N, C, H, W) or (C, H, W), which counts as a batch of one, with one axis (N, C, L) or (C, L);
    None takes the size of `image`, shrunk to 32 cells. `image` and `weights` are the bytes of a picture and of a
    ``.safetensors`` file.
    """

    spec: WindowLayer
    input_shape: Shape | None
    fill: str = "photo"
    seed: int = 0
    image: bytes | None = None
    weights: bytes | None = None


def scene_of(source: Source, view: View) -> Scene:
    """The scene of a source; raises `ValueError` with one sentence: there is no such layer, filter, picture ...

    >>> from conv_viz.layers.kinds import parse
    >>> scene = scene_of(Source(parse("nn.Conv2d(1, 4, 3)"), (1, 5, 5), "ramp"), View(filter=3))
    >>> scene.header["stage"]["filter"], scene.arrays["output"].shape
    (3, (4, 3, 3))
    >>> scene_of(Source(parse("nn.MaxPool2d(2)"), (1, 4, 4), "ramp"), View()).arrays["output"].tolist()
    [[[5.0, 7.0], [13.0, 15.0]]]
    """
    spec = source.spec
    batch = None if source.image is None else _picture(source)
    shape = _batched(source) if batch is None else batch.shape
    head = Summary.of(spec, shape)
    _within("filters" if spec.weight_shape else "channels", view.filter, head.out_channels)
    _within("samples", view.sample, head.samples)
    weights = None if source.weights is None else _loaded(spec, source.weights)
    if batch is None:
        setup = Setup.of(spec.arguments(), shape, source.fill, source.seed, spec.name())
        return drawn(setup, view, weights)
    given = {"weight": weights.weight, "bias": weights.bias} if weights else {}
    scene = Subject.of(spec, batch, **given, seed=source.seed).scene(view)
    if "too_large" in scene.header:
        raise ExportError(scene.header["too_large"])
    return scene


def _batched(source: Source) -> Shape:
    shape = source.input_shape or ()
    return (1, *shape) if len(shape) == source.spec.dims + 1 else shape


def _within(what: str, index: int, count: int) -> None:
    if not 0 <= index < count:
        there_are = f"0 to {count - 1}" if count > 1 else "0 only"
        raise ExportError(f"There are {what} {there_are}, not {index}.")


def _loaded(spec: WindowLayer, data: bytes) -> Weights:
    from conv_viz.weights.files import load_weights

    return Weights(*load_weights(spec, data))


@lru_cache(maxsize=1)  # one picture is asked for once in every view of a page
def _picture(source: Source) -> np.ndarray:
    """The picture as a batch of one (1, C, H, W), float32 in 0..1, as many channels as the layer reads."""
    from conv_viz.images.read import read, resized, shrunk, to_channels

    assert source.image is not None
    spec, shape = source.spec, _batched(source)
    if spec.dims == 1:
        raise ExportError(f"{spec.kind} reads one row, and a picture has two axes: leave --image out.")
    if source.input_shape is not None:
        spec.output_shape(shape)
        if shape[0] != 1:
            raise ExportError(f"A picture is one sample, and --input asks for {shape[0]}: write 1,C,H,W.")
    channels = getattr(spec, "in_channels", shape[1] if shape else COLOURS)
    found, _ = to_channels(read(source.image), channels)
    fitted = shrunk(found, PICTURE_SIDE) if source.input_shape is None else resized(found, *shape[2:])
    return fitted.unit()[None]
