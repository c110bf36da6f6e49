"""What stands in front of every page: who may ask at all, and what a browser may do with the answer.

A page is answered only under the names that it is reached by, so that no other site's name can be pointed at it (DNS
rebinding), and changes are taken only from the page itself, whatever cookies a browser sends along.
"""

from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
LOOPBACK = ("127.0.0.1", "localhost", "[::1]")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
NOTHING = "default-src 'none'; base-uri 'none'; frame-ancestors 'none'"
"""The policy that each page adds to."""


class Shield:
    """An application behind it is asked by nobody but pages of `hosts` (names with ports), and says `policy`, a content
    security policy, with each answer."""

    def __init__(self, app: ASGIApp, hosts: Collection[str], policy: str) -> None:
        self._app = app
        self._hosts = frozenset(host.lower() for host in hosts)
        self._headers = {**HEADERS, "Content-Security-Policy": f"{NOTHING}; {policy}"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        refused = self._refused(scope["method"], Headers(scope=scope))
        app = self._app if refused is None else PlainTextResponse(f"{refused.phrase}\n", refused)
        await app(scope, receive, send_guarded)

    def _refused(self, method: str, headers: Headers) -> HTTPStatus | None:
        if headers.get("host", "").lower() not in self._hosts:
            return HTTPStatus.MISDIRECTED_REQUEST
        if method in SAFE:
            return None
        # Browsers name the origin with every request that may change something; of a page that gives no referrer they
        # say `null`, and in another header whether it is the same site. Who sends neither is no browser.
        origin, site = headers.get("origin"), headers.get("sec-fetch-site")
        if origin in {None, "null"}:
            ours = site == "same-origin" or (site is None and origin is None)
        else:
            ours = self._is_ours(origin or "")
        return None if ours else HTTPStatus.FORBIDDEN

    def _is_ours(self, origin: str) -> bool:
        try:
            return urlsplit(origin).netloc.lower() in self._hosts
        except ValueError:
            return False


def hosts_of(host: str, port: int) -> tuple[str, ...]:
    """The names by which a page is reached that listens on this address."""
    names = (f"[{host}]" if ":" in host else host, *LOOPBACK)
    return tuple(f"{name}:{port}" for name in dict.fromkeys(names))
