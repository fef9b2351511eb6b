"""What a session holds of the server's memory: one that looks at the first page, and one that has seen every page.

    python benchmarks/sessions.py [sessions]

Memory is the server's resident set (Linux only); the sessions stay open while it is read. Nothing to reach: the figures
are for docs/capacity.md.
"""

from __future__ import annotations

import asyncio
import sys

from arrivals import connected
from browsing import APP, started
from machine import print_machine
from memory import SETTLED
from process import memory
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

PAGES = ("", "weights", "image", "solve", "take")


async def look_at(socket: ClientConnection, page: str) -> None:
    """Ask for a page and wait until it is whole."""
    message = BackMsg()
    message.rerun_script.query_string, message.rerun_script.page_name = "", page
    await socket.send(message.SerializeToString())
    while ForwardMsg.FromString(await socket.recv()).WhichOneof("type") != "script_finished":
        pass


async def held(url: str, pid: int, pages: tuple[str, ...], sessions: int) -> float:
    """MB that each of so many sessions holds which have seen these pages."""
    begin, sockets = memory(pid), []
    for _ in range(sessions):
        sockets.append(await connected(url))
        for page in pages:
            await look_at(sockets[-1], page)
    await asyncio.sleep(SETTLED)
    each = (memory(pid) - begin) / sessions
    for socket in sockets:
        await socket.close()
    return each


def main(sessions: int) -> None:
    with started(APP) as server:
        for pages in (PAGES, PAGES[:1]):
            asyncio.run(held(server.url, server.pid, pages, 10))  # imports, and memory that is used again
        print(f"first: {memory(server.pid):.0f} MB")
        print(f"first page only: {asyncio.run(held(server.url, server.pid, PAGES[:1], sessions)):.2f} MB a session")
    with started(APP) as server:
        asyncio.run(held(server.url, server.pid, PAGES, 10))
        print(f"every page: {asyncio.run(held(server.url, server.pid, PAGES, sessions)):.2f} MB a session")


if __name__ == "__main__":
    print_machine()
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100)
