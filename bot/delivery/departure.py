"""The moment at which a message leaves this machine: what must be on record before is recorded then.

A message waits for its turn in the limiter and for a connection; a kill meanwhile must leave nobody in doubt, because
nothing was sent. So the record is made by the line itself, right before the message is written, and nobody else has
a turn in between (anyio 4.16 writes at once; `tests/delivery/test_line.py` would tell if it no longer did).
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
"""What httpcore (1.0) says, behind the protocol's name, when it has a connection, the head of the request is written,
and the message itself is about to be."""


class WithheldError(TelegramError):
    """The message was not let go: it has not left."""


@dataclass(slots=True)
class Departure:
    """One message's leave: `record` is called once, before it leaves, and may keep it here by saying False."""

    record: Callable[[], bool | None]
    left: bool = False
    """Whether it may have left this machine."""
    error: BaseException | None = None
    """Why it could not be recorded; then it has not left either."""

    def leave(self) -> None:
        """To be called right before the message is written; again for its second attempt. Raises WithheldError."""
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
        """What the connection does (httpcore's `trace`); a tunnel through a proxy is no message yet."""
        if event.endswith(WRITING) and info["request"].method != b"CONNECT":
            self.leave()


departing: ContextVar[Departure | None] = ContextVar("departing", default=None)
"""The leave of the message that this task sends."""


async def _watch(request: "httpx.Request") -> None:
    if (departure := departing.get()) is not None:
        request.extensions["trace"] = departure.hear


class Line(HTTPXRequest):
    """The library's HTTP client, which calls `Departure.leave` when it is about to write."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given, httpx_kwargs={"event_hooks": {"request": [_watch]}})
