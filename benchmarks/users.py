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
from machine import print_machine
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

P95 = 60.0  # milliseconds
ANSWER_SECONDS = 60


def untouched(element: Element) -> WidgetState | None:
    """What a browser says of a control that nobody has moved; with every move it sends all of them."""
    kind = element.WhichOneof("type")
    widget = getattr(element, kind) if kind in ("slider", "selectbox", "checkbox", "button_group") else None
    if widget is None:
        return None
    state = WidgetState(id=widget.id)
    if kind == "checkbox":
        state.bool_value = widget.default
    elif kind == "selectbox":
        if widget.HasField("default"):
            state.string_value = widget.options[widget.default]
    elif kind == "button_group":
        state.string_array_value.data.extend(widget.options[i].content for i in widget.default)
    elif widget.options:
        state.string_array_value.data.extend(widget.options[int(i)] for i in widget.default)
    else:
        state.double_array_value.data.extend(widget.default)
    return state


class User:
    """One visitor: a connection, and the state of the controls, one of which is moved."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket = socket
        self.slider = self.fragment = ""
        self.controls: dict[str, WidgetState] = {}
        self.taken: list[float] = []

    async def move(self, height: int | None) -> float | None:
        """Ask for a run, the first one or with another height; milliseconds until the picture came, if one came."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        if height is not None:
            self.controls[self.slider].double_array_value.data[:] = [height]
            message.rerun_script.widget_states.widgets.extend(self.controls.values())
            message.rerun_script.fragment_id = self.fragment
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
                if (control := untouched(element)) and control.id not in self.controls:
                    self.controls[control.id] = control
                if element.WhichOneof("type") == "slider" and element.slider.label == "height":
                    self.slider, self.fragment = element.slider.id, answer.delta.fragment_id
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
    print_machine()
    asked = [int(argument) for argument in sys.argv[1:]]
    sys.exit(main(*(asked + [50, 20][len(asked) :])))
