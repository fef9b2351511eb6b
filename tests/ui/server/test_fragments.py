"""What a browser asks of a fragment, as messages: of one that is unknown, and on a page that was left."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.script_data import ScriptData
from streamlit.runtime.scriptrunner.script_cache import ScriptCache
from websockets.asyncio.client import ClientConnection

from conv_viz.ui.fragments import TOGETHER, Session
from tests.browser.conftest import Server, serving
from tests.ui.server.visitor import ANSWER_SECONDS, visiting
from tests.ui.server.waiting import in_loop

WHOLE = ("script_finished", ForwardMsg.FINISHED_SUCCESSFULLY)


@pytest.fixture(scope="module")
def running() -> Iterator[Server]:
    with serving() as server:
        yield server


async def ask(
    socket: ClientConnection, page: str = "", fragment: str = "", kept: tuple[str, ...] = ()
) -> list[ForwardMsg]:
    """Ask for a run, with the hashes of messages that are kept, and wait for the end of a whole one: what is sent."""
    message = BackMsg()
    message.rerun_script.cached_message_hashes.extend(kept)
    message.rerun_script.query_string = ""
    message.rerun_script.page_script_hash = page
    message.rerun_script.fragment_id = fragment
    await socket.send(message.SerializeToString())
    answers: list[ForwardMsg] = []
    while True:
        answers.append(ForwardMsg.FromString(await asyncio.wait_for(socket.recv(), ANSWER_SECONDS)))
        if (answers[-1].WhichOneof("type"), answers[-1].script_finished) == WHOLE:
            return answers


def page_of(answers: list[ForwardMsg]) -> str:
    """The page that these answers are of."""
    (page,) = {answer.new_session.page_script_hash for answer in answers if answer.HasField("new_session")}
    return page


def test_an_unknown_fragment_is_the_whole_page(running: Server) -> None:
    async def talk() -> list[ForwardMsg]:
        async with visiting(running.url) as socket:
            return await ask(socket, fragment="of a session that was lost")

    kinds = [answer.delta.new_element.WhichOneof("type") for answer in in_loop(talk())]
    assert "bidi_component" in kinds and "slider" in kinds


def test_a_control_of_the_page_that_was_left_does_not_go_back(running: Server) -> None:
    async def talk() -> tuple[str, str]:
        async with visiting(running.url) as socket:
            first = await ask(socket)
            (pages,) = [answer.navigation.app_pages for answer in first if answer.HasField("navigation")]
            left, weights = (
                next(page.page_script_hash for page in pages if page.url_pathname == path) for path in ("", "weights")
            )
            await ask(socket, left)
            assert page_of(await ask(socket, weights)) == weights
            return weights, page_of(await ask(socket, left, fragment="a control"))

    asked, shown = in_loop(talk())
    assert shown == asked


def test_the_server_points_only_at_what_the_browser_still_has(running: Server) -> None:
    """What a browser named before many runs ended may be gone; after one run it is there, and is not sent again."""

    async def talk() -> tuple[set[str], set[str], set[str]]:
        async with visiting(running.url) as socket:
            first = await ask(socket)
            (pages,) = [answer.navigation.app_pages for answer in first if answer.HasField("navigation")]
            layer, weights = (
                next(page.page_script_hash for page in pages if page.url_pathname == path) for path in ("", "weights")
            )
            large = {answer.hash for answer in await ask(socket, weights) if answer.metadata.cacheable}
            named = tuple(large)
            at_once = references(await ask(socket, weights, kept=named))
            for _ in range(10):
                await ask(socket, layer)
            return large, at_once, references(await ask(socket, weights, kept=named))

    large, at_once, late = in_loop(talk())
    assert large
    assert at_once == large
    assert not late


def references(answers: list[ForwardMsg]) -> set[str]:
    """The hashes of messages that these answers only point at."""
    return {answer.ref_hash for answer in answers if answer.HasField("ref_hash")}


def begun(*fragments: str) -> ForwardMsg:
    """The first message of a run of these fragments, or of the whole script."""
    message = ForwardMsg()
    message.new_session.name = "app"
    message.metadata.run.fragment_ids.extend(fragments)
    return message


def shown(fragment: str) -> ForwardMsg:
    message = ForwardMsg()
    message.delta.fragment_id = fragment
    return message


ENDED = ForwardMsg(script_finished=ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


async def session_that_says(say: Callable[[Session], None], wait: float = 0) -> list[int]:
    """How many messages leave, each time that a session asks for it."""
    left: list[int] = []
    session = Session(
        script_data=ScriptData("app.py", is_hello=False),
        uploaded_file_manager=MemoryUploadedFileManager(""),
        script_cache=ScriptCache(),
        message_enqueued_callback=lambda: left.append(len(session.flush_browser_queue())),
        user_info={},
    )
    say(session)
    await asyncio.sleep(wait)
    return left


def test_what_a_fragment_says_leaves_together() -> None:
    def say(session: Session) -> None:
        for message in (begun("a control"), shown("a control"), ENDED, begun("a control"), ENDED):
            session._enqueue_forward_msg(message)

    assert in_loop(session_that_says(say)) == [3, 2]


def test_what_a_slow_fragment_says_leaves_before_its_end() -> None:
    def say(session: Session) -> None:
        for message in (begun("a control"), shown("a control")):
            session._enqueue_forward_msg(message)

    assert in_loop(session_that_says(say, 2 * TOGETHER)) == [2]


def test_what_a_whole_run_says_leaves_at_once() -> None:
    def say(session: Session) -> None:
        for message in (begun("a control"), ENDED, begun(), shown("")):
            session._enqueue_forward_msg(message)

    assert in_loop(session_that_says(say)) == [2, 1, 1]
