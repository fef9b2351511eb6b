"""What the browser reports late, of controls that are gone or were used already, changes nothing."""

from __future__ import annotations

from streamlit.proto.WidgetStates_pb2 import WidgetStates
from streamlit.testing.v1 import AppTest

from tests.ui import test_weights as weights
from tests.ui.looking import checked, header, named, opened
from tests.ui.test_paste import STEM, paste
from tests.ui.test_paste import opened as paste_opened


def reports(at: AppTest) -> WidgetStates:
    """What the browser sends now."""
    return at._tree.get_widget_states()


def late(at: AppTest, old: WidgetStates) -> AppTest:
    """A run by a message that still holds values of controls that are gone, or a click that was sent already."""
    states = reports(at)
    clicks = {state.id for state in old.widgets if state.trigger_value}
    now = {state.id: state for state in states.widgets}
    kept = WidgetStates()
    kept.widgets.extend(state for id, state in now.items() if id not in clicks)
    kept.widgets.extend(state for state in old.widgets if state.id not in now or state.id in clicks)
    at._run(kept)
    assert not at.exception
    return at


def test_fields_of_another_layer_edit_nothing():
    at = weights.opened()
    for name, values in (("seed", (1, 2, 0)), ("kernel_size", (4, 5, 4, 3))):
        for value in values:
            old = reports(at)
            at.slider(key=name).set_value(value)
            checked_weights(at)
            assert weights.edited(late(at, old)) == ""


def checked_weights(at: AppTest) -> AppTest:
    return weights.checked(at.run())


def test_a_change_for_the_layer_before_is_dropped():
    at = weights.opened()
    weights.field(at, "bias").set_value(0.5)
    at.slider(key="seed").set_value(1)  # in the same message
    assert weights.edited(checked_weights(at)) == ""
    weights.field(at, "bias").set_value(0.5)
    assert weights.edited(checked_weights(at)).startswith("bias 0.5")


def test_a_named_filter_is_put_in_once():
    at = weights.pill(weights.opened(), "sobel_x")
    old = reports(at)
    at = weights.press(at, "flip")
    assert weights.edited(late(at, old)).startswith("flip")
    at = weights.press(weights.press(at, "undo"), "undo")
    assert at.button(key="weights_undo").disabled


def test_a_field_takes_one_number_after_another():
    at = weights.opened()
    for value in (0.1, 0.2, 0.3):
        key = weights.field(at, "bias").key
        weights.choose(at, "bias", value)
        assert weights.field(at, "bias").key == key
    assert weights.edited(at).startswith("bias 0.3")


def test_torchs_own_twice_is_one_step():
    at = weights.press(weights.opened(), "flip")
    at.button(key="weights_reset").click()
    old = reports(at)
    late(checked_weights(at), old)
    at = weights.press(weights.press(at, "undo"), "undo")
    assert at.button(key="weights_undo").disabled


def test_what_is_discarded_cannot_be_brought_back():
    at = weights.press(weights.opened(), "zero")
    at.slider(key="kernel_size").set_value(5)
    checked_weights(at)
    at.button(key="notice_return_nn.Conv2d (4, 3, 3, 3)").click()
    old = reports(at)
    at.button(key="notice_return_nn.Conv2d (4, 3, 3, 3)").set_value(False)
    at.button(key="notice_discard_nn.Conv2d (4, 3, 3, 3)").click()
    late(checked_weights(at), old)
    assert at.slider(key="kernel_size").value == 5


def test_an_example_is_set_once():
    at = opened()
    named(at.selectbox, "preset").set_value("well-known layers: ResNet stem")
    old = reports(at)
    checked(at.run())
    at.slider(key="stride").set_value(3)
    checked(at.run())
    assert "stride=3" in header(late(at, old))["code"]
    named(at.selectbox, "preset").set_value("well-known layers: ResNet stem")
    assert "stride=2" in header(checked(at.run()))["code"]


def test_undo_and_close_of_a_paste_twice():
    for name in ("paste_undo", "paste_close"):
        at = paste(paste_opened(), STEM)
        at.button(key=name).click()
        old = reports(at)
        late(checked(at.run()), old)
        assert header(at)["code"] == (STEM if name == "paste_close" else header(opened())["code"])
