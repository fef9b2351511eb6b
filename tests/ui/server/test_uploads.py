"""Files that ask for much work, uploaded to the running app: the work ends with the visitor, and nobody else waits."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.browser.conftest import Server, serving
from tests.hostile_files import PICTURES, WEIGHTS, npy_of_a_long_header, png_of_16_bits
from tests.ui.server.uploading import Uploader
from tests.ui.server.visitor import run_page, visiting
from tests.ui.server.waiting import in_loop

GONE = 5.0  # seconds on any machine; on a quiet one it takes a tenth of a second

WORK = 9.0  # seconds of a core for all of `COSTLY`, the first page and torch's import; it is about 2
WAIT = 30.0  # seconds: wide, as other programs run beside the tests
FIELDS = {"image": "", "weights": ".safetensors"}
COSTLY = (
    (
        "image",
        "picture=your+file",
        (
            (PICTURES["JPEG, 5,000 scans"], "more than 100 scans"),
            (PICTURES["PNG, text"], "more than 50,000 chunks"),
            (PICTURES["TIFF, strips"], "6,000,000 pieces"),
            (npy_of_a_long_header, "header cannot be read"),
        ),
    ),
    (
        "weights",
        "",
        ((WEIGHTS["a million keys"], "list of tensors"), (WEIGHTS["brackets"], "not a .safetensors file")),
    ),
)


def processes_of(pid: int) -> set[int]:
    """The processes that this process has begun and that are still there."""
    found = set()
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, parent = place.read_text().rpartition(")")[2].split()[:2]
            if int(parent) == pid and state != "Z":
                found.add(int(place.parent.name))
    return found


async def until(condition: Callable[[], bool], what: str, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, what
        await asyncio.sleep(0.02)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving() as running:
        yield running


async def leaves(visitor: Uploader) -> None:
    visitor.socket.transport.abort()


async def takes_it_back(visitor: Uploader) -> None:
    visitor.sent.clear()
    await visitor.ask()


async def goes_on(visitor: Uploader) -> None:
    visitor.page = "solve"
    await visitor.ask()


if sys.platform == "linux":  # elsewhere nothing says which processes another one has begun

    @pytest.mark.parametrize("parts", [leaves, takes_it_back, goes_on])
    def test_decoding_ends_with_who_asked_for_it(server: Server, parts: Callable[[Uploader], Awaitable[None]]) -> None:
        async def one() -> None:
            async with visiting(server.url) as socket:
                visitor = Uploader(server.url, socket, "image", "picture=your+file")
                await visitor.run()
                await visitor.send(png_of_16_bits(), "large.png")
                await until(lambda: bool(processes_of(server.pid)), "no decoder began", 60)
                (decoder,) = processes_of(server.pid)
                os.kill(decoder, signal.SIGSTOP)  # it would never end by itself
                await parts(visitor)
                await until(lambda: not processes_of(server.pid), "the decoder is still there", GONE)
                if parts is not leaves:
                    await visitor.finished()
                    assert not any("takes longer" in said or "damaged" in said for said in visitor.said)

        in_loop(one())

    def most_memory(pid: int) -> int:
        """Bytes that the process held at most."""
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
        return 1024 * next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))

    def processor_seconds(pid: int) -> float:
        """What the process has used of the cores so far."""
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @pytest.mark.slow
    def test_a_neighbour_of_costly_files_is_answered(server: Server) -> None:
        """The file with a million keys alone took 18 s of a core and 1.7 GB, and a neighbour waited 9 s."""

        async def neighbour(waits: list[float]) -> None:
            async with visiting(server.url) as socket:
                while True:
                    begin = time.monotonic()
                    await run_page(socket)
                    waits.append(time.monotonic() - begin)
                    await asyncio.sleep(1)

        async def uploads() -> list[float]:
            waits: list[float] = []
            beside = asyncio.create_task(neighbour(waits))
            for page, query, tried in COSTLY:
                async with visiting(server.url) as socket:
                    visitor = Uploader(server.url, socket, page, query)
                    await visitor.run()
                    for content, answer in tried:
                        said = await visitor.upload(content(), "file", FIELDS[page])
                        assert answer in said.replace("\\", "")
            beside.cancel()
            return waits

        begin = processor_seconds(server.pid)
        waits = in_loop(uploads())
        assert processor_seconds(server.pid) - begin < WORK
        assert waits and max(waits) < WAIT
        assert most_memory(server.pid) < 1.5e9
