"""Health and metrics over HTTP, for an operator's monitoring: `GET /health` (JSON) and `GET /metrics` (Prometheus).
And, where the operator wants it, the webhook: `POST` of Telegram's updates to a path of its own. What else is served at
the address (pages for people, tools for assistants) is an ASGI application that is mounted here.
"""

import json
import logging
import re
from collections.abc import Callable
from http import HTTPStatus
from typing import Protocol

from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.runtime.health import Health
from bot.web.exchange import MAX_BODY
from bot.web.server import Server

log = logging.getLogger(__name__)

PROOF_HEADER = "x-telegram-bot-api-secret-token"
METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Hook(Protocol):
    """Where updates go; `bot.chat.receive.webhook` has the one that there is."""

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
        self,
        host: str,
        port: int,
        health: Callable[[], Health],
        metrics: Callable[[], str],
        *,
        setting: str = "CHENBAO_HTTP_ADDRESS",
    ) -> None:
        self._server = Server(host, port, self, setting)
        self._health = health
        self._metrics = metrics
        self._mounted: list[tuple[str, ASGIApp]] = []
        self.hook: Hook | None = None
        """Set as soon as there is somebody to take updates; until then they are not found, and Telegram tries again."""

    @property
    def port(self) -> int:
        """The port listened on (useful where 0 asked for any); raises RuntimeError before the start."""
        return self._server.port

    def mount(self, prefix: str, app: ASGIApp) -> None:
        """Serve `prefix` and all below it by this ASGI application, also after the start.

        It sees whole paths (nothing is stripped) and no lifespan: what it must open, who mounts it opens.
        """
        self._mounted.append((prefix, app))

    async def start(self) -> None:
        """Listen; raises ConfigError naming the setting where that address cannot be had."""
        await self._server.start()

    async def stop(self) -> None:
        """Stop listening and end what is open."""
        await self._server.stop()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI application that is served."""
        await self._app_of(scope["path"])(scope, receive, send)

    def _app_of(self, path: str) -> ASGIApp:
        if self.hook is not None and path == self.hook.path:
            return self._update
        if path in {"/health", "/metrics"}:
            return self._watched
        for prefix, app in self._mounted:
            if path == prefix or path.startswith(f"{prefix.rstrip('/')}/"):
                return app
        return plain(HTTPStatus.NOT_FOUND)

    async def _watched(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._figures(scope)(scope, receive, send)

    def _figures(self, scope: Scope) -> Response:
        if scope["method"] not in {"GET", "HEAD"}:
            return plain(HTTPStatus.METHOD_NOT_ALLOWED, allow="GET, HEAD")
        try:
            if scope["path"] == "/metrics":
                return Response(self._metrics(), media_type=METRICS_TYPE)
            health = self._health()
        except (
            Exception
        ):  # the store failed us right now: a monitor is better told so than left without an answer
            log.exception("%s cannot be answered", scope["path"])
            return plain(HTTPStatus.SERVICE_UNAVAILABLE)
        body = {"status": "ok" if health.healthy else "failing", **health.details}
        status = HTTPStatus.OK if health.healthy else HTTPStatus.SERVICE_UNAVAILABLE
        return Response(json.dumps(body, ensure_ascii=False) + "\n", status, media_type="application/json")

    async def _update(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self.hook is not None:
            try:
                answer = await _take(self.hook, Request(scope, receive))
            except ClientDisconnect:
                return
            await answer(scope, receive, send)


def plain(status: HTTPStatus, *, allow: str = "") -> Response:
    """A status and its name, nothing else."""
    return PlainTextResponse(f"{status.phrase}\n", status, headers={"Allow": allow} if allow else None)


async def _take(hook: Hook, request: Request) -> Response:
    """An update for the hook, if its sender knows the secret; nothing else of the request is read before."""
    if request.method != "POST":
        return plain(HTTPStatus.METHOD_NOT_ALLOWED, allow="POST")
    proofs = request.headers.getlist(PROOF_HEADER)
    if len(proofs) > 1 or not hook.allows("".join(proofs)):
        return plain(HTTPStatus.FORBIDDEN)
    if not re.fullmatch(r"[0-9]{1,12}", request.headers.get("content-length", "")):
        return plain(HTTPStatus.LENGTH_REQUIRED)
    body = await request.body()
    try:
        return plain(hook.receive(body))
    except Exception:  # not stored (the disk is full …): Telegram shall bring it again
        log.exception("an update could not be stored")
        return plain(HTTPStatus.SERVICE_UNAVAILABLE)


__all__ = ["MAX_BODY", "Health", "Hook", "Web", "plain"]
