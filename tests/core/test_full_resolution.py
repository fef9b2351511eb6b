"""Full resolution: the whole image's result exactly, progress, cancel, and limits."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from skimage import data

from conv_viz import ConvSpec, full_resolution, run, strips
from conv_viz.filtering import layer_filters
from conv_viz.full_resolution import FullRun, maps_in_strips, wanted_maps
from conv_viz.images import Picture, PictureError
from conv_viz.spec import PADDING_MODES

CAT = np.ascontiguousarray(np.tile(data.chelsea(), (2, 2, 1)).transpose(2, 0, 1))
PICTURE = Picture(CAT, 0, 255, (), CAT.shape[1:])


@pytest.fixture
def low_strips(monkeypatch):
    """Strips of few rows, so that there are many."""
    monkeypatch.setattr(strips, "BLOCK_BYTES", 2**19)


@pytest.mark.usefixtures("low_strips")
@pytest.mark.parametrize("mode", PADDING_MODES)
@pytest.mark.parametrize(("stride", "padding", "dilation"), [(1, 1, 1), ((2, 3), (3, 1), 1), (1, "same", 2), (3, 0, 3)])
def test_it_equals_the_whole_image_exactly(mode, stride, padding, dilation):
    filters = layer_filters(ConvSpec(3, 6, 3, stride, padding, dilation, padding_mode=mode), 0)
    told = []
    maps, values = maps_in_strips(PICTURE, filters, range(6), lambda done: told.append(done) or True)
    whole = run(filters.spec, PICTURE.unit(), seed=0).output
    np.testing.assert_array_equal(maps, whole)
    assert values == (float(whole.min()), float(whole.max()))
    assert len(told) > 1 and told[-1] == 1


@pytest.mark.parametrize("groups", [1, 3])
def test_one_map_alone_is_that_map(groups):
    filters = layer_filters(ConvSpec(6, 9, 5, padding=2, groups=groups), 0)
    whole = run(filters.spec, np.concatenate([PICTURE.unit()] * 2), seed=0).output
    for index in (0, 4, 8):
        maps, _ = maps_in_strips(PICTURE, filters, range(index, index + 1), lambda _: True)
        np.testing.assert_allclose(maps, whole[index : index + 1], atol=1e-5)


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
    job = ended(FullRun(lambda: PICTURE, filters, range(4)))
    assert job.done == 1 and not job.running and job.error == ""
    np.testing.assert_array_equal(job.result.maps, run(filters.spec, PICTURE.unit(), seed=0).output)
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
    job = FullRun(lambda: PICTURE, layer_filters(ConvSpec(3, 8, 3), 0), range(8))
    assert begun.wait(30) and job.running
    job.cancel()
    go_on.set()
    assert ended(job).result is None and job.error == "" and not job.running
    assert len(seen) == 2 and seen[-1] < 1


@pytest.mark.usefixtures("low_strips")
def test_a_run_that_nobody_looks_at_ends(monkeypatch):
    monkeypatch.setattr(full_resolution, "UNWATCHED", 0.0)
    assert ended(FullRun(lambda: PICTURE, layer_filters(ConvSpec(3, 8, 3), 0), range(8))).result is None


def test_a_file_that_cannot_be_read_in_full_says_so():
    def broken() -> Picture:
        raise PictureError("The picture is damaged.")

    assert ended(FullRun(broken, layer_filters(ConvSpec(3, 1, 3), 0), range(1))).error == "The picture is damaged."


def test_only_so_many_run_at_once(monkeypatch):
    monkeypatch.setattr(full_resolution, "AT_ONCE", threading.BoundedSemaphore(1))
    hold, filters = threading.Event(), layer_filters(ConvSpec(3, 1, 1), 0)
    first = FullRun(lambda: hold.wait(30) and PICTURE, filters, range(1))
    time.sleep(0.05)
    second = FullRun(lambda: PICTURE, filters, range(1))
    assert not second.wait(0.2) and second.running
    hold.set()
    assert ended(first).result is not None and ended(second).result is not None
