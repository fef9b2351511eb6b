"""Code to take along for every kind of window layer."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from conv_viz.compute.layer import build
from conv_viz.layers.kinds import KINDS, parse
from conv_viz.layers.setup import Setup
from conv_viz.layers.values import ConvSpecError
from conv_viz.text.take import KINDS as FORMS
from conv_viz.text.take import code, sides_of
from tests.strategies import window_layers as cases


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=20)
@given(data=st.data())
def test_torch_code_runs_and_every_form_has_a_note(name: str, data: st.DataObject) -> None:
    arguments, shape = data.draw(cases(name))
    setup = Setup.of(arguments, shape, name=name)
    forms = {form: code(form, setup) for form in FORMS}
    for form, found in forms.items():
        assert found.note
        compile(found.code, form, "exec")
    assert len(sides_of(setup)) == 2
    try:
        spec, head = setup.layer(), setup.summary()
    except ConvSpecError:
        return
    assert parse(forms["layer"].code) == spec
    names: dict = {}
    exec(forms["with input"].code, names)  # with its assertion
    assert tuple(names["y"].shape) == head.output_shape
    if forms["F.pad"].code:
        exec(forms["F.pad"].code, names)
        layer = build(spec)
        layer.load_state_dict(names["layer"].state_dict())
        torch.testing.assert_close(names["y"], layer(names["x"]), equal_nan=True)  # the root of a sum below 0


def test_a_causal_row_sees_nothing_of_what_comes_later() -> None:
    spec = parse("nn.Conv1d(2, 3, 3, dilation=2)")
    found = code("F.pad", Setup.of(spec.arguments(), (1, 2, 12), name="Conv1d"), "causal")
    assert "F.pad(x, (4, 0))" in found.code and found.note.startswith("Causal: ")
    names: dict = {}
    exec(found.code, names)
    assert names["y"].shape == (1, 3, 12)
    import torch.nn.functional as F

    x = names["x"]
    for now in range(12):
        later = x.clone()
        later[..., now + 1 :] = 9.0
        torch.testing.assert_close(names["layer"](F.pad(later, (4, 0)))[..., now], names["y"][..., now])


@pytest.mark.parametrize(
    ("layer", "form", "words"),
    [
        ("nn.MaxPool2d(2)", "Keras", "layers.MaxPooling2D((2, 2), strides=(2, 2))"),
        ("nn.AvgPool2d(3, 2)", "Keras", "layers.AveragePooling2D((3, 3), strides=(2, 2))"),
        ("nn.AvgPool2d(3, 2, 1)", "Keras", "an average in Keras leaves the padding out"),
        ("nn.MaxPool2d(3, 2, 1)", "JAX / Flax", "nn.max_pool(x, (3, 3), strides=(2, 2), padding=((1, 1), (1, 1)))"),
        ("nn.MaxPool2d(3, dilation=2)", "JAX / Flax", "no pool with a dilation"),
        ("nn.MaxPool2d(3, 2, ceil_mode=True)", "JAX / Flax", "no ceil_mode"),
        ("nn.AvgPool2d(2, divisor_override=3)", "Keras", "no divisor_override"),
        ("nn.ConvTranspose2d(3, 4, 2, stride=2)", "Keras", "layers.Conv2DTranspose(4, (2, 2), strides=(2, 2))"),
        ("nn.ConvTranspose2d(3, 4, 3, 2, 1)", "Keras", "layers.Cropping2D(((1, 1), (1, 1)))"),
        ("nn.ConvTranspose2d(3, 4, 3, 2, 0, 1)", "Keras", "adds no output_padding"),
        ("nn.ConvTranspose2d(3, 3, 3, groups=3)", "JAX / Flax", "has no groups"),
        ("nn.ConvTranspose2d(3, 4, 3, 2, 1, 1)", "JAX / Flax", "padding=((1, 2), (1, 2))"),
        ("nn.ConvTranspose2d(3, 4, 3, 2, 1)", "F.pad", "The padding of nn.ConvTranspose2d cuts cells off its output"),
        ("nn.MaxPool2d(3, 2, 1)", "F.pad", 'y = layer(F.pad(x, (1, 1, 1, 1), value=float("-inf")))'),
        ("nn.AvgPool2d(3, 2, 1)", "F.pad", "y = layer(F.pad(x, (1, 1, 1, 1)))"),
        ("nn.AvgPool2d(3, 2, 1, count_include_pad=False)", "F.pad", "what F.pad adds always does"),
    ],
)
def test_other_frameworks(layer: str, form: str, words: str) -> None:
    spec = parse(layer)
    found = code(form, Setup.of(spec.arguments(), (1, 3, 8, 8), name=spec.kind.removeprefix("nn.")))
    assert words in found.code + found.note


@pytest.mark.parametrize(
    ("layer", "form", "words"),
    [
        ("nn.Conv1d(3, 4, 3, padding=2)", "Keras", "padded = layers.ZeroPadding1D((2, 2))(inputs)  # left, right"),
        ("nn.Conv1d(3, 4, 3, padding='same')", "Keras", 'layers.Conv1D(4, 3, padding="same")'),
        ("nn.Conv1d(3, 4, 3, stride=2, dilation=2)", "Keras", "keep every stride-th cell"),
        ("nn.Conv1d(3, 4, 3, padding=1, padding_mode='circular')", "JAX / Flax", "pad(x, ((0, 0), (1, 1), (0, 0)), "),
        ("nn.Conv1d(3, 4, 3, stride=2)", "JAX / Flax", "kernel_size=(3,), strides=(2,), padding=((0, 0),))"),
        ("nn.Conv1d(3, 4, 3, padding=1)", "F.pad", "y = layer(F.pad(x, (1, 1)))"),
    ],
)
def test_a_row_elsewhere(layer: str, form: str, words: str) -> None:
    spec = parse(layer)
    found = code(form, Setup.of(spec.arguments(), (1, 3, 8), name="Conv1d"))
    assert words in found.code + found.note
