"""One click from a layer of the file to a page: its numbers become the weights that every page runs with."""

from __future__ import annotations

from conv_viz.layers.kinds import WeightedLayer, WindowLayer, weighted
from conv_viz.layers.values import ConvSpecError, Shape
from conv_viz.lenses.model_weights import weights_of
from conv_viz.models.convolutions import Convolution, spec_of
from conv_viz.models.model import Model
from conv_viz.text.adopt import adopt
from conv_viz.text.pasted import Layer, Pasted, PasteError
from conv_viz.ui.controls import said, set_controls, with_height
from conv_viz.ui.going import go_to
from conv_viz.ui.model.held import said_of
from conv_viz.ui.paste import LIMITS
from conv_viz.ui.session import session
from conv_viz.ui.view import look
from conv_viz.ui.weights.edited import discard, history, put, say
from conv_viz.weights.edits import Weights
from conv_viz.weights.header import WeightsFileError
from conv_viz.weights.history import Form


def open_on(page: str, model: Model, layer: Convolution) -> None:
    """A callback: set the frame to the layer, with its weights, and remember to go to `page` (the file's name)."""
    session().model.not_opened = ""
    try:
        spec = spec_of(layer, said_of(layer))
        adopted = adopt(Pasted((Layer(layer.title, spec, 1),)), _roomy(spec, said().input_shape), LIMITS)
        weights = weights_of(model, layer)
    except (ConvSpecError, PasteError, WeightsFileError, ValueError) as error:
        session().model.not_opened = str(error)
        return
    take_weights(spec, weights, f"{layer.title} of {model.title}")
    set_controls(adopted.arguments, adopted.input_shape, layer=adopted.name)
    look({"filter": 0, "channel": 0, "sample": 0})
    go_to(page)


def take_weights(spec: WindowLayer, weights: Weights, label: str) -> None:
    """Make these the weights that every page runs this layer with."""
    held = weighted(spec)
    assert held is not None
    _instead_of_the_last(held)
    form = Form.of(held)
    put(form, history(form).then(label, weights, held))
    say(label)
    session().model.opened = form, history(form).now


def _instead_of_the_last(spec: WeightedLayer) -> None:
    """Let the layer go that was opened before, unless somebody changed it: a model has many, and each takes memory."""
    opened = session().model.opened
    if opened is None:
        return
    form, step = opened
    if form != Form.of(spec) and history(form).now is step:
        discard(form)


def _roomy(spec: WindowLayer, shape: Shape) -> Shape:
    """The frame's input as (N, C, H, W), with room for the window to move."""
    samples, channels, height, width = with_height(shape)
    tall, wide = spec.effective_kernel[0], spec.effective_kernel[-1]
    return samples, channels, max(height, 2 * tall), max(width, 2 * wide)
