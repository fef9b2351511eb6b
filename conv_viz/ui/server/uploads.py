"""What visitors upload: let go once it is read, and bounded for all of them together.

Streamlit keeps an upload until its session ends, also when its field is gone, and a session for two minutes after its
window was closed. What a session shows (a picture, a model) is kept by the session itself. When there is no room for
one more file, closed windows are ended, the oldest first; when that is not enough, the file is not kept as it comes in,
and its page says so in one sentence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from starlette.datastructures import Headers
from streamlit import runtime
from streamlit.runtime.memory_uploaded_file_manager import MemoryUploadedFileManager
from streamlit.runtime.scriptrunner import get_script_run_ctx

from conv_viz.limits import UPLOADS_BYTES
from conv_viz.ui.server.garbage import give_back_memory

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from streamlit.runtime.uploaded_file_manager import UploadedFile

PLACE = re.compile(r"/_stcore/upload_file/[^/]+/[^/]+$")
LARGEST = 160 * 2**20
"""Bytes that are counted for an upload that does not say how long it is: Streamlit's own limit."""
NO_ROOM = b"conv_viz had no room for this file"
"""In the place of a file that was not kept."""
BORDER = "conv-viz-no-room"
SENTENCE = (
    f"The server holds {UPLOADS_BYTES // 10**6} MB of files of its visitors and cannot hold this one too; "
    "try again in a few minutes, or bring a smaller one."
)


class NoRoomError(ValueError):
    """The file was not kept; the sentence says why."""


_shown: WeakKeyDictionary[Any, str] = WeakKeyDictionary()  # a picture or a model, and its session
_coming = 0  # bytes of uploads that are on their way


def let_go(file: UploadedFile) -> None:
    """Take a file out of Streamlit's own keeping; whoever holds its bytes goes on holding them."""
    run = get_script_run_ctx()
    if run is not None and isinstance(run.uploaded_file_mgr, MemoryUploadedFileManager):
        run.uploaded_file_mgr.remove_file(run.session_id, file.file_id)


def content(file: UploadedFile) -> bytes:
    """The bytes of an upload; raises `NoRoomError` for one that was not kept."""
    data = file.getvalue()
    if data == NO_ROOM:
        raise NoRoomError(SENTENCE)
    return data


def shown(kept: Any) -> None:
    """Count the `data` of something that this session shows, as long as it is there."""
    run = get_script_run_ctx()
    _shown[kept] = run.session_id if run else ""


def kept_bytes(manager: Any, session: str | None = None) -> int:
    """Bytes of all visitors' files, or those of one session; the same bytes count once.

    What Streamlit keeps, and what sessions show.
    """
    kept = [(owner, file.data) for owner, files in [*manager.file_storage.items()] for file in [*files.values()]]
    kept += [(owner, each.data) for each, owner in [*_shown.items()]]
    return sum({id(data): len(data) for owner, data in kept if session in (None, owner)}.values())


class BoundedUploads:
    """ASGI middleware: an upload for which there is no room is read to its end and not kept."""

    def __init__(self, app: ASGIApp, bound: int = UPLOADS_BYTES) -> None:
        self.app = app
        self.bound = bound

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        global _coming
        if scope["type"] != "http" or scope["method"] != "PUT" or not PLACE.search(scope["path"]):
            await self.app(scope, receive, send)
            return
        size = _length(Headers(scope=scope))
        if not self.has_room(size):
            await self.app({**scope, "headers": _instead(scope["headers"])}, await _drained(receive), send)
            return
        _coming += size
        try:
            await self.app(scope, receive, send)
        finally:
            _coming -= size

    def has_room(self, size: int) -> bool:
        """Whether a file of this size can be kept. As many closed windows that hold files are ended as that needs."""
        instance = runtime.get_instance()
        # Streamlit has no public names for these.
        files, sessions = instance._uploaded_file_mgr, instance._session_mgr
        short = kept_bytes(files) + _coming + size - self.bound
        if short <= 0:
            return True
        for closed in sessions._session_storage.list():  # type: ignore[attr-defined]
            name = closed.session.id
            if short > 0 and (held := kept_bytes(files, name)):
                short -= held
                sessions.close_session(name)
            del closed
        give_back_memory()
        return kept_bytes(files) + _coming + size <= self.bound


def _length(headers: Headers) -> int:
    said = headers.get("content-length", "")
    return int(said) if said.isascii() and said.isdigit() and len(said) < 12 else LARGEST


def _body() -> bytes:
    head = f'--{BORDER}\r\nContent-Disposition: form-data; name="f"; filename="f"\r\n\r\n'
    return head.encode() + NO_ROOM + f"\r\n--{BORDER}--\r\n".encode()


def _instead(headers: Any) -> list[tuple[bytes, bytes]]:
    """The headers of a form that holds `NO_ROOM` instead of the file."""
    kept = [(name, value) for name, value in headers if name not in (b"content-length", b"content-type")]
    form = f"multipart/form-data; boundary={BORDER}".encode()
    return [*kept, (b"content-type", form), (b"content-length", str(len(_body())).encode())]


async def _drained(receive: Receive) -> Receive:
    """Read a request to its end, keeping nothing; then give `NO_ROOM` in its place."""
    while (message := await receive())["type"] == "http.request" and message.get("more_body"):
        pass
    given: list[Mapping[str, Any]] = [{"type": "http.request", "body": _body(), "more_body": False}]

    async def again() -> Message:
        return dict(given.pop()) if given else await receive()

    return again
