"""A lens on the frame's layer, and on any other: the picture, whatever is set."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from conv_viz.compute.inputs import fill_batch
from conv_viz.compute.turns import in_turn
from conv_viz.layers.budget import one_run, runs_whole, whole_cost
from conv_viz.layers.cost import Cost
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import advice, smaller
from conv_viz.layers.summary import Summary
from conv_viz.layers.values import ConvSpecError
from conv_viz.layers.view import View
from conv_viz.lenses.layer import Own, problem_header
from conv_viz.lenses.lens import Chosen, lens_scene, refusal
from conv_viz.lenses.shelf import SHELF, find
from conv_viz.lenses.subject import Subject
from conv_viz.scenes.scene import Scene
from conv_viz.weights.edits import Weights

KNOBS = ("size", "in_channels", "out_channels")
"""What is made smaller: another kernel would be another question."""
TOO_LARGE = "This layer is too large to be looked at number by number."


def through(
    name: str, setup: Setup, values: Mapping[str, Any], view: View | None = None,
    weights: Weights | None = None, own: Own | None = None,
) -> Scene:  # fmt: skip
    """The frame's layer through a lens; an impossible or too large setting gives its rule in words.

    >>> scene = through("compare", Setup.of(dict(in_channels=1, out_channels=1, kernel_size=9), (1, 1, 5, 5)), {})
    >>> scene.header["problem"]["advice"]
    'Set kernel_size=5.'
    """
    header = {"kind": "lens", "lens": name, "title": SHELF[name], "question": find(name).question}
    try:
        head = setup.summary()
    except ConvSpecError as error:
        said = problem_header(setup, error, "lens")
        return Scene({**header, "code": said["code"], "problem": said["problem"]})
    if reason := _refusal(name, head, values):
        if "too_large" in reason:
            reason["advice"] = advice(setup, nearest(name, setup, values))
        return Scene({**header, "code": head.spec.code(), **reason})
    shape, lens = setup.input_shape, find(name)
    with in_turn(Cost(lens.runs(lens.read(values)) * one_run(head).seconds, 0) + whole_cost(head)):
        batch = fill_batch(setup.fill, shape, setup.seed, head.spec.dims) if own is None else own.batch(shape)
        given = {} if weights is None else {"weight": weights.weight, "bias": weights.bias}
        subject = replace(Subject.of(head.spec, batch, seed=setup.seed, **given), head=head)
        scene = lens_scene(name, lens, Chosen(subject, view or View(), values, setup.seed))
    if "why_not" in scene.header:
        scene.header["advice"] = advice(setup, lens.instead(setup))
    return scene


def _refusal(name: str, head: Summary, values: Mapping[str, Any]) -> dict[str, Any]:
    lens = find(name)
    reason = refusal(lens, head, lens.read(values))
    if not reason and not runs_whole(head):
        return {"too_large": f"{TOO_LARGE} Choose fewer channels or a smaller input."}
    return reason


def nearest(name: str, setup: Setup, values: Mapping[str, Any]) -> Setup | None:
    """The nearest layer that the lens can show, a smaller one or its `Lens.instead`; None when there is none.

    >>> large = Setup.of(dict(in_channels=3, out_channels=4, kernel_size=3), (1, 3, 64, 64))
    >>> nearest("backwards", large, {}).input_shape
    (1, 3, 25, 25)
    """

    def fits(tried: Setup) -> bool:
        try:
            return not _refusal(name, tried.summary(), values)
        except ConvSpecError:
            return False

    try:
        reason = _refusal(name, setup.summary(), values)
    except ConvSpecError:
        return None  # such a layer is mended first
    return smaller(setup, fits, KNOBS) if "too_large" in reason else find(name).instead(setup)


def look_closer(
    name: str, subject: Subject, values: Mapping[str, Any] | None = None, view: View | None = None, seed: int = 0
) -> Scene:
    """Any layer through a lens: what `conv_viz.show` shows with ``lens=``.

    >>> scene = look_closer("compare", Subject.of("nn.Conv2d(1, 1, 3)"), {"b": "padding=1"})
    >>> scene.header["table"][1]["cells"]
    ['1 × 1 × 5 × 5', '1 × 1 × 7 × 7']
    """
    lens = find(name)
    known = {choice.name for choice in lens.choices}
    if unknown := set(values or {}) - known:
        which = ", ".join(sorted(known)) or "nothing"
        raise ConvSpecError("lens", f"The lens {name!r} lets you choose {which}, not {', '.join(sorted(unknown))}.")
    if not runs_whole(subject.head):
        raise ConvSpecError("input", f"{TOO_LARGE} Take a smaller input.")
    return lens_scene(name, lens, Chosen(subject, view or View(), values or {}, seed))
