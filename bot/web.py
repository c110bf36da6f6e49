"""Health and metrics over HTTP, for an operator's monitoring: `GET /health` (JSON) and `GET /metrics` (Prometheus).
And, where the operator wants it, the webhook: `POST` of Telegram's updates to a path of its own.

A few lines over asyncio's streams: one request per connection, bounded head, body and time.
"""

import asyncio
import json
import logging
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from bot.errors import ConfigError

log = logging.getLogger(__name__)

MAX_HEAD = 8 * 1024
"""Bytes of request line and headers."""
MAX_BODY = 1024 * 1024
"""Bytes of an update; Telegram's own are far smaller."""
PROOF_HEADER = "x-telegram-bot-api-secret-token"
TIMEOUT = 5.0
"""Seconds for a whole request, from connection to answer."""
MAX_CONNECTIONS = 64
"""At once; those beyond are closed unanswered."""


@dataclass(frozen=True, slots=True)
class Health:
    """Whether the bot does its work, and what the answer tells about it."""

    healthy: bool
    details: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


class Hook(Protocol):
    """Where updates go; `bot.chat.webhook` has the one that there is."""

    @property
    def path(self) -> str:
        """The path that takes them."""

    def allows(self, secret: str) -> bool:
        """Whether the sender may."""

    def receive(self, body: bytes) -> HTTPStatus:
        """Take one in; OK only once it is stored."""


@dataclass(frozen=True, slots=True)
class _Answer:
    status: HTTPStatus
    body: str
    content_type: str = "text/plain; charset=utf-8"
    allow: str = ""


class Web:
    """The endpoint; `health` and `metrics` are called at each request, in the event loop, and must be quick."""

    def __init__(
        self, host: str, port: int, health: Callable[[], Health], metrics: Callable[[], str]
    ) -> None:
        self._host = host
        self._port = port
        self._health = health
        self._metrics = metrics
        self.hook: Hook | None = None
        """Set as soon as there is somebody to take updates; until then they are not found, and Telegram tries again."""
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
        path = match[2].partition("?")[0]
        if self.hook is not None and path == self.hook.path:
            return await self._update(self.hook, match[1], head, reader), False
        return self._answer(match[1], path), match[1] == "HEAD"

    @staticmethod
    async def _update(hook: Hook, method: str, head: bytes, reader: asyncio.StreamReader) -> _Answer:
        """An update for the hook, if its sender knows the secret; nothing else of the request is read before."""
        if method != "POST":
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, allow="POST")
        headers = _headers(head)
        if not hook.allows(headers.get(PROOF_HEADER, "")):
            return _plain(HTTPStatus.FORBIDDEN)
        length = headers.get("content-length", "")
        if not re.fullmatch(r"[0-9]{1,12}", length):
            return _plain(HTTPStatus.LENGTH_REQUIRED)
        if int(length) > MAX_BODY:
            return _plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        body = await reader.readexactly(int(length))
        try:
            return _plain(hook.receive(body))
        except Exception:  # not stored (the disk is full …): Telegram shall bring it again
            log.exception("an update could not be stored")
            return _plain(HTTPStatus.SERVICE_UNAVAILABLE)

    def _answer(self, method: str, path: str) -> _Answer:
        if path not in {"/health", "/metrics"}:
            return _plain(HTTPStatus.NOT_FOUND)
        if method not in {"GET", "HEAD"}:
            return _plain(HTTPStatus.METHOD_NOT_ALLOWED, allow="GET, HEAD")
        if path == "/metrics":
            return _Answer(HTTPStatus.OK, self._metrics(), "text/plain; version=0.0.4; charset=utf-8")
        health = self._health()
        body = {"status": "ok" if health.healthy else "failing", **health.details}
        status = HTTPStatus.OK if health.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return _Answer(status, json.dumps(body, ensure_ascii=False) + "\n", "application/json")


def _plain(status: HTTPStatus, *, allow: str = "") -> _Answer:
    return _Answer(status, f"{status.phrase}\n", allow=allow)


def _headers(head: bytes) -> dict[str, str]:
    """Names in small letters; of one that comes twice, the last."""
    pairs = (line.partition(":") for line in head.decode("latin-1").split("\r\n")[1:])
    return {name.strip().lower(): value.strip() for name, _, value in pairs}


def _bytes(answer: _Answer, *, head_only: bool) -> bytes:
    body = answer.body.encode()
    lines = [
        f"HTTP/1.1 {answer.status.value} {answer.status.phrase}",
        f"Content-Type: {answer.content_type}",
        f"Content-Length: {len(body)}",
        "Cache-Control: no-store",
        "Connection: close",
    ]
    if answer.allow:
        lines.append(f"Allow: {answer.allow}")
    return "\r\n".join((*lines, "", "")).encode() + (b"" if head_only else body)
