"""The line to Telegram over httpx, for what aiohttp cannot do by itself: a SOCKS proxy, and those that the environment names."""

from typing import TYPE_CHECKING, Any

from telegram.request import HTTPXRequest

from bot.delivery.send_claim import SendClaim, claiming

if TYPE_CHECKING:
    import httpx

WRITING = "send_request_body.started"
"""The end of the httpcore (1.0) trace event, after the protocol's name, that says: a connection is open, the head of the
request is written, and the body is next (anyio 4.16 writes at once)."""


class ClaimingHttpxRequest(HTTPXRequest):
    """The library's own HTTP client; it calls `SendClaim.claim` right before it writes a request body."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, httpx_kwargs={"event_hooks": {"request": [_watch]}})


async def _watch(request: "httpx.Request") -> None:
    if (claim := claiming.get()) is not None:
        request.extensions["trace"] = _Trace(claim)


class _Trace:
    """httpcore's `trace` callback: claims when the body is next. A CONNECT to a proxy carries no message."""

    def __init__(self, claim: SendClaim) -> None:
        self._claim = claim

    async def __call__(self, event: str, info: dict[str, Any]) -> None:
        if event.endswith(WRITING) and info["request"].method != b"CONNECT":
            self._claim.claim()
