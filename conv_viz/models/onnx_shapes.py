"""Nodes of an ONNX graph that change a shape: flattening, borders, other sizes."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from conv_viz.models.onnx_met import BATCH, Made, Met, Unknown, written
from conv_viz.networks.operations import Flatten
from conv_viz.networks.resizing import AdaptivePool, Unflatten, Upsample, ZeroPad2d


def reduce_mean(met: Met) -> Made:
    """`ReduceMean` over height and width."""
    axes = met.values(1, "axes")
    if met.rank != 4 or axes is None or sorted(int(axis) % 4 for axis in axes) != [2, 3]:
        raise Unknown("takes the mean along other axes than height and width")
    whole = AdaptivePool("Avg", (1, 1))
    return (whole,) if met.whole("keepdims", 1) else (whole, Flatten())


def flatten(met: Met) -> Made:
    """`Flatten`."""
    if met.whole("axis", 1) % max(met.rank, 1) != 1:
        raise Unknown(f"flattens from axis {met.attribute('axis')}, and a sample begins at 1")
    return (Flatten(),) if met.rank == 4 else ()


def reshape(met: Met) -> Made:
    """`Reshape` to one row a sample."""
    target = met.values(1)
    if target is not None and len(target) == 4 and met.rank == 2:
        return _unflatten(met, target)
    if target is None or len(target) != 2:
        raise Unknown("changes the shape in another way than a flattening")
    first, last = target
    size = None if met.shape is None else math.prod(met.shape[1:])
    samples = {BATCH, 0, met.shape[0] if met.shape else 1, *(shape[0] for shape in met.graph.inputs.values() if shape)}
    if not ((first in samples and last in (-1, size)) or (first == -1 and last == size and size)):
        raise Unknown(f"makes rows of {last} numbers, which is no flattening")
    return (Flatten(),) if met.rank == 4 else ()


def _unflatten(met: Met, target: Sequence[Any]) -> Made:
    """A row becomes a picture: one of the sizes may be left to what arrives, as -1."""
    first, *sizes = target
    length = met.shape[1] if met.shape else None
    known = [size for size in sizes if size != -1]
    if len(known) == 2 and length and not length % math.prod(known):
        sizes = [length // math.prod(known) if size == -1 else size for size in sizes]
    if first not in (BATCH, 0, -1, 1) or not all(type(size) is int and size > 0 for size in sizes):
        raise Unknown("makes a picture whose sizes the file leaves open")
    return (Unflatten((sizes[0], sizes[1], sizes[2])),)


def expand(met: Met) -> Made:
    """`Expand` before a joint, which does it anyway, or of one pixel to a picture."""
    readers = {node.op for node in met.graph.readers.get(met.node.outputs[0], [])}
    if readers and readers <= {"Mul", "Add"} and met.node.outputs[0] not in met.graph.outputs:
        return ()
    target = met.values(1)
    if not target or len(target) != 4 or not met.shape or met.shape[2:] != (1, 1) or None in target[2:]:
        raise Unknown("repeats other things than one pixel")
    return (Upsample(size=(int(target[2]), int(target[3]))),)


def squeeze(met: Met) -> Made:
    """`Squeeze` of a height and width of 1."""
    axes = met.values(1, "axes")
    if met.rank != 4 or axes is None or sorted(int(axis) % 4 for axis in axes) != [2, 3] or not met.shape:
        raise Unknown("takes other axes away than a height and a width of 1")
    return (Flatten(),)


def pad(met: Met) -> Made:
    """`Pad` with zeros around a picture."""
    pads, value = met.values(1, "pads"), met.values(2, "value") or (0,)
    met.expect("mode", "constant")
    if pads is None or len(pads) != 8 or any((*pads[:2], *pads[4:6])) or min(pads) < 0 or value[0] or met.input(3):
        raise Unknown("pads other sides than those of a picture, or with other numbers than zeros")
    top, left, bottom, right = (int(pads[i]) for i in (2, 3, 6, 7))
    return (ZeroPad2d((left, right, top, bottom)),) if top + left + bottom + right else ()


def resize(met: Met) -> Made:
    """`Resize` and `Upsample`, where torch's nn.Upsample computes the same."""
    two = len(met.node.inputs) == 2  # version 10, and Upsample: (input, scales)
    scales = met.values(1 if two else 2, "scales")
    sizes = None if two else met.values(3)
    if sizes:
        if len(sizes) != 4 or not all(isinstance(size, int | float) for size in sizes[2:]):
            raise Unknown("makes a size that is computed in the graph")
        named: dict[str, Any] = {"size": tuple(int(size) for size in sizes[2:])}
    elif scales and len(scales) == 4 and tuple(scales[:2]) == (1, 1):
        named = {"scale_factor": tuple(written(scale) for scale in scales[2:])}
    else:
        raise Unknown("makes a size that is computed in the graph")
    for name, usual in (("antialias", 0), ("keep_aspect_ratio_policy", "stretch")):
        met.expect(name, usual)
    mode = met.attribute("mode", "nearest")
    place = met.attribute("coordinate_transformation_mode", "asymmetric" if two else "half_pixel")
    if mode == "linear" and place in ("half_pixel", "pytorch_half_pixel", "align_corners") and not two:
        return (Upsample(**named, mode="bilinear", align_corners=place == "align_corners"),)
    if mode == "nearest" and _is_nearest(met, place, two, named):
        return (Upsample(**named),)
    raise Unknown(f"takes its numbers as {mode}, {place}, which nn.Upsample does not")


def _is_nearest(met: Met, place: str, two: bool, named: Mapping[str, Any]) -> bool:
    """Whether output o reads cell ⌊o / scale⌋, as torch's does."""
    rounds = met.attribute("nearest_mode", "floor" if two else "round_prefer_floor")
    if place == "asymmetric":
        return bool(rounds == "floor")
    whole = all(scale == int(scale) for scale in named.get("scale_factor", (0.5,)))
    return whole and place in ("half_pixel", "pytorch_half_pixel") and rounds.startswith("round_prefer")
