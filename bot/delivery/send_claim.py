"""Claims a message in the store right before it is written to the network.

A message waits for its turn in the limiter and for a connection. A kill during that wait must leave no doubt: nothing
was sent, so nothing may be recorded as sent. The claim is therefore made by the HTTP client itself, immediately before
it writes the message, and no other task runs in between (anyio 4.16 writes at once; `tests/delivery/test_line.py`
would fail if it no longer did).
"""

from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram.error import TelegramError
from telegram.request import HTTPXRequest

if TYPE_CHECKING:
    import httpx

WRITING = "send_request_body.started"
"""The end of the httpcore (1.0) trace event, after the protocol's name, that says: a connection is open, the head of the
request is written, and the body is next."""


class WithheldError(TelegramError):
    """The claim failed, so the message was not sent."""


@dataclass(slots=True)
class SendClaim:
    """The claim of one message: `record` is called once, before the message is sent; if it returns False, nothing is sent."""

    record: Callable[[], bool | None]
    left: bool = False
    """Whether the message may have left this machine."""
    error: BaseException | None = None
    """What `record` raised; then the message has not left either."""

    def claim(self) -> None:
        """Call `record` unless it succeeded before. To be called right before each attempt to write the message.

        Raises WithheldError if `record` returned False or raised.
        """
        if self.left:
            return
        try:
            withheld = self.record() is False
        except BaseException as error:
            self.error = error
            raise WithheldError("it could not be recorded") from error
        if withheld:
            raise WithheldError("somebody else has it")
        self.left = True

    async def hear(self, event: str, info: dict[str, Any]) -> None:
        """httpcore's `trace` callback: claims when the body is next. A CONNECT to a proxy carries no message."""
        if event.endswith(WRITING) and info["request"].method != b"CONNECT":
            self.claim()


claiming: ContextVar[SendClaim | None] = ContextVar("claiming", default=None)
"""The claim of the message that this task is sending."""


async def _watch(request: "httpx.Request") -> None:
    if (claim := claiming.get()) is not None:
        request.extensions["trace"] = claim.hear


class ClaimingRequest(HTTPXRequest):
    """The library's HTTP client; it calls `SendClaim.claim` right before it writes a request body."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, httpx_kwargs={"event_hooks": {"request": [_watch]}})
