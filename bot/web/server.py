"""HTTP/1.1 over h11, one request per connection, where those who are slow keep nobody out.

    accept → room → head (bounded in bytes and time) → respond, which may ask for the body → answer → close

Half a request costs its sender nothing, so room is what runs out first. Where an address, or all together, have as many
connections as they may, the one that has kept us waiting longest gives way to the newcomer, once it had a moment in
which an honest client has long sent its head. A request that comes in one piece is thus answered whoever waits.

uvicorn 0.54 bounds neither the time of a head or body nor the connections of an address, and answers `/health` with 503
at its limit; hence these lines.
"""

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import h11

from bot.errors import ConfigError

log = logging.getLogger(__name__)

MAX_HEAD = 8 * 1024
"""Bytes of request line and headers."""
HEAD_SECONDS = 5.0
"""From the connection to the end of the head, where nobody else wants the place."""
BODY_SECONDS = 5.0
ANSWER_SECONDS = 5.0
MAX_CONNECTIONS = 256
MAX_OF_ORIGIN = 64
"""Connections of one address: behind a proxy all are of one, and Telegram opens four."""
GRACE = 0.25
"""Seconds that a connection has for its head although others want its place."""
LINGER = 1.0
"""Seconds in which a body that nobody wants is read and dropped, so that its sender gets to read the answer."""
BACKLOG = 1024
"""Connections that wait to be accepted; the system may allow fewer."""
PAUSE = 0.5
"""Seconds before accepting again where the system had no handle left."""
CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """The head of a request."""

    method: str
    path: str
    """Without the query."""
    headers: tuple[tuple[str, str], ...]
    """Names in small letters, in the order in which they came."""
    body: Callable[[int], Awaitable[bytes]]
    """Reads the body, of so many bytes at most; raises TimeoutError, OSError or h11's RemoteProtocolError."""

    def header(self, name: str) -> str:
        """What the one header of this name says; empty where there is none, or more than one."""
        values = [value for known, value in self.headers if known == name]
        return values[0] if len(values) == 1 else ""


@dataclass(frozen=True, slots=True)
class Response:
    """What is answered."""

    status: HTTPStatus
    body: str
    content_type: str = "text/plain; charset=utf-8"
    allow: str = ""


def plain(status: HTTPStatus, *, allow: str = "") -> Response:
    """A status and its name, nothing else."""
    return Response(status, f"{status.phrase}\n", allow=allow)


@dataclass(slots=True, eq=False)
class _Visit:
    """One connection."""

    connection: socket.socket
    origin: str
    since: float
    waiting: bool = True
    """For the head of the request, or for what nobody wants."""
    task: asyncio.Task[None] | None = None


class Server:
    """Listens on every address of `host`; `respond` is called in the event loop, with one request at a time of each."""

    def __init__(self, host: str, port: int, respond: Callable[[Request], Awaitable[Response]]) -> None:
        self._host = host
        self._port = port
        self._respond = respond
        self._listening: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._visits: dict[_Visit, None] = {}
        """The oldest first."""
        self._freed = asyncio.Event()
        """Set when a connection ends."""

    @property
    def port(self) -> int:
        """The port listened on (useful where 0 asked for any); raises RuntimeError before the start."""
        if not self._listening:
            raise RuntimeError("not started")
        port: int = self._listening[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listen; raises ConfigError naming CHENBAO_HTTP_ADDRESS where that address cannot be had."""
        loop = asyncio.get_running_loop()
        try:
            found = await loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            for family, address in dict.fromkeys((one[0], one[4]) for one in found):
                listener = socket.create_server(address, family=family, backlog=BACKLOG)
                listener.setblocking(False)
                self._listening.append(listener)
        except OSError as error:
            await self.stop()
            # Python wraps the system's words in its own; a resolver's errors (negative) have only theirs.
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            where = f"{self._host}:{self._port}"
            raise ConfigError(f"CHENBAO_HTTP_ADDRESS: cannot listen on {where} ({reason}).") from error
        self._accepting = [asyncio.create_task(self._accept(listener)) for listener in self._listening]

    async def stop(self) -> None:
        """Stop listening and end what is open."""
        tasks = [*self._accepting, *(visit.task for visit in self._visits if visit.task)]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for listener in self._listening:
            listener.close()
        self._accepting, self._listening = [], []

    async def _accept(self, listener: socket.socket) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await _readable(listener)
            try:
                # Not loop.sock_accept: cancelled at the wrong moment it would lose a connection, unclosed.
                connection, address = listener.accept()
            except (BlockingIOError, ConnectionError):  # gone again
                continue
            except OSError as error:
                log.warning("no connection can be accepted at the HTTP address: %s", error.strerror)
                await asyncio.sleep(PAUSE)
                continue
            visit = _Visit(connection, _origin(address[0]), loop.time())
            try:
                admitted = await self._make_room(visit.origin)
            except asyncio.CancelledError:
                connection.close()
                raise
            if not admitted:
                connection.close()
                continue
            connection.setblocking(False)
            self._visits[visit] = None
            visit.task = loop.create_task(self._serve(visit))
            visit.task.add_done_callback(partial(self._ended, visit))

    def _ended(self, visit: _Visit, _: asyncio.Task[None]) -> None:
        """Also of a task that was cancelled before it began."""
        visit.connection.close()
        self._visits.pop(visit, None)
        self._freed.set()

    async def _make_room(self, origin: str) -> bool:
        """Wait until there is room for one more connection of this origin; False where nobody gives way."""
        while True:
            crowd = [visit for visit in self._visits if visit.origin == origin]
            if len(crowd) < MAX_OF_ORIGIN:
                crowd = list(self._visits)
                if len(crowd) < MAX_CONNECTIONS:
                    return True
            oldest = next((visit for visit in crowd if visit.waiting), None)
            if oldest is None:
                return False
            left = oldest.since + GRACE - asyncio.get_running_loop().time()
            if left > 0:
                self._freed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._freed.wait(), left)
            elif oldest.task is not None:
                oldest.task.cancel()
                self._visits.pop(oldest, None)

    async def _serve(self, visit: _Visit) -> None:
        """One connection from its head to its end."""
        line = _Line(visit.connection)
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await line.head()
            if head is None:
                return
            visit.waiting = False
            response = head if isinstance(head, Response) else await self._respond(head)
            async with asyncio.timeout(ANSWER_SECONDS):
                await line.answer(response)
            visit.waiting = True
            await line.let_go()
        except (OSError, TimeoutError, h11.RemoteProtocolError):
            pass  # the other side went away or was too slow: nobody is there to be told
        except Exception:
            log.exception("a request could not be answered")


class _Line:
    """One connection's bytes as h11's events."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=MAX_HEAD)
        self._head_only = False

    async def head(self) -> Request | Response | None:
        """The request; what is to be answered where it is none; None where there was none."""
        try:
            event = await self._next()
        except h11.RemoteProtocolError as error:
            return plain(HTTPStatus(error.error_status_hint))
        if not isinstance(event, h11.Request):
            return None
        self._head_only = event.method == b"HEAD"
        path = event.target.decode("latin-1").partition("?")[0]
        headers = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in event.headers)
        return Request(event.method.decode("latin-1"), path, headers, self._body)

    async def answer(self, response: Response) -> None:
        """Send all of it."""
        body = response.body.encode()
        headers = [
            ("Content-Type", response.content_type),
            ("Content-Length", str(len(body))),
            ("Cache-Control", "no-store"),
            ("Connection", "close"),
        ]
        if response.allow:
            headers.append(("Allow", response.allow))
        status = response.status
        sent = self._http.send(h11.Response(status_code=status, headers=headers, reason=status.phrase))
        if not self._head_only:
            sent += self._http.send(h11.Data(data=body))
        sent += self._http.send(h11.EndOfMessage())
        await asyncio.get_running_loop().sock_sendall(self._connection, sent)

    async def let_go(self) -> None:
        """Read and drop for a moment what is still coming: closing at once would take the answer away with it."""
        if self._http.their_state in {h11.DONE, h11.MUST_CLOSE, h11.CLOSED}:
            return  # it has said all
        self._connection.shutdown(socket.SHUT_WR)
        async with asyncio.timeout(LINGER):
            while await asyncio.get_running_loop().sock_recv(self._connection, CHUNK):
                pass

    async def _body(self, most: int) -> bytes:
        body = bytearray()
        async with asyncio.timeout(BODY_SECONDS):
            while isinstance(event := await self._next(), h11.Data):
                body += event.data
                if len(body) > most:
                    raise h11.RemoteProtocolError("more than its sender said")
        return bytes(body)

    async def _next(self) -> object:
        loop = asyncio.get_running_loop()
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[], reason="Continue")
                await loop.sock_sendall(self._connection, self._http.send(go_on))
            self._http.receive_data(await loop.sock_recv(self._connection, CHUNK))
        return event


async def _readable(listener: socket.socket) -> None:
    """Return when there is somebody to accept."""
    loop = asyncio.get_running_loop()
    ready = asyncio.Event()
    loop.add_reader(listener, ready.set)
    try:
        await ready.wait()
    finally:
        loop.remove_reader(listener)


def _origin(address: str) -> str:
    """Whose connections are counted together: an IPv4 address, or an IPv6 network of one customer (/64)."""
    found = ipaddress.ip_address(address.partition("%")[0])
    return address if found.version == 4 else str(ipaddress.ip_network((int(found), 64), strict=False))
