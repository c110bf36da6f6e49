"""Tracks whether Telegram can be reached, from the result of every request."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any

from telegram.error import NetworkError

from bot.delivery.over_httpx import ClaimingHttpxRequest
from bot.delivery.send_claim import ClaimingRequest, WithheldError

log = logging.getLogger(__name__)

TOLD_AFTER = timedelta(minutes=2)
"""Shorter outages are not reported: an operator could do nothing about them."""


class Reach:
    """Since when Telegram has not answered although we asked."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        """Aware UTC."""
        self.lost_at: datetime | None = None
        """When the first request began that was not answered; None after an answer, whatever it said."""
        self._told = False

    def answered(self) -> None:
        """Record an answer from Telegram, whatever it says."""
        if self._told:
            log.warning("Telegram can be reached again")
        self.lost_at, self._told = None, False

    def failed(self, begun: datetime) -> None:
        """Record that a request which began at that time (aware UTC) was not answered."""
        if self.lost_at is None:
            self.lost_at = begun
        if self.lost_for is not None and not self._told:
            log.error("Telegram cannot be reached since %s", f"{self.lost_at:%Y-%m-%d %H:%M} UTC")
            self._told = True

    @property
    def lost_for(self) -> timedelta | None:
        """How long Telegram has been unreachable; None if it is reachable or the outage is short."""
        lost = None if self.lost_at is None else self.now() - self.lost_at
        return lost if lost is not None and lost >= TOLD_AFTER else None

    async def hear(self, request: Awaitable[tuple[int, bytes]]) -> tuple[int, bytes]:
        """The answer to one request, recorded. What a gateway says in Telegram's place (5xx) is no answer of Telegram's."""
        begun = self.now()
        try:
            status, payload = await request
        except WithheldError:
            raise  # kept here by ourselves
        except NetworkError:
            self.failed(begun)
            raise
        if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            self.failed(begun)
        else:
            self.answered()
        return status, payload


class WatchedRequest(ClaimingRequest):
    """The HTTP client for Telegram; it reports to a `Reach` how each request ended."""

    def __init__(self, reach: Reach, **given: Any) -> None:
        super().__init__(**given)
        self._reach = reach

    async def do_request(self, *asked: Any, **given: Any) -> tuple[int, bytes]:
        """One request."""
        return await self._reach.hear(super().do_request(*asked, **given))


class WatchedHttpxRequest(ClaimingHttpxRequest):
    """The HTTP client for Telegram through a SOCKS proxy; it reports to a `Reach`, too."""

    def __init__(self, reach: Reach, **given: Any) -> None:
        super().__init__(**given)
        self._reach = reach

    async def do_request(self, *asked: Any, **given: Any) -> tuple[int, bytes]:
        """One request."""
        return await self._reach.hear(super().do_request(*asked, **given))
