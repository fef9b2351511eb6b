"""A visitor without a browser: a websocket client that speaks Streamlit's own protocol."""

from __future__ import annotations

import asyncio

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol

ANSWER_SECONDS = 60


def visiting(url: str, origin: str | None = None, **options: object) -> connect:
    """A connection to the server at ``http://…``, for ``async with``; as a page of `origin`, None for no browser."""
    stream = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
    page = Origin(origin) if origin is not None else None
    return connect(stream, origin=page, subprotocols=[Subprotocol("streamlit")], max_size=None, **options)


async def run_page(socket: ClientConnection) -> int:
    """Ask for the first page, and wait until it is there; how many components it shows."""
    message = BackMsg()
    message.rerun_script.query_string = ""
    await socket.send(message.SerializeToString())
    components = 0
    while True:
        answer = ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), ANSWER_SECONDS))
        if answer.WhichOneof("type") == "delta":
            components += answer.delta.new_element.WhichOneof("type") == "bidi_component"
        elif answer.WhichOneof("type") == "script_finished":
            return components


async def visit(url: str) -> int:
    """Come, look at the first page, and go."""
    async with visiting(url) as socket:
        return await run_page(socket)
