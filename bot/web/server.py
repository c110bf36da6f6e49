"""HTTP/1.1 over h11, one request per connection, for an ASGI application, where those who are slow keep nobody out.

    accept → room → head (bounded in bytes and time) → the application, which asks for the body and answers → close

Half a request costs its sender nothing, so room is what runs out first. Where an address, or all together, have as many
connections as they may, the one that has kept us waiting longest gives way to the newcomer, once it had a moment in
which an honest client has long sent its head. A request that comes in one piece is thus answered whoever waits. Who
reads slowly keeps us waiting too, and so does a stream that has nothing to say: its reader comes again by itself.

uvicorn 0.54 bounds neither the time of a head or body nor the connections of an address, and answers `/health` with 503
at its limit; hence these lines.
"""

import asyncio
import contextlib
import ipaddress
import logging
import os
import socket
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus

import h11
from starlette.types import ASGIApp

from bot.errors import ConfigError
from bot.web.exchange import Exchange

log = logging.getLogger(__name__)

HEAD_SECONDS = 5.0
"""From the connection to the end of the head, where nobody else wants the place."""
MAX_CONNECTIONS = 256
MAX_OF_ORIGIN = 64
"""Connections of one address: behind a proxy all are of one, and Telegram opens four."""
GRACE = 0.25
"""Seconds that a connection may keep us waiting although others want its place."""
BACKLOG = 1024
"""Connections that wait to be accepted; the system may allow fewer."""
PAUSE = 0.5
"""Seconds before accepting again where the system had no handle left."""


@dataclass(slots=True, eq=False)
class _Visit:
    """One connection."""

    connection: socket.socket
    client: tuple[str, int]
    origin: str
    since: float
    waiting: bool = True
    """For the head of the request, for its sender to read the answer, or for what nobody wants."""
    task: asyncio.Task[None] | None = None

    def wait(self, waiting: bool) -> None:
        """We wait for the other side from now on, or it for us."""
        self.waiting, self.since = waiting, asyncio.get_running_loop().time()


class Server:
    """Listens on every address of `host`; `app` (ASGI, without a lifespan) is called in the event loop. `setting` is what an
    operator would change where that address cannot be had."""

    def __init__(self, host: str, port: int, app: ASGIApp, setting: str = "CHENBAO_HTTP_ADDRESS") -> None:
        self._host = host
        self._port = port
        self._app = app
        self._setting = setting
        self._listening: list[socket.socket] = []
        self._accepting: list[asyncio.Task[None]] = []
        self._visits: set[_Visit] = set()
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
        """Listen; raises ConfigError naming the setting where that address cannot be had."""
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
            raise ConfigError(f"{self._setting}: cannot listen on {where} ({reason}).") from error
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
            visit = _Visit(connection, address[:2], _origin(address[0]), loop.time())
            try:
                admitted = await self._make_room(visit.origin)
            except asyncio.CancelledError:
                connection.close()
                raise
            if not admitted:
                connection.close()
                continue
            connection.setblocking(False)
            self._visits.add(visit)
            visit.task = loop.create_task(self._serve(visit))
            visit.task.add_done_callback(partial(self._ended, visit))

    def _ended(self, visit: _Visit, _: asyncio.Task[None]) -> None:
        """Also of a task that was cancelled before it began."""
        visit.connection.close()
        self._visits.discard(visit)
        self._freed.set()

    async def _make_room(self, origin: str) -> bool:
        """Wait until there is room for one more connection of this origin; False where nobody gives way."""
        while True:
            crowd = [visit for visit in self._visits if visit.origin == origin]
            if len(crowd) < MAX_OF_ORIGIN:
                crowd = list(self._visits)
                if len(crowd) < MAX_CONNECTIONS:
                    return True
            oldest = min((v for v in crowd if v.waiting), key=lambda v: v.since, default=None)
            if oldest is None:
                return False
            left = oldest.since + GRACE - asyncio.get_running_loop().time()
            if left > 0:
                self._freed.clear()
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._freed.wait(), left)
            elif oldest.task is not None:
                oldest.task.cancel()
                self._visits.discard(oldest)

    async def _serve(self, visit: _Visit) -> None:
        """One connection from its head to its end."""
        exchange = Exchange(visit.connection, visit.client, visit.wait)
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                scope = await exchange.scope()
            if scope is not None:
                visit.wait(False)
                await self._app(scope, exchange.receive, exchange.send)
            await exchange.let_go()
        except (OSError, TimeoutError, h11.RemoteProtocolError):
            pass  # the other side went away or was too slow: nobody is there to be told
        except Exception:
            if not exchange.over:
                log.exception("a request could not be answered")
                await exchange.refuse(HTTPStatus.INTERNAL_SERVER_ERROR)


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
