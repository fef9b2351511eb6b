"""The solver against `WindowAxis.output`: every answer does it, none is missing, the order is stable."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conv_viz.layers.conv import ConvSpec
from conv_viz.layers.settings import SolveError
from conv_viz.layers.solver import Setting, nearest, same_for_any_size, solve, solve_2d
from conv_viz.layers.window import WindowAxis

sizes = st.integers(1, 1024)


def axis(size: int, setting: Setting) -> WindowAxis:
    padding = setting.padding
    return WindowAxis(size, setting.kernel, setting.stride, setting.dilation, padding, padding)


def answers(size: int, wanted: int, **ranges) -> list[Setting]:
    """The settings, or none where the wish is refused."""
    try:
        return solve(size, wanted, **ranges)
    except SolveError:
        return []


@given(sizes, st.data())
def test_every_answer_gives_the_wanted_size_and_counts_what_is_never_read(size, data):
    wanted = data.draw(st.integers(1, size + 12) | st.sampled_from([max(1, size // s) for s in range(1, 9)]))
    for setting in answers(size, wanted):
        reached = axis(size, setting)
        assert reached.output == wanted
        assert setting.unread == len(reached.unread)


@given(st.integers(1, 14), st.integers(1, 16))
def test_no_setting_is_missing(size, wanted):
    kernels, strides, paddings, dilations = range(1, 6), range(1, 5), range(5), range(1, 4)
    expected = set()
    for k, s, p, d in itertools.product(kernels, strides, paddings, dilations):
        if WindowAxis(size, k, s, d, p, p).output == wanted:
            expected.add(Setting(k, s, p, d if k > 1 else 1))
    found = answers(size, wanted, kernels=kernels, strides=strides, paddings=paddings, dilations=dilations)
    assert set(found) == expected
    assert len(found) == len(set(found))


@given(st.integers(1, 64), st.integers(1, 64), st.permutations(range(1, 8)))
def test_the_order_does_not_depend_on_the_order_of_the_ranges(size, wanted, kernels):
    found = answers(size, wanted, kernels=kernels)
    assert found == answers(size, wanted, kernels=range(1, 8))
    assert [setting.order for setting in found] == sorted({setting.order for setting in found})


@pytest.mark.parametrize(
    "size, wanted, first",
    [
        (224, 224, ["kernel_size=1", "kernel_size=3, padding=1", "kernel_size=5, padding=2"]),
        (224, 112, ["kernel_size=2, stride=2", "kernel_size=3, stride=2, padding=1"]),
        (28, 14, ["kernel_size=2, stride=2", "kernel_size=3, stride=2, padding=1"]),
        (28, 26, ["kernel_size=3", "kernel_size=5, padding=1"]),
        (225, 113, ["kernel_size=3, stride=2, padding=1"]),
        (7, 1, ["kernel_size=7"]),
    ],
)
def test_the_simplest_comes_first(size, wanted, first):
    assert [str(setting) for setting in solve(size, wanted)[: len(first)]] == first


def test_published_layers_are_among_the_answers():
    assert Setting(7, 2, 3) in solve(224, 112)  # ResNet
    assert Setting(11, 4, 2) in solve(224, 55)  # AlexNet
    assert Setting(3, 1, 4, 4) in solve(65, 65)  # an atrous layer whose padding exceeds its kernel
    assert Setting(4, 2, 1) in solve(64, 32)  # DCGAN


def test_a_kernel_that_steps_over_cells_comes_after_all_that_read_everything():
    found = solve(224, 112)
    skips = [setting.unread > 0 for setting in found]
    assert Setting(1, 2) in found
    assert skips == sorted(skips)


@pytest.mark.parametrize(
    "size, wanted, words",
    [
        (14, 28, ["nn.ConvTranspose2d (stride 2)", "F.interpolate"]),
        (10, 45, ["nn.ConvTranspose2d,", "at most 22 of 10, not 45"]),
        (1000, 3, ["kernel_size up to 11", "1000 into 3 (the nearest: 120)", "two layers"]),
        (0, 5, ["input size", "not 0"]),
        (5, -1, ["wanted output size", "not -1"]),
        (10**9, 5, ["1,000,000,000"]),
    ],
)
def test_what_cannot_be_done_gets_one_sentence_with_a_way_out(size, wanted, words):
    with pytest.raises(SolveError) as refused:
        solve(size, wanted)
    for word in words:
        assert word in str(refused.value)
    assert str(refused.value).count(". ") == 0


@given(
    st.integers(1, 40), st.integers(1, 60), st.sampled_from([{}, {"kernels": [3]}, {"strides": [4], "paddings": [0]}])
)
def test_the_nearest_sizes_exist_and_nothing_lies_between(size, wanted, ranges):
    below, above = nearest(size, wanted, **ranges)
    for found in (below, above):
        assert found is None or solve(size, found, **ranges)
    for between in range((below or 0) + 1, above or 200):
        if between != wanted:
            with pytest.raises(SolveError):
                solve(size, between, **ranges)


def test_what_is_fixed_is_named():
    with pytest.raises(
        SolveError, match=r"No kernel_size=4 with stride=3, padding=0 turns 9 into 3 \(the nearest: 2\)"
    ):
        solve(9, 3, kernels=[4], strides=[3], paddings=[0])


def test_height_and_width_can_have_ranges_of_their_own():
    found = solve_2d((9, 9), (9, 9), along=({"kernels": [3]}, {"kernels": [5]}))
    assert str(found[0]) == "kernel_size=(3, 5), padding=(1, 2)"
    assert {setting.arguments()["kernel_size"] for setting in found} == {(3, 5)}


def test_an_empty_range_is_named():
    with pytest.raises(SolveError, match="each range needs at least one value"):
        solve(8, 4, kernels=())


@given(st.tuples(st.integers(3, 64), st.integers(3, 64)), st.tuples(st.integers(1, 64), st.integers(1, 64)))
def test_both_axes_are_solved_and_equal_settings_come_first(size, wanted):
    if not (answers(size[0], wanted[0]) and answers(size[1], wanted[1])):
        with pytest.raises(SolveError, match=r"^(Height|Width): "):
            solve_2d(size, wanted)
        return
    found = solve_2d(size, wanted)
    for setting in found:
        spec = ConvSpec(1, 1, **setting.arguments())
        assert spec.output_shape((1, 1, *size)) == (1, 1, *wanted)
    differing = [setting.differing for setting in found]
    assert differing == sorted(differing)
    both = set(answers(size[0], wanted[0])) & set(answers(size[1], wanted[1]))
    assert differing.count(0) == len(both)


@given(st.integers(1, 8), st.integers(64, 1024))
def test_for_any_size_holds_for_this_one(stride, size):
    for found in same_for_any_size(stride):
        assert (found.setting.stride == stride) and found.setting.unread == 0
        expected = size // stride if "down" in found.effect else -(-size // stride)
        assert axis(size, found.setting).output == expected, found


def test_same_for_any_size_is_half_the_kernel_with_any_dilation():
    found = {any_size.setting for any_size in same_for_any_size()}
    assert found == {
        Setting(k, 1, d * (k - 1) // 2, d) for k in range(2, 12) for d in range(1, 5) if d * (k - 1) % 2 == 0
    } | {Setting(1)}
