"""All visitors' uploads together are bounded: closed windows go first, then a file is refused with a sentence."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from weakref import WeakKeyDictionary

import pytest
from starlette.requests import Request
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.uploaded_file_manager import UploadedFileRec

from conv_viz.ui.server import uploads
from conv_viz.ui.server.uploads import NO_ROOM, BoundedUploads, NoRoomError, content, kept_bytes, shown
from tests.ui.server.waiting import in_loop

PLACE = "/some/base/_stcore/upload_file/session/file"


class Sessions:
    """Closed windows, the oldest first."""

    def __init__(self, files: MemoryUploadedFileManager, *names: str) -> None:
        self.files, self.names = files, [*names]
        self._session_storage = self

    def list(self) -> list[Any]:
        return [SimpleNamespace(session=SimpleNamespace(id=name)) for name in self.names]

    def close_session(self, name: str) -> None:
        self.names.remove(name)
        self.files.remove_session_files(name)


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> MemoryUploadedFileManager:
    """A server with three closed windows; the first and the last hold 40 bytes each, an open one 20."""
    made = MemoryUploadedFileManager("/upload")
    sessions = Sessions(made, "old", "empty", "new")
    for name, size in (("old", 40), ("new", 40), ("open", 20)):
        made.add_file(name, UploadedFileRec("one", "one", "", bytes([ord(name[0])]) * size))
    server = SimpleNamespace(_uploaded_file_mgr=made, _session_mgr=sessions)
    monkeypatch.setattr(runtime, "get_instance", lambda: server)
    monkeypatch.setattr(uploads, "_shown", WeakKeyDictionary())  # other tests of the same process show pictures
    made.sessions = sessions
    return made


def sent(bound: int, data: bytes, method: str = "PUT") -> bytes:
    """The file that reaches Streamlit of one that is put on its way in two parts."""
    head = b'--between\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    body = head + data + b"\r\n--between--\r\n"
    parts = [
        {"type": "http.request", "body": body[:50], "more_body": True},
        {"type": "http.request", "body": body[50:], "more_body": False},
    ]
    arrived = []

    async def streamlits(scope: Any, receive: Any, send: Any) -> None:
        form = await Request(scope, receive).form()
        arrived.append(await form["f"].read())
        assert not parts  # whoever sends is listened to until the end

    async def receive() -> Any:
        return parts.pop(0)

    form, length = b"multipart/form-data; boundary=between", str(len(data)).encode()
    headers = [(b"content-type", form), (b"content-length", length)]
    scope = {"type": "http", "method": method, "path": PLACE, "headers": headers}
    in_loop(BoundedUploads(streamlits, bound)(scope, receive, None))
    (file,) = arrived
    return file


def test_a_file_for_which_there_is_room_is_kept_as_it_is(files: Any) -> None:
    assert sent(200, b"x" * 90) == b"x" * 90
    assert files.sessions.names == ["old", "empty", "new"]


def test_closed_windows_with_files_make_room_the_oldest_first(files: Any) -> None:
    assert sent(120, b"x" * 50) == b"x" * 50
    assert files.sessions.names == ["empty", "new"]
    assert kept_bytes(files) == 60


def test_open_windows_lose_nothing_and_a_file_beside_them_is_refused(files: Any) -> None:
    assert sent(120, b"x" * 110) == NO_ROOM
    assert kept_bytes(files) == 20 and files.sessions.names == ["empty"]
    refused = SimpleNamespace(getvalue=lambda: NO_ROOM)
    with pytest.raises(NoRoomError, match=r"holds 700 MB of files .* try again"):
        content(refused)


def test_what_a_session_shows_counts_once_and_as_long_as_it_is_there(files: Any) -> None:
    class Picture:
        data = files.file_storage["open"]["one"].data

    picture, other = Picture(), Picture()
    other.data = b"y" * 1_000
    shown(picture)
    shown(other)
    assert kept_bytes(files) == 1_100
    del other
    assert kept_bytes(files) == 100
