"""The frame's arguments -> the payload that the view shows. What every page and the share link agree on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

import numpy as np

from conv_viz.byte_cache import ARRAYS
from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.compute.inputs import fill_batch, fill_sample
from conv_viz.compute.layer import run, torch_message
from conv_viz.compute.part import part_of, part_run
from conv_viz.compute.turns import in_turn
from conv_viz.layers.budget import fits, part_cost, runs_whole, too_large
from conv_viz.layers.call import short, write_call
from conv_viz.layers.part import Part, View, choose
from conv_viz.layers.presets import matching
from conv_viz.layers.run import LayerRun
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice, smaller
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.scenes.headers import Problem
from conv_viz.scenes.payload import encode
from conv_viz.scenes.scene import Scene
from conv_viz.scenes.stage import stage_scene, words
from conv_viz.weights.edits import Weights


class Own(Protocol):
    """What a user brought to fill the input with: see `conv_viz.images.crop.OwnInput`."""

    def sample(self, shape: Shape, number: int = 0) -> np.ndarray:
        """One sample (C, H, W), float32."""

    def batch(self, shape: Shape) -> np.ndarray:
        """A whole input (N, C, H, W), float32."""


def picture(
    setup: Setup,
    view: View | None = None,
    weights: Weights | None = None,
    own: Own | None = None,
    told: Mapping[str, Any] | None = None,
) -> bytes:
    """The payload of a frame: the picture, or in words why there is none.

    `own` fills the input instead of what ``frame.fill`` names; `told` is what the host adds to the header.

    >>> from conv_viz.scenes.payload import decode
    >>> arguments = dict(in_channels=1, out_channels=1, kernel_size=9)
    >>> decode(picture(Setup.of(arguments, (1, 1, 5, 5)))).header["problem"]["advice"]
    'Set kernel_size=5.'
    """
    return encode(_with_example(drawn(setup, view or View(), weights, own), setup), told)


def _with_example(scene: Scene, setup: Setup) -> Scene:
    """With a word about the example that it shows, if it is one."""
    if "problem" in scene.header:
        return scene
    example = matching(setup.layer(), setup.input_shape, setup.fill)
    if example is None:
        return scene
    told = {"title": example.title, "about": example.about, "source": example.source}
    return replace(scene, header={**scene.header, "example": told})


def drawn(setup: Setup, view: View, weights: Weights | None = None, own: Own | None = None) -> Scene:
    """The scene of a frame; an impossible or too large setting has a header only."""
    try:
        head = setup.summary()
    except ConvSpecError as error:
        return problem_scene(setup, error, view, own)
    part = choose(head, view)
    if reason := too_large(head, part):
        return Scene({**words(head), "too_large": reason, "advice": advice(setup, smaller(setup, fits))})
    with in_turn(part_cost(head, part)):
        return _run(setup, head, view, part, weights, own)


def refusal(setup: Setup, view: View) -> str:
    """Why a frame has no picture, in a sentence; empty where it has one. Nothing runs.

    >>> refusal(Setup.of(dict(in_channels=1, out_channels=1, kernel_size=9), (1, 1, 5, 5)), View())
    'The kernel does not fit: it spans 9x9 cells, but the padded input has only 5x5.'
    """
    try:
        head = setup.summary()
    except ConvSpecError as error:
        return error.rule
    return too_large(head, choose(head, view)) or ""


def _run(setup: Setup, head: Summary, view: View, part: Part, weights: Weights | None, own: Own | None) -> Scene:
    if runs_whole(head):
        shape = setup.input_shape
        batch = fill_batch(setup.fill, shape, setup.seed, head.spec.dims) if own is None else own.batch(shape)
        given = {} if weights is None else {"weight": weights.weight, "bias": weights.bias}
        done = run(head.spec, batch, seed=setup.seed, **given)
        return stage_scene(head, part_of(done, head, part))
    shape = setup.input_shape[1:]
    sample = _sample(setup.fill, shape, setup.seed, part.sample) if own is None else own.sample(shape, part.sample)
    if head.spec.weight_shape is None:
        return stage_scene(head, part_run(head, part, sample, None, None))
    used = weights or drawn_weights(head.spec, setup.seed)
    return stage_scene(head, part_run(head, part, sample, used.weight, used.bias))


def run_scene(done: LayerRun, view: View | None = None) -> Scene:
    """The picture of a whole run.

    >>> from conv_viz import ConvSpec
    >>> run_scene(run(ConvSpec(1, 2, 3), np.ones((1, 1, 5, 5), np.float32))).arrays["output"].shape
    (2, 3, 3)
    """
    head = Summary.of(done.spec, done.input.shape)
    return stage_scene(head, part_of(done, head, choose(head, view or View())))


def problem_scene(setup: Setup, error: ConvSpecError, view: View, own: Own | None = None) -> Scene:
    """An impossible setting: the rule, one click that mends it, torch's own words.

    For who has seen no picture yet the mended layer's is in it, and ``shown`` is its code.
    """
    header = problem_header(setup, error, "stage")
    changes = setup.mended()
    if not changes:
        return Scene(header)
    mended_setup = replace(setup, arguments=tuple((dict(setup.arguments) | changes).items()))
    instead = drawn(mended_setup, view, own=own)
    if "stage" not in instead.header:
        return Scene(header)
    return Scene({**header, "stage": instead.header["stage"], "shown": instead.header["code"]}, instead.arrays)


def problem_header(setup: Setup, error: ConvSpecError, kind: str) -> dict[str, Any]:
    """What is said in a scene of this kind of an impossible setting: its code, the rule, the fix, torch's own words."""
    arguments = dict(setup.arguments)
    changes = setup.mended()
    problem: Problem = {
        "parameter": error.parameter,
        "rule": error.rule,
        "advice": ConvSpecError(error.parameter, "", _plain(changes)).advice,
        "torch": torch_message(arguments, setup.input_shape, f"nn.{setup.name}"),
    }
    return {"kind": kind, "code": write_call(arguments, setup.name), "problem": problem}


def _plain(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Pairs of equal numbers as one number, as one would write them."""
    return {name: short(value) for name, value in changes.items()}


def _sample(fill: str, shape: Shape, seed: int, sample: int) -> np.ndarray:
    key = "input", fill, shape, seed if fill == "random" else 0, sample
    return ARRAYS.get(key, lambda: fill_sample(fill, shape, seed, sample), lambda made: made.nbytes)
