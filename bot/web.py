"""Health and metrics over HTTP, for an operator's monitoring: `GET /health` (JSON) and `GET /metrics` (Prometheus).

A few lines over asyncio's streams: one request per connection, a bounded head, no bodies read, bounded time.
"""

import asyncio
import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from bot.errors import ConfigError

MAX_HEAD = 8 * 1024
"""Bytes of request line and headers."""
TIMEOUT = 5.0
"""Seconds for a whole request, from connection to answer."""
MAX_CONNECTIONS = 64
"""At once; those beyond are closed unanswered."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot does its work, and what the answer tells about it."""

    healthy: bool
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    body: str
    content_type: str = "text/plain; charset=utf-8"


class Web:
    """The endpoint; `health` and `metrics` are called at each request, in the event loop, and must be quick."""

    def __init__(
        self, host: str, port: int, health: Callable[[], Health], metrics: Callable[[], str]
    ) -> None:
        self._host = host
        self._port = port
        self._health = health
        self._metrics = metrics
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port listened on (useful where 0 asked for any); raises RuntimeError before the start."""
        if self._server is None:
            raise RuntimeError("not started")
        port: int = self._server.sockets[0].getsockname()[1]
        return port

    async def start(self) -> None:
        """Listen; raises ConfigError naming CHENBAO_HTTP_ADDRESS where that address cannot be had."""
        try:
            self._server = await asyncio.start_server(self._accept, self._host, self._port, limit=MAX_HEAD)
        except OSError as error:
            # asyncio wraps the system's words in its own; a resolver's errors (negative) have only theirs.
            reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
            where = f"{self._host}:{self._port}"
            raise ConfigError(f"CHENBAO_HTTP_ADDRESS: cannot listen on {where} ({reason}).") from error

    async def stop(self) -> None:
        """Stop listening and end what is open."""
        if self._server is None:
            return
        self._server.close()
        open_ = set(self._open)
        for task in open_:
            task.cancel()
        await asyncio.gather(*open_, return_exceptions=True)
        await self._server.wait_closed()
        self._server = None

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or len(self._open) >= MAX_CONNECTIONS:
            writer.close()
            return
        self._open.add(task)
        try:
            async with asyncio.timeout(TIMEOUT):
                answer, head_only = await self._read(reader)
                writer.write(_bytes(answer, head_only=head_only))
                await writer.drain()
        except (OSError, EOFError, TimeoutError, asyncio.CancelledError):
            pass  # the other side went away or was too slow, or we stop: nobody is there to be told
        finally:
            self._open.discard(task)
            writer.close()

    async def _read(self, reader: asyncio.StreamReader) -> tuple[_Answer, bool]:
        """The answer to the request, and whether it is to be sent without its body."""
        try:
            head = await reader.readuntil(b"\r\n\r\n")
        except asyncio.LimitOverrunError:
            return _plain(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE), False
        line = head.split(b"\r\n", 1)[0].decode("latin-1")
        match = re.fullmatch(r"([A-Z]+) (\S+) HTTP/1\.[01]", line)
        if not match:
            return _plain(HTTPStatus.BAD_REQUEST), False
        return self._answer(match[1], match[2].partition("?")[0]), match[1] == "HEAD"

    def _answer(self, method: str, path: str) -> _Answer:
        if path not in {"/health", "/metrics"}:
            return _plain(HTTPStatus.NOT_FOUND)
        if method not in {"GET", "HEAD"}:
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED)
        if path == "/metrics":
            return _Answer(HTTPStatus.OK, self._metrics(), "text/plain; version=0.0.4; charset=utf-8")
        health = self._health()
        body = {"status": "ok" if health.healthy else "failing", **health.details}
        status = HTTPStatus.OK if health.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return _Answer(status, json.dumps(body, ensure_ascii=False) + "\n", "application/json")


def _plain(status: HTTPStatus) -> _Answer:
    return _Answer(status, f"{status.phrase}\n")


def _bytes(answer: _Answer, *, head_only: bool) -> bytes:
    body = answer.body.encode()
    lines = [
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if answer.status == HTTPStatus.METHOD_NOT_ALLOWED:
        lines.append("Allow: GET, HEAD")
    return "\r\n".join((*lines, "", "")).encode() + (b"" if head_only else body)
