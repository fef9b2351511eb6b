"""What a layer costs is said before it runs, and what costs too much never runs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conv_viz import ConvSpec, limits
from conv_viz.byte_cache import ARRAYS, ByteCache
from conv_viz.compute.drawn_weights import drawn_weights
from conv_viz.compute.turns import Queue
from conv_viz.export.html import other_scenes
from conv_viz.layers.budget import WHOLE_MACS, WHOLE_NUMBERS, fits, part_cost, payload_bytes, runs_whole, whole_cost
from conv_viz.layers.cost import call_cost
from conv_viz.layers.part import View, choose
from conv_viz.layers.setup import Setup
from conv_viz.layers.smaller import smaller
from conv_viz.lenses import layer as module
from conv_viz.lenses.layer import picture
from conv_viz.scenes.payload import decode

# Links as they were sent: what they are set to, and which bound they are beyond.
COSTLY = [
    (dict(in_channels=16, out_channels=16, kernel_size=16, padding=8), (1, 16, 1024, 1024), "seconds"),
    (dict(in_channels=1, out_channels=1, kernel_size=64, padding=32), (1, 1, 1024, 1024), "seconds"),
    (dict(in_channels=1, out_channels=16, kernel_size=33, padding=40), (1, 1, 1024, 1024), "seconds"),
    (dict(in_channels=4096, out_channels=3600, kernel_size=3, padding=1), (1, 4096, 3, 3), "weights"),
    (dict(in_channels=8, out_channels=1, kernel_size=1, stride=16), (1, 8, 2500, 2500), "memory"),
    (
        dict(in_channels=8, out_channels=1, kernel_size=(64, 1), dilation=(64, 1), padding="same"),
        (1, 8, 64, 1024),
        "sent",
    ),
]


def setup_of(arguments, shape, fill="photo", seed=0):
    return Setup.of({"stride": 1, "dilation": 1, "groups": 1, "bias": True, **arguments}, shape, fill, seed)


@pytest.fixture
def nothing_runs(monkeypatch):
    def refuse(*_, **__):
        raise AssertionError("nothing may be allocated or run")

    for name in ("run", "drawn_weights", "fill_batch", "fill_sample", "part_run", "part_of"):
        monkeypatch.setattr(module, name, refuse)


@pytest.mark.usefixtures("nothing_runs")
@pytest.mark.parametrize(("arguments", "shape", "bound"), COSTLY)
def test_what_costs_too_much_says_so_with_its_numbers_and_never_runs(arguments, shape, bound):
    setup = setup_of(arguments, shape)
    header = decode(picture(setup)).header
    words = {"seconds": "seconds", "weights": "its weights take", "memory": "would need", "sent": "are sent"}
    assert words[bound] in header["too_large"] and "stage" not in header and header["facts"]
    mended = smaller(setup, fits)
    assert mended is not None and fits(mended)
    assert header["advice"].startswith("Set ")


@pytest.mark.parametrize(("arguments", "shape", "bound"), COSTLY)
def test_the_nearest_smaller_one_is_shown(arguments, shape, bound):
    mended = smaller(setup_of(arguments, shape), fits)
    assert "stage" in decode(picture(mended)).header


def test_a_whole_batch_is_run_only_where_it_is_small():
    """Few MACs, but 17 thousand million numbers of input."""
    head = setup_of(dict(in_channels=16, out_channels=4, kernel_size=1, stride=64), (1024, 16, 1024, 1024)).summary()
    assert head.macs < WHOLE_MACS and head.activations < WHOLE_NUMBERS
    assert not runs_whole(head)


def upto(most):
    return st.one_of(st.integers(1, most), st.just(most), st.integers(1, min(most, 16)))


@settings(max_examples=200)
@given(st.data())
def test_whatever_a_link_says_it_stays_within_the_bounds_or_is_refused_with_a_way_out(data):
    draw = data.draw
    groups = draw(st.sampled_from([1, 1, 2, 16, 512, 4096]))
    channels, filters = (max(groups, draw(upto(4096)) // groups * groups) for _ in range(2))
    padding = draw(st.one_of(st.integers(0, 64), st.just("same")))
    arguments = dict(
        in_channels=channels, out_channels=filters, groups=groups, padding=padding,
        kernel_size=(draw(upto(64)), draw(upto(64))), dilation=draw(upto(64)),
        stride=1 if padding == "same" else draw(upto(64)),
        padding_mode=draw(st.sampled_from(["zeros", "replicate"])),
    )  # fmt: skip
    setup = setup_of(arguments, (draw(upto(1024)), channels, draw(upto(1024)), draw(upto(1024))))
    if setup.mended():
        return
    if not fits(setup):
        mended = smaller(setup, fits)
        assert mended is not None and fits(mended)
        setup = mended
    head = setup.summary()
    part = choose(head, View())
    cost = part_cost(head, part)
    assert cost.seconds <= limits.LAYER_SECONDS and cost.bytes <= limits.LAYER_BYTES
    assert payload_bytes(head, part) <= limits.PAYLOAD_BYTES
    if runs_whole(head):
        assert whole_cost(head).bytes <= limits.WHOLE_BYTES


def test_the_payload_is_counted_before_it_is_made():
    setup = setup_of(dict(in_channels=9, out_channels=20, kernel_size=5, padding=2), (1, 9, 40, 300))
    head = setup.summary()
    part = choose(head, View())
    arrays = decode(picture(setup)).arrays
    numbers = sum(arrays[name].nbytes for name in ("padded", "weight", "output", "rest"))
    assert payload_bytes(head, part) == numbers


def test_slow_methods_and_moved_memory_are_counted():
    """Seen at 4.6 to 5.4 ns for each MAC, and 0.04: one number of ns for each MAC tells nothing."""
    slow = call_cost(ConvSpec(1, 1, 64, padding=32).axes((1, 1024, 1024)), 1, 1).seconds
    quick = call_cost(ConvSpec(64, 8, 7, padding=3).axes((64, 512, 512)), 64, 8).seconds
    assert slow > 19.6 and 0.56 < quick < 7
    assert call_cost(ConvSpec(2, 256, 1).axes((2, 256, 256)), 2, 256).seconds > 0.1


def test_many_links_keep_the_process_within_its_bytes():
    for seed in range(12):
        weights = drawn_weights(ConvSpec(1024, 1024, 3), seed)
        assert weights.weight.nbytes == 4 * 1024 * 1024 * 9
        assert ARRAYS.held <= limits.CACHE_BYTES
    assert drawn_weights(ConvSpec(1024, 1024, 3), 11).weight is weights.weight  # the latest are kept


def test_one_value_beyond_the_bound_is_given_and_not_kept():
    cache = ByteCache(10)
    assert cache.get("a", lambda: np.zeros(11, np.uint8), lambda made: made.nbytes).nbytes == 11
    assert "a" not in cache and cache.held == 0


def test_heavy_pictures_are_made_one_at_a_time(monkeypatch):
    """Six links at once hold the memory of one."""
    inside, most = [], []
    real = module.part_run

    def counted(*arguments):
        inside.append(1)
        most.append(len(inside))
        made = real(*arguments)
        inside.pop()
        return made

    monkeypatch.setattr(module, "part_run", counted)
    heavy = setup_of(dict(in_channels=96, out_channels=32, kernel_size=3, padding=1), (1, 96, 224, 224))
    head = heavy.summary()
    assert not runs_whole(head)
    assert part_cost(head, choose(head, View())).seconds > limits.HEAVY_SECONDS
    with ThreadPoolExecutor(6) as pool:
        shown = list(pool.map(lambda seed: picture(replace(heavy, seed=seed)), range(6)))
    assert len(set(shown)) == 6 and most == [1] * 6


def test_a_turn_ends_with_a_fault_and_goes_in_order():
    queue = Queue()
    with pytest.raises(ZeroDivisionError), queue.turn():
        with queue.turn():  # what is inside goes on at once
            assert len(queue) == 1
        raise ZeroDivisionError
    assert len(queue) == 0
    first, second, third = (queue.join() for _ in range(3))
    second.leave()
    assert (first.ahead, second.ahead, third.ahead) == (0, None, 1)
    assert first.wait(0) and not third.wait(0) and not second.wait(0)
    first.leave()
    assert third.wait(0)


def test_an_html_file_of_a_costly_layer_holds_fewer_pictures():
    setup = setup_of(dict(in_channels=64, out_channels=64, kernel_size=3, padding=1), (1, 64, 224, 224))
    scene, asked = module.drawn(setup, View()), []
    assert other_scenes(scene, lambda view: asked.append(view) or scene, most=10**12) == []
    assert asked == []
