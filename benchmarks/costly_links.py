"""Links that ask for much, one after the other and six at once, beside a second visitor who moves once a second.

    python benchmarks/costly_links.py

Reach: no move of the second visitor takes more than 1 s, and the process never holds more than 1.5 GB (Linux only).
What each link takes of the server's processor is printed. Visitors are websocket clients, as in `users.py`.
"""

from __future__ import annotations

import asyncio
import sys
import time

from browsing import APP, quantile, serving, verdict
from process import most_memory, processor_seconds
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from users import ANSWER_SECONDS, User, everybody
from websockets.asyncio.client import connect
from websockets.typing import Subprotocol

DELAY = 1000.0  # milliseconds
MEMORY = 1500.0  # MB
LARGE = "in_channels=4096&out_channels=3600&height=3&width=3&padding=1"
LINKS = (
    ("", "kernel_size=16&height=1024&width=1024&in_channels=16&out_channels=16&stride=1&padding=8"),
    ("", "kernel_size=64&height=1024&width=1024&in_channels=1&out_channels=1&stride=1&padding=32"),
    ("", "kernel_size=64&dilation=64&padding_as=same&height=64&width=64&in_channels=8&stride=1"),
    ("", "kernel_size=11&height=1024&width=1024&in_channels=16&out_channels=512&stride=1&padding=5"),
    ("", "in_channels=512&out_channels=512&height=224&width=224&stride=1"),
    ("", "in_channels=1024&out_channels=1024&groups=1024&height=256&width=256&stride=1&kernel_size=7"),
    ("", "in_channels=16&kernel_size=1&stride=64&padding=0&batch_size=1024&height=1024&width=1024"),
    ("", "in_channels=4096&kernel_size=1&stride=1&padding=0&height=100&width=100&fill=random"),
    *(("", f"{LARGE}&seed={seed}") for seed in range(3)),
    *(("", f"in_channels=4096&out_channels=900&height=3&width=3&padding=1&seed={seed}") for seed in range(6)),
    ("image", "kernel_size=64"),
    ("image", "kernel_size=64&padding=32&out_channels=128&stride=1"),
    ("image", "kernel_size=33&in_channels=16&out_channels=512&stride=1"),
    ("image", "in_channels=4096&out_channels=128&kernel_size=3"),
    ("weights", f"{LARGE}&seed=7"),
    ("weights", "in_channels=4096&out_channels=900&kernel_size=3&seed=8"),
    ("weights", "kernel_size=64&in_channels=64&out_channels=100"),
    ("solve", "from=65536&to=1"),
    ("take", "in_channels=1024&out_channels=1024&height=256&width=256&stride=1"),
    ("take", "kernel_size=64&in_channels=16&height=1024&width=1024&stride=1&padding=32"),
)


async def visit(url: str, page: str, query: str) -> None:
    """Open a link and wait until the page is there."""
    async with connect(f"{url}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        message = BackMsg()
        message.rerun_script.query_string, message.rerun_script.page_name = query, page
        await socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), ANSWER_SECONDS))
            if answer.WhichOneof("type") == "script_finished":
                return


async def moves(url: str, taken: list[float], ended: asyncio.Event) -> None:
    """The second visitor: a move a second until all links are done."""
    async with connect(f"{url}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        user = User(socket)
        await user.move(None)
        for i in range(10**6):
            if ended.is_set():
                return
            begin = time.perf_counter()
            taken.append(await user.move(8 + i % 5) or 0.0)
            await asyncio.sleep(max(0.0, begin + 1 - time.perf_counter()))


async def all_links(url: str, pid: int) -> list[float]:
    taken: list[float] = []
    ended = asyncio.Event()
    second = asyncio.create_task(moves(url, taken, ended))
    for page, query in LINKS:
        before, begin = processor_seconds(pid), time.perf_counter()
        await visit(url, page, query)
        used = processor_seconds(pid) - before
        print(f"{used:5.1f} s of processor, {time.perf_counter() - begin:5.1f} s, {most_memory(pid):5.0f} MB  "
              f"/{page}?{query}", flush=True)  # fmt: skip
    for page, query in (LINKS[0], LINKS[7], LINKS[12], LINKS[20]):
        await asyncio.gather(*(visit(url, page, f"{query.split('&seed')[0]}&seed={90 + i}") for i in range(6)))
    print(f"six at once: {most_memory(pid):.0f} MB")
    ended.set()
    await second
    return taken


def main() -> int:
    with serving(APP) as server:
        url = server.url.replace("http", "ws", 1)
        asyncio.run(everybody(url, 1, 4))  # imports torch
        alone = asyncio.run(everybody(url, 1, 8))
        taken = asyncio.run(all_links(url, server.pid))
        held = most_memory(server.pid)
    print(f"the second visitor alone: p95 {quantile(alone, 0.95):.0f} ms; beside the links: {len(taken)} moves, "
          f"p95 {quantile(taken, 0.95):.0f} ms")  # fmt: skip
    quick = verdict("slowest move of the second visitor", max(taken), DELAY, " ms")
    return 0 if verdict("most memory of the process", held, MEMORY, " MB") and quick else 1


if __name__ == "__main__":
    sys.exit(main())
