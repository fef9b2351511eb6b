"""The whole picture through the layer, in strips, in a thread of its own: with progress, and to be stopped.

Streamlit runs a page from top to bottom; a thread that it only looks at now and then is what can
really be stopped: while the picture is decoded, and between two strips.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from conv_viz.compute.filtering import in_full
from conv_viz.compute.strips import keep, run_in_strips
from conv_viz.compute.turns import LONG, aside
from conv_viz.images.contact_sheet import Range, value_range
from conv_viz.images.maps import Filters
from conv_viz.images.read import Picture, PictureError, to_channels
from conv_viz.layers.cost import filters_cost
from conv_viz.layers.kinds import WeightedLayer
from conv_viz.layers.summary import FLOAT32, shown_bytes
from conv_viz.layers.values import ConvSpecError
from conv_viz.limits import FULL_BYTES as KEPT_BYTES
from conv_viz.limits import FULL_INPUT as READ_NUMBERS
from conv_viz.limits import FULL_SECONDS, STRIP_SECONDS
from conv_viz.limits import FULL_UNWATCHED as UNWATCHED

WAIT = 0.2
"""Seconds between two looks at the queue, whether one still waits."""


@dataclass(frozen=True, eq=False)
class FullMaps:
    """Feature maps in full resolution: float32 (len(shown), OH, OW), their values, and how long it took."""

    shown: range
    maps: np.ndarray
    values: Range
    seconds: float


def wanted_maps(filters: Filters, size: tuple[int, int], chosen: int) -> range:
    """All maps of a picture of this (height, width) when they can be kept, else the chosen one.

    Raises `PictureError` when even one cannot, and `ConvSpecError`.
    """
    spec = filters.spec
    height, width = spec.axes((filters.channels, *size))
    each = FLOAT32 * height.output * width.output
    if filters.channels * size[0] * size[1] > READ_NUMBERS or each > KEPT_BYTES:
        raise PictureError(
            f"{filters.channels} channels of {size[0]} × {size[1]} are too much for full resolution; "
            "choose fewer channels or a smaller picture."
        )
    wanted = range(filters.count) if each * filters.count <= KEPT_BYTES else range(chosen, chosen + 1)
    seconds = filters_cost(spec, (height, width), wanted).seconds
    if seconds > FULL_SECONDS:
        raise PictureError(
            f"Full resolution of {size[0]} × {size[1]} would take up to {seconds / 60:,.0f} minutes, and at most "
            f"{FULL_SECONDS / 60:.0f} are worked; choose fewer channels, a smaller kernel_size or a smaller picture."
        )
    return wanted


def offer(filters: Filters, preview: Picture, chosen: int) -> range | str | None:
    """What can be run: these maps, or a sentence why not; None where the preview shows everything in full already.

    A layer that reads a preview need not be able to read the whole picture: an axis has a largest size.
    """
    try:
        return None if in_full(filters, preview, chosen) else wanted_maps(filters, preview.full_size, chosen)
    except PictureError as error:
        return str(error)
    except ConvSpecError as error:
        rule = str(error)
        return f"Only this preview can pass the layer, not the whole picture: {rule[:1].lower()}{rule[1:]}"


def one_filter(filters: Filters, index: int) -> tuple[Filters, range]:
    """A single filter as a layer of its own, and the input channels that it reads."""
    spec, reads = filters.spec, filters.spec.channels_of(index)
    slices = filters.slices(range(index, index + 1))
    if slices is None:
        return Filters(spec, filters.layer, None, None, len(reads)), reads
    alone: WeightedLayer = spec.replace(in_channels=len(reads), out_channels=1, groups=1)
    bias = None if filters.bias is None else filters.bias[index : index + 1]
    return Filters(alone, filters.layer, alone.from_filters(slices), bias, len(reads)), reads


def maps_in_strips(
    picture: Picture, filters: Filters, shown: range, tell: Callable[[float], bool]
) -> tuple[np.ndarray, Range] | None:
    """The maps `shown`, all of the layer's or a single one, of the whole picture.

    `tell` is given the done fraction after every strip; when it answers False the
    work ends there, and the result is None.
    """
    reads = range(filters.channels)
    fitted = to_channels(picture, len(reads))[0]
    if len(shown) < filters.count:
        filters, reads = one_filter(filters, shown.start)
    x = Picture(fitted.array[reads.start : reads.stop], fitted.low, fitted.high).unit()
    spec = filters.spec
    maps = np.empty(spec.output_shape(x.shape), np.float32)
    strips = run_in_strips(spec, x, filters.weight, filters.bias, seconds=STRIP_SECONDS)
    for done in keep(strips, maps):
        if not tell(done):
            return None
    values = [value_range(one) for one in maps]
    return maps, (min(low for low, _ in values), max(high for _, high in values))


class Stopped(Exception):
    """A run ends because nobody waits for it."""


class FullRun:
    """One run in a thread. `done` is the fraction in 0..1; the result or the sentence why not comes at the end.

    One run of all visitors works at a time: `ahead` is how many are before this one. It ends, or leaves the queue,
    when it is cancelled, and when for `UNWATCHED` seconds nobody asked whether it is `running` and `there` said False.
    `read` decodes the picture and is given a function to call now and then, which raises something to end it.
    """

    def __init__(
        self,
        read: Callable[[Callable[[], object]], Picture],
        filters: Filters,
        shown: range,
        there: Callable[[], bool] = lambda: False,
    ) -> None:
        self.done = 0.0
        self.result: FullMaps | None = None
        self.error = ""
        self._stop = threading.Event()
        self._seen = time.monotonic()
        self._work = (read, filters, shown)
        self._there = there
        self._place = LONG.join()
        self._thread = threading.Thread(target=self._run, name="full resolution", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still at work; asking tells it that somebody is still interested."""
        self._seen = time.monotonic()
        return self._thread.is_alive()

    @property
    def ahead(self) -> int:
        """How many runs are worked before this one; 0 while it is at work."""
        return self._place.ahead or 0

    def cancel(self) -> None:
        """Stop after the strip that is being worked on, or leave the queue."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _tell(self, done: float) -> bool:
        self.done = done
        if self._there():
            self._seen = time.monotonic()
        return not self._stop.is_set() and time.monotonic() - self._seen < UNWATCHED

    def _go_on(self) -> None:
        """Raises `Stopped` where the run is to end before the first strip."""
        if not self._tell(0.0):
            raise Stopped

    def _run(self) -> None:
        read, filters, shown = self._work
        try:
            aside()
            while not self._place.wait(WAIT):
                self._go_on()
            self._go_on()
            start = time.perf_counter()
            made = maps_in_strips(read(self._go_on), filters, shown, self._tell)
            if made is not None:
                self.result = FullMaps(shown, *made, time.perf_counter() - start)
        except Stopped:
            pass
        except ValueError as error:  # PictureError and ConvSpecError: sentences for the reader
            self.error = str(error)
        except MemoryError:
            self.error = f"There is not enough memory for {shown_bytes(KEPT_BYTES)} more; try a smaller picture."
        finally:
            self._place.leave()
            del self._work
