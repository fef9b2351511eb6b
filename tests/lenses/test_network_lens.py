"""A network on a picture: whose maps are shown, and what is too large to run."""

from __future__ import annotations

import numpy as np
import torch

from conv_viz.compute.network import TorchNetwork, run_maps
from conv_viz.lenses.network import MAPS, effective, fitting, strips, too_large
from conv_viz.networks.presets import PRESETS
from conv_viz.networks.walk import walk
from conv_viz.scenes.network import Looked


def test_every_layer_has_a_strip_and_the_maps_are_torchs() -> None:
    preset = PRESETS["lenet5"]
    told = fitting(preset.network, preset.input_shape)
    assert told is not None
    picture = np.random.default_rng(0).random((1, 32, 32), dtype=np.float32)
    made = strips(told, picture)
    assert [strip.name for strip in made] == ["C1", "act1", "S2", "C3", "act3", "S4"]
    assert made[3].words == "Conv2d 16 × 10 × 10, 8 of 16" and len(made[3].maps) == MAPS
    with torch.inference_mode():
        wanted = TorchNetwork(told.network)(torch.from_numpy(picture)[None])[0].numpy()
    np.testing.assert_allclose(dict(run_maps(told.network, picture))["S4"], wanted, rtol=0, atol=1e-5)


def test_a_network_beyond_the_budget_gets_a_smaller_picture() -> None:
    preset = PRESETS["vgg16"]
    assert "multiply-accumulates" in too_large(walk(preset.network, preset.input_shape))
    told = fitting(preset.network, preset.input_shape)
    assert told is not None and told.input_shape == (1, 3, 112, 112) and told.network.output == "avgpool"


def test_a_unit_without_a_place_has_no_gradient() -> None:
    preset = PRESETS["lenet5"]
    gradient, words = effective(walk(preset.network, preset.input_shape), Looked("F6", (0, 0)))
    assert gradient is None and words == "Choose a layer whose units have a place."
