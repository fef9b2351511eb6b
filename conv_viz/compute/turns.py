"""Heavy work waits for its turn, in the order in which it was asked for."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext

from conv_viz.layers.cost import Cost
from conv_viz.limits import HEAVY_BYTES, HEAVY_SECONDS

ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")


class Queue:
    """Places in a queue; whoever is at its head works, and leaves it at the end.

    >>> queue = Queue()
    >>> first, second = queue.join(), queue.join()
    >>> first.ahead, second.ahead, second.wait(0)
    (0, 1, False)
    >>> first.leave()
    >>> second.ahead, second.wait(0)
    (0, True)
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._places: list[Place] = []
        self._inside = threading.local()

    def join(self) -> Place:
        """A place at the end."""
        with self._changed:
            place = Place(self)
            self._places.append(place)
            return place

    def __len__(self) -> int:
        return len(self._places)

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for one's turn and have it until the block ends; work that is inside already goes on at once."""
        if getattr(self._inside, "depth", 0):
            yield
            return
        place = self.join()
        try:
            place.wait()
            self._inside.depth = 1
            yield
        finally:
            self._inside.depth = 0
            place.leave()


class Place:
    """One place in a `Queue`."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue

    @property
    def ahead(self) -> int | None:
        """How many are before it; 0 while it has its turn, None once it has left."""
        with self._queue._changed:
            return self._queue._places.index(self) if self in self._queue._places else None

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for the turn, at most so long; whether it has come."""
        until = None if seconds is None else time.monotonic() + seconds
        with self._queue._changed:
            while self in self._queue._places and self._queue._places[0] is not self:
                left = None if until is None else until - time.monotonic()
                if left is not None and left <= 0:
                    return False
                self._queue._changed.wait(left)
            return self in self._queue._places

    def leave(self) -> None:
        """Give the place up, whether its turn had come or not."""
        with self._queue._changed:
            if self in self._queue._places:
                self._queue._places.remove(self)
            self._queue._changed.notify_all()


def place_words(ahead: int) -> str:
    """A place as a person counts, from how many are before it.

    >>> place_words(1), place_words(12)
    ('second in the queue', '13th in the queue')
    """
    number = ahead + 1
    endings = {1: "st", 2: "nd", 3: "rd"}
    ending = "th" if number % 100 in (11, 12, 13) else endings.get(number % 10, "th")
    return f"{ORDINALS[ahead] if ahead < len(ORDINALS) else f'{number}{ending}'} in the queue"


def aside() -> None:
    """Let the thread that calls this wait for all others of the machine, where the system can do that for a thread.

    A long run then takes what is left of the cores, and a moved slider of somebody else is not delayed by it.
    """
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)


HEAVY = Queue()
"""Pictures that take long: one at a time, whoever asked."""
LONG = Queue()
"""Whole runs in full resolution."""


@contextmanager
def in_turn(cost: Cost) -> Iterator[None]:
    """Do what costs this much: what is heavy waits until no other heavy work is done."""
    heavy = cost.seconds > HEAVY_SECONDS or cost.bytes > HEAVY_BYTES
    with HEAVY.turn() if heavy else nullcontext():
        yield
