"""The address while another page leads to the stage, which reads there what to hide, to ask and to mark."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import parse_qs

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection

from tests.browser.conftest import Server, serving
from tests.ui.server.visitor import ANSWER_SECONDS, visiting
from tests.ui.server.waiting import in_loop

WHOLE = ("script_finished", ForwardMsg.FINISHED_SUCCESSFULLY)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


class Window:
    """The address and the page as a browser has them, message by message."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._pages: dict[str, str] = {}
        self._page = ""
        self.address = ""
        self.at_the_stage: str | None = None
        """The address when the stage came first."""

    async def open(self, page: str, query: str) -> None:
        """Ask for a page as a link or a click on its name does, and wait until it is there."""
        self.address, self.at_the_stage = query, None
        message = BackMsg()
        message.rerun_script.query_string = query
        message.rerun_script.page_name = page
        message.rerun_script.page_script_hash = self._pages.get(page, "")
        await self._socket.send(message.SerializeToString())
        while True:
            answer = ForwardMsg.FromString(await asyncio.wait_for(self._socket.recv(), ANSWER_SECONDS))
            if answer.HasField("navigation"):
                self._pages = {each.url_pathname: each.page_script_hash for each in answer.navigation.app_pages}
                self._page = answer.navigation.page_script_hash
            elif answer.HasField("page_info_changed"):
                self.address = answer.page_info_changed.query_string
            elif answer.delta.new_element.bidi_component.component_name == "conv_viz.view":
                if self._page == self._pages[""]:
                    self.at_the_stage = self.at_the_stage or self.address
            elif (answer.WhichOneof("type"), answer.script_finished) == WHOLE:
                return


@pytest.mark.parametrize("link", ["ask=code&stride=1", "hide=text&present=1&cell=1,2"])
def test_the_stage_comes_when_the_address_says_what_it_reads_there(running: Server, link: str) -> None:
    """With a question every page leads to the stage; and a click on its name leads there, with an empty address."""

    async def talk() -> str | None:
        async with visiting(running.url) as socket:
            window = Window(socket)
            await window.open("take", link)
            if "ask" not in link:
                await window.open("", "")
            return window.at_the_stage

    said = in_loop(talk())
    assert said is not None
    assert parse_qs(link).items() <= parse_qs(said).items()
