"""Health and metrics over HTTP, for an operator's monitoring: `GET /health` (JSON) and `GET /metrics` (Prometheus).
And, where the operator wants it, the webhook: `POST` of Telegram's updates to a path of its own.
"""

import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Protocol

from bot.web.server import Request, Response, Server, plain

log = logging.getLogger(__name__)

MAX_BODY = 1024 * 1024
"""Bytes of an update; Telegram's own are far smaller."""
PROOF_HEADER = "x-telegram-bot-api-secret-token"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


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


class Web:
    """The endpoint; `health` and `metrics` are called at each request, in the event loop, and must be quick."""

    def __init__(
        self, host: str, port: int, health: Callable[[], Health], metrics: Callable[[], str]
    ) -> None:
        self._server = Server(host, port, self._respond)
        self._health = health
        self._metrics = metrics
        self.hook: Hook | None = None
        """Set as soon as there is somebody to take updates; until then they are not found, and Telegram tries again."""

    @property
    def port(self) -> int:
        """The port listened on (useful where 0 asked for any); raises RuntimeError before the start."""
        return self._server.port

    async def start(self) -> None:
        """Listen; raises ConfigError naming CHENBAO_HTTP_ADDRESS where that address cannot be had."""
        await self._server.start()

    async def stop(self) -> None:
        """Stop listening and end what is open."""
        await self._server.stop()

    async def _respond(self, request: Request) -> Response:
        if self.hook is not None and request.path == self.hook.path:
            return await _update(self.hook, request)
        if request.path not in {"/health", "/metrics"}:
            return plain(HTTPStatus.NOT_FOUND)
        if request.method not in {"GET", "HEAD"}:
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, allow="GET, HEAD")
        try:
            return self._figures() if request.path == "/metrics" else self._state()
        except (
            Exception
        ):  # the store failed us right now: a monitor is better told so than left without an answer
            log.exception("%s cannot be answered", request.path)
            return plain(HTTPStatus.SERVICE_UNAVAILABLE)

    def _figures(self) -> Response:
        return Response(HTTPStatus.OK, self._metrics(), METRICS_TYPE)

    def _state(self) -> Response:
        health = self._health()
        body = {"status": "ok" if health.healthy else "failing", **health.details}
        status = HTTPStatus.OK if health.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(status, json.dumps(body, ensure_ascii=False) + "\n", "application/json")


async def _update(hook: Hook, request: Request) -> Response:
    """An update for the hook, if its sender knows the secret; nothing else of the request is read before."""
    if request.method != "POST":
        return plain(HTTPStatus.METHOD_NOT_ALLOWED, allow="POST")
    if not hook.allows(request.header(PROOF_HEADER)):
        return plain(HTTPStatus.FORBIDDEN)
    length = request.header("content-length")
    if not re.fullmatch(r"[0-9]{1,12}", length):
        return plain(HTTPStatus.LENGTH_REQUIRED)
    if int(length) > MAX_BODY:
        return plain(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    body = await request.body(MAX_BODY)
    try:
        return plain(hook.receive(body))
    except Exception:  # not stored (the disk is full …): Telegram shall bring it again
        log.exception("an update could not be stored")
        return plain(HTTPStatus.SERVICE_UNAVAILABLE)
