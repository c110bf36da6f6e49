"""The tools over HTTP (MCP's streamable HTTP, one answer for one request), for who knows the token."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from mcp.server.transport_security import TransportSecuritySettings
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.mcp.server import server
from bot.mcp.tools import Archive

PATH = "/mcp"
MAX_QUESTION = 64 * 1024
"""Bytes of a request."""


class _ForHolders:
    """Lets in who presents the token; nothing else of a request is read before.

    A GET asks for a stream of what the server has to say by itself, which is nothing: refused, as the specification has it,
    since a stream that never begins would hold its place at the HTTP address for good.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._wanted = f"bearer {token}".encode()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        given = [value for name, value in scope["headers"] if name == b"authorization"]
        presented = given[0] if len(given) == 1 else b""
        kind, _, token = presented.partition(b" ")
        app = self._app
        if not secrets.compare_digest(kind.lower() + b" " + token.strip(), self._wanted):
            app = _refusal(HTTPStatus.UNAUTHORIZED, {"www-authenticate": "Bearer"})
        elif scope["method"] == "GET":
            app = _refusal(HTTPStatus.METHOD_NOT_ALLOWED, {"allow": "POST"})
        await app(scope, receive, send)


def _refusal(status: HTTPStatus, headers: dict[str, str]) -> PlainTextResponse:
    """A status and its name."""
    return PlainTextResponse(f"{status.phrase}\n", status, headers=headers)


@asynccontextmanager
async def mounted(archive: Archive, token: str) -> AsyncIterator[ASGIApp]:
    """The application to be served at `PATH`, while this lasts. It keeps no sessions."""
    made = server(archive)
    app = made.streamable_http_app(
        streamable_http_path=PATH,
        json_response=True,
        stateless_http=True,
        max_request_body_size=MAX_QUESTION,
        # Who has the token is no page that a browser was lured to; and a proxy in front may have any name.
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )
    async with made.session_manager.run():
        yield _ForHolders(app, token)
