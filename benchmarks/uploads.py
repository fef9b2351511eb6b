"""Files that ask for much, uploaded by one visitor after each other, beside a second visitor who moves once a second.

    python benchmarks/uploads.py [names]

Reach: no move of the second visitor takes more than 1 s, and the process with its decoders never holds more than
1.5 GB (Linux only), also when 43 visitors in a row bring a model of 60 MB and go. What each file takes, and what the
page says of it, is printed. Visitors are websocket clients, as in `users.py`; the files are those of the tests, and
honest ones of the largest kinds.
"""

from __future__ import annotations

import asyncio
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import groupby
from pathlib import Path

import numpy as np
from browsing import APP, quantile, serving, verdict
from costly_links import DELAY, MEMORY, moves
from machine import print_machine
from safetensors.numpy import save
from users import everybody

from tests.hostile_files import LARGE, LARGE_LAYER, PICTURES, WEIGHTS, weights_of_a_large_layer
from tests.ui.server.uploading import Uploader
from tests.ui.server.visitor import visiting

FIELDS = {"image": "", "weights": ".safetensors"}
IN_A_ROW = 43
LOOK = 0.05  # seconds between two looks at the memory


def megabytes(pid: int) -> float:
    """What the process and those that it began hold now, shared pages counted once for each."""
    held = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError, ValueError, IndexError):
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if pid in (int(folder.name), parent):
                held += int((folder / "statm").read_text().split()[1]) * 4096 / 1e6
    return held


@contextmanager
def most_held(pid: int) -> Iterator[Callable[[], float]]:
    """Looks all the time; the largest so far since it was asked last."""
    ended, most = threading.Event(), [0.0]

    def look() -> None:
        while not ended.wait(LOOK):
            most[0] = max(most[0], megabytes(pid))

    def tell() -> float:
        so_far, most[0] = most[0], 0.0
        return so_far

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield tell
    finally:
        ended.set()
        thread.join()


def files(named: list[str]) -> list[tuple[str, str, str, Callable[[], bytes]]]:
    """(name, page, query, maker) of every file that is tried, or of those whose name has one of the words."""
    image = [(name, "image", "picture=your+file", make) for name, make in {**PICTURES, **LARGE}.items()]
    weights = [(name, "weights", "", make) for name, make in WEIGHTS.items()]
    tried = [*image, *weights, ("weights of a large layer", "weights", LARGE_LAYER, weights_of_a_large_layer)]
    return [one for one in tried if not named or any(word.lower() in one[0].lower() for word in named)]


async def uploaded(url: str, pid: int, named: list[str]) -> tuple[list[float], float]:
    """The second visitor's moves in milliseconds, and the most megabytes."""
    taken: list[float] = []
    ended, most = asyncio.Event(), 0.0
    second = asyncio.create_task(moves(url.replace("http", "ws", 1), taken, ended))
    with most_held(pid) as held:
        for (page, query), group in groupby(files(named), key=lambda one: one[1:3]):
            async with visiting(url) as socket:
                visitor = Uploader(url, socket, page, query)
                await visitor.run()
                for name, _, _, make in group:
                    content = await asyncio.to_thread(make)
                    held()
                    before, begin = len(taken), time.perf_counter()
                    said = await visitor.upload(content, "file", FIELDS[page])
                    seconds = time.perf_counter() - begin
                    del content
                    await asyncio.sleep(1)
                    peak, slowest = held(), max(taken[before:], default=0.0)
                    most = max(most, peak)
                    print(f"{seconds:5.1f} s, {peak:5.0f} MB, move {slowest:5.0f} ms  {name}: {said}", flush=True)
    if not named:
        with most_held(pid) as held:
            await in_a_row(url)
            peak = held()
        print(f"{IN_A_ROW} visits in a row with a model of 60 MB: {peak:.0f} MB")
        most = max(most, peak)
    ended.set()
    await second
    return taken, most


async def in_a_row(url: str) -> None:
    """Visitors who come, load a model, and go; Streamlit keeps each session for two minutes."""
    model = save({"conv.weight": np.zeros((1000, 600, 5, 5), np.float32)})
    for _ in range(IN_A_ROW):
        async with visiting(url) as socket:
            visitor = Uploader(url, socket, "model")
            await visitor.run()
            await visitor.upload(model, "model.safetensors", ".safetensors")


def main(named: list[str]) -> int:
    with serving(APP) as server:
        url = server.url.replace("http", "ws", 1)
        asyncio.run(everybody(url, 1, 4))  # imports torch
        alone = asyncio.run(everybody(url, 1, 8))
        taken, held = asyncio.run(uploaded(server.url, server.pid, named))
    print(f"the second visitor alone: p95 {quantile(alone, 0.95):.0f} ms; beside the files: {len(taken)} moves, "
          f"p95 {quantile(taken, 0.95):.0f} ms")  # fmt: skip
    quick = verdict("slowest move of the second visitor", max(taken), DELAY, " ms")
    return 0 if verdict("most memory of the process and its decoders", held, MEMORY, " MB") and quick else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main(sys.argv[1:]))
