"""The frame's arguments -> the payload that the view shows. What every page and the share link agree on."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any, Protocol

import numpy as np

from conv_viz.code import short, write_call
from conv_viz.edits import Weights
from conv_viz.frame import Frame
from conv_viz.headline import FLOAT32, Headline, shown_bytes
from conv_viz.inputs import fill_batch, fill_sample
from conv_viz.layer import initial, run, torch_message
from conv_viz.payload import encode
from conv_viz.presets import matching
from conv_viz.scene import Part, Scene, View, choose, part_scene, scene, words
from conv_viz.spec import ConvSpec, ConvSpecError, Shape

BUDGET = 512 * 1024**2  # bytes that one picture may take: one sample, the weights, the filters in view
MOST_MACS = 10_000_000_000  # multiply-accumulates that one picture may take
WHOLE_MACS = 200_000_000  # up to here the whole layer runs, every sample and every filter
WHOLE_NUMBERS = 4_000_000


class Own(Protocol):
    """What a user brought to fill the input with: see `conv_viz.own_input.OwnInput`."""

    def sample(self, shape: Shape, number: int = 0) -> np.ndarray:
        """One sample (C, H, W), float32."""

    def batch(self, shape: Shape) -> np.ndarray:
        """A whole input (N, C, H, W), float32."""


def picture(frame: Frame, view: View | None = None, weights: Weights | None = None, own: Own | None = None) -> bytes:
    """The payload of a frame: the picture, or in words why there is none.

    `own` fills the input instead of what ``frame.fill`` names.

    >>> from conv_viz.payload import decode
    >>> arguments = dict(in_channels=1, out_channels=1, kernel_size=9)
    >>> decode(picture(Frame.of(arguments, (1, 1, 5, 5)))).header["problem"]["advice"]
    'Set kernel_size=5.'
    """
    return encode(_with_example(drawn(frame, view or View(), weights, own), frame))


def _with_example(scene: Scene, frame: Frame) -> Scene:
    """With a word about the example that it shows, if it is one."""
    if "problem" in scene.header:
        return scene
    example = matching(ConvSpec(**dict(frame.arguments)), frame.input_shape, frame.fill)
    if example is None:
        return scene
    told = {"title": example.title, "about": example.about, "source": example.source}
    return replace(scene, header={**scene.header, "example": told})


def drawn(frame: Frame, view: View, weights: Weights | None = None, own: Own | None = None) -> Scene:
    """The scene of a frame; an impossible or too large setting has a header only."""
    try:
        head = frame.headline()
    except ConvSpecError as error:
        return problem_scene(frame, error, view, own)
    samples = frame.input_shape[0]
    part = choose(head.spec, head.axes, view, samples)
    if reason := too_large(head, part):
        return Scene({**words(head), "too_large": reason})
    if head.macs <= WHOLE_MACS and head.activations <= WHOLE_NUMBERS:
        shape = frame.input_shape
        batch = fill_batch(frame.fill, shape, frame.seed) if own is None else own.batch(shape)
        given = {} if weights is None else {"weight": weights.weight, "bias": weights.bias}
        return scene(run(head.spec, batch, seed=frame.seed, **given), view)
    shape = frame.input_shape[1:]
    sample = _sample(frame.fill, shape, frame.seed, part.sample) if own is None else own.sample(shape, part.sample)
    used = weights or drawn_weights(head.spec, frame.seed)
    return part_scene(head, part, sample, used.weight, used.bias)


def memory_needed(head: Headline, part: Part) -> int:
    """Bytes that showing this part takes: one sample, all weights, the output planes in view."""
    sample = head.memory["input"] // max(1, head.input_shape[0])
    planes = FLOAT32 * len(part.filters) * head.axes[0].output * head.axes[1].output
    return sample + head.memory["weights"] + planes


def too_large(head: Headline, part: Part) -> str:
    """Why this part is not run, and what to do; empty when it fits into the budget of memory and work."""
    needed = memory_needed(head, part)
    macs = len(part.filters) * head.axes[0].output * head.axes[1].output * math.prod(head.spec.weight_shape[1:])
    if needed > BUDGET:
        why = (
            "one sample, its weights and the filters in view would need "
            f"{shown_bytes(needed)}, and a picture may take {shown_bytes(BUDGET)}"
        )
    elif macs > MOST_MACS:
        why = f"a single filter would take {macs:,} MACs, and a picture may take {MOST_MACS:,}"
    else:
        return ""
    rest = "The numbers above are right; choose fewer channels or a smaller input to see it."
    return f"This layer is not run: {why}. {rest}"


def problem_scene(frame: Frame, error: ConvSpecError, view: View, own: Own | None = None) -> Scene:
    """An impossible setting: the rule, one click that mends it, torch's own words.

    For who has seen no picture yet the mended layer's is in it, and ``shown`` is its code.
    """
    header = problem_header(frame, error)
    changes = frame.mended()
    if not changes:
        return Scene(header)
    mended_frame = replace(frame, arguments=tuple((dict(frame.arguments) | changes).items()))
    instead = drawn(mended_frame, view, own=own)
    if "stage" not in instead.header:
        return Scene(header)
    return Scene({**header, "stage": instead.header["stage"], "shown": instead.header["code"]}, instead.arrays)


def problem_header(frame: Frame, error: ConvSpecError) -> dict[str, Any]:
    """What is said of an impossible setting: its code, the rule, the fix, torch's own words."""
    arguments = dict(frame.arguments)
    changes = frame.mended()
    problem = {
        "parameter": error.parameter,
        "rule": error.rule,
        "advice": ConvSpecError(error.parameter, "", _plain(changes)).advice,
        "torch": torch_message(arguments, frame.input_shape),
    }
    return {"code": write_call(arguments), "problem": problem}


def _plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Pairs of equal numbers as one number, as one would write them."""
    return {name: short(value) for name, value in changes.items()}


@lru_cache(maxsize=2)
def _sample(fill: str, shape: Shape, seed: int, sample: int) -> np.ndarray:
    return fill_sample(fill, shape, seed, sample)


def drawn_weights(spec: ConvSpec, seed: int) -> Weights:
    """torch's own weights of a layer, which must not be written to: drawn once, however often they are asked for.

    >>> layer = ConvSpec(1, 2, 3)
    >>> drawn_weights(layer, 0).weight is drawn_weights(layer.replace(stride=2, bias=False), 0).weight
    True
    """
    drawn = _drawn_weights(spec.weight_shape, seed)
    return drawn if spec.bias else replace(drawn, bias=None)


@lru_cache(maxsize=4)
def _drawn_weights(shape: Shape, seed: int) -> Weights:
    filters, width, kh, kw = shape
    weight, bias = (p.numpy() for p in initial(ConvSpec(width, filters, (kh, kw)), seed) if p is not None)
    weight.flags.writeable = bias.flags.writeable = False
    return Weights(weight, bias)
