"""What is kept to answer sooner, bounded in bytes for the whole process."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

from conv_viz.limits import CACHE_BYTES

Made = TypeVar("Made")


class ByteCache:
    """Values of known size under a key; those that were asked for longest ago go first. For any number of threads.

    >>> cache = ByteCache(10)
    >>> cache.get("a", lambda: "made", size=lambda value: 8), cache.get("a", lambda: "not made again", size=len)
    ('made', 'made')
    >>> cache.get("b", lambda: "new", size=lambda value: 8), "a" in cache, cache.held
    ('new', False, 8)
    """

    def __init__(self, most: int) -> None:
        self.most = most
        self.held = 0
        """Bytes of all values together."""
        self._lock = Lock()
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._kept

    def get(self, key: Hashable, make: Callable[[], Made], size: Callable[[Made], int]) -> Made:
        """The value of a key; made, outside of the lock, where there is none. One beyond the bound is not kept."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key][0]
        made = make()
        taken = size(made)
        with self._lock:
            if key in self._kept:  # somebody else was quicker: everybody gets the same
                return self._kept[key][0]
            if taken <= self.most:
                self._kept[key] = made, taken
                self.held += taken
            while self.held > self.most:
                _, (_, freed) = self._kept.popitem(last=False)
                self.held -= freed
        return made


ARRAYS = ByteCache(CACHE_BYTES)
"""Weights, inputs and sample pictures of all visitors."""
