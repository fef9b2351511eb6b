"""A visitor who uploads files, without a browser; what the page says of them is read from its messages."""

from __future__ import annotations

import asyncio
import urllib.request
from dataclasses import dataclass, field
from http.cookies import SimpleCookie

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Common_pb2 import FileURLs, UploadedFileInfo
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection

from tests.ui.server.visitor import ANSWER_SECONDS

BORDER = "a-line-that-no-file-holds"


@dataclass
class Uploader:
    """One window on a page: `said` is what stands in its boxes, `fields` its upload fields by their labels."""

    url: str
    socket: ClientConnection
    page: str = ""
    query: str = ""
    session: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    said: list[str] = field(default_factory=list)
    sent: dict[str, WidgetState] = field(default_factory=dict)

    async def run(self) -> None:
        """Ask for a run of the page with all uploads so far, and wait for its end."""
        await self.ask()
        await self.finished()

    async def ask(self) -> None:
        message = BackMsg()
        message.rerun_script.query_string = self.query
        message.rerun_script.page_name = self.page
        message.rerun_script.widget_states.widgets.extend(self.sent.values())
        self.said.clear()
        await self.socket.send(message.SerializeToString())

    async def finished(self) -> None:
        """Until a run ends that was not stopped for another one."""
        while True:
            answer = await self._answer()
            kind = answer.WhichOneof("type")
            if kind == "new_session":
                self.session = answer.new_session.initialize.session_id or self.session
            elif kind == "script_finished" and answer.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
                return
            elif kind == "delta":
                self._look(answer)

    async def upload(self, content: bytes, name: str = "file", label: str = "") -> str:
        """Put a file into the field whose label begins so, and wait; what the page says then."""
        await self.send(content, name, label)
        await self.finished()
        return " ".join(self.said)

    async def send(self, content: bytes, name: str = "file", label: str = "") -> None:
        """As `upload`, without waiting for the end of the run."""
        message = BackMsg()
        message.file_urls_request.request_id = "one"
        message.file_urls_request.session_id = self.session
        message.file_urls_request.file_names.append(name)
        await self.socket.send(message.SerializeToString())
        while (answer := await self._answer()).WhichOneof("type") != "file_urls_response":
            pass
        (place,) = answer.file_urls_response.file_urls
        await asyncio.to_thread(put, self.url, place, content, name)
        widget = next(widget for text, widget in self.fields.items() if text.startswith(label))
        for old in self.sent.pop(widget, WidgetState()).file_uploader_state_value.uploaded_file_info:
            await asyncio.to_thread(request, self.url, "DELETE", old.file_urls.delete_url)
        state = self.sent[widget] = WidgetState(id=widget)
        state.file_uploader_state_value.uploaded_file_info.append(
            UploadedFileInfo(name=name, size=len(content), file_id=place.file_id, file_urls=place)
        )
        await self.ask()

    async def _answer(self) -> ForwardMsg:
        return ForwardMsg.FromString(await asyncio.wait_for(self.socket.recv(), ANSWER_SECONDS))

    def _look(self, answer: ForwardMsg) -> None:
        element = answer.delta.new_element
        match element.WhichOneof("type"):
            case "file_uploader":
                self.fields[element.file_uploader.label] = element.file_uploader.id
            case "alert":
                self.said.append(element.alert.body)


def put(url: str, place: FileURLs, content: bytes, name: str) -> None:
    """Send a file as a browser does."""
    head = f'--{BORDER}\r\nContent-Disposition: form-data; name="f"; filename="{name}"\r\n\r\n'
    body = head.encode() + content + f"\r\n--{BORDER}--\r\n".encode()
    request(url, "PUT", place.upload_url, body)


def request(url: str, method: str, path: str, body: bytes | None = None) -> None:
    """With the token against forged requests."""
    with urllib.request.urlopen(f"{url}/_stcore/health") as answer:
        token = SimpleCookie(answer.headers["Set-Cookie"])["_streamlit_xsrf"].value
    headers = {"Cookie": f"_streamlit_xsrf={token}", "X-Xsrftoken": token}
    if body is not None:
        headers["Content-Type"] = f"multipart/form-data; boundary={BORDER}"
    with urllib.request.urlopen(urllib.request.Request(url + path, body, headers, method=method)) as answer:
        assert answer.status == 204
