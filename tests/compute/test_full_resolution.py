"""Full resolution: the whole image's result up to rounding, progress, cancel, and limits."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from skimage import data

from conv_viz import ConvSpec, limits, run
from conv_viz.compute import full_resolution, strips
from conv_viz.compute.filtering import layer_filters
from conv_viz.compute.full_resolution import FullRun, maps_in_strips, wanted_maps
from conv_viz.compute.turns import Queue, place_words
from conv_viz.images.read import Picture, PictureError
from conv_viz.layers.conv import PADDING_MODES
from conv_viz.layers.cost import call_cost
from tests.numbers import assert_same_sums

pytestmark = pytest.mark.numeric

CAT = np.ascontiguousarray(np.tile(data.chelsea(), (2, 2, 1)).transpose(2, 0, 1))
PICTURE = Picture(CAT, 0, 255, (), CAT.shape[1:])


@pytest.fixture
def low_strips(monkeypatch):
    """Strips of few rows, so that there are many."""
    monkeypatch.setattr(strips, "BLOCK_BYTES", 2**19)


@pytest.mark.usefixtures("low_strips")
@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 1, 1), ((2, 3), (3, 1), 1), (1, "same", 2), (3, 0, 3)])
def test_it_is_the_whole_image_up_to_rounding(mode, stride, padding, dilation):
    filters = layer_filters(ConvSpec(3, 6, 3, stride, padding, dilation, padding_mode=mode), 0)
    told = []
    maps, values = maps_in_strips(PICTURE, filters, range(6), lambda done: told.append(done) or True)
    whole = run(filters.spec, PICTURE.unit(), seed=0).output
    assert_same_sums(maps, whole, PICTURE.unit(), filters.weight, filters.bias)
    assert values == (float(maps.min()), float(maps.max()))
    assert len(told) > 1 and told[-1] == 1


@pytest.mark.parametrize("groups", [1, 3])
def test_one_map_alone_is_that_map(groups):
    filters = layer_filters(ConvSpec(6, 9, 5, padding=2, groups=groups), 0)
    x = np.concatenate([PICTURE.unit()] * 2)
    whole = run(filters.spec, x, seed=0).output
    for index in (0, 4, 8):
        maps, _ = maps_in_strips(PICTURE, filters, range(index, index + 1), lambda _: True)
        assert_same_sums(maps, whole[index : index + 1], x, filters.weight, filters.bias)


def test_all_maps_where_they_can_be_kept_else_the_chosen_one():
    few, many = layer_filters(ConvSpec(3, 4, 3, padding=1), 0), layer_filters(ConvSpec(3, 64, 3, padding=1), 0)
    assert wanted_maps(few, (3000, 4000), 2) == range(4)
    assert wanted_maps(many, (3000, 4000), 2) == range(2, 3)
    assert wanted_maps(many, (600, 800), 2) == range(64)
    with pytest.raises(PictureError, match="64 channels of 3000 × 4000"):
        wanted_maps(layer_filters(ConvSpec(64, 1, 3), 0), (3000, 4000), 0)


def ended(job: FullRun) -> FullRun:
    assert job.wait(60)
    return job


def test_a_run_in_a_thread_tells_its_progress_and_its_result():
    filters = layer_filters(ConvSpec(3, 4, 3), 0)
    job = ended(FullRun(lambda _: PICTURE, filters, range(4)))
    assert job.done == 1 and not job.running and job.error == ""
    whole = run(filters.spec, PICTURE.unit(), seed=0).output
    assert_same_sums(job.result.maps, whole, PICTURE.unit(), filters.weight, filters.bias)
    assert job.result.seconds > 0


@pytest.mark.usefixtures("low_strips")
def test_cancel_stops_after_the_strip_at_work(monkeypatch):
    begun, go_on, seen = threading.Event(), threading.Event(), []
    real = FullRun._tell

    def tell(self, done):
        seen.append(done)
        if done > 0:
            begun.set()
            go_on.wait(30)
        return real(self, done)

    monkeypatch.setattr(FullRun, "_tell", tell)
    job = FullRun(lambda _: PICTURE, layer_filters(ConvSpec(3, 8, 3), 0), range(8))
    assert begun.wait(30) and job.running
    job.cancel()
    go_on.set()
    assert ended(job).result is None and job.error == "" and not job.running
    assert len(seen) == 2 and seen[-1] < 1


@pytest.mark.usefixtures("low_strips")
def test_a_run_that_nobody_looks_at_ends(monkeypatch):
    monkeypatch.setattr(full_resolution, "UNWATCHED", 0.0)
    assert ended(FullRun(lambda _: PICTURE, layer_filters(ConvSpec(3, 8, 3), 0), range(8))).result is None


def test_cancel_stops_while_the_picture_is_decoded():
    begun = threading.Event()

    def read(go_on) -> Picture:
        begun.set()
        while True:
            go_on()

    job = FullRun(read, layer_filters(ConvSpec(3, 1, 3), 0), range(1))
    assert begun.wait(60)
    job.cancel()
    assert ended(job).result is None and job.error == ""


def test_a_file_that_cannot_be_read_in_full_says_so():
    def broken(_) -> Picture:
        raise PictureError("The picture is damaged.")

    assert ended(FullRun(broken, layer_filters(ConvSpec(3, 1, 3), 0), range(1))).error == "The picture is damaged."


@pytest.fixture
def waiting(monkeypatch):
    """A queue of this test alone, one run at work until it is let go, and two behind it."""
    monkeypatch.setattr(full_resolution, "LONG", Queue())
    begun, hold, filters = threading.Event(), threading.Event(), layer_filters(ConvSpec(3, 1, 1), 0)

    def read(_) -> Picture:
        begun.set()
        assert hold.wait(60)
        return PICTURE

    first = FullRun(read, filters, range(1))
    assert begun.wait(60)
    second, third = (FullRun(lambda _: PICTURE, filters, range(1)) for _ in range(2))
    yield first, second, third, hold
    hold.set()
    for job in (first, second, third):
        ended(job)


def test_one_run_works_and_the_others_have_a_place(waiting):
    first, second, third, hold = waiting
    assert [job.ahead for job in (first, second, third)] == [0, 1, 2]
    assert place_words(second.ahead) == "second in the queue" and second.running
    hold.set()
    assert all(ended(job).result is not None for job in (first, second, third))


def test_who_cancels_in_the_queue_leaves_it(waiting):
    _, second, third, _ = waiting
    second.cancel()
    assert ended(second).result is None and second.error == ""
    assert third.ahead == 1


def test_who_leaves_the_page_leaves_the_queue(waiting, monkeypatch):
    monkeypatch.setattr(full_resolution, "UNWATCHED", 0.0)
    _, second, third, _ = waiting
    assert ended(second).result is None and ended(third).result is None


def test_a_strip_of_a_costly_layer_is_low():
    """A cancel takes effect after a strip, so no strip may take long."""
    spec, input = ConvSpec(3, 8, 33, padding=16), np.empty((3, 3000, 4000), np.float32)
    rows = strips.strip_rows(spec, spec.axes(input.shape), input, 64, limits.STRIP_SECONDS)
    whole = call_cost(spec.axes(input.shape), 3, 8).seconds
    assert 1 <= rows < 64 and whole * rows / 3000 <= max(limits.STRIP_SECONDS, whole / 3000)
    with pytest.raises(PictureError, match="minutes"):
        wanted_maps(layer_filters(ConvSpec(4, 8, 64, padding=32), 0), (4000, 6000), 0)
