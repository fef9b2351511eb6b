"""A class arrives at once: how long until each has the first page, and what a visit costs the server.

    python benchmarks/arrivals.py

Reach: 50 visitors within five seconds, first page p95 at most 500 ms; 200 within twenty seconds, 1 s; 200 who each
move a slider once in four seconds, p95 at most 100 ms; nobody refused, and no error. A visit takes at most half of the
server's time of one to the bare app, as pip installs it; the two are visited in turns. Visitors are the websocket
clients of ``users.py``; the clock runs from before the handshake to the stage's payload. The clients share the server's
cores. What a visit costs is read from ``/proc`` (Linux only).
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from browsing import APP, BARE, quantile, started, verdict
from machine import print_machine
from process import processor_seconds
from users import User
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

CLASSES = ((50, 5, 500.0), (200, 20, 1000.0))  # visitors, seconds in which they come, milliseconds to the first page
USERS, PAUSE, MOVES = 200, 4.0, 6
MOVE = 100.0  # milliseconds
ROUNDS, VISITS = 5, 20
SHARE = 0.5  # of the bare app's server time


def connected(url: str) -> connect:
    address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(address, subprotocols=[Subprotocol("streamlit")], max_size=None, open_timeout=60)


async def arrive(url: str, after: float, stay: float) -> float:
    """Come after so many seconds; milliseconds until the first page was there."""
    await asyncio.sleep(after)
    begin = time.perf_counter()
    async with connected(url) as socket:
        shaken = 1000 * (time.perf_counter() - begin)
        shown = await User(socket).move(None)
        if shown is None:
            raise RuntimeError("A visitor got no picture.")
        await asyncio.sleep(stay)
        return shaken + shown


async def arriving(url: str, visitors: int, seconds: float) -> list[float | BaseException]:
    """All come within so many seconds, and stay until the last has come."""
    comes = [seconds * i / visitors for i in range(visitors)]
    return await asyncio.gather(*(arrive(url, at, seconds - at) for at in comes), return_exceptions=True)


async def browse(url: str, after: float) -> list[float]:
    """Milliseconds of one visitor's moves; the first is left out, as it belongs to the start."""
    async with connected(url) as socket:
        user = User(socket)
        await user.move(None)
        await asyncio.sleep(after)
        for i in range(MOVES):
            begin = time.perf_counter()
            taken = await user.move(8 + i % 5)
            if taken is None:
                raise RuntimeError("A moved slider brought no new picture.")
            user.taken.append(taken)
            await asyncio.sleep(max(0.0, begin + PAUSE - time.perf_counter()))
        return user.taken[1:]


async def browsing_at_once(url: str) -> list[list[float] | BaseException]:
    """They come over ten seconds, and then move spread over the pause."""

    async def one(i: int) -> list[float]:
        await asyncio.sleep(10 * i / USERS)
        return await browse(url, 10 - 10 * i / USERS + PAUSE * i / USERS)

    return await asyncio.gather(*(one(i) for i in range(USERS)), return_exceptions=True)


async def visits(url: str, times: int) -> None:
    """One after the other, each gone before the next comes, beside one that stays."""
    async with connected(url) as stays:
        await User(stays).move(None)
        for _ in range(times):
            async with connected(url) as socket:
                await User(socket).move(None)


def cost() -> float:
    """Server time of a visit to the app, of one to the bare app; medians of rounds taken in turns."""
    taken: dict[str, list[float]] = {APP: [], BARE: []}
    with started(APP) as app, started(BARE) as bare:
        servers = {APP: app, BARE: bare}
        for server in servers.values():
            asyncio.run(visits(server.url, 3))
        for _ in range(ROUNDS):
            for name, server in servers.items():
                begin = processor_seconds(server.pid)
                asyncio.run(visits(server.url, VISITS))
                taken[name].append(1000 * (processor_seconds(server.pid) - begin) / (VISITS + 1))
    ours, theirs = (statistics.median(taken[name]) for name in (APP, BARE))
    print(f"server time of a visit: {ours:.1f} ms, bare app {theirs:.1f} ms")
    return ours / theirs


async def move_cost(url: str, pid: int, moves: int = 100) -> float:
    """Server time of a slider's move, one after the other."""
    async with connected(url) as socket:
        user = User(socket)
        await user.move(None)
        begin = processor_seconds(pid)
        for i in range(moves):
            await user.move(8 + i % 5)
        return 1000 * (processor_seconds(pid) - begin) / moves


def errors(results: list) -> list[BaseException]:
    return [result for result in results if isinstance(result, BaseException)]


def main() -> int:
    reached = [verdict("server time of a visit, of the bare app's", cost(), SHARE)]
    with started(APP) as server:
        asyncio.run(visits(server.url, 3))  # imports torch
        for visitors, seconds, most in CLASSES:
            results = asyncio.run(arriving(server.url, visitors, seconds))
            failed = errors(results)
            shown = [result for result in results if isinstance(result, float)]
            print(f"{visitors} within {seconds} s: median {statistics.median(shown):.0f} ms, most {max(shown):.0f} ms")
            reached.append(verdict(f"first page p95 of {visitors}", quantile(shown, 0.95), most, " ms"))
            reached.append(verdict(f"refused or failed of {visitors}", len(failed), 0, ""))
        print(f"server time of a move: {asyncio.run(move_cost(server.url, server.pid)):.1f} ms")
        results = asyncio.run(browsing_at_once(server.url))
        moves = [move for result in results if isinstance(result, list) for move in result]
        print(
            f"{USERS} users, a move in {PAUSE:g} s each: median {statistics.median(moves):.1f} ms of {len(moves)} moves"
        )
        reached.append(verdict(f"p95 of {USERS} users", quantile(moves, 0.95), MOVE, " ms"))
        reached.append(verdict(f"refused or failed of {USERS}", len(errors(results)), 0, ""))
    return 0 if all(reached) else 1


if __name__ == "__main__":
    print_machine()
    sys.exit(main())
