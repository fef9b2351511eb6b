"""The parameters of a link that is an exercise."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conv_viz.text.exercise import NAMES, PARTS, Exercise, argument_of, possible, read, unknown
from conv_viz.ui.arguments import USUAL
from conv_viz.ui.exercise import hiding

KNOWN = possible(USUAL)
exercises = st.builds(
    Exercise, **{name: st.lists(st.sampled_from(KNOWN[name]), unique=True).map(tuple) for name in NAMES}
)


@given(exercises)
def test_what_a_link_says_is_read_again(exercise: Exercise) -> None:
    assert read(exercise.query(), USUAL) == exercise
    assert unknown(exercise.query(), USUAL) == {}


def test_every_control_can_be_hidden_and_locked() -> None:
    for key in USUAL:
        name = argument_of(key)
        assert f".st-key-{key}" in hiding(Exercise(hide=(name,)))
        assert not Exercise(only=(name,)).locks(key)
        assert all(Exercise(only=(other,)).locks(key) for other in KNOWN["only"] if other != name)
    assert hiding(Exercise(hide=("text",))) == ""
    assert all(hiding(Exercise(hide=(part,))) for part in PARTS if part != "text")


def test_nothing_of_a_link_reaches_the_styles() -> None:
    hostile = {"hide": "bias,} body { display: none; },</style><script>", "only": "x" * 10_000, "ask": ",,,"}
    exercise = read(hostile, USUAL)
    assert exercise == Exercise(hide=("bias",))
    assert hiding(exercise) == hiding(Exercise(hide=("bias",)))
