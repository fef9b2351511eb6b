"""50 users at once, each moving one slider a second: how long the server takes until the new picture leaves.

    python benchmarks/users.py [users] [seconds]

Reach: 95th percentile at most 60 ms. Users are websocket clients that speak Streamlit's own protocol, without a
browser, and begin spread over a second. The clock runs from sending the slider's value to the arrival of the stage's
payload. The clients share the server's cores.
"""

from __future__ import annotations

import asyncio
import statistics
import sys
import time

from browsing import APP, quantile, serving, verdict
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

P95 = 60.0  # milliseconds
ANSWER_SECONDS = 60


class User:
    """One visitor: a connection, and the state of the one slider that is moved."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.slider = ""
        self.taken: list[float] = []

    async def move(self, height: int | None) -> float | None:
        """Ask for a run, the first one or with another height; milliseconds until the picture came, if one came."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if height is not None:
            state = WidgetState(id=self.slider)
            state.double_array_value.data.append(height)
            message.rerun_script.widget_states.widgets.append(state)
        start = time.perf_counter()
        await self.socket.send(message.SerializeToString())
        arrived = None
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), ANSWER_SECONDS))
            kind = answer.WhichOneof("type")
            if kind == "delta":
                element = answer.delta.new_element
                if element.WhichOneof("type") == "bidi_component":
                    arrived = 1000 * (time.perf_counter() - start)
                elif element.WhichOneof("type") == "slider" and element.slider.label == "height":
                    self.slider = element.slider.id
            elif kind == "script_finished":
                return arrived


async def use(url: str, delay: float, seconds: int) -> list[float]:
    """The milliseconds of one user's moves, one a second."""
    async with connect(f"{url}/_stcore/stream", subprotocols=[Subprotocol("streamlit")], max_size=None) as socket:
        user = User(socket)
        await user.move(None)
        await asyncio.sleep(delay)
        for i in range(seconds):
            begin = time.perf_counter()
            taken = await user.move(8 + i % 5)
            if taken is None:
                raise RuntimeError("A moved slider brought no new picture.")
            if i:  # the first move belongs to the start
                user.taken.append(taken)
            await asyncio.sleep(max(0.0, begin + 1 - time.perf_counter()))
        return user.taken


async def everybody(url: str, users: int, seconds: int) -> list[float]:
    taken = await asyncio.gather(*(use(url, i / users, seconds) for i in range(users)))
    return [milliseconds for each in taken for milliseconds in each]


def main(users: int, seconds: int) -> int:
    with serving(APP) as server:
        url = server.url.replace("http", "ws", 1)
        asyncio.run(everybody(url, 1, 4))  # imports torch
        alone = asyncio.run(everybody(url, 1, 6))
        taken = asyncio.run(everybody(url, users, seconds))
    print(f"1 user: median {statistics.median(alone):.1f} ms")
    print(f"{users} users, {len(taken)} moves: median {statistics.median(taken):.1f} ms, most {max(taken):.0f} ms")
    return 0 if verdict(f"p95 of {users} users", quantile(taken, 0.95), P95, " ms") else 1


if __name__ == "__main__":
    asked = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(asked + [50, 20][len(asked) :])))
