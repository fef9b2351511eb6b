"""One step more is one step to send."""

from __future__ import annotations

import numpy as np
import pytest

from conv_viz.layers.setup import Setup
from conv_viz.lenses.look import through
from conv_viz.scenes.later import later, moving
from conv_viz.scenes.payload import content_id, decode, encode
from conv_viz.scenes.scene import Scene

SIDE = 64
PLANE = 4 * SIDE * SIDE


def learned(steps: int, **values: object) -> Scene:
    arguments = dict(in_channels=1, out_channels=1, kernel_size=3, padding=1)
    return through("learns", Setup.of(arguments, (1, 1, SIDE, SIDE)), {"steps": steps, **values})


def test_one_step_more_of_a_training_is_sent_as_one() -> None:
    before = learned(20)
    held = content_id(encode(before))
    assert held == decode(encode(before)).header["id"]
    for steps, outputs in ((21, 1), (23, 3), (19, 0)):
        scene = learned(steps)
        sent = decode(encode(later(scene, before, held)))
        whole, taken = (len(encode(each)) for each in (scene, later(scene, before, held)))
        # Besides the outputs: the input, what it should give, and which cells an output is the sum of.
        assert whole - taken == pytest.approx((steps + 1 - outputs) * PLANE, rel=0.02)
        for name in moving(scene):
            joined = np.concatenate([before.arrays[name][: sent.header["kept"]], sent.arrays[name]])
            np.testing.assert_array_equal(joined, scene.arrays[name])


def test_another_training_is_sent_whole() -> None:
    before = learned(20)
    for scene in (learned(21, rate="0.01"), learned(21, filter="gaussian")):
        assert later(scene, before, "a") is scene
    endless = learned(20, rate="1.0", on="a flat input")
    assert later(learned(21, rate="1.0", on="a flat input"), endless, "a").header["kept"] == 21


def test_a_picture_without_steps_is_sent_whole() -> None:
    setup = Setup.of(dict(in_channels=1, out_channels=1, kernel_size=3), (1, 1, 7, 7))
    scene = through("compare", setup, {})
    assert later(scene, scene, "a") is scene
    impossible = through("learns", Setup.of(dict(in_channels=1, out_channels=1, kernel_size=9), (1, 1, 7, 7)), {})
    assert later(impossible, learned(3), "a") is impossible
