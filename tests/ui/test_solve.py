"""From this size to that size: what is listed, what one click sets, what is said when nothing does it."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from conv_viz.layers.choices import from_to
from conv_viz.layers.kinds import KINDS
from conv_viz.ui.arguments import control_values, setup_of
from tests.ui.looking import SHOWN, page


def solved(**query: str) -> AppTest:
    return page("find_a_setting", "conv_viz.ui.solve", **query)


def table(at: AppTest) -> dict:
    """What the table was sent."""
    (component,) = at.get("bidi_component")
    return json.loads(component.proto.json)


def four(at: AppTest, row: int) -> list[str]:
    return table(at)["rows"][row][:4]


def title(at: AppTest) -> str:
    return at.main.markdown[0].value


def typed(at: AppTest, **fields: str) -> AppTest:
    for key, text in fields.items():
        at.text_input(key=key).set_value(text)
    at.run()
    assert not at.exception
    return at


def test_it_starts_with_what_the_layer_does():
    at = solved()
    assert title(at).startswith("**7 → 4** · 323 settings, simplest first")
    assert table(at)["columns"] == ["kernel_size", "stride", "padding", "dilation", "parameters", "remark"]
    assert four(at, table(at)["current"]) == ["3", "2", "1", "1"]
    assert [field.placeholder for field in at.main.text_input] == ["7", "4"]


def test_a_wish_is_solved_simplest_first():
    at = typed(solved(), **{"from": "224", "to": "112"})
    assert title(at).startswith("**224 → 112**")
    assert [four(at, i) for i in range(2)] == [["2", "2", "0", "1"], ["3", "2", "1", "1"]]
    assert table(at)["current"] is None  # the frame has these numbers, on another input


def test_each_axis_can_have_its_own_size():
    at = solved(**{"from": "28, 30", "to": "26"})
    assert title(at).startswith("**28 × 30 → 26**")
    assert four(at, 0) == ["(3, 5)", "1", "0", "1"]


def test_unread_rows_are_said():
    at = typed(solved(), **{"from": "30, 40", "to": "5"})
    assert "5 columns unread" in [row[-1] for row in table(at)["rows"]]


def test_what_is_kept_is_kept():
    at = solved(kernel_size="5", stride="1", padding="2")
    at.button_group(key="keep").set_value(["kernel_size", "padding"])
    at.run()
    assert {(row[0], row[2]) for row in table(at)["rows"]} == {("5", "2")}
    at.button_group(key="keep").set_value(["kernel_size", "padding", "stride", "dilation"])
    at.text_input(key="to").set_value("3")
    at.run()
    assert "No kernel_size=5 with stride=1, padding=2, dilation=1 turns 7 into 3 (the nearest: 7)" in warning(at)


def test_padding_in_words_is_no_number_to_keep():
    at = solved(stride="1")
    at.button_group(key="keep").set_value(["padding", "stride"])
    at.run()
    at.segmented_control(key="padding_as").set_value("same")
    at.run()
    assert not at.exception
    assert at.button_group(key="keep").options == ["kernel_size=3", "stride=1", "dilation=1"]
    assert {row[1] for row in table(at)["rows"]} == {"1"}


def warning(at: AppTest) -> str:
    assert not at.exception and not at.get("bidi_component")
    return at.warning[0].value.replace("\\", "")


@pytest.mark.parametrize(
    "fields, words",
    [
        ({"to": "1000"}, "nn.ConvTranspose2d"),
        ({"from": "1000", "to": "3"}, "the nearest: 120"),
        ({"from": "abc"}, "A size is written like 224"),
        ({"from": "1,2,3"}, "A size is written like 224"),
        ({"from": "0"}, "from 1 to"),
        ({"from": "2000", "to": "1000"}, "are for the command line"),
        ({"to": "9" * 300}, "A size is written like 224"),
        ({"from": "![x](http://a.b)"}, "A size is written like 224"),
    ],
)
def test_no_answer_is_one_sentence(fields, words):
    at = typed(solved(), **fields)
    assert words in warning(at) and "![x](" not in at.warning[0].value


def test_a_layer_without_an_output_asks_for_the_size():
    at = solved(kernel_size="9", height="5", width="5", padding="0")
    assert "give the wanted size" in warning(at)
    assert table(typed(at, to="3"))["rows"]


def test_a_setting_that_the_padding_mode_cannot_pad_is_left_out():
    at = solved(height="4", width="4", padding_mode="reflect", padding="1")
    at.text_input(key="to").set_value("4")
    at.run()
    rows = table(at)["rows"]
    assert rows and all(int(row[2]) < 4 for row in rows if row[2].isdigit())


def test_any_size():
    at = solved()
    at.segmented_control(key="solve_for").set_value("any size")
    at.run()
    assert title(at).startswith("**any size stays**") and four(at, 1) == ["3", "1", "1", "1"]
    at.selectbox(key="divided_by").set_value(2)
    at.run()
    assert title(at).startswith("**any size / 2**")
    assert table(at)["rows"][0][-1] == "rounded down" and four(at, table(at)["current"]) == ["3", "2", "1", "1"]


def test_the_command_for_a_larger_size_can_be_copied():
    at = typed(solved(), **{"from": "2000", "to": "1000"})
    assert at.code[0].value == "python -m conv_viz solve --from 2000,2000 --to 1000,1000"


# -- every layer ------------------------------------------------------------------------------------


@pytest.mark.parametrize("layer", SHOWN)
def test_every_layer_is_solved_in_its_own_arguments(layer):
    at = solved(layer=layer)
    kind = KINDS[layer]
    parameters = ["parameters"] if kind.weight_shape is not None else []
    assert table(at)["columns"] == [*kind.solver.names, *parameters, "remark"]
    now = dict(zip(kind.solver.names, table(at)["rows"][table(at)["current"]], strict=False))
    frame = {"kernel_size": "3", "stride": "2", "padding": "1"}
    frame = {name: value for name, value in frame.items() if name in kind.solver.names}
    assert {name: now[name] for name in frame} == frame
    assert set(at.pills(key="keep").options) >= {f"{name}={value}" for name, value in frame.items()}
    assert len({field.placeholder for field in at.main.text_input}) == 2


@pytest.mark.parametrize("layer", KINDS)
def test_the_controls_take_every_row_of_every_layer(layer):
    now = {"layer": layer, "bias": False}
    setup = setup_of(now)
    dims = KINDS[layer].dims
    found = from_to(setup, (8, 9)[:dims], ((16, 18) if KINDS[layer].solver.grows else (4, 5))[:dims])
    for index, row in enumerate(found.rows):
        made = setup_of({**now, **control_values(row.arguments, found.input_shape, layer=layer)})
        assert found.current(made) == index
        assert made.summary().output_shape


@pytest.mark.parametrize("layer", SHOWN)
def test_any_size_of_every_layer(layer):
    at = solved(layer=layer, solve_for="any size", divided_by="2")
    assert title(at).startswith(f"**any size {'×' if KINDS[layer].solver.grows else '/'} 2**")
    assert at.main.selectbox[0].label == ("times" if KINDS[layer].solver.grows else "divided by")


def test_a_layer_with_one_axis_takes_one_number():
    at = solved(layer="Conv1d", **{"from": "16, 8", "to": "8"})
    assert "one axis" in at.main.warning[0].value.replace("\\", "")
    at = typed(at, **{"from": "4000", "to": "2000"})
    assert at.main.code[0].value == "python -m conv_viz solve --from 4000 --to 2000 --layer Conv1d"
