"""A layer, and what it reads -> the scene to export: from shapes and files, as the command line has them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from conv_viz.export.look import ExportError
from conv_viz.frame import Frame
from conv_viz.headline import Headline
from conv_viz.layer import build
from conv_viz.picture import Weights, drawn, too_large
from conv_viz.scene import Scene, View, choose, part_scene
from conv_viz.spec import ConvSpec, Shape

PICTURE_SIDE = 32  # cells of a picture's longer side when nobody says how many


@dataclass(frozen=True)
class Source:
    """What a picture is made from.

    `input_shape` is (N, C, H, W) or (C, H, W), which counts as a batch of one; None takes the size of `image`,
    shrunk to 32 cells. `image` and `weights` are the bytes of a picture and of a ``.safetensors`` file.
    """

    spec: ConvSpec
    input_shape: Shape | None
    fill: str = "photo"
    seed: int = 0
    image: bytes | None = None
    weights: bytes | None = None


def scene_of(source: Source, view: View) -> Scene:
    """The scene of a source; raises `ValueError` with one sentence: there is no such layer, filter, picture ...

    >>> scene = scene_of(Source(ConvSpec(1, 4, 3), (1, 5, 5), "ramp"), View(filter=3))
    >>> scene.header["stage"]["filter"], scene.arrays["output"].shape
    (3, (4, 3, 3))
    """
    sample = None if source.image is None else _picture(source)
    shape = (1, *sample.shape) if sample is not None else _batched(source.input_shape or ())
    head = Headline.of(source.spec, shape)
    _within("filters", view.filter, source.spec.out_channels)
    _within("samples", view.sample, shape[0])
    weights = None if source.weights is None else _loaded(source.spec, source.weights)
    if sample is None:
        return drawn(Frame.of(source.spec.arguments(), shape, source.fill, source.seed), view, weights)
    part = choose(source.spec, head.axes, view)
    if reason := too_large(head, part):
        raise ExportError(reason)
    weight, own_bias = (weights.weight, weights.bias) if weights else (None, None)
    layer = build(source.spec, seed=source.seed, weight=weight, bias=own_bias)
    bias = None if layer.bias is None else layer.bias.detach().numpy()
    return part_scene(head, part, sample, layer.weight.detach().numpy(), bias)


def _batched(shape: Shape) -> Shape:
    return (1, *shape) if len(shape) == 3 else shape


def _within(what: str, index: int, count: int) -> None:
    if not 0 <= index < count:
        there_are = f"0 to {count - 1}" if count > 1 else "0 only"
        raise ExportError(f"There are {what} {there_are}, not {index}.")


def _loaded(spec: ConvSpec, data: bytes) -> Weights:
    from conv_viz.weights_file import load_weights

    return Weights(*load_weights(spec, data))


def _picture(source: Source) -> np.ndarray:
    """The picture as one sample (C, H, W), float32 in 0..1, as many channels as the layer reads."""
    from conv_viz.images import read, resized, shrunk, to_channels

    assert source.image is not None
    found, _ = to_channels(read(source.image), source.spec.in_channels)
    if source.input_shape is None:
        return shrunk(found, PICTURE_SIDE).unit()
    shape = _batched(source.input_shape)
    source.spec.output_shape(shape)
    if shape[0] != 1:
        raise ExportError(f"A picture is one sample, and --input asks for {shape[0]}: write 1,C,H,W.")
    return resized(found, *shape[2:]).unit()
