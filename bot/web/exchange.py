"""One request and its answer on one connection: h11's events as an ASGI application knows them.

    head → scope → the application, which calls `receive` for the body and `send` for the answer → let go

One request per connection. Whatever the other side does too slowly, or too much of, looks to the application like a
client that went away (`http.disconnect`).
"""

import asyncio
import contextlib
import socket
from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import unquote

import h11
from starlette.types import Message, Scope

MAX_HEAD = 8 * 1024
"""Bytes of request line and headers."""
MAX_PATH = 2 * 1024
"""Bytes of an address before its `?`; no page has one a tenth as long, and Python refuses a number of 4,300 digits in it."""
MAX_BODY = 1024 * 1024
"""Bytes of a body; an update of Telegram's is far smaller, and so is a form."""
BODY_SECONDS = 5.0
ANSWER_SECONDS = 5.0
"""For each `CHUNK` of an answer."""
LINGER = 1.0
"""Seconds in which a body that nobody wants is read and dropped, so that its sender gets to read the answer."""
CHUNK = 64 * 1024
ENDED = frozenset({h11.DONE, h11.MUST_CLOSE, h11.CLOSED})


class Exchange:
    """One connection; `waits` hears whether we wait for the other side (True) or it for us."""

    def __init__(
        self, connection: socket.socket, client: tuple[str, int], waits: Callable[[bool], None]
    ) -> None:
        self._connection = connection
        self._client = client
        self._waits = waits
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._head_only = False
        self._start: Message | None = None
        self._received = 0
        self._body_until: float | None = None
        self._body_read = False
        self.over = False
        """The other side went away, or was too slow: nobody is there to be told."""

    async def scope(self) -> Scope | None:
        """The request as ASGI has it; None where there was none, or none that may be answered: then that was said."""
        try:
            event = await self._next()
        except h11.RemoteProtocolError as error:
            await self.refuse(HTTPStatus(error.error_status_hint))
            return None
        if not isinstance(event, h11.Request):
            return None
        self._head_only = event.method == b"HEAD"
        headers = [(bytes(name), bytes(value)) for name, value in event.headers]
        declared = next((value for name, value in headers if name == b"content-length"), b"0")
        if int(declared) > MAX_BODY:  # h11 has seen to it that it is a number
            await self.refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
            return None
        raw_path, _, query = event.target.partition(b"?")
        if len(raw_path) > MAX_PATH:
            await self.refuse(HTTPStatus.REQUEST_URI_TOO_LONG)
            return None
        return {
            "type": "http",
            "asgi": {"version": "3.0", "spec_version": "2.3"},
            "http_version": event.http_version.decode("ascii"),
            "method": event.method.decode("ascii"),
            "scheme": "http",
            "path": unquote(raw_path.decode("ascii")),
            "raw_path": bytes(raw_path),
            "query_string": bytes(query),
            "root_path": "",
            "headers": headers,
            "client": self._client,
            "server": self._connection.getsockname()[:2],
            "state": {},
        }

    async def receive(self) -> Message:
        """ASGI's `receive`: the body piece by piece, then, once the other side has gone, that it has."""
        loop = asyncio.get_running_loop()
        if self.over or self._body_read:
            await self._until_gone()
            return {"type": "http.disconnect"}
        if self._body_until is None:
            self._body_until = loop.time() + BODY_SECONDS
        try:
            async with asyncio.timeout_at(self._body_until):
                event = await self._next()
        except (OSError, TimeoutError, h11.RemoteProtocolError):
            self._give_up()
            return {"type": "http.disconnect"}
        if not isinstance(event, h11.Data):
            self._body_read = True
            return {"type": "http.request", "body": b"", "more_body": False}
        self._received += len(event.data)
        if self._received > MAX_BODY:
            self._give_up()
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": bytes(event.data), "more_body": True}

    async def send(self, message: Message) -> None:
        """ASGI's `send`; says nothing more to those who are not there any more."""
        if self.over:
            return
        if message["type"] == "http.response.start":
            self._start = message
            return
        sent = b""
        if self._start is not None:
            sent += self._http.send(_response(self._start))
            self._start = None
        body, more = message.get("body", b""), message.get("more_body", False)
        if body and not self._head_only:
            sent += self._http.send(h11.Data(data=body))
        if not more:
            sent += self._http.send(h11.EndOfMessage())
        self._waits(True)
        await self._put(sent)

    async def refuse(self, status: HTTPStatus) -> None:
        """Answer with a status and its name, where nothing was answered yet."""
        if self._http.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            return
        self._start = {"status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8")]}
        await self.send({"type": "http.response.body", "body": f"{status.phrase}\n".encode()})

    async def let_go(self) -> None:
        """Read and drop for a moment what is still coming: closing at once would take the answer away with it."""
        self._waits(True)
        if self.over or self._http.their_state in ENDED:
            return  # it has said all
        self._connection.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(LINGER):
            await self._until_gone()

    async def _put(self, content: bytes) -> None:
        loop, view = asyncio.get_running_loop(), memoryview(content)
        try:
            for start in range(0, len(view), CHUNK):
                async with asyncio.timeout(ANSWER_SECONDS):
                    await loop.sock_sendall(self._connection, view[start : start + CHUNK])
        except OSError:  # a TimeoutError too
            self._give_up()

    async def _until_gone(self) -> None:
        with contextlib.suppress(OSError):
            while await asyncio.get_running_loop().sock_recv(self._connection, CHUNK):
                pass

    def _give_up(self) -> None:
        self.over = True
        with contextlib.suppress(OSError):  # whoever waits for the other side to go hears it
            self._connection.shutdown(socket.SHUT_RDWR)

    async def _next(self) -> object:
        loop = asyncio.get_running_loop()
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason="Continue")
                await loop.sock_sendall(self._connection, self._http.send(go_on))
            self._http.receive_data(await loop.sock_recv(self._connection, CHUNK))
        return event


def _response(start: Message) -> h11.Response:
    """The head of the answer; what the application did not forbid to keep is not kept."""
    headers = [(bytes(name), bytes(value)) for name, value in start.get("headers", ())]
    if not any(name.lower() == b"cache-control" for name, _ in headers):
        headers.append((b"cache-control", b"no-store"))
    headers.append((b"connection", b"close"))
    status = HTTPStatus(start["status"])
    return h11.Response(status_code=status, headers=headers, reason=status.phrase)
