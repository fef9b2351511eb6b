"""The whole picture through the layer, in strips, in a thread of its own: with progress, and to be stopped.

Streamlit runs a page from top to bottom; a thread that it only looks at now and then is what can
really be stopped: between two strips.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from conv_viz.filtering import Filters
from conv_viz.gallery import Range, value_range
from conv_viz.headline import FLOAT32, shown_bytes
from conv_viz.images import Picture, PictureError, to_channels
from conv_viz.layer import all_cores
from conv_viz.spec import ConvSpec
from conv_viz.strips import keep, run_in_strips

KEPT_BYTES = 256 * 1024**2
"""What the result may take. Beyond that one map is run instead of all."""

READ_NUMBERS = 100_000_000
"""Numbers that the layer may read: 24 megapixels with 4 channels."""

UNWATCHED = 60.0
"""Seconds after which a run stops that nobody looks at any more: the window was closed."""

AT_ONCE = threading.Lock()
"""One run of all visitors at a time, on all cores; further ones wait."""


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
    height, width = spec.axes((spec.in_channels, *size))
    each = FLOAT32 * height.output * width.output
    if spec.in_channels * size[0] * size[1] > READ_NUMBERS or each > KEPT_BYTES:
        raise PictureError(
            f"{spec.in_channels} channels of {size[0]} × {size[1]} are too much for full resolution; "
            "choose fewer in_channels or a smaller picture."
        )
    return range(filters.count) if each * filters.count <= KEPT_BYTES else range(chosen, chosen + 1)


def one_filter(filters: Filters, index: int) -> tuple[Filters, range]:
    """A single filter as a layer of its own, and the input channels that it reads."""
    reads = filters.spec.channels_of(index)
    alone = filters.spec.replace(in_channels=len(reads), out_channels=1, groups=1)
    bias = None if filters.bias is None else filters.bias[index : index + 1]
    return Filters(alone, filters.weight[index : index + 1], bias), reads


def maps_in_strips(
    picture: Picture, filters: Filters, shown: range, tell: Callable[[float], bool]
) -> tuple[np.ndarray, Range] | None:
    """The maps `shown`, all of the layer's or a single one, of the whole picture.

    `tell` is given the done fraction after every strip; when it answers False the
    work ends there, and the result is None.
    """
    reads = range(filters.spec.in_channels)
    fitted = to_channels(picture, len(reads))[0]
    if len(shown) < filters.count:
        filters, reads = one_filter(filters, shown.start)
    x = Picture(fitted.array[reads.start : reads.stop], fitted.low, fitted.high).unit()
    spec: ConvSpec = filters.spec
    maps = np.empty(spec.output_shape(x.shape), np.float32)
    for done in keep(run_in_strips(spec, x, filters.weight, filters.bias), maps):
        if not tell(done):
            return None
    values = [value_range(one) for one in maps]
    return maps, (min(low for low, _ in values), max(high for _, high in values))


class FullRun:
    """One run in a thread. `done` is the fraction in 0..1; the result or the sentence why not comes at the end."""

    def __init__(self, read: Callable[[], Picture], filters: Filters, shown: range) -> None:
        self.done = 0.0
        self.result: FullMaps | None = None
        self.error = ""
        self._stop = threading.Event()
        self._seen = time.monotonic()
        self._work = (read, filters, shown)
        self._thread = threading.Thread(target=self._run, name="full resolution", daemon=True)
        self._thread.start()

    @property
    def running(self) -> bool:
        """Whether it is still at work; asking tells it that somebody is still interested."""
        self._seen = time.monotonic()
        return self._thread.is_alive()

    def cancel(self) -> None:
        """Stop after the strip that is being worked on."""
        self._stop.set()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, at most so long; whether it came."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _tell(self, done: float) -> bool:
        self.done = done
        return not self._stop.is_set() and time.monotonic() - self._seen < UNWATCHED

    def _run(self) -> None:
        read, filters, shown = self._work
        try:
            with AT_ONCE, all_cores():
                if not self._tell(0.0):
                    return
                start = time.perf_counter()
                made = maps_in_strips(read(), filters, shown, self._tell)
                if made is not None:
                    self.result = FullMaps(shown, *made, time.perf_counter() - start)
        except ValueError as error:  # PictureError and ConvSpecError: sentences for the reader
            self.error = str(error)
        except MemoryError:
            self.error = f"There is not enough memory for {shown_bytes(KEPT_BYTES)} more; try a smaller picture."
        finally:
            del self._work
